/**
 * A stage for scripts: a simulated world in which nothing happens but what the script says. Processes are
 * named by the letters of their hosts; the first has the shortest patience. What is sent arrives after a
 * millisecond, unless it is cut off or kept back. All checkers watch.
 *
 *     const stage = new Stage({ quorum: 2, seats: 3 })
 *     stage.start('a', 'b', 'c')
 *     stage.until('a leads', () => stage.leader === 'a')
 *     stage.keep('its beats', ({ kind, from }) => kind === 'beat' && from === 'a')
 *     stage.kill('b')
 *     stage.run(500)
 *     stage.deliver('its beats')
 *     stage.expect('a acts no more', !stage.acts('a'))
 */
import type { Request } from '../../../groups/entries.js'
import type { Body, GroupMessage } from '../../../groups/messages.js'
import { type GroupTiming, timings } from '../../../groups/timing.js'
import { type HostClock, STEADY_RATE_ERROR } from '../host.js'
import { CALM, type Link } from '../network.js'
import type { SimProcess } from '../process.js'
import { type Tell, World } from '../world.js'

export interface StageOptions {
  readonly quorum: number
  readonly seats: number
  readonly observers?: number
  readonly timing?: GroupTiming
  readonly clocks?: Readonly<Record<string, Partial<HostClock>>>
  readonly keptEntries?: number
  readonly tell?: Tell
}

/** A message, as a script tells it from others. */
export interface Sent {
  readonly kind: Body['kind']
  readonly from: string
  readonly to: string
  readonly body: Body
}

interface Kept {
  readonly name: string
  readonly isMeant: (sent: Sent) => boolean
  readonly messages: { from: SimProcess; to: SimProcess; message: GroupMessage }[]
  isOpen: boolean
}

/** How long a script waits for something, at most: milliseconds of its world. */
const PATIENCE_MS = 20_000

export class Stage {
  readonly #world: World
  readonly #seats: number
  readonly #kept: Kept[] = []
  #cut: Link[] = []
  #tag = 0

