/**
 * Members of one group on one virtual clock, with the network in the hands of the test. What is sent arrives
 * a millisecond later, unless a link is cut or the test keeps it back; then it arrives when the test says so:
 *
 *     const group = new Cores(['a', 'b', 'c'])
 *     group.run(1000)                        // time passes, messages arrive
 *     group.cut('a')                         // nothing gets to a, or from it
 *     group.give('b', { kind: 'dead', id: 'a' })
 *     group.told('b', 'leader')              // what b told its surroundings, of this kind
 *
 * A member can also be moved alone: hear() gives it one message and returns what it does.
 */
import { type Ballot, NO_BALLOT } from '../../groups/ballot.js'
import { type CoreEffect, type CoreInput, GroupCore, type Moment } from '../../groups/core.js'
import type { ToldFacts } from '../../groups/facts.js'
import type { Body, GroupMessage } from '../../groups/messages.js'
import { type GroupTiming, timings } from '../../groups/timing.js'
import { type Random, randomFrom } from '../../testing/random.js'

export interface MemberOptions {
  readonly isElectable?: boolean
  /** Milliseconds of its monotonic clock for one of the test. */
  readonly rate?: number
  readonly wallOffsetMs?: number
  readonly knownEpoch?: number
  readonly earliestWallUs?: number
  /** When its process started, by the clock of the test; now, unless given. */
  readonly startedAtMs?: number
}

export interface CoresOptions {
  readonly quorum?: number
  readonly timing?: GroupTiming
  readonly keptEntries?: number
  readonly seed?: number
  /** How long a message travels. */
  readonly travelMs?: () => number
  /** Whether a message arrives a second time. */
  readonly repeats?: () => boolean
}

/** A message on its way. */
export interface Travelling {
  readonly from: string
  readonly to: string
  readonly message: GroupMessage
  readonly atMs: number
}

/** Whether a message is meant: by its kind, and who sends it to whom. */
export type Which = (body: Body, from: string, to: string) => boolean

/** What goes with a message that a test makes up. */
export interface MadeUp {
  readonly promised?: Ballot
  readonly facts?: Partial<ToldFacts>
}

export type EffectOf<K extends CoreEffect['kind']> = Extract<CoreEffect, { readonly kind: K }>

interface Member {
  readonly core: GroupCore
  readonly rate: number
  readonly wallOffsetMs: number
  readonly startedAtMs: number
  readonly effects: CoreEffect[]
  isPaused: boolean
  suspendedMs: number
}

const WALL_START_MS = Date.UTC(2026, 0, 1)

export class Cores {
  nowMs = 0
  /** Messages that the test keeps back. */
  readonly held: Travelling[] = []
  /** Who led, and acted, at each moment that the clock stood still at: `a (epoch, term)`. */
  readonly acted: { readonly atMs: number; readonly id: string; readonly ballot: Ballot }[] = []
  readonly #options: Required<CoresOptions>
  readonly #random: Random
  readonly #members = new Map<string, Member>()
  readonly #travelling: Travelling[] = []
  readonly #cuts = new Set<string>()
  #holds: Which = () => false
  #drops: Which = () => false
  /** Steps at one moment. */
  #moments = 0

  constructor(ids: readonly string[], options: CoresOptions = {}) {
    const { quorum = 2, timing = timings.lan, keptEntries = 1000, seed = 1 } = options
    const { travelMs = () => 1, repeats = () => false } = options
    this.#options = { quorum, timing, keptEntries, seed, travelMs, repeats }
    this.#random = randomFrom(seed)
    for (const id of ids) this.start(id)
  }

  // ── members

