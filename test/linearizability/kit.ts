/**
 * Histories of whole groups on a test network, through the API that components have: members that set, read,
 * send, ask and vote all the time, while one at a time is killed and starts again, or is cut off and healed.
 */

import { createTestNetwork, type TestActor, type TestNetwork } from '../../testing/index.js'
import { randomFrom } from '../../testing/random.js'
import { Chance } from '../sim/chance.js'
import { Historian, historians } from './historian.js'
import { type HistoryLine, type Operation, operationsOf } from './history.js'
import { Notebook } from './notebook.js'

export interface KitHistory {
  readonly operations: readonly Operation[]
  /** How often each was done. */
  readonly faults: { readonly kills: number; readonly cuts: number }
  /** Formations that polls tell of: their ids name them. */
  readonly formations: ReadonlySet<string>
}

const NAMES = ['A', 'B', 'C', 'D'] as const
const KEYS: readonly string[] = ['x', 'y', 'z']
/** Milliseconds: between two requests, at most; and until all that was asked for has ended. */
const PAUSE_MS = 30
const CALM_MS = 8000

/** @param forMs how long things are asked for, and go wrong */
export async function kitHistory(seed: number, forMs: number): Promise<KitHistory> {
  const network = createTestNetwork({ seed, delayMs: { min: 1, max: 15 } })
  try {
    const crew = new Crew(network, seed)
    await crew.run(forMs)
    return crew.history
  } finally {
    await network.close()
  }
}

class Crew {
  readonly #network: TestNetwork
  readonly #chance: Chance
  readonly #lines: HistoryLine[] = []
  readonly #living = new Map<string, TestActor>()
  readonly #faults = { kills: 0, cuts: 0 }
  #marks = 0
  #nextFaultMs: number
  /** What ends the fault that is there, and when. */
  #mending: { readonly atMs: number; mend(): Promise<unknown> | undefined } | undefined

  constructor(network: TestNetwork, seed: number) {
    this.#network = network
    this.#chance = new Chance(seed, 7)
    this.#nextFaultMs = network.now + 3000
    // `t` counts the lines, for no two things happen at once.
    Historian.notebook = new Notebook(
      () => ({ t: this.#lines.length, ms: network.now }),
      (line) => this.#lines.push(line),
    )
    const random = randomFrom(seed)
    Historian.vote = () => random() < 0.8
  }

  get history(): KitHistory {
    const operations = operationsOf(this.#lines)
    const ids = operations.flatMap(({ call }) => (call.f === 'outcome' ? (call.pollId ?? []) : []))
    const formations = new Set(ids.flatMap((id) => id.split('/')[1] ?? []))
    return { operations, faults: { ...this.#faults }, formations }
  }

  async run(forMs: number): Promise<void> {
    for (const name of NAMES) await this.#start(name)
    await this.#network.until(() => this.#members.every(({ cell }) => cell?.hasLeader))
    const endMs = this.#network.now + forMs
    while (this.#network.now < endMs) {
      await this.#network.advance(1 + this.#chance.below(PAUSE_MS))
      await this.#goWrong()
      this.#ask()
    }
    await this.#mending?.mend()
    await this.#network.advance(CALM_MS)
    for (const member of this.#members) for (const key of KEYS) member.get(key)
  }

  get #members(): readonly Historian[] {
    return [...this.#living.values()].map((actor) => actor.component(Historian))
  }

  /** Each on a host of its own: who is gone is only missed by the others. */
  async #start(name: string): Promise<void> {
    this.#living.set(name, await this.#network.start(historians, name, {}, { host: name.toLowerCase() }))
  }

  #ask(): void {
    const chance = this.#chance
    const members = this.#members
    const member = members[chance.below(members.length)]
    const key = chance.pick('x', 'y', 'z')
    const mark = `${++this.#marks}`
    const kind = chance.random()
    if (kind < 0.25) member?.set(key, chance.isLucky(0.1) ? null : mark)
    else if (kind < 0.6) member?.get(key)
    else if (kind < 0.85) member?.send(mark)
    else member?.ask(mark, chance.pick('majority', 'majority', 'consensus'), chance.between(100, 1000))
  }

  /** One thing at a time, with a while to recover in: so that the formation stays the same. */
  async #goWrong(): Promise<void> {
    const { now } = this.#network
    if (this.#mending) {
      if (now < this.#mending.atMs) return
      await this.#mending.mend()
      this.#mending = undefined
      this.#nextFaultMs = this.#network.now + this.#chance.between(1500, 3000)
    } else if (now >= this.#nextFaultMs) this.#fault(now)
  }

  #fault(now: number): void {
    const chance = this.#chance
    const leader = this.#members.find(({ cell }) => cell?.isLeader)?.actor.name
    const name = chance.isLucky(0.5) && leader ? leader : chance.pick(...NAMES)
    const victim = this.#living.get(name)
    if (!victim) return
    const atMs = now + chance.between(200, 2000)
    if (chance.isLucky(0.5)) {
      this.#faults.kills++
      victim.kill()
      this.#living.delete(name)
      this.#mending = { atMs, mend: () => this.#start(name) }
      return
    }
    this.#faults.cuts++
    for (const other of NAMES) if (other !== name) this.#network.cut(name.toLowerCase(), other.toLowerCase())
    this.#mending = { atMs, mend: () => void this.#network.heal() }
  }
}
