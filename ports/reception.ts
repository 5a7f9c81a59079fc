/**
 * Where a port hands the messages it takes in: to its handler, or to recv(). Bytes have a handler of their
 * own (option `bytes`), or recvBytes(). What nobody takes is counted.
 */
import { messageOf, OperationError } from './errors.js'
import { Inbox } from './inbox.js'
import { describeIssues, type MessageType } from './message.js'
import type { Peer, Port, PortStats, Turns } from './port.js'
import type { Gate } from './reader.js'

export interface ReceiveOptions {
  /** Milliseconds to wait; for ever unless told. */
  readonly timeout?: number
}

export type Handler<Value, From> = (value: Value, from: From) => unknown

/** What reception needs of its port. */
export interface ReceptionOwner {
  readonly port: Port
  readonly stats: PortStats
  refuse(peer: Peer, reason: string): void
  unhandled(): void
}

export class Reception<Out, From, Item> {
  readonly #type: MessageType<unknown, Out>
  readonly #owner: ReceptionOwner
  readonly #onValue: Handler<Out, From> | undefined
  readonly #onBytes: Handler<Uint8Array, From> | undefined
  readonly #toItem: (value: Out, from: From) => Item
  readonly #values = new Inbox<Item>()
  readonly #bytes = new Inbox<{ bytes: Uint8Array; from: From }>()
  #pullsValues = false
  #pullsBytes = false
  #gates: readonly Gate[] = []
  /** Undefined while the port is closed: what comes then has nowhere to go, and is dropped. */
  #turns: Turns | undefined

  constructor(
    type: MessageType<unknown, Out>,
    owner: ReceptionOwner,
    handlers: { value: Handler<Out, From> | undefined; bytes: Handler<Uint8Array, From> | undefined },
    toItem: (value: Out, from: From) => Item,
  ) {
    this.#type = type
    this.#owner = owner
    this.#onValue = handlers.value
    this.#onBytes = handlers.bytes
    this.#toItem = toItem
  }

  open(turns: Turns): void {
    this.#turns = turns
    const isHandled = this.#onValue !== undefined || this.#onBytes !== undefined
    this.#gates = isHandled ? [turns, this.#values, this.#bytes] : [this.#values, this.#bytes]
  }

  /** Drops what waits; calls under way reject with `closed`. */
  close(what: string): void {
    this.#turns = undefined
    this.#values.clear(what)
    this.#bytes.clear(what)
  }

  /**
   * What may hold the socket back. The component's turns are among them only where its handlers get what
   * comes: one that awaits recv() would else wait for what is not read because of it.
   */
  get gates(): readonly Gate[] {
    return this.#gates
  }

  /**
   * What the schema says of a value from the wire: the value for handlers, or why it is none. Never throws.
   */
  check(value: unknown): { value: Out } | { refusal: string } {
    try {
      const result = this.#type.validate(value)
      return result.issues ? { refusal: describeIssues(result.issues) } : { value: result.value }
    } catch (error) {
      return { refusal: messageOf(error) }
    }
  }

  /**
   * Takes a value from the wire: checks it and hands it over. Says why where it was refused. Never throws.
   */
  takeValue(value: unknown, from: From, peer: Peer): string | undefined {
    const turns = this.#turns
    if (!turns) return undefined
    const checked = this.check(value)
    if ('refusal' in checked) {
      const reason = `it is no ${this.#type.name}: ${checked.refusal}`
      this.#owner.refuse(peer, reason)
      return reason
    }
    if (this.#values.hasNoPlace) {
      this.#owner.stats.undelivered++
      return 'nobody takes values'
    }
    this.#owner.stats.received++
    if (this.#onValue) turns.run(this.#owner.port, this.#onValue, checked.value, from)
    else this.#values.push(this.#toItem(checked.value, from))
    return undefined
  }

  /** Takes bytes from the wire. Says why where nobody takes them. Never throws. */
  takeBytes(bytes: Uint8Array, from: From): string | undefined {
    const turns = this.#turns
    if (!turns) return undefined
    const { stats } = this.#owner
    if (this.#onBytes) {
      stats.received++
      turns.run(this.#owner.port, this.#onBytes, bytes, from)
    } else if (this.#pullsBytes || (!this.#onValue && !this.#bytes.hasNoPlace)) {
      stats.received++
      this.#bytes.push({ bytes, from })
    } else {
      stats.undelivered++
      this.#owner.unhandled()
      return 'nobody takes bytes'
    }
    return undefined
  }

  recv(what: string, options: ReceiveOptions = {}): Promise<Item> {
    if (this.#onValue) {
      return Promise.reject(
        new OperationError('has-handler', `${what} has a handler: its messages go there, not to recv()`),
      )
    }
    this.#pullsValues = true
    this.#values.isIdle = false
    if (!this.#pullsBytes) this.#bytes.isIdle = true
    return this.#values.take(what, options.timeout)
  }

  async recvBytes(what: string, options: ReceiveOptions = {}): Promise<{ bytes: Uint8Array; from: From }> {
    if (this.#onBytes) {
      throw new OperationError(
        'has-handler',
        `${what} has a handler for bytes: they go there, not to recvBytes()`,
      )
    }
    this.#pullsBytes = true
    this.#bytes.isIdle = false
    if (!this.#pullsValues) this.#values.isIdle = true
    return this.#bytes.take(what, options.timeout)
  }
}
