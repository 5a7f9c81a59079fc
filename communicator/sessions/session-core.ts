/**
 * One session, without I/O or clock: numbered frames that arrive once and in order over connections that
 * break. What happens comes in with its time; what is to be sent is taken out, one frame at a time.
 *
 *   away ──connected──▶ asking: HELLO, and again ──WELCOME──▶ open: data
 *    ▲                     ▲                                   │
 *    └─────disconnected────┴── no acknowledgement, or a hole ──┘
 *
 * Each end opens its own direction: from its HELLO until the WELCOME it sends no data, so the number that the
 * WELCOME tells is all that came, and what follows it is sent again. Nothing rests on how a connection
 * breaks: frames may be lost anywhere.
 */
import type { Buffer } from 'node:buffer'
import { sessionLimits } from './limits.js'
import { Pace } from './pace.js'
import { ResendBuffer } from './resend-buffer.js'
import {
  ackFrame,
  EndReason,
  endFrame,
  helloFrame,
  ID_BYTES,
  NO_ID,
  type SessionFrame,
  stampData,
  welcomeFrame,
} from './session-frame.js'

/** Why a session ended. */
export type Loss =
  /** The peer began another session, or knows nothing of this one: it restarted, or gave it up. */
  | 'restarted'
  /** The other end says that it is over: closed there, not heard of for too long, or for a fault of ours. */
  | 'closed'
  | 'gave-up'
  | 'accused'
  /** The peer has as many sessions as it may. */
  | 'full'
  /** The peer was away for too long. */
  | 'away'
  /** The peer is connected and never answered. */
  | 'unanswered'
  /** What came breaks the protocol. */
  | 'violated'

const LOSS_OF: ReadonlyMap<number, Loss> = new Map([
  [EndReason.unknown, 'restarted'],
  [EndReason.violated, 'accused'],
  [EndReason.away, 'gave-up'],
  [EndReason.full, 'full'],
])

export interface CoreOptions {
  readonly holdMs: number
  readonly answerMs: number
  readonly resendBytes: number
}

export class SessionCore {
  readonly #mine: Buffer
  readonly #options: CoreOptions
  readonly #sent = new ResendBuffer()
  readonly #pace: Pace
  /** One frame under way whose time to its acknowledgement is taken. */
  #timed: { readonly number: number; readonly atMs: number; readonly isFull: boolean } | undefined
  #theirs: Buffer | undefined
  #loss: Loss | undefined
  #isConnected = false
  #isOpen = false
  #phase = 0
  /** The number of the next frame of data to send, and of the last that was ever sent. */
  #cursor = 1
  #highest = 0
  /** The number up to which all data came. */
  #received = 0
  /** When the peer was last heard in this session, or the last connection began or ended. */
  #heardAt: number
  #connectedAt = 0
  #progressAt = 0
  #askAt = Number.POSITIVE_INFINITY
  #ackAt = Number.POSITIVE_INFINITY
  #ackFrames = 0
  #ackBytes = 0
  #hole: 'none' | 'due' | 'told' = 'none'
  #welcome: number | undefined
  #stranger: Buffer | undefined

  /** @param mine an id that no other session has. */
  constructor(mine: Buffer, options: CoreOptions, nowMs: number) {
    this.#mine = mine
    this.#options = options
    this.#pace = new Pace(options.resendBytes - sessionLimits.reserveBytes)
    this.#heardAt = nowMs
  }

  /** Why it is over; undefined while it is not. */
  get loss(): Loss | undefined {
    return this.#loss
  }

  /** Whether the peer can be sent data at once. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Bytes that may still be submitted. */
  get room(): number {
    return this.#isOpen ? this.#options.resendBytes - this.#sent.bytes : 0
  }

  /** Bytes of streams among them. */
  get bulkRoom(): number {
    return this.#isOpen ? this.#pace.bytes - this.#sent.bytes : 0
  }

  /** The frame that tells the peer that this end gives up; undefined where the peer is not known. */
  farewell(why: EndReason): Buffer | undefined {
    return this.#theirs && endFrame(this.#theirs, why)
  }

