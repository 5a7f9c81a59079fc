/**
 * Actions that the group has agreed on, until their moments: by the group clock, whose offset is followed as
 * it is measured anew, until the leader by whose clock it was agreed is another; then what was known last
 * holds. An action whose moment has passed is told, and not run, and so is one beyond the bound of those that
 * wait. Where the clock is not known any more, its moment is looked for again when it is; where another clock
 * has taken the place of that, nobody can say when it is.
 */
import type { GroupMoment } from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import type { SetAlarm } from './alarm.js'
import type { SharedClock } from './clock.js'

/** An action, when it is due. */
export interface AgreedAction {
  readonly id: string
  /** As it was asked for. */
  readonly action: unknown
  readonly at: GroupMoment
  /** That it took on its way. */
  readonly bytes: number
}

export interface ActionEvents {
  /** It is time. @param atMs by the host's clock */
  due(action: AgreedAction, atMs: number): void
  /** @param lateBy 0 where its clock is no more */
  missed(action: AgreedAction, lateBy: number): void
  /** It is not run, for too many wait. */
  full(action: AgreedAction): void
}

interface Waiting {
  readonly action: AgreedAction
  /** By the host's clock; undefined while there is no clock. */
  atMs: number | undefined
  /** The leader by whose clock it is due is not the leader any more. */
  isFrozen: boolean
  cancel: (() => void) | undefined
}

/** Less than that an alarm is not set anew for. */
const SAME_MS = 0.02

export class Actions {
  readonly #clock: SharedClock
  readonly #nowMs: () => number
  readonly #setAlarm: SetAlarm
  readonly #events: ActionEvents
  readonly #waiting = new Set<Waiting>()
  #bytes = 0

  constructor(clock: SharedClock, nowMs: () => number, setAlarm: SetAlarm, events: ActionEvents) {
    this.#clock = clock
    this.#nowMs = nowMs
    this.#setAlarm = setAlarm
    this.#events = events
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Of all that wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** An action was agreed. */
  add(action: AgreedAction): void {
    const { waitingActions, waitingActionBytes } = runtimeLimits
    if (this.size >= waitingActions || this.#bytes + action.bytes > waitingActionBytes) {
      this.#events.full(action)
      return
    }
    const waiting: Waiting = { action, atMs: undefined, isFrozen: false, cancel: undefined }
    this.#waiting.add(waiting)
    this.#bytes += action.bytes
    this.#set(waiting)
  }

  /** The clock was measured anew, or is not known any more. */
  clockChanged(): void {
    for (const waiting of this.#waiting) {
      if (!this.#clock.isKnown) forget(waiting)
      else if (!waiting.isFrozen) this.#set(waiting)
    }
  }

  /** The leader is another, or there is none. */
  leaderChanged(): void {
    for (const waiting of this.#waiting) waiting.isFrozen = waiting.atMs !== undefined
  }

  /** Runs none of them. */
  close(): void {
    for (const { cancel } of this.#waiting) cancel?.()
    this.#waiting.clear()
    this.#bytes = 0
  }

  #set(waiting: Waiting): void {
    const { at } = waiting.action
    const atMs = this.#clock.toHostMs(at)
    if (waiting.atMs === undefined && this.#clock.hasReplaced(at)) this.#miss(waiting, 0)
    if (atMs === undefined || Math.abs(atMs - (waiting.atMs ?? Number.NEGATIVE_INFINITY)) < SAME_MS) return
    waiting.cancel?.()
    // One that was known in time and has only not rung yet, for the machine is busy, still runs.
    const wasSet = waiting.atMs !== undefined
    waiting.atMs = atMs
    const lateBy = this.#nowMs() - atMs
    if (lateBy > runtimeLimits.actionLateMs && !wasSet) this.#miss(waiting, lateBy)
    else waiting.cancel = this.#setAlarm(atMs, () => this.#ring(waiting, atMs))
  }

  #ring(waiting: Waiting, atMs: number): void {
    this.#end(waiting)
    this.#events.due(waiting.action, atMs)
  }

  #miss(waiting: Waiting, lateBy: number): void {
    this.#end(waiting)
    this.#events.missed(waiting.action, lateBy)
  }

  #end(waiting: Waiting): void {
    if (this.#waiting.delete(waiting)) this.#bytes -= waiting.action.bytes
  }
}

/** When it is due was counted on a clock that stood still since. */
function forget(waiting: Waiting): void {
  waiting.cancel?.()
  waiting.cancel = undefined
  waiting.atMs = undefined
  waiting.isFrozen = false
}
