/**
 * pub: one to many, best effort. Each subscriber gets the messages in order, from its welcome on; what it does not
 * get because it is slow is counted here and shows there as a gap. A slow subscriber costs the others nothing.
 */
import type { XPublisher } from 'zeromq'
import { bind } from './bind.js'
import { OperationError } from './errors.js'
import { bareFrame, HELLO } from './frame.js'
import { limits } from './limits.js'
import { actorOf, unknownPeer } from './link.js'
import type { MessageType } from './message.js'
import { type OutFrame, Outbox } from './outbox.js'
import { hostAndPort, Port, type PortInfo } from './port.js'
import { readAll } from './reader.js'
import { errnoOf } from './sockets.js'
import { isLiveTopic, ownTopic, readSubscription } from './subscription.js'

export interface PubOptions {
  /** Under this name instead of the field's. */
  readonly name?: string
  /** Messages kept for subscribers that come later, at most `limits.keptMessages`. Default 0. */
  readonly keep?: number
  /** TCP port to bind; a free one unless told. */
  readonly port?: number
  /** Called when messages could not be sent to at least one subscriber, with their number. */
  readonly onDrop?: (messages: number) => unknown
}

export class Pub<In, Out = unknown> extends Port {
  readonly kind = 'pub'
  readonly #options: PubOptions
  readonly #type: MessageType<In, Out>
  readonly #subscribers = new Map<string, Buffer>()
  #socket: XPublisher | undefined
  #outbox: Outbox | undefined
  #endpoint = ''
  #next = 1
  /** Frames of this turn that wait for the one being sent. */
  #frames: OutFrame[] = []
  /** The frame that the socket is taking. */
  #writing: OutFrame | undefined
  /** Each a frame of one message. */
  #kept: OutFrame[] = []

  constructor(type: MessageType<In, Out>, options: PubOptions = {}) {
    super([type])
    this.#type = type
    this.#options = options
    const keep = options.keep ?? 0
    if (!Number.isInteger(keep) || keep < 0 || keep > limits.keptMessages) {
      throw new OperationError('bad-option', `pub(${type.name}): keep is ${keep}; give 0 to ${limits.keptMessages}`)
    }
  }

