/**
 * Hears what others ask, whole: a question whose known answers take several packets counts when the last of
 * them is there, or none came for a while (RFC 6762 §7.2). Only packets that ask for our services, or go on
 * telling who is known, get here held back; all others are passed on as they are.
 */
import type { RemoteInfo } from 'node:dgram'
import { readAsked } from './known-answers.js'
import { discoveryLimits } from './limits.js'

/** A question, whole. */
export interface Question {
  /** The packet that holds it. */
  readonly message: Buffer
  readonly from: RemoteInfo
  /** Whether it asks for our services, and for nothing else. */
  readonly isForOurs: boolean
  /** Ids of the actors that the one who asks knows already. */
  readonly known: ReadonlySet<string>
}

interface Waiting {
  readonly message: Buffer
  readonly from: RemoteInfo
  readonly known: Set<string>
  timer: NodeJS.Timeout | undefined
}

export class Hearing {
  readonly #asked: (question: Question) => void
  /** Questions that wait for the rest of what is known, by who asks. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(asked: (question: Question) => void) {
    this.#asked = asked
  }

  /** A query from the network, that `shapeOf` let through. */
  take(message: Buffer, from: RemoteInfo): void {
    const { isForOurs, isContinued, isTruncated, known } = readAsked(message)
    const who = `${from.address} ${from.port} ${message.readUInt16BE(0)}`
    if (isContinued) this.#continue(who, known, isTruncated)
    else if (!isForOurs || !isTruncated || this.#waiting.size >= discoveryLimits.waitingQuestions) {
      this.#asked({ message, from, isForOurs, known: new Set(isForOurs ? known : []) })
    } else {
      // Who asks afresh has given up what it asked before.
      clearTimeout(this.#waiting.get(who)?.timer)
      this.#wait(who, { message, from, known: new Set(known), timer: undefined })
    }
  }

  /** Questions that wait are dropped. */
  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }

  #continue(who: string, known: readonly string[], isTruncated: boolean): void {
    const waiting = this.#waiting.get(who)
    if (!waiting) return
    clearTimeout(waiting.timer)
    for (const id of known) if (waiting.known.size < discoveryLimits.knownRecords) waiting.known.add(id)
    if (isTruncated) this.#wait(who, waiting)
    else this.#done(who, waiting)
  }

  #wait(who: string, waiting: Waiting): void {
    this.#waiting.set(who, waiting)
    waiting.timer = setTimeout(() => this.#done(who, waiting), discoveryLimits.questionRestMs)
    waiting.timer.unref()
  }

  #done(who: string, { message, from, known }: Waiting): void {
    this.#waiting.delete(who)
    this.#asked({ message, from, isForOurs: true, known })
  }
}
