/**
 * What multicast-dns, beneath bonjour-service, takes for its UDP socket. The real one is shared (`mdns-
 * socket.ts`), so that a responder can be made and thrown away without the network noticing; and what
 * bonjour-service sends at once passes through here, to be spread and spaced: a crowd does not answer at one
 * moment, and many who ask the same share one answer.
 */
import type { RemoteInfo } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { discoveryLimits } from './limits.js'

/** Sends bytes to the group. */
export type SendToGroup = (message: Buffer, done: (error: Error | null) => void) => void

/** A packet from this address made its reader throw. */
export type PacketFailed = (source: string, thrown: unknown) => void

interface Answer {
  /** When it may leave again, on the clock of `performance.now()`. */
  notBefore: number
  timer: NodeJS.Timeout | undefined
}

const AR_COUNT = 10
const QUERY_OR_RESPONSE = 2

export class MdnsChannel extends EventEmitter {
  readonly #send: SendToGroup
  readonly #jitterMs: () => number
  readonly #failed: PacketFailed
  readonly #isCrowd: () => boolean
  readonly #answers = new Map<string, Answer>()
  /** Announcements, and answers that were as good. */
  #told = 0
  /** Somebody has heard what was announced. */
  #isHeard = false
  #again: NodeJS.Timeout | undefined
  #isHushed = false
  #isClosed = false

  /**
   * `jitterMs` says in how many milliseconds an answer leaves; `failed` hears of packets that nobody could
   * read; in a crowd what one has heard is announced no more.
   */
  constructor(send: SendToGroup, jitterMs: () => number, failed: PacketFailed, isCrowd = () => false) {
    super()
    this.#isCrowd = isCrowd
    this.#failed = failed
    this.#send = send
    this.#jitterMs = jitterMs
  }

  /**
   * A packet for the one who reads this channel. If it makes the reader throw, that is the end of the packet
   * only.
   */
  deliver(message: Buffer, from: RemoteInfo): void {
    if (this.#isClosed) return
    try {
      this.emit('message', message, from)
    } catch (thrown) {
      this.#failed(from.address, thrown)
    }
  }

  /** As of dgram.Socket; address and port are always those of the group. */
  send(
    message: Buffer,
    _offset: number,
    _length: number,
    _port: number,
    _address: string,
    done: (error: Error | null) => void,
  ): void {
    if (this.#isClosed) process.nextTick(done, null)
    else if (((message[QUERY_OR_RESPONSE] ?? 0) & 0x80) === 0) this.#send(message, done)
    else this.#respond(message, done)
  }

  /**
   * What was announced has been heard by one: in a crowd it is announced no more. Before that it has no
   * effect.
   */
  wasHeard(): void {
    this.#isHeard ||= this.#told > 0
  }

  /** No question is answered from now on: an answer after a goodbye would take it back. */
  hush(): void {
    this.#isHushed = true
    clearTimeout(this.#again)
    this.removeAllListeners('message')
    for (const { timer } of this.#answers.values()) clearTimeout(timer)
    this.#answers.clear()
  }

  /** As of dgram.Socket. Answers that wait are dropped. */
  close(done: () => void = () => undefined): void {
    this.#isClosed = true
    this.hush()
    this.removeAllListeners()
    process.nextTick(done)
  }

  #respond(message: Buffer, done: (error: Error | null) => void): void {
    // bonjour-service would announce for an hour; who needs to hear it later asks.
    const isEnough = !isAnswer(message) && !this.#isHushed && this.#isTold
    const content = message.toString('latin1')
    const answer = this.#answers.get(content)
    // Already about to leave, or one of so many that a stranger must be asking for sport.
    if (isEnough || answer?.timer || (!answer && this.#answers.size >= discoveryLimits.distinctAnswers)) {
      process.nextTick(done, null)
      return
    }
    const now = performance.now()
    const wait = Math.max((answer?.notBefore ?? 0) - now, 0) + (isAnswer(message) ? this.#jitterMs() : 0)
    const entry: Answer = { notBefore: now + wait + discoveryLimits.answerSpacingMs, timer: undefined }
    this.#answers.set(content, entry)
    if (this.#told++ === 0 && !isAnswer(message)) this.#announceAgain(message)
    if (wait < 1) {
      this.#send(message, done)
      return
    }
    entry.timer = setTimeout(() => {
      entry.timer = undefined
      this.#send(message, done)
    }, wait)
    entry.timer.unref()
  }

  get #isTold(): boolean {
    return this.#told >= discoveryLimits.announcements || (this.#isHeard && this.#isCrowd())
  }

  /** bonjour-service does so only after 3 s: a newcomer whose packet was lost is missed till then. */
  #announceAgain(message: Buffer): void {
    if (this.#isHushed) return
    this.#again = setTimeout(() => this.#respond(message, () => undefined), discoveryLimits.announceWaitMs)
    this.#again.unref()
  }
}

/** Announcements and goodbyes hold all they say as answers; only the answer to a question adds to it. */
function isAnswer(message: Buffer): boolean {
  return message.readUInt16BE(AR_COUNT) > 0
}
