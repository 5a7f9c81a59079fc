/**
 * What a coordinator decides, without the group: when to move all breakers, and what a move has come to. What
 * it must not lose is not in here: moves and their votes are the group's, the grid is in its shared state, so
 * whoever is elected next begins with an empty one of these, and goes on.
 *
 *     connected ── load above the limit, or islandAfter ──▶ vote ── yes: all open at one moment ──▶ islanded
 *     islanded  ── reconnectAfter ──▶ vote ── yes: all close at one moment ──▶ connected
 */
import { type Grid, type Mode, type Move, moveAfter } from './agreed.js'

export interface CoordinationParams {
  /** Milliseconds on the public grid, and on the island. */
  readonly islandAfter: number
  readonly reconnectAfter: number
  /** Load in kW above which the public grid is left at once. */
  readonly limit: number
}

/** What the coordinator sees. Times in milliseconds of the group clock. */
export interface Situation {
  readonly nowMs: number
  /** What is shared; undefined before the first coordinator has shared it. */
  readonly grid: Grid | undefined
  /** How many take part, observers included. */
  readonly inverters: number
  readonly loadKW: number
  /** A vote is under way, or a move agreed. */
  readonly isMoving: boolean
}

/** That a breaker moved, and when. */
export interface Moved extends Move {
  /** The moment that was agreed, and that in which it moved. */
  readonly atMs: number
  readonly movedAtMs: number
}

export type Decision =
  /** Nothing is shared yet. */
  | { readonly do: 'begin'; readonly grid: Grid }
  | { readonly do: 'propose'; readonly move: Move; readonly why: string }
  /** The breakers have moved: share it. */
  | { readonly do: 'conclude'; readonly grid: Grid; readonly breakers: number; readonly spreadMs: number }

/** So long a new coordinator listens before it proposes: what the last one agreed on may be told late. */
const LISTEN_MS = 500
/** So long the reports of breakers are waited for: one that died reports nothing. */
const REPORTS_MS = 1000
/** So long it waits after a vote that failed, before the next. */
const RETRY_MS = 2000

export class Coordination {
  readonly #params: CoordinationParams
  /** When it may decide; undefined before it was first asked to. */
  #fromMs: number | undefined
  /** Of the newest move, by member. */
  readonly #reports = new Map<string, Moved>()
  /** When it was asked first after the first of them. */
  #reportsFromMs: number | undefined

  constructor(params: CoordinationParams) {
    this.#params = params
  }

  /** It was elected: what it knew when it was before is old. */
  begin(): void {
    this.#fromMs = undefined
    this.#forget()
  }

  /** What it proposed was not agreed. */
  fail(nowMs: number): void {
    this.#fromMs = nowMs + RETRY_MS
  }

  /** A member reports the move of its breaker; again, where the coordinator is new. */
  hear(member: string, moved: Moved): void {
    const newest = this.#newest?.sequence ?? 0
    if (moved.sequence < newest) return
    if (moved.sequence > newest) this.#forget()
    this.#reports.set(member, moved)
  }

  /** What is to be done now; to be asked often, and again only after it was done. */
  decide(situation: Situation): Decision | undefined {
    const { nowMs, grid, isMoving } = situation
    this.#fromMs ??= nowMs + LISTEN_MS
    if (nowMs < this.#fromMs) return undefined
    if (!grid) return { do: 'begin', grid: { mode: 'connected', sequence: 0, sinceMs: nowMs } }
    const newest = this.#newest
    if (newest && newest.sequence > grid.sequence) return this.#concluded(newest, situation)
    if (isMoving) return undefined
    const why = this.#reason(grid, situation)
    return why === undefined ? undefined : { do: 'propose', move: moveAfter(grid), why }
  }

  get #newest(): Moved | undefined {
    return this.#reports.values().next().value
  }

  #forget(): void {
    this.#reports.clear()
    this.#reportsFromMs = undefined
  }

  #concluded({ to, sequence, atMs }: Moved, { nowMs, inverters }: Situation): Decision | undefined {
    const breakers = this.#reports.size
    this.#reportsFromMs ??= nowMs
    if (breakers < inverters && nowMs - this.#reportsFromMs < REPORTS_MS) return undefined
    const moments = [...this.#reports.values()].map(({ movedAtMs }) => movedAtMs)
    const spreadMs = Math.max(...moments) - Math.min(...moments)
    return { do: 'conclude', grid: { mode: to, sequence, sinceMs: atMs }, breakers, spreadMs }
  }

  #reason({ mode, sinceMs }: Grid, { nowMs, loadKW }: Situation): string | undefined {
    const { islandAfter, reconnectAfter, limit } = this.#params
    const after: Record<Mode, number> = { connected: islandAfter, islanded: reconnectAfter }
    if (mode === 'connected' && loadKW > limit) return `the load is above ${limit} kW`
    return nowMs - sinceMs >= after[mode]
      ? `${mode} for ${((nowMs - sinceMs) / 1000).toFixed(1)} s`
      : undefined
  }
}
