/** The lanes of what is asked, where it is answered: ports that ask here, for the other end. */
import { type AskingPort, type AskOptions, check, type Peer, PortError } from '../../ports/index.js'
import type { Answer, SessionRequest } from '../sessions/index.js'
import { AS_BYTES, type Asked } from './asked.js'
import { LaneComponent } from './lane-component.js'
import { packed, unpacked } from './lane-frame.js'
import type { AskedLane } from './lanes.js'
import { bridgeLimits } from './limits.js'
import { BROUGHT, travelling } from './travelling.js'

/** What is asked there is answered here. */
abstract class AnswersLane extends LaneComponent<AskedLane> {
  #turn = 0

  async answer({ headers, payload }: SessionRequest): Promise<Answer> {
    const { query, timeout } = this.params.lane
    const withinMs = Math.min(timeout, Number(headers.within) || timeout)
    const asked = headers.as === AS_BYTES.as ? { bytes: payload } : unpacked(payload)
    const checked = 'value' in asked ? check(travelling(query), asked.value) : asked
    if ('refusal' in checked) {
      this.count.refused(checked.refusal)
      throw new PortError('remote', `it is no ${query.name}: ${checked.refusal}`)
    }
    const answer = await this.ask(checked, { timeout: withinMs })
    this.count.carried()
    if ('bytes' in answer) return { headers: AS_BYTES, payload: answer.bytes }
    return { payload: packed(answer.value, `an answer of ${this.name}`) }
  }

  protected abstract ask(asked: Asked, options: AskOptions): Promise<Asked>

  /** Who is asked next: no other bridge, nor this one. @throws PortError `not-connected`. */
  protected next({ peers }: Pick<AskingPort<unknown, unknown>, 'peers'>): Peer {
    const own = peers.filter(({ port }) => port !== BROUGHT)
    const peer = own[this.#turn++ % Math.max(1, own.length)]
    if (peer) return peer
    const { kind, query } = this.params.lane
    throw new PortError('not-connected', `${this.name}: no ${kind} of ${query.name} is connected there`)
  }
}

/** Any number of them at a time. */
export class AnswersByQry extends AnswersLane {
  readonly asking = this.qry(travelling(this.params.lane.query), travelling(this.params.lane.answer))

  protected async ask(asked: Asked, { timeout }: AskOptions): Promise<Asked> {
    const options = { ...(timeout && { timeout }), to: this.next(this.asking) }
    if ('bytes' in asked) return { bytes: await this.asking.askBytes(asked.bytes, options) }
    return { value: await this.asking.ask(asked.value, options) }
  }
}

/** One after the other: that of another asker would be refused, or abandon the one before. */
abstract class AnswersInTurn extends AnswersLane {
  #before: Promise<unknown> = Promise.resolve()

  protected ask(asked: Asked, { timeout = bridgeLimits.askMs }: AskOptions): Promise<Asked> {
    const dueMs = performance.now() + timeout
    const answered = this.#before.then(() => {
      const leftMs = dueMs - performance.now()
      if (leftMs > 0) return this.askAlone(asked, leftMs)
      throw new PortError('timeout', `${this.name}: those before it took all of its time`)
    })
    this.#before = answered.catch(() => undefined)
    return answered
  }

  protected abstract askAlone(asked: Asked, timeout: number): Promise<Asked>
}

export class AnswersByReq extends AnswersInTurn {
  readonly asking = this.req(
    travelling(this.params.lane.query),
    travelling(this.params.lane.answer),
    (value) => this.#came({ value }),
    { bytes: (bytes) => this.#came({ bytes }) },
  )
  #came: (answer: Asked) => void = () => undefined

  protected async askAlone(asked: Asked, timeout: number): Promise<Asked> {
    const came = new Promise<Asked>((resolve) => {
      this.#came = resolve
    })
    const options = { timeout, to: this.next(this.asking) }
    if ('bytes' in asked) await this.asking.sendBytes(asked.bytes, options)
    else await this.asking.send(asked.value, options)
    return came
  }
}

export class AnswersByClt extends AnswersInTurn {
  readonly asking = this.clt(travelling(this.params.lane.query), travelling(this.params.lane.answer))

  protected async askAlone(asked: Asked, timeout: number): Promise<Asked> {
    const options = { timeout, to: this.next(this.asking) }
    if ('bytes' in asked) return { bytes: await this.asking.callBytes(asked.bytes, options) }
    return { value: await this.asking.call(asked.value, options) }
  }
}
