/**
 * A whole group in a simulated world: processes on hosts with clocks of their own, a network between them,
 * and time that jumps from event to event. One plan, one story.
 */
import { type Ballot, isSameBallot } from '../../groups/ballot.js'
import type { CoreEffect, CoreInput } from '../../groups/core.js'
import type { Ended } from '../../groups/ledger.js'
import type { GroupMessage } from '../../groups/messages.js'
import type { Random } from '../../testing/random.js'
import { Chance } from './chance.js'
import { Checkers } from './checkers/checkers.js'
import { Violation } from './checkers/violation.js'
import { read, written } from './codec.js'
import type { Done } from './component.js'
import { Events } from './events.js'
import { Host } from './host.js'
import { Network } from './network.js'
import type { Plan } from './plan.js'
import { SimProcess } from './process.js'

/** Tells what happens, a line each; of messages that arrive it says so. */
export type Tell = (line: string, isMessage?: boolean) => void

export interface WorldOptions {
  readonly tell?: Tell | undefined
  /** The one checker that checks; without, all do. */
  readonly only?: string | undefined
  /** Chance of a process at a host, where it is not to be drawn. */
  readonly randomOf?: ((at: number) => Random) | undefined
  /** All vote, once, and for it. */
  readonly areUnanimous?: boolean | undefined
  /** Takes a message out of the network. True where it did. */
  readonly keeps?: ((from: SimProcess, to: SimProcess, message: GroupMessage) => boolean) | undefined
}

/** Events in one instant, after which messages beget each other. */
const INSTANT_EVENTS_MOST = 20_000

export class World {
  readonly plan: Plan
  readonly events = new Events()
  readonly network: Network
  readonly hosts: readonly Host[]
  /** All that live, by their ids. */
  readonly processes = new Map<string, SimProcess>()
  readonly checkers: Checkers
  nowMs = 0
  /** What happened, by name. */
  readonly counts = new Map<string, number>()
  readonly #options: WorldOptions
  readonly #tell: Tell | undefined
  readonly #late: Chance
  /** Polls on actions that the group agreed on. */
  readonly #agreed = new Set<string>()
  #born = 0
  #inInstant = 0

