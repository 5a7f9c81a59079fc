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
import type { HostClock } from '../host.js'
import { CALM, type Link } from '../network.js'
import type { SimProcess } from '../process.js'
import { World } from '../world.js'

export interface StageOptions {
  readonly quorum: number
  readonly seats: number
  readonly observers?: number
  readonly timing?: GroupTiming
  readonly clocks?: Readonly<Record<string, Partial<HostClock>>>
  readonly keptEntries?: number
  readonly tell?: (line: string) => void
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
    for (const name of names) this.#world.give(this.#at(name), { kind: 'dead', id })
  }

  /** Stops a process, whose clocks run on, until goOn(). */
  pause(name: string): void {
    this.#at(name).pausedUntilMs = Number.POSITIVE_INFINITY
  }

  goOn(name: string): void {
    this.#at(name).pausedUntilMs = 0
    this.#world.goOn(this.#at(name))
  }

  /** Its machine stands still, until wake(). */
  suspend(name: string): void {
    this.#at(name).host.suspend(this.#world.nowMs)
    this.#at(name).hasToLook = true
  }

  wake(name: string): void {
    this.#at(name).host.resume(this.#world.nowMs)
    this.#world.goOn(this.#at(name))
  }

  /** The wall clock of a host shows so much less, or more, from now on. */
  setWallClock(name: string, offsetMs: number): void {
    this.#world.hosts[at(name)]?.setWallOffset(offsetMs)
  }

  /** Somebody beside the group remembers an epoch. */
  remind(name: string, epoch: number): void {
    this.#world.give(this.#at(name), { kind: 'heard', epoch })
  }

  handOver(name: string): void {
    this.#world.give(this.#at(name), { kind: 'hand-over', to: undefined })
  }

  request(name: string, request: Request): void {
    this.#world.give(this.#at(name), { kind: 'request', tag: ++this.#tag, request })
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
    const all = Array.from({ length: this.#seats }, (_, index) => index)
    const links = all.filter((index) => index !== at(name)).map((index): Link => [index, at(name)])
    this.#world.network.cut(links)
    this.#cut.push(...links)
  }

  mend(): void {
    this.#world.network.mend(this.#cut)
    this.#cut = []
  }

  /** Keeps messages back, under a name, until they are delivered or dropped. */
  keep(name: string, isMeant: (sent: Sent) => boolean): void {
    this.#kept.push({ name, isMeant, messages: [], isOpen: true })
  }

  hasKept(name: string): boolean {
    return this.#kept.some((kept) => kept.name === name && kept.messages.length > 0)
  }

  /** What was kept arrives now; nothing more is kept under the name. */
  deliver(name: string): void {
    const kept = this.#take(name)
    this.expect(`something is kept as ${name}`, kept.messages.length > 0)
    for (const { from, to, message } of kept.messages) this.#world.deliver(from, to, message)
    this.run(0)
  }

  drop(name: string): void {
    this.#take(name)
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
    this.#world.runUntil(this.#world.nowMs + ms)
    this.#world.checkers.checkAll(this.#world.nowMs)
  }

  /** Runs until something is so. */
  until(what: string, isSo: () => boolean): void {
    const endMs = this.#world.nowMs + PATIENCE_MS
    while (!isSo()) {
      if (this.#world.nowMs >= endMs) throw new Error(`it never came that ${what}`)
      this.run(1)
    }
  }

  expect(what: string, isSo: boolean): void {
    if (!isSo) throw new Error(`it is not so that ${what}`)
  }

  /** How often something happened, as evidence counts it. */
  count(what: string): number {
    return this.#world.counts.get(what) ?? 0
  }

  get nowMs(): number {
    return this.#world.nowMs
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
