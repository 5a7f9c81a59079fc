/** The lanes of what is published: a sub at one end, a pub at the other. */
import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { check, messageOf, type Sender } from '../../ports/index.js'
import type { Headers } from '../sessions/index.js'
import { Inflow } from './inflow.js'
import { LaneComponent } from './lane-component.js'
import { BYTES, laneFrame, packed, VALUE } from './lane-frame.js'
import type { PublishedLane } from './lanes.js'
import { bridgeLimits } from './limits.js'
import { Newest } from './newest.js'
import { Outflow } from './outflow.js'
import { codeOf, textOf } from './port-code.js'
import { BROUGHT, travelling } from './travelling.js'

interface Waiting {
  readonly kind: number
  readonly payload: Uint8Array
}

/** What is published here goes over: in order, and where the way is too slow the newest of it. */
export class SaysLane extends LaneComponent<PublishedLane> {
  readonly heard = this.sub(travelling(this.params.lane.type), (value, from) => this.#heard(value, from), {
    bytes: (bytes, from) => this.#send(BYTES, bytes, from),
    onGap: (_, messages) => this.#skip(messages),
  })
  readonly #waiting = new Newest<Waiting>({
    messages: bridgeLimits.queueMessages,
    bytes: bridgeLimits.queueBytes,
  })
  readonly #run = randomUUID()
  readonly #flow = new Outflow({
    open: (signal) => this.params.crossing.open(this.name, { run: this.#run }, { signal }),
    next: () => this.#next(),
    failed: (error) => this.count.failed(codeOf(error), textOf(error)),
  })

  override async onActivate(): Promise<void> {
    await super.onActivate()
    this.#flow.start()
  }

  override async onDeactivate(): Promise<void> {
    this.#flow.stop()
    await super.onDeactivate()
  }

  #heard(value: unknown, from: Sender): void {
    if (from.port === BROUGHT) return
    try {
      this.#send(VALUE, packed(value, `${this.heard.path} of a bridge`), from)
    } catch (error) {
      this.#skip(1)
      this.count.failed(codeOf(error), messageOf(error))
    }
  }

  #send(kind: number, payload: Uint8Array, { port }: Sender): void {
    if (port === BROUGHT) return
    if (payload.length > bridgeLimits.messageBytes) this.#skip(1)
    else this.count.dropped(this.#waiting.add({ kind, payload }, payload.length))
    this.#flow.wake()
  }

  /** Those that are lost before they came here are missed there. */
  #skip(messages: number): void {
    this.#waiting.skip(messages)
    this.count.dropped(messages)
  }

  #next() {
    const next = this.#waiting.take()
    if (!next) return undefined
    this.count.carried()
    return laneFrame(next.item.kind, next.number, next.item.payload)
  }
}

/** What is published there is published here. */
export class HearsLane extends LaneComponent<PublishedLane> {
  readonly brought = this.pub(this.params.lane.type, { name: BROUGHT, keep: this.params.lane.keep })
  readonly #flow = new Inflow({
    value: (value) => this.#publish(value),
    bytes: (bytes) => this.#hand(() => this.brought.sendBytes(bytes)),
    missed: (messages) => this.count.missed(messages),
    refused: (why) => this.count.refused(why),
  })

  take(stream: Duplex, headers: Headers): void {
    this.#flow.take(stream, headers)
  }

  override async onDeactivate(): Promise<void> {
    this.#flow.end()
    await super.onDeactivate()
  }

  #publish(value: unknown): void {
    const checked = check(travelling(this.params.lane.type), value)
    if ('refusal' in checked) this.count.refused(checked.refusal)
    else this.#hand(() => this.brought.send(checked.value))
  }

  #hand(send: () => void): void {
    try {
      send()
      this.count.carried()
    } catch (error) {
      this.count.refused(messageOf(error))
    }
  }
}
