/** A simulated process with one member of the group: its core, and what it may be kept from. */
import type { Ballot } from '../../groups/ballot.js'
import { type CoreEffect, type CoreInput, GroupCore, type Moment } from '../../groups/core.js'
import { wasSuspended } from '../../groups/suspension.js'
import type { GroupTiming } from '../../groups/timing.js'
import type { Random } from '../../testing/random.js'
import { type Done, SimComponent } from './component.js'
import type { Host } from './host.js'

export interface ProcessOptions {
  readonly id: string
  /** The number of its host, which is that of its seat, too, if it has one. */
  readonly at: number
  readonly host: Host
  readonly isElectable: boolean
  readonly bornAtMs: number
  readonly quorum: number
  readonly timing: GroupTiming
  readonly keptEntries: number
  readonly random: Random
  /** Hears what became of an action that the group agreed on. */
  readonly done: (by: SimProcess, done: Done) => void
}

interface Lease {
  readonly ballot: Ballot
  readonly untilMs: number
}

export class SimProcess {
  readonly id: string
  readonly at: number
  readonly host: Host
  readonly isElectable: boolean
  readonly core: GroupCore
  readonly component: SimComponent
  /** When it started, by the clock of its host. */
  readonly startedAtMs: number
  isAlive = true
  /** Stopped, as by SIGSTOP: its clocks run on. Milliseconds of the world. */
  pausedUntilMs = 0
  /** What waits for it to go on. */
  readonly inbox: CoreInput[] = []
  /** When it was to be woken last. */
  dueAtMs = Number.POSITIVE_INFINITY
  /** When the next alarm of its component was to ring. */
  alarmAtMs = Number.POSITIVE_INFINITY
  /** Its machine stood still since it looked at its clocks; it looks before it acts. */
  hasToLook = false
  /** It once stood still so shortly, for its last look at the clocks, that nobody can see it. */
  sleptUnseen = false
  #last: Moment
  #lease: Lease | undefined

  constructor(options: ProcessOptions) {
    const { id, at, host, isElectable, bornAtMs } = options
    this.id = id
    this.at = at
    this.host = host
    this.isElectable = isElectable
    const now = host.moment(bornAtMs)
    this.#last = now
    this.startedAtMs = now.monoMs
    const { quorum, timing, random, keptEntries } = options
    const startedAtMs = now.monoMs
    this.core = new GroupCore({ id, quorum, timing, isElectable, startedAtMs, now, random, keptEntries })
    this.component = new SimComponent(this.core, startedAtMs, (done) => options.done(this, done))
  }

  /** The ballot in which it may act, and until when of its clock, as of its last step. */
  get lease(): Lease | undefined {
    return this.#lease
  }

  isRunning(worldMs: number): boolean {
    return this.isAlive && this.pausedUntilMs <= worldMs && !this.host.isSuspended
  }

  /** Whether it may act as the leader: a stopped one may do so in the middle of what it was doing. */
  actsIn(worldMs: number): Ballot | undefined {
    const lease = this.#lease
    if (!lease || !this.isAlive || this.hasToLook) return undefined
    return this.host.monoMs(worldMs) < lease.untilMs ? lease.ballot : undefined
  }

  step(worldMs: number, inputs: readonly CoreInput[]): readonly CoreEffect[] {
    const now = this.host.moment(worldMs)
    this.sleptUnseen ||= this.hasToLook && !wasSuspended(this.#last, now)
    this.#last = now
    this.hasToLook = false
    const effects = this.core.step(now, ...inputs)
    this.#lease = this.core.lease
    return effects
  }
}