  /**
   * Sends to every subscriber that is connected. The value is encoded at once and leaves in this turn of the event
   * loop. It never waits; what a slow subscriber misses is counted in `stats.dropped`.
   * @throws PortError `unencodable`, `too-large`; OperationError `not-open`.
   */
  send(value: In): void {
    this.#openOutbox().value(value, this.#next)
    this.#next++
    if (this.#options.keep) this.#flushAlone()
  }

  /** Sends bytes as they are, past the schema. From 16 KiB on they are not copied: leave them as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#openOutbox().bytes(bytes, this.#next)
    this.#next++
    if (this.#options.keep) this.#flushAlone()
  }

  get connected(): number {
    return this.#subscribers.size
  }

  override get info(): PortInfo {
    return { ...super.info, ...hostAndPort(this.#endpoint) }
  }

  override get endpoint(): string {
    return this.#endpoint
  }

  /** The actors that are subscribed, one entry for each of their ports. */
  get subscribers(): string[] {
    return [...this.#subscribers.values()].map(actorOf)
  }

  protected async start(): Promise<void> {
    const { sockets } = this.environment
    const socket = sockets.publisher({ queueFrames: limits.queueFrames + (this.#options.keep ?? 0) })
    try {
      this.#endpoint = await bind(socket, this.addressToBind(this.#options.port), this.path)
    } catch (error) {
      sockets.close(socket)
      throw error
    }
    this.#socket = socket
    this.#outbox = new Outbox({ what: `${this.path} (${this.#type.name})` }, frame => this.#enqueue(frame))
    void readAll(socket, [], parts => this.#heard(parts))
  }

  protected stop(lingerMs: number): void {
    this.#outbox?.flush()
    if (this.#socket) this.environment.sockets.close(this.#socket, lingerMs)
    this.#socket = undefined
    this.#outbox = undefined
    this.#frames = []
    this.#writing = undefined
    this.#subscribers.clear()
  }

  #openOutbox(): Outbox {
    // The getter explains why the port is not open.
    if (!this.#outbox) void this.environment
    if (!this.#outbox) throw new OperationError('not-open', `${this.path} is being reset`)
    return this.#outbox
  }

  /** A pub that keeps messages sends each in a frame of its own, which it can then give to newcomers as it is. */
  #flushAlone(): void {
    this.#outbox?.flush()
  }

  #enqueue(frame: OutFrame): void {
    this.#keep(frame)
    if (!this.#writing) this.#write(frame)
    else if (this.#frames.length < limits.turnFrames) this.#frames.push(frame)
    else this.#dropped(frame.count)
  }

  #keep(frame: OutFrame): void {
    const keep = this.#options.keep ?? 0
    if (keep === 0) return
    this.#kept.push(frame)
    if (this.#kept.length > keep) this.#kept.shift()
  }

  /** One frame at a time, so that a full subscriber is noticed before the next frame could overtake. */
  #write(frame: OutFrame): void {
    const socket = this.#socket
    if (!socket) return
    this.#writing = frame
    socket.send(frame.apart ? [frame.head, frame.apart] : frame.head).then(this.#wrote, this.#notWritten)
  }

  readonly #wrote = (): void => {
    this.stats.sent += this.#writing?.count ?? 0
    this.#writing = undefined
    const next = this.#frames.shift()
    if (next) this.#write(next)
  }

  readonly #notWritten = (error: unknown): void => {
    const socket = this.#socket
    const frame = this.#writing
    if (!socket || !frame) return
    this.#dropped(frame.count)
    if (errnoOf(error) === 'EAGAIN') {
      // Someone is full. The others get it all the same: once more, and this time the full are passed over.
      socket.noDrop = false
      socket.send(frame.apart ? [frame.head, frame.apart] : frame.head).catch(() => undefined)
      socket.noDrop = true
    }
    this.#writing = { ...frame, count: 0 }
    this.#wrote()
  }

  #dropped(messages: number): void {
    this.stats.dropped += messages
    this.warn('full', `a subscriber does not keep up; messages to it are dropped (it sees a gap)`)
    const { onDrop } = this.#options
    if (onDrop) this.environment.turns.run(this, onDrop, messages, undefined)
  }

  /** A subscription, its end, or a stranger's bytes. */
  #heard(parts: Buffer[]): number {
    const [message] = parts
    const news = message && parts.length === 1 ? readSubscription(message) : undefined
    if (!news) {
      if (!message || !isLiveTopic(message)) {
        this.stats.refused++
        this.warn('refused', 'refused a message from a subscriber that is no subscription of ours')
      }
      return 1
    }
    if (news.publisherId !== this.environment.actorId) return 1
    const key = news.link.toString('latin1')
    if (!news.comes) this.#subscribers.delete(key)
    else if (this.#subscribers.size >= limits.peersPerPort) {
      this.warn('full', `more than ${limits.peersPerPort} subscribers; no more are taken`, unknownPeer(news.link))
      return 1
    } else {
      this.#subscribers.set(key, news.link)
      this.#welcome(news.link)
    }
    this.environment.changed(this)
    return 1
  }

  #welcome(link: Buffer): void {
    this.#outbox?.flush()
    const topic = ownTopic(link, this.environment.actorId)
    for (const { head, apart } of this.#kept) this.#enqueueAddressed(Buffer.concat([topic, head]), apart)
    this.#enqueueAddressed(Buffer.concat([topic, bareFrame(HELLO, this.#next)]))
  }

  #enqueueAddressed(head: Buffer, apart?: Buffer): void {
    const frame: OutFrame = { head, apart, count: 0, ids: [] }
    if (this.#writing) this.#frames.push(frame)
    else this.#write(frame)
  }
}
