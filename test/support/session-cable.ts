/** Two ends for sessions, and between them a cable in memory that a test cuts: what is under way is gone. */
import { Buffer } from 'node:buffer'
import { Endpoint, type EndpointMonitor, EndpointState } from '../../communicator/endpoint.js'
import { CommError } from '../../communicator/errors.js'
import { type Connection, Message, type MessageReceiver } from '../../communicator/message.js'
import {
  type Carrier,
  SESSION_APP,
  Sessions,
  type SessionsOptions,
} from '../../communicator/sessions/index.js'

const CONNECTION: Connection = { name: 'CN00001', facts: {}, close: () => {} }

/** What a communicator of one end is, as far as sessions see it. */
export class CableEnd implements Carrier {
  readonly peer: Endpoint
  readonly #cable: Cable
  readonly #monitors = new Set<EndpointMonitor>()
  receiver: MessageReceiver | undefined

  constructor(peer: string, cable: Cable) {
    this.peer = new Endpoint(peer)
    this.peer.state = EndpointState.DISCONNECTED
    this.#cable = cable
  }

  async send(endpoint: string, appId: number, message: Message): Promise<void> {
    if (endpoint !== this.peer.name || appId !== SESSION_APP) throw new Error('not to be sent')
    if (!this.#cable.isWhole) throw new CommError('NOT_READY', 'the cable is cut')
    await this.#cable.carry(this, Buffer.from(message.payload ?? []))
  }

  registerMessageReceiver(_appId: number, receiver: MessageReceiver): () => void {
    this.receiver = receiver
    return () => {
      if (this.receiver === receiver) this.receiver = undefined
    }
  }

  registerMonitor(monitor: EndpointMonitor): () => void {
    this.#monitors.add(monitor)
    return () => this.#monitors.delete(monitor)
  }

  findEndpoint(name: string): Endpoint | undefined {
    return name === this.peer.name ? this.peer : undefined
  }

  tell(state: EndpointState): void {
    this.peer.state = state
    for (const monitor of this.#monitors) monitor.stateChange(this.peer)
  }

  /** Takes in bytes as a message of the peer. */
  take(payload: Buffer): void {
    this.receiver?.processMessage(this.peer, CONNECTION, SESSION_APP, new Message(undefined, payload))
  }
}

export class Cable {
  readonly left = new CableEnd('right', this)
  readonly right = new CableEnd('left', this)
  isWhole = false
  /** While set, nothing arrives, and there is room for nothing. */
  isStalled = false
  /** Bytes that were handed over so far. */
  bytes = 0
  #underWay: { to: CableEnd; payload: Buffer; sent: () => void }[] = []
  #isBusy = false

  mend(): void {
    this.isWhole = true
    for (const end of [this.left, this.right]) end.tell(EndpointState.READY)
  }

  /** Loses all that is under way, each way. */
  cut(): void {
    this.isWhole = false
    for (const { sent } of this.#underWay.splice(0)) sent()
    for (const end of [this.left, this.right]) end.tell(EndpointState.DISCONNECTED)
  }

  /** Resolves when there is room again: some frames may be under way. */
  carry(from: CableEnd, payload: Buffer): Promise<void> {
    return new Promise((sent) => {
      const isRoomy = this.#underWay.length < 32 && !this.isStalled
      const to = from === this.left ? this.right : this.left
      this.#underWay.push({ to, payload, sent })
      if (isRoomy) sent()
      this.flow()
    })
  }

  /** Goes on after it was stalled. */
  flow(): void {
    if (this.#isBusy) return
    this.#isBusy = true
    setImmediate(() => {
      this.#isBusy = false
      for (let left = this.isStalled ? 0 : this.#underWay.length; left > 0; left--) {
        // Whoever takes one may cut the cable.
        const next = this.#underWay.shift()
        if (next === undefined) break
        next.sent()
        this.bytes += next.payload.length
        next.to.take(next.payload)
      }
      if (this.#underWay.length > 0 && !this.isStalled) this.flow()
    })
  }
}

/** Sessions at both ends of a cable that is whole. */
export function cabled(options: SessionsOptions = {}): { cable: Cable; left: Sessions; right: Sessions } {
  const cable = new Cable()
  const left = new Sessions(cable.left, options)
  const right = new Sessions(cable.right, options)
  cable.mend()
  return { cable, left, right }
}