  start(id: string, options: MemberOptions = {}): GroupCore {
    const { isElectable = true, rate = 1, wallOffsetMs = 0, startedAtMs = this.nowMs } = options
    const { knownEpoch, earliestWallUs } = options
    const { quorum, timing, keptEntries } = this.#options
    const clocks = { rate, wallOffsetMs, startedAtMs, suspendedMs: 0 }
    const core = new GroupCore({
      ...{ id, quorum, timing, isElectable, keptEntries, knownEpoch, earliestWallUs },
      ...{ startedAtMs: 0, now: momentOf(clocks, this.nowMs), random: this.#random },
    })
    this.#members.set(id, { core, ...clocks, effects: [], isPaused: false })
    return core
  }

  /** Its process is gone, and nothing of it is sent any more. */
  kill(id: string): void {
    this.#members.delete(id)
  }

  core(id: string): GroupCore {
    return this.#member(id).core
  }

  /** Stops it as SIGSTOP does: its clocks run on, and what is sent to it waits. */
  pause(id: string): void {
    this.#member(id).isPaused = true
  }

  /** It goes on with all that waited for it, at once. */
  goOn(id: string): readonly CoreEffect[] {
    this.#member(id).isPaused = false
    const waiting = this.#travelling.filter(({ to, atMs }) => to === id && atMs <= this.nowMs)
    for (const each of waiting) this.#travelling.splice(this.#travelling.indexOf(each), 1)
    return this.give(id, ...waiting.map(({ message }) => ({ kind: 'message', message }) as const))
  }

  /** Its machine stands still for a time that is over now: the monotonic clock did not see it. */
  suspended(id: string, ms: number): void {
    this.#member(id).suspendedMs += ms
  }

  // ── network

  /** Nothing gets from the first to the others, nor back; the others are all, unless named. */
  cut(id: string, ...others: readonly string[]): void {
    for (const other of others.length > 0 ? others : this.#members.keys()) {
      this.#cuts.add(`${id}→${other}`).add(`${other}→${id}`)
    }
  }

  /** Nothing gets from one to the other. */
  cutOneWay(from: string, to: string): void {
    this.#cuts.add(`${from}→${to}`)
  }

  heal(): void {
    this.#cuts.clear()
    this.#drops = () => false
    this.#holds = () => false
  }

  /** Keeps such messages back from now on, in `held`. */
  hold(which: Which): void {
    this.#holds = which
  }

  drop(which: Which): void {
    this.#drops = which
  }

  /** Lets what was kept back arrive now, all or such. */
  release(which: Which = () => true): void {
    for (const each of this.held.splice(0)) {
      if (which(each.message.body, each.from, each.to)) this.#arrive(each)
      else this.held.push(each)
    }
  }

  // ── moving

  /** Time passes. */
  run(ms: number): void {
    const endMs = this.nowMs + ms
    for (let dueMs = this.#nextMs(); dueMs <= endMs; dueMs = this.#nextMs()) {
      this.#moments = dueMs > this.nowMs ? 0 : this.#moments + 1
      if (this.#moments > 10_000) throw new Error(`time stands still at ${this.nowMs}`)
      this.nowMs = Math.max(this.nowMs, dueMs)
      for (const each of this.#travelling.filter(({ to, atMs }) => atMs <= this.nowMs && this.#runs(to))) {
        this.#travelling.splice(this.#travelling.indexOf(each), 1)
        this.#arrive(each)
      }
      for (const [id, member] of this.#members) {
        if (!member.isPaused && this.#dueMs(member) <= this.nowMs) this.give(id)
      }
    }
    this.nowMs = endMs
    this.#noteActing()
  }

  /** Runs until something holds, at most for a time. Gives whether it does. */
  runUntil(holds: () => boolean, mostMs = 10_000): boolean {
    for (const endMs = this.nowMs + mostMs; !holds() && this.nowMs < endMs; ) this.run(1)
    return holds()
  }

  /** Gives inputs to a member now, and what it sends to the network. */
  give(id: string, ...inputs: readonly CoreInput[]): readonly CoreEffect[] {
    const member = this.#member(id)
    const effects = member.core.step(momentOf(member, this.nowMs), ...inputs)
    member.effects.push(...effects)
    for (const effect of effects) this.#carry(id, effect)
    this.#noteActing()
    return effects
  }

  /** Gives it one message that the test makes up. */
  hear(to: string, from: string, body: Body, { promised = NO_BALLOT, facts }: MadeUp = {}) {
    const message = { from, promised, facts: { known: 0, dead: [], released: [], ...facts }, body }
    return this.give(to, { kind: 'message', message })
  }

  // ── looking

  /** What it told its surroundings so far, of one kind. */
  told<K extends CoreEffect['kind']>(id: string, kind: K): EffectOf<K>[] {
    return this.#member(id).effects.filter((effect): effect is EffectOf<K> => effect.kind === kind)
  }

  forget(): void {
    for (const { effects } of this.#members.values()) effects.length = 0
  }

  /** Those that may act as the leader now. */
  get acting(): readonly string[] {
    return [...this.#members].flatMap(([id, member]) => {
      const { lease } = member.core
      return lease && momentOf(member, this.nowMs).monoMs < lease.untilMs ? [id] : []
    })
  }

  /** The one that acts as the leader, after as long as it takes. */
  lead(mostMs = 10_000): string {
    this.runUntil(() => this.acting.length > 0, mostMs)
    return this.acting[0] ?? ''
  }

  moment(id: string): Moment {
    return momentOf(this.#member(id), this.nowMs)
  }

  #member(id: string): Member {
    const member = this.#members.get(id)
    if (!member) throw new Error(`no member ${id}`)
    return member
  }

  #runs(id: string): boolean {
    return this.#members.get(id)?.isPaused !== true
  }

  #dueMs({ core, rate, startedAtMs, suspendedMs }: Member): number {
    // A timer never fires early, by rounding either.
    return core.dueAtMs / rate + startedAtMs + suspendedMs + 1e-6
  }

  #nextMs(): number {
    const due = [...this.#members.values()].flatMap((each) => (each.isPaused ? [] : [this.#dueMs(each)]))
    const arriving = this.#travelling.flatMap(({ to, atMs }) => (this.#runs(to) ? [atMs] : []))
    return Math.min(...due, ...arriving)
  }

  #carry(from: string, effect: CoreEffect): void {
    if (effect.kind === 'send') this.#send(from, effect.to, effect.message)
    else if (effect.kind === 'broadcast') {
      for (const to of this.#members.keys()) if (to !== from) this.#send(from, to, effect.message)
    }
  }

  #send(from: string, to: string, message: GroupMessage): void {
    if (this.#drops(message.body, from, to) || this.#cuts.has(`${from}→${to}`)) return
    const { travelMs, repeats } = this.#options
    const on = this.#holds(message.body, from, to) ? this.held : this.#travelling
    const each = { from, to, message }
    on.push({ ...each, atMs: this.nowMs + travelMs() })
    if (repeats()) on.push({ ...each, atMs: this.nowMs + 2 * travelMs() })
  }

  #arrive({ from, to, message }: Travelling): void {
    if (this.#members.has(to) && !this.#cuts.has(`${from}→${to}`)) this.give(to, { kind: 'message', message })
  }

  #noteActing(): void {
    for (const id of this.acting) {
      const ballot = this.core(id).lease?.ballot
      const last = this.acted.at(-1)
      if (!ballot || (last?.id === id && last.atMs === this.nowMs)) continue
      this.acted.push({ atMs: this.nowMs, id, ballot })
    }
  }
}

function momentOf(
  clocks: Pick<Member, 'rate' | 'wallOffsetMs' | 'startedAtMs' | 'suspendedMs'>,
  atMs: number,
) {
  const { rate, wallOffsetMs, startedAtMs, suspendedMs } = clocks
  const monoMs = (atMs - startedAtMs - suspendedMs) * rate
  return { monoMs, wallUs: Math.floor((WALL_START_MS + atMs + wallOffsetMs) * 1000) }
}
