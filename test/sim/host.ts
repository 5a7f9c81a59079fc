/** A simulated host: its clocks, and what stands still with it. */
import type { Moment } from '../../groups/core.js'

/** The clocks of a host. */
export interface HostClock {
  /** Milliseconds of its monotonic clock for one of the world. */
  readonly rate: number
  readonly wallOffsetMs: number
}

/** How fast two clocks may run apart, at most, where the errors of group clocks are to hold. */
export const CLOCK_DRIFT = 200e-6

/** Bound on the error of the rate of steady clocks: two of them stay within that drift. */
export const STEADY_RATE_ERROR = (0.99 * CLOCK_DRIFT) / 2

/** Milliseconds since 1970 at which every simulated world begins. */
const WALL_START_MS = Date.UTC(2026, 0, 1)

export class Host {
  #rate: number
  #wallOffsetMs: number
  /** When the rate changed last, by the world and by its monotonic clock. */
  #since = { worldMs: 0, monoMs: 0 }
  #suspendedAtMs: number | undefined
  #suspensions = 0

  constructor({ rate, wallOffsetMs }: HostClock) {
    this.#rate = rate
    this.#wallOffsetMs = wallOffsetMs
  }

  /** The machine stands still, and its monotonic clock with it. */
  get isSuspended(): boolean {
    return this.#suspendedAtMs !== undefined
  }

  /** How often it was suspended. */
  get suspensions(): number {
    return this.#suspensions
  }

  monoMs(worldMs: number): number {
    return this.#since.monoMs + ((this.#suspendedAtMs ?? worldMs) - this.#since.worldMs) * this.#rate
  }

  /** What its clocks show. */
  moment(worldMs: number): Moment {
    const wallMs = WALL_START_MS + worldMs + this.#wallOffsetMs
    return { monoMs: this.monoMs(worldMs), wallUs: Math.floor(wallMs * 1000) }
  }

  /** When its monotonic clock will show this, in milliseconds of the world, if nothing happens to it. */
  worldMs(monoMs: number): number {
    return this.#since.worldMs + (monoMs - this.#since.monoMs) / this.#rate
  }

  setWallOffset(ms: number): void {
    this.#wallOffsetMs = ms
  }

  setRate(worldMs: number, rate: number): void {
    this.#since = { worldMs, monoMs: this.monoMs(worldMs) }
    if (this.#suspendedAtMs !== undefined) this.#suspendedAtMs = worldMs
    this.#rate = rate
  }

  suspend(worldMs: number): void {
    if (this.#suspendedAtMs === undefined) this.#suspensions++
    this.#suspendedAtMs ??= worldMs
  }

  resume(worldMs: number): void {
    if (this.#suspendedAtMs === undefined) return
    this.#since = { worldMs, monoMs: this.monoMs(worldMs) }
    this.#suspendedAtMs = undefined
  }
}