  constructor(plan: Plan, options: WorldOptions) {
    const { tell, only } = options
    this.plan = plan
    this.#options = options
    this.network = new Network(plan)
    this.network.weather = plan.weather
    this.hosts = plan.clocks.map((clock) => new Host(clock))
    this.checkers = new Checkers({ world: this, only })
    this.#tell = tell
    this.#late = new Chance(plan.seed, 2, plan.luck)
  }

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }

  tell(line: string, isMessage?: boolean): void {
    this.#tell?.(`${this.nowMs.toFixed(1).padStart(9)} ${line}`, isMessage)
  }

  after(ms: number, run: () => void): void {
    this.events.at(this.nowMs + ms, run)
  }

  /** Who lives at a host; the one in the seat first. */
  living(at: number): readonly SimProcess[] {
    const there = [...this.processes.values()].filter((each) => each.at === at)
    return there.sort((a, b) => Number(b.isElectable) - Number(a.isElectable))
  }

  hasSeat(at: number): boolean {
    return at < this.plan.seats
  }

  /** The one that acts as the leader now. */
  get acting(): SimProcess | undefined {
    for (const each of this.processes.values()) if (each.actsIn(this.nowMs)) return each
    return undefined
  }

  // ── processes

  /** A process starts at a host; one beside the holder of the seat only observes. */
  start(at: number): SimProcess | undefined {
    const host = this.hosts[at]
    if (!host || host.isSuspended) return undefined
    const isElectable = this.hasSeat(at) && !this.living(at).some((each) => each.isElectable)
    const id = `${String.fromCharCode(97 + at)}${++this.#born}`
    const { nowMs, plan } = this
    const drawn = new Chance(plan.seed, 3, plan.luck, at, this.#born)
    const random = this.#options.randomOf?.(at) ?? drawn.random
    const { quorum, timing, keptEntries } = plan
    const place = { id, at, host, isElectable, bornAtMs: nowMs }
    const done = (by: SimProcess, what: Done): void => this.#done(by, what)
    const started = new SimProcess({ ...place, quorum, timing, keptEntries, random, done })
    this.processes.set(id, started)
    this.tell(`${id} starts${isElectable ? '' : ', and observes'}`)
    this.count(isElectable ? 'starts' : 'starts of observers')
    this.checkers.started(started)
    this.#wake(started)
    return started
  }

  /** A process dies; one that waits beside it for its seat takes it, as a new member. */
  kill(victim: SimProcess): void {
    this.#end(victim)
    this.tell(`${victim.id} dies${victim.core.isLeading ? ', the leader' : ''}`)
    this.count(victim.isElectable ? 'deaths' : 'deaths of observers')
    this.#takeOver(victim)
  }

  #takeOver(victim: SimProcess): void {
    const [next] = this.living(victim.at)
    if (!next || !victim.isElectable || !this.hasSeat(victim.at)) return
    this.#end(next)
    this.count('seats taken over')
    this.start(victim.at)
  }

  #end(victim: SimProcess): void {
    victim.isAlive = false
    this.processes.delete(victim.id)
  }

  /** A member leaves. Its process lives on, and may join again, as another. */
  leave(victim: SimProcess): void {
    this.tell(`${victim.id} leaves`)
    this.count('leaves')
    this.give(victim, { kind: 'leave' })
    this.#end(victim)
    this.#takeOver(victim)
  }

  /** Gives an input to a process, at once or when it goes on. */
  give(to: SimProcess, input: CoreInput): void {
    if (!to.isAlive) return
    if (!to.isRunning(this.nowMs)) to.inbox.push(input)
    else this.#step(to, [input])
  }

  /** What waited for a process that goes on. */
  goOn(process: SimProcess): void {
    if (!process.isRunning(this.nowMs)) return
    while (process.inbox.length > 0 && process.isRunning(this.nowMs)) {
      this.#step(process, this.#batch(process.inbox))
      this.checkers.checkAll(this.nowMs)
    }
    this.#step(process, [])
  }

  /** What is ready at once may go in together; checkers want to see apart what changes logs and promises. */
  #batch(inbox: CoreInput[]): readonly CoreInput[] {
    const most = 1 + this.#late.below(4)
    const end = inbox.slice(0, most).findIndex((input) => !isPlain(input))
    return inbox.splice(0, end === 0 ? 1 : end < 0 ? most : end)
  }

  #step(process: SimProcess, inputs: readonly CoreInput[]): void {
    const actedIn = process.actsIn(this.nowMs)
    const effects = this.#stepped(process, inputs)
    this.checkers.stepped({ process, atMs: this.nowMs, inputs, effects, actedIn })
    for (const effect of effects) this.#effect(process, effect)
    process.component.stepped(effects, process.host.monoMs(this.nowMs))
    this.#wake(process)
    this.#setAlarm(process)
  }

  #stepped(process: SimProcess, inputs: readonly CoreInput[]): readonly CoreEffect[] {
    try {
      return process.step(this.nowMs, inputs)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      throw new Violation('crash', `${process.id} threw: ${text}`)
    }
  }

  /** Timers fire late, by up to two milliseconds. */
  #wake(process: SimProcess): void {
    const { dueAtMs } = process.core
    if (!Number.isFinite(dueAtMs) || dueAtMs === process.dueAtMs) return
    process.dueAtMs = dueAtMs
    const inWorldMs = Math.max(process.host.worldMs(dueAtMs), this.nowMs)
    this.events.at(inWorldMs + this.#late.between(0, 2), () => this.#wakes(process, dueAtMs))
  }

  #wakes(process: SimProcess, dueAtMs: number): void {
    if (process.dueAtMs !== dueAtMs) return
    process.dueAtMs = Number.POSITIVE_INFINITY
    if (process.isRunning(this.nowMs)) this.#step(process, [])
  }

  /** Alarms ring at their moment, or when their process runs again. */
  #setAlarm(process: SimProcess): void {
    const { dueAtMs } = process.component
    if (dueAtMs === process.alarmAtMs) return
    process.alarmAtMs = dueAtMs
    if (!Number.isFinite(dueAtMs)) return
    const inWorldMs = Math.max(process.host.worldMs(dueAtMs), this.nowMs)
    this.events.at(inWorldMs, () => this.#rings(process, dueAtMs))
  }

  #rings(process: SimProcess, dueAtMs: number): void {
    if (process.alarmAtMs !== dueAtMs) return
    process.alarmAtMs = Number.POSITIVE_INFINITY
    if (!process.isRunning(this.nowMs)) return
    process.component.ring(process.host.monoMs(this.nowMs))
    this.#setAlarm(process)
  }

  /** An agreed action was acted on, or missed. */
  #done(process: SimProcess, done: Done): void {
    const { as, id, lateMs } = done
    this.count(`actions ${as}`)
    this.tell(`${process.id} ${as === 'acted' ? 'acts on' : 'missed'} ${id}, ${lateMs.toFixed(1)} ms late`)
    this.checkers.acted({ process, atMs: this.nowMs, done })
  }

  /** Its clock runs at another rate from now on. */
  rewind(process: SimProcess): void {
    process.dueAtMs = Number.POSITIVE_INFINITY
    this.#wake(process)
    process.alarmAtMs = Number.POSITIVE_INFINITY
    this.#setAlarm(process)
  }

  #effect(process: SimProcess, effect: CoreEffect): void {
    const { id } = process
    this.#count(process, effect)
    if (effect.kind === 'send') {
      const to = this.processes.get(effect.to)
      if (to) this.#travel(process, to, effect.message, written(effect.message))
    } else if (effect.kind === 'broadcast') {
      const { message } = effect
      const bytes = written(message)
      for (const to of this.processes.values()) if (to !== process) this.#travel(process, to, message, bytes)
    } else if (effect.kind === 'asked') this.#votes(process, effect.poll.id)
    else if (effect.kind === 'leader') {
      this.tell(`${id} follows ${effect.id ?? 'nobody'} in ${named(effect.ballot)}`)
    } else if (effect.kind === 'history-lost') {
      this.tell(`${id} lost what was decided from ${effect.from} to ${effect.to}`)
    } else if (this.#tell && effect.kind === 'decided') {
      this.tell(`${id} decides ${effect.index} ${JSON.stringify(effect.entry.body)}`)
    } else if (effect.kind === 'ended') {
      this.tell(`${id} hears that ${effect.ended.poll.id} ended: ${effect.ended.outcome}`)
    } else if (effect.kind === 'installed') this.tell(`${id} installs a snapshot up to ${effect.to}`)
    else if (effect.kind === 'expelled') this.tell(`${id} is expelled`)
  }

  #count({ id, core }: SimProcess, effect: CoreEffect): void {
    if (effect.kind === 'decided') {
      this.count('decisions heard')
      if (core.isLeading) this.count('decisions')
    } else if (effect.kind === 'leader' && effect.id === id) {
      const isForming = isSameBallot(core.log.genesis, effect.ballot)
      this.count(isForming ? 'leaders of new formations' : 'leaders elected')
    } else if (effect.kind === 'settled') {
      this.count(`requests: ${effect.as}`)
      if (effect.outcome) this.count(`polls: ${effect.outcome}`)
    } else if (effect.kind === 'ended') this.#countAgreed(effect.ended)
    else if (COUNTED.has(effect.kind)) this.count(effect.kind)
  }

  #countAgreed({ poll: { id, actAtMs }, outcome }: Ended): void {
    if (actAtMs === undefined || outcome !== 'yes' || this.#agreed.has(id)) return
    this.#agreed.add(id)
    this.count('actions agreed')
  }

  /** Some do not vote; some try to, twice. */
  #votes(process: SimProcess, poll: string): void {
    const chance = this.#late
    if (this.#options.areUnanimous) {
      this.after(1, () => this.give(process, { kind: 'vote', poll, choice: 'yes' }))
      return
    }
    if (chance.isLucky(0.05)) return
    const times = chance.isLucky(0.05) ? 2 : 1
    for (let time = 0; time < times; time++) {
      const choice = chance.isLucky(0.85) ? 'yes' : 'no'
      this.after(chance.between(0, 30), () => this.give(process, { kind: 'vote', poll, choice }))
    }
  }

  // ── network

  #travel(from: SimProcess, to: SimProcess, message: GroupMessage, bytes: Uint8Array): void {
    this.count('messages')
    if (this.#options.keeps?.(from, to, message)) return
    const arrivals = this.network.travel(from.at, to.at, this.nowMs)
    if (arrivals.length === 0) this.count(this.network.isCut(from.at, to.at) ? 'cut off' : 'lost')
    if (arrivals.length > 1) this.count('repeated')
    for (const atMs of arrivals) this.events.at(atMs, () => this.#arrives(from, to, bytes))
  }

  /** Something that was kept back arrives. */
  deliver(from: SimProcess, to: SimProcess, message: GroupMessage): void {
    this.#arrives(from, to, written(message))
  }

  #arrives(from: SimProcess, to: SimProcess, bytes: Uint8Array): void {
    if (this.network.isCut(from.at, to.at) || !to.isAlive) return
    const message = read(bytes)
    if (this.#tell) this.tell(`  ${from.id} → ${to.id} ${JSON.stringify(message.body)}`, true)
    this.give(to, { kind: 'message', message })
  }

  // ── running

  /** Runs until a moment. @throws Violation. */
  runUntil(endMs: number): void {
    for (;;) {
      const event = this.events.next()
      if (!event) break
      if (event.atMs > endMs) {
        this.events.at(event.atMs, event.run)
        break
      }
      this.#inInstant = event.atMs > this.nowMs ? 0 : this.#inInstant + 1
      if (this.#inInstant > INSTANT_EVENTS_MOST) throw new Violation('storm', 'one instant has no end')
      this.nowMs = event.atMs
      event.run()
      this.count('events')
      this.checkers.checkAll(this.nowMs)
    }
    this.nowMs = endMs
  }
}

function isPlain(input: CoreInput): boolean {
  if (input.kind !== 'message') return input.kind === 'request' || input.kind === 'vote'
  return PLAIN.has(input.message.body.kind)
}

const PLAIN: ReadonlySet<string> = new Set([
  'beat-answer',
  'ask',
  'choose',
  'clock',
  'clock-answer',
  'follow',
])

const COUNTED: ReadonlySet<string> = new Set([
  'history-lost',
  'installed',
  'expelled',
  'quorum-lost',
  'asked',
])

export function named({ epoch, term }: Ballot): string {
  return `(${epoch}, ${term})`
}
