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
import type { XPublisher } from 'zeromq'
import { limits } from './limits.js'
import type { OutFrame } from './outbox.js'
import { errnoOf } from './sockets.js'

/** What a writer tells its port. */
export interface PubWriterEvents {
  sent(messages: number): void
  /** Messages that did not leave, or not to every subscriber. */
  dropped(messages: number): void
  /** The frame addressed to each subscriber that is welcomed. */
  toEach(frame: OutFrame, isWelcomed: (key: string) => boolean): readonly OutFrame[]
  /** A frame that says which message comes next. */
  position(): OutFrame
  /** The frames that welcome a subscriber, as things are now. */
  welcome(key: string): readonly OutFrame[]
}

export class PubWriter {
  readonly #socket: Pick<XPublisher, 'send'>
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
  /** Tells, a little later, where the publisher is: a loss that nothing follows would else stay unknown. */
  #tell: NodeJS.Timeout | undefined
  #closed = false

  constructor(socket: Pick<XPublisher, 'send'>, events: PubWriterEvents) {
    this.#socket = socket
    this.#events = events
  }

  write(frame: OutFrame): void {
    if (!this.#writing) this.#send(frame)
    else if (this.#frames.length < limits.turnFrames) this.#frames.push(frame)
    else this.#dropped(frame)
  }

  welcome(key: string): void {
    this.#newcomers.add(key)
    if (!this.#writing) this.#next()
  }

  forget(key: string): void {
    this.#newcomers.delete(key)
    this.#unwelcomed.delete(key)
    if (this.#welcoming === key) this.#welcome = []
  }

  /** Hands over at once what still waits; writes nothing afterwards. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearTimeout(this.#tell)
    const frames = this.#frames
    this.#frames = []
    for (const frame of frames) {
      for (const each of this.#toEach(frame)) void this.#offer(each)
      this.#events.sent(frame.count)
    }
  }

  #send(frame: OutFrame): void {
    this.#writing = frame
    this.#socket.send(partsOf(frame)).then(this.#wrote, this.#notWritten)
  }

  readonly #wrote = (): void => {
    if (this.#writing) this.#events.sent(this.#writing.count)
    this.#writing = undefined
    if (!this.#closed) this.#next()
  }

  readonly #notWritten = (error: unknown): void => {
    const frame = this.#writing
    if (!frame || this.#closed) return
    const isFull = errnoOf(error) === 'EAGAIN'
    if (frame.count > 0 && isFull) {
      void this.#sendToEach(frame)
      return
    }
    if (frame.count === 0) {
      this.#welcome = []
      if (isFull) this.#welcomeLater(this.#welcoming)
    } else this.#dropped(frame)
    this.#writing = undefined
    this.#next()
  }

  async #sendToEach(frame: OutFrame): Promise<void> {
    const taken = await Promise.all(this.#toEach(frame).map((each) => this.#offer(each)))
    if (this.#closed) return
    if (taken.includes(false)) this.#dropped(frame)
    else this.#events.sent(frame.count)
    this.#writing = undefined
    this.#next()
  }

  #dropped(frame: OutFrame): void {
    this.#events.dropped(frame.count)
    this.#tellLater()
  }

  #tellLater(): void {
    this.#tell ??= setTimeout(() => {
      this.#tell = undefined
      void this.#tellPosition()
    }, limits.welcomeRetryMs).unref()
  }

  async #tellPosition(): Promise<void> {
    if (this.#closed) return
    // What still waits is not missed: it must not come after the number of the next.
    const isBusy = this.#writing !== undefined || this.#frames.length > 0
    const taken = isBusy
      ? [false]
      : await Promise.all(this.#toEach(this.#events.position()).map((each) => this.#offer(each)))
    if (taken.includes(false) && !this.#closed) this.#tellLater()
  }

  /**
   * Who waits for a welcome gets this message with it, or learns there that it begins later: sooner it would
   * take the kept messages, which are older, for seen.
   */
  #toEach(frame: OutFrame): readonly OutFrame[] {
    const isWelcomed = (key: string): boolean => !this.#newcomers.has(key) && !this.#unwelcomed.has(key)
    return this.#events.toEach(frame, isWelcomed)
  }

  /** False where it was not taken. */
  #offer(frame: OutFrame): Promise<boolean> {
    return this.#socket.send(partsOf(frame)).then(
      () => true,
      () => false,
    )
  }

  /** A welcome goes on before frames that came after it was made. */
  #next(): void {
    const frame = this.#welcome.shift() ?? this.#frames.shift() ?? this.#beginWelcome()
    if (frame) this.#send(frame)
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
