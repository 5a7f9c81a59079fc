/** A simulated process with one member of the group: its clocks, its core, and what it may be kept from. */
import type { CoreEffect, CoreInput, Moment } from '../../groups/core.js'
import { GroupCore } from '../../groups/core.js'
import type { GroupTiming } from '../../groups/timing.js'
import type { Random } from '../../testing/random.js'

/** The clocks of a host. */
export interface HostClock {
  /** Milliseconds of its clocks for one of the world. */
  readonly rate: number
  readonly wallOffsetMs: number
}

export interface ProcessOptions {
  readonly id: string
  readonly seat: number
  readonly bornAtMs: number
  readonly clock: HostClock
  readonly quorum: number
  readonly timing: GroupTiming
  readonly random: Random
}

/** Milliseconds since 1970 at which every simulated world begins. */
const WALL_START_MS = Date.UTC(2026, 0, 1)

export class SimProcess {
  readonly id: string
  readonly seat: number
  readonly core: GroupCore
  readonly #bornAtMs: number
  readonly #clock: HostClock
  isAlive = true
  /** Stopped, as by SIGSTOP: its clocks run on. Milliseconds of the world. */
  pausedUntilMs = 0
  /** Its machine stands still, and its monotonic clock with it. */
  suspendedAtMs: number | undefined
  #suspendedMs = 0
  /** What waits for it to go on. */
  readonly inbox: CoreInput[] = []
  /** When it was to be woken last. */
  dueAtMs = Number.POSITIVE_INFINITY

  constructor({ id, seat, bornAtMs, clock, quorum, timing, random }: ProcessOptions) {
    this.id = id
    this.seat = seat
    this.#bornAtMs = bornAtMs
    this.#clock = clock
    const now = this.moment(bornAtMs)
    this.core = new GroupCore({
      id,
      quorum,
      timing,
      isElectable: true,
      startedAtMs: 0,
      now,
      random,
      keptEntries: 4,
    })
  }

  /** What its clocks show. */
  moment(worldMs: number): Moment {
    const wallMs = WALL_START_MS + worldMs + this.#clock.wallOffsetMs
    return { monoMs: this.#monoMs(worldMs), wallUs: Math.floor(wallMs * 1000) }
  }

  /** When its monotonic clock will show this, in milliseconds of the world. */
  worldMs(monoMs: number): number {
    return monoMs / this.#clock.rate + this.#bornAtMs + this.#suspendedMs
  }

  isRunning(worldMs: number): boolean {
    return this.isAlive && this.suspendedAtMs === undefined && this.pausedUntilMs <= worldMs
  }

  /** Whether it may act as the leader: a stopped one may do so in the middle of what it was doing. */
  actsIn(worldMs: number) {
    const { lease } = this.core
    if (!this.isAlive || this.suspendedAtMs !== undefined || !lease) return undefined
    return this.#monoMs(worldMs) < lease.untilMs ? lease.ballot : undefined
  }

  step(worldMs: number, input?: CoreInput): readonly CoreEffect[] {
    return this.core.step(this.moment(worldMs), ...(input ? [input] : []))
  }

  suspend(worldMs: number): void {
    this.suspendedAtMs = worldMs
  }

  resume(worldMs: number): void {
    if (this.suspendedAtMs === undefined) return
    this.#suspendedMs += worldMs - this.suspendedAtMs
    this.suspendedAtMs = undefined
  }

  #monoMs(worldMs: number): number {
    return ((this.suspendedAtMs ?? worldMs) - this.#bornAtMs - this.#suspendedMs) * this.#clock.rate
  }
}
