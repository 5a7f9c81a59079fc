/**
 * What a seed makes of itself before it runs: the group, its clocks, the weather, and all that goes wrong, as
 * data. So a shrinker can leave parts of it out.
 */
import type { Request } from '../../groups/entries.js'
import type { GroupTiming } from '../../groups/timing.js'
import type { HostClock } from './host.js'
import type { Link, Weather } from './network.js'

/** Shorter ones a process does not see, and need not: machines take longer to sleep and to wake. */
export const SUSPENSION_LEAST_MS = 200

/** Whom something happens to: the process at a host, or whoever leads, or last led, then. */
export type Victim = number | 'leader'

export type Fault =
  /** A process starts, unless there is one. */
  | { readonly kind: 'start'; readonly at: number }
  /** A process dies, and another starts in its place. */
  | {
      readonly kind: 'crash'
      readonly victim: Victim
      readonly awayMs: number
      /** Those who can reach its host hear of its death from there. */
      readonly certified: boolean
    }
  /** A process stops, as by SIGSTOP, and goes on. */
  | { readonly kind: 'pause'; readonly victim: Victim; readonly ms: number }
  /** A machine stands still with all its clocks but that of the wall. */
  | { readonly kind: 'suspension'; readonly victim: Victim; readonly ms: number }
  /** Nothing passes these links. */
  | { readonly kind: 'cut'; readonly links: readonly Link[]; readonly ms: number }
  /** One is cut off from all others: it hears nothing, or is not heard, or both. */
  | {
      readonly kind: 'isolation'
      readonly victim: Victim
      readonly deaf: boolean
      readonly mute: boolean
      readonly ms: number
    }
  /** What travels on these links is held back until the end. */
  | { readonly kind: 'clog'; readonly links: readonly Link[]; readonly ms: number }
  | { readonly kind: 'clock-rate'; readonly at: number; readonly rate: number }
  | { readonly kind: 'wall-clock'; readonly at: number; readonly offsetMs: number }
  | { readonly kind: 'hand-over' }
  /** A process starts beside the one that has the seat, observes, and takes the seat when that is gone. */
  | { readonly kind: 'upgrade'; readonly at: number; readonly overlapMs: number }
  /** A member leaves, and another joins from the same process. */
  | { readonly kind: 'leave'; readonly victim: Victim; readonly awayMs: number }
  /** A component is stuck, while the sockets of its group work on. */
  | { readonly kind: 'stall'; readonly victim: Victim; readonly ms: number }
  /** A participant asks for something. */
  | {
      readonly kind: 'request'
      readonly victim: Victim
      readonly request: Request
      /** Of a poll on an action: how far ahead its moment is by the group clock, as who asks knows it. */
      readonly actInMs: number | undefined
    }

export interface PlannedFault {
  readonly atMs: number
  readonly fault: Fault
}

export interface Plan {
  readonly seed: number
  /** Another one gives messages other delays, and all else that is drawn while it runs. */
  readonly luck: number
  readonly quorum: number
  /** Processes that elect: hosts from 0 on. */
  readonly seats: number
  /** Processes that do not, on the hosts after them. */
  readonly observers: number
  readonly timing: GroupTiming
  /** Decided entries that stay in logs. */
  readonly keptEntries: number
  readonly clocks: readonly HostClock[]
  /** Clocks of walls differ by more than a word: then tokens may fall, and nothing else. */
  readonly areClocksWild: boolean
  /** Monotonic clocks drift no more than the error of the group clock counts on: else it may be more. */
  readonly areClocksSteady: boolean
  readonly weather: Weather
  /** In the order of time. */
  readonly faults: readonly PlannedFault[]
  /** Milliseconds with faults; then all is calm. */
  readonly faultsMs: number
  /** The seats that are taken in the calm. */
  readonly returning: readonly number[]
}
