/**
 * pub: one to many, best effort. Each subscriber gets the messages in order, from its welcome on; what it
 * does not get because it is slow is counted here and shows there as a gap. A slow subscriber costs the
 * others nothing.
 */
import { BindingPort } from './binding-port.js'
import { OperationError } from './errors.js'
import { bareFrame, HELLO } from './frame.js'
import { InternalTopic, internalEndpoint } from './internal-topic.js'
import { limits } from './limits.js'
import { actorOf, unknownPeer } from './link.js'
import type { MessageType } from './message.js'
import { Outbox, type OutFrame } from './outbox.js'
import type { PortOptions, ReadyOptions } from './port.js'
import { PubWriter } from './pub-writer.js'
import { readAll } from './reader.js'
import type { PublisherSocket, Sockets } from './sockets.js'
import { isLiveTopic, LIVE_TOPIC_BYTES, liveTopic, ownTopic, readSubscription } from './subscription.js'

/** Options of a pub port. */
export interface PubOptions extends Pick<PortOptions, 'name' | 'timed'> {
  /** Messages kept for subscribers that come later, at most `limits.keptMessages`. Default 0. */
  readonly keep?: number
  /** TCP port to bind; a free one unless told. */
  readonly port?: number
  /** Called when messages could not be sent to at least one subscriber, with their number. */
  readonly onDrop?: (messages: number) => unknown
}

/** A port that publishes messages of one type to every sub of it: `Component.pub()`. */
export class Pub<In, Out = unknown> extends BindingPort<PublisherSocket> {
  readonly kind = 'pub'
  readonly #options: PubOptions
  readonly #type: MessageType<In, Out>
  /** By their link ids, as latin1. */
  readonly #subscribers = new Set<string>()
  /** In place of the socket, where the pub is internal and open. */
  #topic: InternalTopic | undefined
  /** The one that it has, or had before a reset. */
  #lastTopic: InternalTopic | undefined
  #socket: PublisherSocket | undefined
  #outbox: Outbox | undefined
  #writer: PubWriter | undefined
  #next = 1
  /** Each a frame of one message. */
  #kept: OutFrame[] = []
  /** Messages dropped that onDrop has not been told of. */
  #untold = 0

  constructor(type: MessageType<In, Out>, options: PubOptions = {}) {
    super([type], options, options.port)
    this.#type = type
    this.#options = options
    const keep = options.keep ?? 0
    if (!Number.isInteger(keep) || keep < 0 || keep > limits.keptMessages) {
      throw new OperationError(
        'bad-option',
        `pub(${type.name}): keep is ${keep}; give 0 to ${limits.keptMessages}`,
      )
    }
  }

