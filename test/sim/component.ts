/**
 * The component of a simulated member, as far as it acts: the actions of the runtime, on the group clock as
 * the core of the member knows it. Its alarms ring at their moments, if its process runs then.
 */
import { type Ballot, NO_BALLOT } from '../../groups/ballot.js'
import type { CoreEffect, GroupCore } from '../../groups/core.js'
import type { ClockReading } from '../../groups/link.js'
import { Actions, type AgreedAction } from '../../runtime/groups/actions.js'
import { SharedClock } from '../../runtime/groups/clock.js'
import { runtimeLimits } from '../../runtime/limits.js'
import { CLOCK_DRIFT } from './host.js'

/** The group clock as a member knew it at a moment of its host's. */
export interface Reading extends ClockReading {
  /** Of whose clock it is: the ballot of that leader. */
  readonly of: Ballot
}

/** By how much a reading may be off at a moment of the host's clock, as is told. */
export function errorAt({ errorMs, atMs }: Reading, monoMs: number): number {
  return errorMs + CLOCK_DRIFT * (monoMs - atMs)
}

/** What became of an agreed action. */
export interface Done {
  readonly as: 'acted' | 'missed'
  /** Of its poll. */
  readonly id: string
  /** By the group clock. */
  readonly dueMs: number
  readonly lateMs: number
  /** By which its alarm was set, and by how much that may be off now; of one that was missed, none. */
  readonly by: { readonly of: Ballot; readonly errorMs: number } | undefined
}

interface Alarm {
  /** By the host's clock. */
  readonly atMs: number
  readonly ring: () => void
  readonly reading: Reading | undefined
}

/** Fractions of a number of which clocks do not tell. */
const NO_TIME_MS = 1e-6

export class SimComponent {
  readonly #core: GroupCore
  readonly #done: (done: Done) => void
  readonly #clock = new SharedClock('a simulated group', () => this.#nowMs)
  readonly #actions: Actions
  readonly #alarms = new Set<Alarm>()
  #nowMs: number
  #reading: Reading | undefined
  #isLeading = false
  #followedIn: Ballot = NO_BALLOT
  #ringing: Alarm | undefined

  constructor(core: GroupCore, nowMs: number, done: (done: Done) => void) {
    this.#core = core
    this.#nowMs = nowMs
    this.#done = done
    this.#actions = new Actions(this.#clock, () => this.#nowMs, this.#setAlarm, {
      due: (action, atMs) => this.#due(action, Math.max(0, this.#nowMs - atMs)),
      missed: (action, lateMs) => this.#end('missed', action, lateMs),
      full: (action) => this.#end('missed', action, 0),
    })
  }

  /** The group clock as it read it last. */
  get reading(): Reading | undefined {
    return this.#reading
  }

  /** When its next alarm rings, by the host's clock. */
  get dueAtMs(): number {
    let dueAtMs = Number.POSITIVE_INFINITY
    for (const { atMs } of this.#alarms) dueAtMs = Math.min(dueAtMs, atMs)
    return dueAtMs
  }

  /** Takes in what its core told, and then the clock, in the order of the driver. */
  stepped(effects: readonly CoreEffect[], nowMs: number): void {
    this.#nowMs = nowMs
    let isLeader = this.#isLeading
    for (const effect of effects) {
      if (effect.kind === 'leader') {
        isLeader = effect.id === this.#core.id
        if (effect.id !== undefined) this.#followedIn = effect.ballot
        this.#actions.leaderChanged()
      } else if (effect.kind === 'ended') {
        const { poll, outcome } = effect.ended
        const { id, clock, actAtMs: ms, topic } = poll
        if (outcome !== 'yes' || ms === undefined) continue
        this.#actions.add({ id, action: topic, at: { ms, clock }, bytes: topic.length })
      }
    }
    this.#read(isLeader)
  }

  /** Rings what is due. */
  ring(nowMs: number): void {
    this.#nowMs = nowMs
    for (const alarm of [...this.#alarms]) {
      if (alarm.atMs > nowMs + NO_TIME_MS || !this.#alarms.delete(alarm)) continue
      this.#ringing = alarm
      alarm.ring()
      this.#ringing = undefined
    }
  }

  readonly #setAlarm = (atMs: number, ring: () => void): (() => void) => {
    const alarm = { atMs, ring, reading: this.#reading }
    this.#alarms.add(alarm)
    return () => void this.#alarms.delete(alarm)
  }

  /** As a component does when its turn comes, which is at once. */
  #due(action: AgreedAction, lateMs: number): void {
    this.#end(lateMs > runtimeLimits.actionLateMs ? 'missed' : 'acted', action, lateMs)
  }

  #end(as: Done['as'], { id, at }: AgreedAction, lateMs: number): void {
    const reading = this.#ringing?.reading
    const by = reading && { of: reading.of, errorMs: errorAt(reading, this.#nowMs) }
    this.#done({ as, id, dueMs: at.ms, lateMs, by })
  }

  /** The clock of the core, where it is another, or another's. */
  #read(isLeading: boolean): void {
    const { clock } = this.#core
    const { begun } = clock
    const offsetMs = clock.toGroupMs(0)
    const begins = isLeading && this.#reading?.of !== this.#followedIn
    this.#isLeading = isLeading
    if (offsetMs === this.#reading?.offsetMs && begun === this.#reading?.begun && !begins) return
    const errorMs = clock.errorMs(this.#nowMs) ?? Number.POSITIVE_INFINITY
    const atMs = this.#nowMs
    this.#reading =
      offsetMs !== undefined && begun ? { begun, offsetMs, errorMs, atMs, of: this.#followedIn } : undefined
    this.#clock.set(this.#reading)
    this.#actions.clockChanged()
  }
}
