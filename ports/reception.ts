/**
 * Where a port hands the messages it takes in: to its handler, or to recv(). Bytes have a handler of their
 * own (option `bytes`), or recvBytes(). What nobody takes is counted.
 */
import { messageOf, OperationError } from './errors.js'
import { Inbox } from './inbox.js'
import { lookedAt } from './looked-at.js'
import { describeIssues, type MessageType } from './message.js'
import type { Peer, Port, PortStats, Turns } from './port.js'
import type { Gate } from './reader.js'
import { checkTimeout } from './timeout.js'

/** Options of `recv()` and `recvBytes()`. */
export interface ReceiveOptions {
  /** Milliseconds to wait; for ever unless told. */
  readonly timeout?: number
}

/** What handles the messages of a port: `From` is who sent it, or how to answer. */
export type Handler<Value, From> = (value: Value, from: From) => unknown

/** What reception needs of its port. */
export interface ReceptionOwner {
  readonly port: Port
  /** @throws OperationError `not-open`. */
  mustBeOpen(): void
  refuse(peer: Peer, reason: string): void
  unhandled(): void
}

/** How recv() and recvBytes() give what came. */
interface Items<Out, From, Item, BytesItem> {
  value(value: Out, from: From): Item
  bytes(bytes: Uint8Array, from: From): BytesItem
}

/** What a schema says of a value from the wire: the value for handlers, or why it is none. Never throws. */
export function check<Out>(
  type: MessageType<unknown, Out>,
  value: unknown,
): { value: Out } | { refusal: string } {
  try {
    const result = type.validate(value)
    return result.issues ? { refusal: describeIssues(result.issues) } : { value: result.value }
  } catch (error) {
    return { refusal: messageOf(error) }
  }
}

export class Reception<Out, From, Item, BytesItem> {
  readonly #type: MessageType<unknown, Out>
  readonly #owner: ReceptionOwner
  readonly #stats: PortStats
  readonly #onValue: Handler<Out, From> | undefined
  readonly #onBytes: Handler<Uint8Array, From> | undefined
  readonly #items: Items<Out, From, Item, BytesItem>
  readonly #values = new Inbox<Item>()
  readonly #bytes = new Inbox<BytesItem>()
  #pullsValues = false
  #pullsBytes = false
  #gates: readonly Gate[] = []
  /** Undefined while the port is closed: what comes then has nowhere to go, and is dropped. */
  #turns: Turns | undefined

  constructor(
    type: MessageType<unknown, Out>,
    owner: ReceptionOwner,
    handlers: { value: Handler<Out, From> | undefined; bytes: Handler<Uint8Array, From> | undefined },
    items: Items<Out, From, Item, BytesItem>,
  ) {
    this.#type = type
    this.#owner = owner
    this.#stats = owner.port.stats
    this.#onValue = handlers.value
    this.#onBytes = handlers.bytes
    this.#items = items
  }

  open(turns: Turns): void {
    this.#turns = turns
    const isHandled = this.#onValue !== undefined || this.#onBytes !== undefined
    this.#gates = isHandled
      ? [turns.gate(this.#owner.port), this.#values, this.#bytes]
      : [this.#values, this.#bytes]
  }

  /** Drops what waits; calls under way reject with `closed`. */
  close(): void {
    const { path } = this.#owner.port
    this.#turns = undefined
    this.#values.clear(path)
    this.#bytes.clear(path)
  }

  /**
   * What may hold the socket back. The component's turns are among them only where its handlers get what
   * comes: one that awaits recv() would else wait for what is not read because of it.
   */
  get gates(): readonly Gate[] {
    return this.#gates
  }

  /**
   * Takes a value from the wire: checks it and hands it over. Says why where it was refused. Never throws.
   */
  takeValue(value: unknown, from: From, peer: Peer): string | undefined {
    const turns = this.#turns
    if (!turns) return undefined
    const checked = check(this.#type, value)
    if ('refusal' in checked) {
      const reason = `it is no ${this.#type.name}: ${checked.refusal}`
      this.#owner.refuse(peer, reason)
      return reason
    }
    if (this.#values.hasNoPlace) {
      this.#stats.undelivered++
      return 'nobody takes values'
    }
    this.#stats.received++
    if (this.#onValue) turns.run(this.#owner.port, this.#onValue, checked.value, from)
    else this.#values.push(this.#items.value(checked.value, from))
    return undefined
  }

  /** Takes bytes from the wire. Says why where nobody takes them. Never throws. */
  takeBytes(bytes: Uint8Array, from: From): string | undefined {
    const turns = this.#turns
    if (!turns) return undefined
    if (this.#onBytes) {
      this.#stats.received++
      turns.run(this.#owner.port, this.#onBytes, bytes, from)
    } else if (this.#pullsBytes || (!this.#onValue && !this.#bytes.hasNoPlace)) {
      this.#stats.received++
      this.#bytes.push(this.#items.bytes(bytes, from))
    } else {
      this.#stats.undelivered++
      this.#owner.unhandled()
      return 'nobody takes bytes'
    }
    return undefined
  }

  /**
   * The oldest value that waits, or the next. @throws OperationError `has-handler`, `not-open`, `bad-option`;
   * PortError `timeout`, `closed`.
   */
  recv(options?: ReceiveOptions): Promise<Item> {
    return lookedAt(this.#recv(options))
  }

  /** As recv(), for bytes. */
  recvBytes(options?: ReceiveOptions): Promise<BytesItem> {
    return lookedAt(this.#recvBytes(options))
  }

  async #recv(options: ReceiveOptions = {}): Promise<Item> {
    this.#mayPull(options, this.#onValue, 'its messages go there, not to recv()')
    this.#pullsValues = true
    this.#values.isIdle = false
    if (!this.#pullsBytes) this.#bytes.isIdle = true
    return this.#values.take(this.#owner.port.path, options.timeout)
  }

  async #recvBytes(options: ReceiveOptions = {}): Promise<BytesItem> {
    this.#mayPull(options, this.#onBytes, 'bytes go there, not to recvBytes()')
    this.#pullsBytes = true
    this.#bytes.isIdle = false
    if (!this.#pullsValues) this.#values.isIdle = true
    return this.#bytes.take(this.#owner.port.path, options.timeout)
  }

  #mayPull({ timeout = 0 }: ReceiveOptions, handler: unknown, where: string): void {
    this.#owner.mustBeOpen()
    checkTimeout(timeout, this.#owner.port, Number.POSITIVE_INFINITY)
    if (!handler) return
    throw new OperationError('has-handler', `${this.#owner.port.path} has a handler: ${where}`)
  }
}