  /**
   * Sends to every subscriber that is connected. The value is encoded at once and leaves in this turn of the
   * event loop. It never waits; what a slow subscriber misses is counted in `stats.dropped`.
   * @throws PortError `unencodable`, `too-large`; OperationError `not-open`.
   */
  send(value: In): void {
    if (this.#topic) {
      this.#hand(this.#topic, value, false)
      return
    }
    this.#openOutbox().value(value, this.#next)
    this.#next++
    if (this.#options.keep) this.#flushAlone()
  }

  /** Sends bytes as they are, past the schema. From 16 KiB on they are not copied: leave them as they are. */
  sendBytes(bytes: Uint8Array): void {
    if (this.#topic) {
      this.#hand(this.#topic, bytes, true)
      return
    }
    this.#openOutbox().bytes(bytes, this.#next)
    this.#next++
    if (this.#options.keep) this.#flushAlone()
  }

  get connected(): number {
    return this.#topic?.size ?? this.#subscribers.size
  }

  /**
   * Resolves when a subscriber is connected, at once where one is. @throws PortError `not-connected` where
   * none comes in time, `closed`.
   */
  ready(options?: ReadyOptions): Promise<void> {
    return this.whenConnected(options, 'sub')
  }

  /** The actors that are subscribed, one entry for each of their ports. */
  get subscribers(): string[] {
    if (this.#topic) return new Array<string>(this.#topic.size).fill(this.environment.actorId)
    return [...this.#subscribers].map((key) => actorOf(linkOf(key)))
  }

  protected override async start(): Promise<void> {
    if (this.scope !== 'internal') return super.start()
    const keep = this.#options.keep ?? 0
    const what = `${this.path} (${this.#type.name})`
    const changed = (): void => {
      if (this.isOpen) this.changed()
    }
    this.#lastTopic ??= new InternalTopic({ what, keep, timed: this.timed, changed })
    this.#topic = this.#lastTopic
    this.listensAt(internalEndpoint(this.path))
    this.environment.topics.set(this.endpoint, this.#topic)
  }

  protected socket(sockets: Sockets): PublisherSocket {
    return sockets.publisher({ queueFrames: limits.queueFrames + (this.#options.keep ?? 0) })
  }

  protected bound(socket: PublisherSocket): void {
    this.#socket = socket
    const writer = new PubWriter(socket, {
      sent: (messages) => {
        this.stats.sent += messages
      },
      dropped: (messages) => this.#dropped(messages),
      subscribers: () => this.#subscribers,
      addressed: (frame, key) => this.#addressed(frame, key),
      position: () => this.#position(),
      welcome: (key) => this.#welcome(key),
    })
    this.#writer = writer
    const what = `${this.path} (${this.#type.name})`
    this.#outbox = new Outbox(
      { what, prefix: liveTopic(this.environment.actorId), timed: this.timed },
      (frame) => {
        this.#keep(frame)
        writer.write(frame)
      },
    )
    void readAll(socket, [], (parts) => this.#heard(writer, parts))
  }

  protected stop(lingerMs: number): void {
    this.environment.topics.delete(this.endpoint)
    this.#topic?.close()
    this.#topic = undefined
    this.#writer?.close()
    this.#outbox?.flush()
    if (this.#socket) this.environment.sockets.close(this.#socket, lingerMs)
    this.#socket = undefined
    this.#outbox = undefined
    this.#writer = undefined
    this.#subscribers.clear()
  }

  #hand(topic: InternalTopic, message: unknown, asBytes: boolean): void {
    const isTaken = topic.send(message, asBytes)
    if (isTaken) this.stats.sent++
    else this.#dropped(1)
  }

  #openOutbox(): Outbox {
    if (!this.#outbox) this.mustBeOpen()
    if (!this.#outbox) throw new OperationError('not-open', `${this.path} is being reset`)
    return this.#outbox
  }

  /**
   * A pub that keeps messages sends each in a frame of its own, which it can then give to newcomers as it is.
   */
  #flushAlone(): void {
    this.#outbox?.flush()
  }

  #keep(frame: OutFrame): void {
    const keep = this.#options.keep ?? 0
    if (keep === 0) return
    this.#kept.push(frame)
    if (this.#kept.length > keep) this.#kept.shift()
  }

  #dropped(messages: number): void {
    this.stats.dropped += messages
    this.warn('full', 'a subscriber does not keep up; messages to it are dropped (it sees a gap)')
    if (!this.#options.onDrop || !this.isOpen) return
    // One call at a time, with what came together meanwhile, so that a busy component has no queue of them.
    this.#untold += messages
    if (this.#untold > messages) return
    this.environment.turns.run(this, this.#tellDropped, undefined, undefined)
  }

  readonly #tellDropped = (): unknown => {
    const messages = this.#untold
    this.#untold = 0
    return this.#options.onDrop?.(messages)
  }

  /** A subscription, its end, or a stranger's bytes. */
  #heard(writer: PubWriter, parts: Buffer[]): number {
    // What was read before a reset is of no subscriber of the new socket.
    if (writer !== this.#writer) return 1
    const [message] = parts
    const news = message && parts.length === 1 ? readSubscription(message) : undefined
    if (!news) {
      if (!message || parts.length > 1 || !isLiveTopic(message)) {
        this.stats.refused++
        this.warn('refused', 'refused a message from a subscriber that is no subscription of ours')
      }
      return 1
    }
    if (news.publisherId !== this.environment.actorId) return 1
    const key = news.link.toString('latin1')
    if (!news.comes) {
      this.#subscribers.delete(key)
      writer.forget(key)
    } else if (this.#subscribers.size >= limits.peersPerPort && !this.#subscribers.has(key)) {
      this.warn(
        'full',
        `more than ${limits.peersPerPort} subscribers; no more are taken`,
        unknownPeer(news.link),
      )
      return 1
    } else {
      this.#subscribers.add(key)
      writer.welcome(key)
    }
    this.changed()
    return 1
  }

  /** The kept messages, and the number of the next. */
  #welcome(key: string): OutFrame[] {
    if (!this.#subscribers.has(key)) return []
    return [...this.#kept, this.#position()].map((frame) => this.#addressed(frame, key))
  }

  /** The number of the next message that leaves: what the outbox holds comes after it. */
  #position(): OutFrame {
    const hello = bareFrame(HELLO, this.#next - (this.#outbox?.pending ?? 0))
    const head = Buffer.concat([liveTopic(this.environment.actorId), hello])
    return { head, apart: undefined, count: 0, ids: [] }
  }

  /** The frame with the topic of one subscriber in place of the live one. Counts as no message of its own. */
  #addressed({ head, apart }: OutFrame, key: string): OutFrame {
    const topic = ownTopic(linkOf(key), this.environment.actorId)
    return { head: Buffer.concat([topic, head.subarray(LIVE_TOPIC_BYTES)]), apart, count: 0, ids: [] }
  }
}

function linkOf(key: string): Buffer {
  return Buffer.from(key, 'latin1')
}
