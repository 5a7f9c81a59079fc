/**
 * When to ask. Who announces something is dialled by those who hear it and learns of them by their hellos: so
 * it asks only when no more news comes, for those that did not hear. One question may get lost, and so may
 * its answers, so it is repeated, each time after twice as long. Answers go to all, so a question that
 * another asked counts as asked here too: a crowd asks no more often than one alone. Pure: time goes in, time
 * comes out.
 */
import { discoveryLimits } from './limits.js'

const { firstQuestionMs, firstQuestionMaxMs, crowdQuestionMs, questionWaitMs, questionWaitMaxMs } =
  discoveryLimits
/** Part of a wait by which it is lengthened at random, that not all ask at once. */
const JITTER = 0.5

export class QuerySchedule {
  readonly #isCrowd: () => boolean
  readonly #random: () => number
  #step = 0
  #begunAt = 0
  #askedAt = 0
  #waitMs = 0
  #isQuiet = false

  /** @param isCrowd whether so many are known that news goes on for longer */
  constructor(isCrowd: () => boolean, random: () => number = Math.random) {
    this.#isCrowd = isCrowd
    this.#random = random
  }

  /** The first question is to be asked now. */
  askAtOnce(nowMs: number): void {
    this.#step = 0
    this.#isQuiet = false
    this.#askedAt = nowMs
    this.#waitMs = 0
  }

  /** Something was announced: the first question waits, unless it was asked. */
  announced(nowMs: number): void {
    if (this.#step > 0 || this.#isQuiet) return
    this.#isQuiet = true
    this.#begunAt = nowMs
    this.learned(nowMs)
  }

  /** News came: the first question waits for more of it, but not for ever. */
  learned(nowMs: number): void {
    if (!this.#isQuiet) return
    const latest = this.#begunAt + firstQuestionMaxMs
    this.#askedAt = nowMs
    this.#waitMs = Math.max(Math.min(this.#lengthened(this.#quietMs), latest - nowMs), 0)
  }

  /**
   * Whether to ask now that the time has come. When that is noticed late, this process is starved, and news
   * may wait to be read: then the first question waits on.
   */
  isDue(nowMs: number): boolean {
    const isLate = nowMs - this.dueAt > this.#quietMs / 10
    if (this.#isQuiet && isLate && nowMs - this.#begunAt < firstQuestionMaxMs) this.learned(nowMs)
    return nowMs + 1 >= this.dueAt
  }

  /** A question was just sent afresh: begins over. */
  restart(nowMs: number): void {
    this.#step = 0
    this.#next(nowMs)
  }

  /**
   * A question went over the network, from here or elsewhere. One that comes early in a wait is not counted.
   */
  heard(nowMs: number): void {
    if (nowMs - this.#askedAt >= this.#waitMs / 2) this.#next(nowMs)
  }

  /** When to ask next. */
  get dueAt(): number {
    return this.#askedAt + this.#waitMs
  }

  get #quietMs(): number {
    return this.#isCrowd() ? crowdQuestionMs : firstQuestionMs
  }

  #next(nowMs: number): void {
    this.#isQuiet = false
    this.#askedAt = nowMs
    this.#waitMs = this.#lengthened(Math.min(questionWaitMs * 2 ** this.#step, questionWaitMaxMs))
    this.#step = Math.min(this.#step + 1, 32)
  }

  #lengthened(waitMs: number): number {
    return waitMs * (1 + JITTER * this.#random())
  }
}