  /** A connection is there: a new one, where there was one already. */
  connected(nowMs: number): void {
    this.#isConnected = true
    this.#connectedAt = nowMs
    this.#ask(nowMs)
  }

  disconnected(nowMs: number): void {
    if (this.#isOpen) this.#heardAt = nowMs
    this.#isConnected = false
    this.#isOpen = false
    this.#welcome = undefined
    this.#askAt = Number.POSITIVE_INFINITY
  }

  /** Takes a frame with room for its head; the bytes are not to be changed any more. */
  submit(frame: Buffer, nowMs: number): void {
    if (this.#sent.bytes === 0) this.#progressAt = nowMs
    this.#sent.append(frame)
  }

  /** Takes in what came; gives the body that is next in order, where it was that. */
  heard(frame: SessionFrame, nowMs: number): Buffer | undefined {
    if (this.#loss !== undefined) return undefined
    if (frame.kind === 'hello') this.#hello(frame.from, frame.to, frame.phase, nowMs)
    else if (frame.to.equals(this.#mine)) return this.#word(frame, nowMs)
    return undefined
  }

  /** When tick() is due, if nothing else happens. */
  get deadline(): number {
    const { holdMs } = this.#options
    const held = this.#isOpen ? Number.POSITIVE_INFINITY : this.#heardAt + holdMs
    const ack = this.#isConnected ? this.#ackAt : Number.POSITIVE_INFINITY
    return Math.min(held, this.#unansweredAt, this.#stalledAt, this.#askAt, ack)
  }

  tick(nowMs: number): void {
    if (nowMs >= this.#unansweredAt) this.#loss ??= 'unanswered'
    else if (!this.#isOpen && nowMs >= this.#heardAt + this.#options.holdMs) this.#loss ??= 'away'
    else if (nowMs >= this.#stalledAt) this.#ask(nowMs)
  }

  /** The next frame to send, in this order; undefined where there is none now. */
  take(nowMs: number): Buffer | undefined {
    if (!this.#isConnected || this.#loss !== undefined) return undefined
    return this.#takeAnswer() ?? this.#takeHello(nowMs) ?? this.#takeData(nowMs) ?? this.#takeAck(nowMs)
  }

  /** The peer has not said that it knows this session, though it is connected. */
  get #unansweredAt(): number {
    const isUnanswered = this.#isConnected && this.#theirs === undefined
    return isUnanswered ? this.#connectedAt + this.#options.answerMs : Number.POSITIVE_INFINITY
  }

  get #stalledAt(): number {
    const isWaiting = this.#isOpen && this.#sent.acknowledged < this.#cursor - 1
    return isWaiting ? this.#progressAt + sessionLimits.stallMs : Number.POSITIVE_INFINITY
  }

  /** Begins to ask what the peer has: no data is sent until it has told. */
  #ask(nowMs: number): void {
    this.#phase = (this.#phase + 1) >>> 0
    this.#isOpen = false
    this.#timed = undefined
    this.#askAt = nowMs
  }

  #hello(from: Buffer, to: Buffer, phase: number, nowMs: number): void {
    if (!to.equals(NO_ID) && !to.equals(this.#mine)) {
      this.#stranger = from
      return
    }
    if (!this.#knows(from)) return
    this.#heardAt = nowMs
    this.#welcome = phase
    // The peer lost what was under way, or never had it.
    this.#hole = 'none'
    if (!this.#isConnected) this.connected(nowMs)
  }

  /** False where it is another session of the peer's. */
  #knows(from: Buffer): boolean {
    if (from.length !== ID_BYTES || from.equals(NO_ID)) this.#loss = 'violated'
    else if (this.#theirs === undefined) this.#theirs = from
    else if (!this.#theirs.equals(from)) this.#loss = 'restarted'
    return this.#loss === undefined
  }

  #word(frame: Exclude<SessionFrame, { kind: 'hello' }>, nowMs: number): Buffer | undefined {
    if (frame.kind === 'end') {
      this.#loss = LOSS_OF.get(frame.why) ?? 'closed'
      return undefined
    }
    if (frame.kind === 'welcome' && !this.#knows(frame.from)) return undefined
    if (this.#theirs === undefined) return undefined
    this.#heardAt = nowMs
    if (frame.received > this.#highest) {
      this.#loss = 'violated'
      return undefined
    }
    if (frame.kind === 'welcome') this.#welcomed(frame.phase, frame.received, nowMs)
    else if (frame.received > this.#sent.acknowledged) this.#acknowledge(frame.received, nowMs)
    if (frame.kind === 'ack' && frame.again && this.#isOpen) this.#ask(nowMs)
    return frame.kind === 'data' ? this.#data(frame.number, frame.body, nowMs) : undefined
  }

  #welcomed(phase: number, received: number, nowMs: number): void {
    if (phase !== this.#phase || this.#isOpen || !this.#isConnected) return
    // What was acknowledged once is nowhere any more.
    if (received < this.#sent.acknowledged) this.#loss = 'violated'
    this.#acknowledge(received, nowMs)
    this.#cursor = received + 1
    this.#isOpen = true
    this.#askAt = Number.POSITIVE_INFINITY
  }

  #acknowledge(received: number, nowMs: number): void {
    this.#progressAt = nowMs
    const timed = this.#timed
    if (timed && received >= timed.number) {
      this.#pace.acknowledged(nowMs - timed.atMs, timed.isFull, nowMs)
      this.#timed = undefined
    }
    this.#sent.acknowledge(received)
    this.#cursor = Math.max(this.#cursor, received + 1)
  }

  #data(number: number, body: Buffer, nowMs: number): Buffer | undefined {
    this.#ackAt = Math.min(this.#ackAt, nowMs + sessionLimits.ackMs)
    if (number !== this.#received + 1) {
      if (number > this.#received && this.#hole === 'none') this.#hole = 'due'
      return undefined
    }
    this.#received = number
    this.#hole = 'none'
    this.#ackFrames++
    this.#ackBytes += body.length
    const { ackFrames, ackBytes } = sessionLimits
    if (this.#ackFrames >= ackFrames || this.#ackBytes >= ackBytes) this.#ackAt = nowMs
    return body
  }

  #takeAnswer(): Buffer | undefined {
    if (this.#stranger) {
      const frame = endFrame(this.#stranger, EndReason.unknown)
      this.#stranger = undefined
      return frame
    }
    if (this.#welcome === undefined || this.#theirs === undefined) return undefined
    const frame = welcomeFrame(this.#mine, this.#theirs, this.#welcome, this.#received)
    this.#welcome = undefined
    this.#acknowledged()
    return frame
  }

  #takeHello(nowMs: number): Buffer | undefined {
    if (this.#isOpen || nowMs < this.#askAt) return undefined
    this.#askAt = nowMs + sessionLimits.askAgainMs
    return helloFrame(this.#mine, this.#theirs ?? NO_ID, this.#phase)
  }

  #takeData(nowMs: number): Buffer | undefined {
    const frame = this.#isOpen && this.#hole !== 'due' ? this.#sent.get(this.#cursor) : undefined
    if (frame === undefined || this.#theirs === undefined) return undefined
    stampData(frame, this.#theirs, this.#cursor, this.#received)
    this.#highest = Math.max(this.#highest, this.#cursor)
    this.#timed ??= { number: this.#cursor, atMs: nowMs, isFull: this.bulkRoom <= sessionLimits.chunkBytes }
    this.#cursor++
    this.#acknowledged()
    return frame
  }

  #takeAck(nowMs: number): Buffer | undefined {
    const isHole = this.#hole === 'due'
    if (this.#theirs === undefined || (!isHole && nowMs < this.#ackAt)) return undefined
    if (isHole) this.#hole = 'told'
    this.#acknowledged()
    return ackFrame(this.#theirs, isHole, this.#received)
  }

  /** What came is told with what has just been taken. */
  #acknowledged(): void {
    this.#ackAt = Number.POSITIVE_INFINITY
    this.#ackFrames = 0
    this.#ackBytes = 0
  }
}
