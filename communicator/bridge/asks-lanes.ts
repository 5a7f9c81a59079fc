/** The lanes of what is asked, where it is asked: ports that answer here, with what the other end says. */
import type { Buffer } from 'node:buffer'
import { check, FAIL, leftMs, messageOf, PortError, type Reply } from '../../ports/index.js'
import { AS_BYTES, type Asked } from './asked.js'
import { LaneComponent } from './lane-component.js'
import { packed, unpacked } from './lane-frame.js'
import type { AskedLane } from './lanes.js'
import { bridgeLimits } from './limits.js'
import { textOf } from './port-code.js'
import { BROUGHT, travelling } from './travelling.js'

/** What is asked here is answered there. */
abstract class AsksLane extends LaneComponent<AskedLane> {
  #underWay = 0

  /** @throws PortError `again`; SessionError; what the answer is refused for. */
  protected async askThere(asked: Asked, waitsMs: number): Promise<Asked> {
    const { crossing, lane } = this.params
    if (this.#underWay >= bridgeLimits.questions) {
      throw new PortError(
        'again',
        `${this.name}: ${this.#underWay} questions are under way; await some first`,
      )
    }
    const payload = 'bytes' in asked ? asked.bytes : packed(asked.value, `a question of ${this.name}`)
    this.#underWay++
    try {
      const headers = 'bytes' in asked ? AS_BYTES : {}
      const withinMs = Math.max(1, Math.min(lane.timeout, waitsMs))
      const reply = await crossing.ask(this.name, { payload, headers, withinMs })
      this.count.carried()
      return reply.headers.as === AS_BYTES.as ? { bytes: reply.payload } : this.#valueIn(reply.payload)
    } catch (error) {
      // To a port, what its handler throws is `remote`, with this text.
      throw new PortError('remote', textOf(error), { cause: error })
    } finally {
      this.#underWay--
    }
  }

  /** @param waitsMs of the asker, where that is known */
  protected async valueThere(value: unknown, waitsMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    const answer = await this.askThere({ value }, waitsMs)
    if ('value' in answer) return answer.value
    throw new PortError('remote', 'invalid-answer: bytes, where a value was asked for')
  }

  protected async bytesThere(bytes: Uint8Array, waitsMs = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    const answer = await this.askThere({ bytes }, waitsMs)
    if ('bytes' in answer) return answer.bytes
    throw new PortError('remote', 'invalid-answer: a value, where bytes were asked for')
  }

  #valueIn(payload: Buffer): Asked {
    const message = unpacked(payload)
    const { answer } = this.params.lane
    const checked = 'value' in message ? check(travelling(answer), message.value) : message
    if ('value' in checked) return checked
    this.count.refused(checked.refusal)
    throw new PortError('invalid-answer', `it is no ${answer.name}: ${checked.refusal}`)
  }
}

/** Any number of them at a time. */
export class AsksByAns extends AsksLane {
  readonly asked = this.ans(
    travelling(this.params.lane.query),
    this.params.lane.answer,
    (query, reply) => void this.#settle(this.valueThere(query, leftMs(reply)), reply, reply),
    {
      name: BROUGHT,
      bytes: (query, reply) => void this.#settle(this.bytesThere(query, leftMs(reply)), reply, reply.bytes),
    },
  )

  /** Not the handler's promise, which would hold the next question up. Never rejects. */
  async #settle<T>(asking: Promise<T>, reply: Reply<never>, give: (answer: T) => unknown): Promise<void> {
    try {
      give(await asking)
    } catch (error) {
      if (FAIL in reply && typeof reply[FAIL] === 'function') reply[FAIL](messageOf(error))
    }
  }
}

/** One at a time. */
export class AsksByRep extends AsksLane {
  readonly asked = this.rep(
    travelling(this.params.lane.query),
    this.params.lane.answer,
    (query) => this.valueThere(query),
    { name: BROUGHT, bytes: (query) => this.bytesThere(query) },
  )
}

/** One at a time. */
export class AsksBySrv extends AsksLane {
  readonly asked = this.srv(
    travelling(this.params.lane.query),
    this.params.lane.answer,
    (query) => this.valueThere(query),
    { name: BROUGHT, bytes: (query) => this.bytesThere(query) },
  )
}
