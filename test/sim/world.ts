/**
 * A whole group in a simulated world: processes on hosts with clocks of their own, a network that loses,
 * delays, repeats and cuts, and time that jumps from event to event. One seed, one story.
 */
import type { CoreEffect, CoreInput } from '../../groups/core.js'
import type { GroupMessage } from '../../groups/messages.js'
import type { GroupTiming } from '../../groups/timing.js'
import { type Random, randomFrom } from '../../testing/random.js'
import { DecisionChecker, LeaderChecker, Violation } from './checkers.js'
import { Events } from './events.js'
import { type HostClock, SimProcess } from './process.js'

export interface WorldOptions {
  readonly seed: number
  readonly quorum: number
  /** Processes that may elect, each on a host of its own. */
  readonly seats: number
  readonly timing: GroupTiming
  /** Tells what happens, a line each. */
  readonly tell?: (line: string) => void
}

/** How messages travel. */
export interface Weather {
  readonly loss: number
  readonly repeats: number
  readonly delayMs: readonly [min: number, max: number]
  readonly spikes: number
  readonly spikeMs: number
}

export const CALM: Weather = { loss: 0, repeats: 0, delayMs: [0.2, 5], spikes: 0, spikeMs: 0 }

export class World {
  readonly random: Random
  readonly options: WorldOptions
  readonly events = new Events()
  readonly processes: SimProcess[] = []
  /** `cut[a][b]`: nothing gets from seat a to seat b. */
  readonly cut: boolean[][]
  weather: Weather = CALM
  nowMs = 0
  /** What happened, by name. */
  readonly counts = new Map<string, number>()
  readonly #leaders = new LeaderChecker()
  readonly #decisions = new DecisionChecker()
  readonly #clocks: HostClock[]
  #born = 0

  constructor(options: WorldOptions, clockOf: (random: Random) => HostClock) {
    this.options = options
    this.random = randomFrom(options.seed)
    this.cut = Array.from({ length: options.seats }, () => new Array<boolean>(options.seats).fill(false))
    this.#clocks = Array.from({ length: options.seats }, () => clockOf(this.random))
  }

  between(min: number, max: number): number {
    return min + (max - min) * this.random()
  }

