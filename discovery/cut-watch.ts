/**
 * Sees that the way to a peer was cut, and when it is whole again. What TCP takes for a connection carries
 * nothing for a while then: it tries again after 0.2, 0.4, 0.8, 1.6 s and so on, so after a cut of two
 * seconds it may need two more. So when a beat is overdue, a second connection is dialled, again and again:
 *
 *     beats ── one is late by a quarter of the time between two ─────────▶ trying
 *       ▲                                                                    │
 *       ├── heard, or connected at once: the peer was busy ◀─────────────────┤
 *       └── heard, or connected, after tries that failed: it was cut ◀───────┘
 *
 * It tells of a cut only where nothing was heard for `limits.cutMs`: TCP gets over shorter ones by itself.
 * The own process may stand still: what came meanwhile is read before anything is tried.
 */
import { discoveryLimits } from './limits.js'

/** A connection that is tried; it connects by itself, again and again. */
export interface Trial {
  /** It is of no use. */
  end(): void
}

export interface CutWatchEvents {
  /** Dials a second connection, and tells of what becomes of it; undefined where none can be had. */
  dial(): Trial | undefined
  /** The way was cut and is whole again; with the connection that showed it, where it was that. */
  healed(silentMs: number, by: Trial | undefined): void
}

/** A beat may be late by this part of the time between two. */
const LATE = 1.25
/** So many times the time between two, and it is taken for twice of it. */
const SLOW = 1.5

export class CutWatch {
  readonly #events: CutWatchEvents
  #beatMs = 0
  /** It beats half as often, as in a crowd. */
  #isSlow = false
  /** Until then it is taken for one that does: it was busy. */
  #busyUntilMs = 0
  #heardAtMs = 0
  #dueAtMs = 0
  #timer: NodeJS.Timeout | undefined
  #trial: Trial | undefined
  #dialledAtMs = 0
  #failed = 0

  constructor(events: CutWatchEvents) {
    this.#events = events
  }

  /** The peer is welcome, and beats so often. */
  begin(beatMs: number, nowMs: number): void {
    this.#beatMs = beatMs
    if (this.#timer === undefined) this.#heardAtMs = nowMs
    this.#wait(nowMs)
  }

  /** Something came over the connection. */
  heard(nowMs: number): void {
    if (this.#timer === undefined && this.#trial === undefined) return
    const silentMs = nowMs - this.#heardAtMs
    // An attempt that is still under way is as good as failed: a way that is whole takes no time.
    if (this.#trial && nowMs - this.#dialledAtMs >= discoveryLimits.trialMs / 2) this.#failed++
    const wasCut = this.#isCut(silentMs)
    this.#drop()
    this.#isSlow = silentMs > SLOW * this.#beatMs
    this.#heardAtMs = nowMs
    this.#wait(nowMs)
    if (wasCut) this.#events.healed(silentMs, undefined)
  }

  /** An attempt of the trial failed; the next follows by itself. */
  failed(trial: Trial): void {
    if (trial === this.#trial) this.#failed++
  }

  /** An attempt of the trial has got through; far away, more goes to and fro until it can be used. */
  through(trial: Trial, nowMs: number): void {
    const silentMs = nowMs - this.#heardAtMs
    if (trial !== this.#trial || !this.#isCut(silentMs)) return
    this.#trial = undefined
    this.#failed = 0
    this.#wait(nowMs)
    this.#events.healed(silentMs, trial)
  }

  /** The trial can be used. Had it been ended before that, the peer would take it for a stranger's. */
  greeted(trial: Trial, nowMs: number): void {
    if (trial !== this.#trial) return
    if (this.#failed === 0) this.#busyUntilMs = nowMs + discoveryLimits.busyMs
    this.#drop()
    this.#wait(nowMs)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#drop()
  }

  #isCut(silentMs: number): boolean {
    return this.#failed > 0 && silentMs >= discoveryLimits.cutMs
  }

  #drop(): void {
    this.#trial?.end()
    this.#trial = undefined
    this.#failed = 0
  }

  #wait(nowMs: number): void {
    const isSlow = this.#isSlow || nowMs < this.#busyUntilMs
    this.#lookAt(nowMs + LATE * this.#beatMs * (isSlow ? 2 : 1), nowMs)
  }

  #lookAt(dueAtMs: number, nowMs: number): void {
    this.#dueAtMs = dueAtMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#overdue(performance.now()), dueAtMs - nowMs).unref()
  }

  #overdue(nowMs: number): void {
    const { lateMs } = discoveryLimits
    // This process was late itself: what came meanwhile is read first.
    if (nowMs - this.#dueAtMs > lateMs) this.#lookAt(nowMs + lateMs / 2, nowMs)
    else if (!this.#trial) {
      this.#dialledAtMs = nowMs
      this.#trial = this.#events.dial()
    }
  }
}
