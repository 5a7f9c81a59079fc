/**
 * Writes the frames of a pub to its socket, one at a time, so that a full subscriber is noticed before the
 * next frame could overtake. It belongs to one socket: after a reset the frames of the old one count for
 * nothing.
 *
 * The socket takes a frame for all subscribers or, where one is full, for none. Then the frame goes to each
 * by its own topic, and who is full misses it. (A socket that passes over the full by itself does not tell
 * what they missed.)
 *
 * Welcomes are written between frames, one subscriber after another, and made only then: however many
 * subscribers come at once, no more waits than their names. One that cannot take its welcome is welcomed
 * again a little later.
 */
import { limits } from './limits.js'
import type { OutFrame } from './outbox.js'
import { errnoOf } from './socket-calls.js'
import type { PublisherSocket } from './sockets.js'

/** What a writer asks of its port, and tells it. */
export interface PubWriterEvents {
  sent(messages: number): void
  /** Messages that did not leave, or not to every subscriber. */
  dropped(messages: number): void
  subscribers(): Iterable<string>
  /** The frame for one subscriber alone. */
  addressed(frame: OutFrame, key: string): OutFrame
  /** A frame that says which message comes next. */
  position(): OutFrame
  /** The frames that welcome a subscriber, as things are now. */
  welcome(key: string): readonly OutFrame[]
}

export class PubWriter {
  readonly #socket: Pick<PublisherSocket, 'send'>
  readonly #events: PubWriterEvents
  /** Frames of this turn that wait for the one being sent. */
  #frames: OutFrame[] = []
  /** The frame that the socket is taking. */
  #writing: OutFrame | undefined
  /** Subscribers that wait for their welcome. */
  readonly #newcomers = new Set<string>()
  /** Subscribers that had no room for it. */
  readonly #unwelcomed = new Set<string>()
  /** Frames left of the welcome under way, and whose it is. */
  #welcome: OutFrame[] = []
  #welcoming = ''
  #retry: NodeJS.Timeout | undefined
  /** Subscribers that lost something: where nothing followed it, they would not know. */
  readonly #behind = new Set<string>()
  /** Tells them, a little later, where the publisher is. */
  #tell: NodeJS.Timeout | undefined
  #closed = false

  constructor(socket: Pick<PublisherSocket, 'send'>, events: PubWriterEvents) {
    this.#socket = socket
    this.#events = events
  }

  write(frame: OutFrame): void {
    if (this.#closed) void this.#sendToEach(frame)
    else if (!this.#writing) this.#send(frame)
    else if (this.#frames.length < limits.turnFrames) this.#frames.push(frame)
    else this.#lost(frame, this.#welcomed())
  }

  welcome(key: string): void {
    this.#newcomers.add(key)
    if (!this.#writing) this.#next()
  }

  forget(key: string): void {
    this.#newcomers.delete(key)
    this.#unwelcomed.delete(key)
    this.#behind.delete(key)
    if (this.#welcoming === key) this.#welcome = []
  }

  /**
   * What still waits, and what is written from now on, goes to each subscriber at once: who is full costs the
   * others not even the last message.
   */
  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearTimeout(this.#tell)
    for (const frame of this.#frames.splice(0)) void this.#sendToEach(frame)
  }

  #send(frame: OutFrame): void {
    this.#writing = frame
    this.#socket.send(partsOf(frame)).then(this.#wrote, this.#notWritten)
  }

  readonly #wrote = (): void => {
    if (this.#writing) this.#events.sent(this.#writing.count)
    this.#goOn()
  }

  readonly #notWritten = (error: unknown): void => {
    const frame = this.#writing
    if (!frame) return
    const isFull = errnoOf(error) === 'EAGAIN'
    if (frame.count > 0 && isFull && !this.#closed) {
      void this.#sendToEach(frame).then(this.#goOn)
      return
    }
    if (frame.count > 0) this.#lost(frame, this.#welcomed())
    else {
      this.#welcome = []
      if (isFull && !this.#closed) this.#welcomeLater(this.#welcoming)
    }
    this.#goOn()
  }

  /** A welcome goes on before frames that came after it was made. */
  readonly #goOn = (): void => {
    this.#writing = undefined
    if (!this.#closed) this.#next()
  }

  #next(): void {
    const frame = this.#welcome.shift() ?? this.#frames.shift() ?? this.#beginWelcome()
    if (frame) this.#send(frame)
  }

  async #sendToEach(frame: OutFrame): Promise<void> {
    const losers = await this.#offer(frame, this.#welcomed())
    if (losers.length > 0) this.#lost(frame, losers)
    else this.#events.sent(frame.count)
  }

  /**
   * Who waits for a welcome gets what is sent with it, or learns there that it begins later: sooner it would
   * take the kept messages, which are older, for seen.
   */
  #welcomed(): string[] {
    const isWaiting = (key: string): boolean => this.#newcomers.has(key) || this.#unwelcomed.has(key)
    return [...this.#events.subscribers()].filter((key) => !isWaiting(key))
  }

  /** Resolves with those that have no room for it. */
  async #offer(frame: OutFrame, keys: readonly string[]): Promise<string[]> {
    const taken = await Promise.all(
      keys.map((key) =>
        this.#socket.send(partsOf(this.#events.addressed(frame, key))).then(
          () => true,
          () => false,
        ),
      ),
    )
    return keys.filter((_, index) => !taken[index])
  }

  #lost(frame: OutFrame, losers: readonly string[]): void {
    this.#events.dropped(frame.count)
    for (const key of losers) this.#behind.add(key)
    this.#tellLater()
  }

  #tellLater(): void {
    if (this.#closed) return
    this.#tell ??= setTimeout(() => {
      this.#tell = undefined
      void this.#tellPosition()
    }, limits.welcomeRetryMs).unref()
  }

  async #tellPosition(): Promise<void> {
    // What still waits is not missed: it must not come after the number of the next.
    if (this.#writing === undefined && this.#frames.length === 0) {
      const behind = this.#welcomed().filter((key) => this.#behind.has(key))
      this.#behind.clear()
      for (const key of await this.#offer(this.#events.position(), behind)) this.#behind.add(key)
    }
    if (this.#behind.size > 0) this.#tellLater()
  }

  #beginWelcome(): OutFrame | undefined {
    for (const key of this.#newcomers) {
      this.#newcomers.delete(key)
      this.#welcoming = key
      this.#welcome = [...this.#events.welcome(key)]
      const first = this.#welcome.shift()
      if (first) return first
    }
    return undefined
  }

  #welcomeLater(key: string): void {
    this.#unwelcomed.add(key)
    if (this.#retry) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      for (const unwelcomed of this.#unwelcomed) this.#newcomers.add(unwelcomed)
      this.#unwelcomed.clear()
      if (!this.#writing) this.#next()
    }, limits.welcomeRetryMs).unref()
  }
}

function partsOf(frame: OutFrame): Buffer | Buffer[] {
  return frame.apart ? [frame.head, frame.apart] : frame.head
}