  isLucky(part: number): boolean {
    return this.random() < part
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.random() * from.length)]
  }

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }

  tell(line: string): void {
    this.options.tell?.(`${this.nowMs.toFixed(1).padStart(9)} ${line}`)
  }

  after(ms: number, run: () => void): void {
    this.events.at(this.nowMs + ms, run)
  }

  get alive(): readonly SimProcess[] {
    return this.processes.filter(({ isAlive }) => isAlive)
  }

  inSeat(seat: number): SimProcess | undefined {
    return this.processes.find((each) => each.isAlive && each.seat === seat)
  }

  /** The one that acts as the leader now. */
  get acting(): SimProcess | undefined {
    return this.processes.find((each) => each.actsIn(this.nowMs))
  }

  // ── processes

  start(seat: number): void {
    const clock = this.#clocks[seat]
    if (!clock || this.inSeat(seat)) return
    const { quorum, timing } = this.options
    const id = `${String.fromCharCode(97 + seat)}${++this.#born}`
    const { nowMs, random } = this
    const started = new SimProcess({ id, seat, bornAtMs: nowMs, clock, quorum, timing, random })
    this.processes.push(started)
    this.tell(`${id} starts`)
    this.count('starts')
    this.#wake(started)
  }

  kill(victim: SimProcess): void {
    victim.isAlive = false
    this.processes.splice(this.processes.indexOf(victim), 1)
    this.tell(`${victim.id} dies${victim.core.isLeading ? ', the leader' : ''}`)
    this.count('deaths')
  }

  /** Gives an input to a process, at once or when it goes on. */
  give(to: SimProcess, input: CoreInput): void {
    if (!to.isAlive) return
    if (!to.isRunning(this.nowMs)) to.inbox.push(input)
    else this.#step(to, input)
  }

  /** What waited for a process that goes on. */
  goOn(process: SimProcess): void {
    if (!process.isRunning(this.nowMs)) return
    for (const input of process.inbox.splice(0)) {
      if (!process.isRunning(this.nowMs)) return
      this.#step(process, input)
      this.check()
    }
    this.#step(process)
  }

  #step(process: SimProcess, input?: CoreInput): void {
    for (const effect of process.step(this.nowMs, input)) this.#effect(process, effect)
    this.#wake(process)
  }

  /** Timers fire late, by up to two milliseconds. */
  #wake(process: SimProcess): void {
    const dueAtMs = process.worldMs(process.core.dueAtMs)
    if (!Number.isFinite(dueAtMs) || dueAtMs === process.dueAtMs) return
    process.dueAtMs = dueAtMs
    this.events.at(Math.max(dueAtMs, this.nowMs) + this.between(0, 2), () => {
      if (process.dueAtMs !== dueAtMs) return
      process.dueAtMs = Number.POSITIVE_INFINITY
      if (process.isRunning(this.nowMs)) this.#step(process)
    })
  }

  #effect(process: SimProcess, effect: CoreEffect): void {
    const { id } = process
    if (effect.kind === 'send') {
      const to = this.processes.find((each) => each.id === effect.to)
      if (to) this.#travel(process, to, effect.message)
    } else if (effect.kind === 'broadcast') {
      for (const to of this.alive) if (to !== process) this.#travel(process, to, effect.message)
    } else if (effect.kind === 'decided') {
      this.count('decided')
      this.tell(`${id} decides ${effect.index} ${JSON.stringify(effect.entry.body)}`)
      this.#decisions.check(id, effect.genesis, effect.index, effect.entry)
    } else if (effect.kind === 'leader') {
      if (effect.id === id) this.count('elections')
      this.tell(`${id} follows ${effect.id ?? 'nobody'} in (${effect.ballot.epoch}, ${effect.ballot.term})`)
    } else if (effect.kind === 'history-lost') {
      this.count('histories lost')
      this.tell(`${id} lost what was decided from ${effect.from} to ${effect.to}`)
    } else if (effect.kind === 'asked') {
      if (this.isLucky(0.05)) return
      const choice = this.isLucky(0.9) ? 'yes' : 'no'
      this.after(this.between(0, 30), () =>
        this.give(process, { kind: 'vote', poll: effect.poll.id, choice }),
      )
    } else if (effect.kind === 'ended') {
      const { poll, outcome } = effect.ended
      this.count(`polls: ${outcome}`)
      this.#decisions.ended(id, poll.id, outcome)
    } else if (effect.kind === 'settled') {
      this.count(`settled: ${effect.as}`)
      this.#decisions.settled(id, effect.tag)
    } else if (effect.kind === 'installed') this.count('snapshots')
    else if (effect.kind === 'expelled') this.count('expelled')
    else if (effect.kind === 'split') throw new Violation('split', `${id} met ${effect.ids.join(' and ')}`)
  }

  // ── network

  #travel(from: SimProcess, to: SimProcess, message: GroupMessage): void {
    this.count('messages')
    const { loss, repeats } = this.weather
    if (this.#isCut(from, to)) this.count('cut off')
    else if (this.isLucky(loss)) this.count('lost')
    else {
      this.#arrive(from, to, message, this.#delayMs())
      if (!this.isLucky(repeats)) return
      this.count('repeated')
      this.#arrive(from, to, message, 2 * this.#delayMs())
    }
  }

  #arrive(from: SimProcess, to: SimProcess, message: GroupMessage, ms: number): void {
    this.after(ms, () => {
      if (this.#isCut(from, to) || !to.isAlive) return
      this.options.tell?.(
        `${this.nowMs.toFixed(1).padStart(9)}   ${from.id} → ${to.id} ${JSON.stringify(message.body)}`,
      )
      this.give(to, { kind: 'message', message })
    })
  }

  #delayMs(): number {
    const { delayMs, spikes, spikeMs } = this.weather
    return this.isLucky(spikes) ? this.between(0, spikeMs) : this.between(...delayMs)
  }

  #isCut(from: SimProcess, to: SimProcess): boolean {
    return this.cut[from.seat]?.[to.seat] === true
  }

  heal(): void {
    for (const row of this.cut) row.fill(false)
  }

  // ── running

  check(): void {
    const acting = this.processes.flatMap((each) => {
      const ballot = each.actsIn(this.nowMs)
      return ballot ? [{ id: each.id, ballot }] : []
    })
    this.#leaders.check(acting)
  }

  /** Runs until a moment. @throws Violation. */
  runUntil(endMs: number): void {
    for (;;) {
      const event = this.events.next()
      if (!event) break
      if (event.atMs > endMs) {
        this.events.at(event.atMs, event.run)
        break
      }
      if (this.acting) this.count('ms with a leader', event.atMs - this.nowMs)
      this.nowMs = event.atMs
      event.run()
      this.count('events')
      this.check()
    }
    this.nowMs = endMs
  }
}
