/** What passed by each lane and what did not; and the log of what did not, without a line for each. */
import { performance } from 'node:perf_hooks'
import { oneLine, portLimits } from '../../ports/index.js'
import { bridgeLimits } from './limits.js'

/** Counters of one lane at one end; they only grow. */
export interface LaneCounts {
  /** Messages, questions and answers that went on here: sent to the other end, or handed to a port. */
  carried: number
  /** Messages that newer ones took the place of, or that were too large. */
  dropped: number
  /** Messages that came and were refused: garbage, or against the schema. */
  refused: number
  /** Messages that the other end sent, and that never came. */
  missed: number
}

interface Warner {
  warn(text: string): void
}

export class LaneCount {
  readonly counts: LaneCounts = { carried: 0, dropped: 0, refused: 0, missed: 0 }
  readonly #log: Warner
  readonly #toldMs = new Map<string, number>()

  constructor(log: Warner) {
    this.#log = log
  }

  carried(): void {
    this.counts.carried++
  }

  dropped(messages: number): void {
    if (messages === 0) return
    this.counts.dropped += messages
    this.#warn('dropped', 'the way to the other end does not keep up; the oldest messages are dropped')
  }

  refused(why: string): void {
    this.counts.refused++
    this.#warn('refused', `refused what came by the bridge: ${why}`)
  }

  missed(messages: number): void {
    this.counts.missed += messages
    this.#warn('missed', `${messages} messages of the other end never came`)
  }

  /** What keeps it from carrying. @param what one of few */
  failed(what: string, why: string): void {
    this.#warn(what, `does not carry: ${why}`)
  }

  /** Of each kind one in a while. */
  #warn(what: string, text: string): void {
    const nowMs = performance.now()
    for (const [told, atMs] of this.#toldMs) if (nowMs - atMs > bridgeLimits.warnMs) this.#toldMs.delete(told)
    if (this.#toldMs.has(what)) return
    this.#toldMs.set(what, nowMs)
    // Some of it is the other end's.
    this.#log.warn(oneLine(text, portLimits.foreignText))
  }
}