  constructor({ quorum, seats, observers = 0, timing, clocks = {}, keptEntries = 1024, tell }: StageOptions) {
    this.#seats = seats + observers
    const clockOf = (_: unknown, at: number): HostClock => ({
      ...{ rate: 1, wallOffsetMs: 0 },
      ...clocks[letter(at)],
    })
    const plan = {
      ...{ seed: 1, luck: 0, quorum, seats, observers, timing: timing ?? timings.lan, keptEntries },
      clocks: Array.from({ length: seats + observers }, clockOf),
      weather: { ...CALM, delayMs: [1, 1] as const },
      ...{ faults: [], faultsMs: 0, returning: [], areClocksWild: false },
      areClocksSteady: Object.values(clocks).every(({ rate = 1 }) => Math.abs(rate - 1) <= STEADY_RATE_ERROR),
    }
    this.#world = new World(plan, {
      tell,
      keeps: (from, to, message) => this.#keeps(from, to, message),
      areUnanimous: true,
      randomOf: (at) => () => at / (2 * this.#seats),
    })
  }

  // ── processes

  start(...names: readonly string[]): void {
    for (const name of names) this.#world.start(at(name))
  }

  kill(...names: readonly string[]): void {
    for (const name of names) this.#world.kill(this.#at(name))
  }

  /** These hear, and it is true, that the process with this id is gone. */
  certify(id: string, ...names: readonly string[]): void {
    this.#does(`${names.join()} hear that ${id} is dead`)
    for (const name of names) this.#world.give(this.#at(name), { kind: 'dead', id })
  }

  /** Stops a process, whose clocks run on, until goOn(). */
  pause(name: string): void {
    this.#does(`${name} is stopped`)
    this.#at(name).pausedUntilMs = Number.POSITIVE_INFINITY
  }

  goOn(name: string): void {
    this.#does(`${name} goes on`)
    this.#at(name).pausedUntilMs = 0
    this.#world.goOn(this.#at(name))
  }

  /** Its machine stands still, until wake(). */
  suspend(name: string): void {
    this.#does(`the machine of ${name} stands still`)
    this.#at(name).host.suspend(this.#world.nowMs)
    this.#at(name).hasToLook = true
  }

  wake(name: string): void {
    this.#does(`the machine of ${name} goes on`)
    this.#at(name).host.resume(this.#world.nowMs)
    this.#world.goOn(this.#at(name))
  }

  /** The wall clock of a host shows so much less, or more, from now on. */
  setWallClock(name: string, offsetMs: number): void {
    this.#does(`the wall clock of ${name} is set to ${offsetMs} ms ahead`)
    this.#world.hosts[at(name)]?.setWallOffset(offsetMs)
  }

  /** Somebody beside the group remembers an epoch. */
  remind(name: string, epoch: number): void {
    this.#does(`${name} is reminded of epoch ${epoch}`)
    this.#world.give(this.#at(name), { kind: 'heard', epoch })
  }

  handOver(name: string): void {
    this.#does(`${name} is to hand over`)
    this.#world.give(this.#at(name), { kind: 'hand-over', to: undefined })
  }

  request(name: string, request: Request): void {
    const tag = ++this.#tag
    this.#does(`${name} requests ${request.kind} ${tag}`)
    this.#world.give(this.#at(name), { kind: 'request', tag, request })
  }

  /** Asks for an action at a moment of the group clock, of all. */
  requestAction(name: string, actAtMs: number): void {
    const topic = new Uint8Array([0, this.#tag])
    const clock = this.core(name).clock.begun
    const actAt = clock && { ms: actAtMs, clock }
    this.request(name, { kind: 'poll', decidedBy: 'majority', timeoutMs: 5000, actAt, topic })
  }

  /** The clock of the group as it knows it. */
  groupMs(name: string): number {
    const { core, host } = this.#at(name)
    return core.clock.toGroupMs(host.monoMs(this.#world.nowMs)) ?? Number.NaN
  }

  /** The id of the process that lives there. */
  id(name: string): string {
    return this.#at(name).id
  }

  core(name: string): SimProcess['core'] {
    return this.#at(name).core
  }

  acts(name: string): boolean {
    return this.#at(name).actsIn(this.#world.nowMs) !== undefined
  }

  /** Who acts as the leader. */
  get leader(): string | undefined {
    const { acting } = this.#world
    return acting && letter(acting.at)
  }

  // ── network

  /** From now on nothing passes between these and all others, or these. */
  part(names: string, others?: string): void {
    const all = Array.from({ length: this.#seats }, (_, index) => letter(index))
    const apart = others === undefined ? all.filter((name) => !names.includes(name)) : [...others]
    this.#does(`nothing passes between ${[...names].join()} and ${apart.join()}`)
    const pairs = [...names].flatMap((name) => apart.map((other): Link => [at(name), at(other)]))
    const links = pairs.flatMap(([one, other]): Link[] => [
      [one, other],
      [other, one],
    ])
    this.#world.network.cut(links)
    this.#cut.push(...links)
  }

  /** From now on nothing gets to it from the others. */
  deafen(name: string): void {
    this.#does(`nothing gets to ${name}`)
    const all = Array.from({ length: this.#seats }, (_, index) => index)
    const links = all.filter((index) => index !== at(name)).map((index): Link => [index, at(name)])
    this.#world.network.cut(links)
    this.#cut.push(...links)
  }

  mend(): void {
    this.#does('all passes again')
    this.#world.network.mend(this.#cut)
    this.#cut = []
  }

  /** Keeps messages back, under a name, until they are delivered or dropped. */
  keep(name: string, isMeant: (sent: Sent) => boolean): void {
    this.#does(`kept back from now on: ${name}`)
    this.#kept.push({ name, isMeant, messages: [], isOpen: true })
  }

  hasKept(name: string): boolean {
    return this.#kept.some((kept) => kept.name === name && kept.messages.length > 0)
  }

  /** What was kept arrives now; nothing more is kept under the name. */
  deliver(name: string): void {
    const kept = this.#take(name)
    this.expect(`something is kept as ${name}`, kept.messages.length > 0)
    this.#does(`what was kept back arrives: ${name}`)
    for (const { from, to, message } of kept.messages) this.#world.deliver(from, to, message)
    this.run(0)
  }

  drop(name: string): void {
    const { messages } = this.#take(name)
    this.#does(`what was kept back is lost, ${messages.length} messages: ${name}`)
  }

  #take(name: string): Kept {
    const kept = this.#kept.find((each) => each.name === name && each.isOpen)
    if (!kept) throw new Error(`nothing is kept as ${name}`)
    kept.isOpen = false
    return kept
  }

  #keeps(from: SimProcess, to: SimProcess, message: GroupMessage): boolean {
    const { body } = message
    const sent = { kind: body.kind, from: letter(from.at), to: letter(to.at), body }
    const kept = this.#kept.find((each) => each.isOpen && each.isMeant(sent))
    kept?.messages.push({ from, to, message })
    return kept !== undefined
  }

  // ── time

  run(ms: number): void {
    if (ms > 0) this.#does(`${ms} ms pass`)
    this.#passes(ms)
  }

  #passes(ms: number): void {
    this.#world.runUntil(this.#world.nowMs + ms)
    this.#world.checkers.checkAll(this.#world.nowMs)
  }

  /** Runs until something is so. */
  until(what: string, isSo: () => boolean): void {
    const endMs = this.#world.nowMs + PATIENCE_MS
    while (!isSo()) {
      if (this.#world.nowMs >= endMs) throw new Error(`it never came that ${what}`)
      this.#passes(1)
    }
    this.#does(`it comes that ${what}`)
  }

  expect(what: string, isSo: boolean): void {
    if (!isSo) throw new Error(`it is not so that ${what}`)
    this.#does(`so it is: ${what}`)
  }

  /** How often something happened, as evidence counts it. */
  count(what: string): number {
    return this.#world.counts.get(what) ?? 0
  }

  get nowMs(): number {
    return this.#world.nowMs
  }

  #does(what: string): void {
    this.#world.tell(`* ${what}`)
  }

  #at(name: string): SimProcess {
    const [process] = this.#world.living(at(name))
    if (!process) throw new Error(`nobody lives at ${name}`)
    return process
  }
}

function at(name: string): number {
  return name.charCodeAt(0) - 'a'.charCodeAt(0)
}

function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index)
}
