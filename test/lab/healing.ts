/**
 * How long ports need after a cut until they hear each other: hosts that publish and ask all the time, a cut
 * between two parts of them of so long, and the time from the healing until each hears the first of each
 * other. Where frames are lost, each port is to tell of it, and no message comes twice.
 */
import type { ChildProcess } from 'node:child_process'
import { uniqueApp } from '../support/apps.js'
import { Chance } from '../support/chance.js'
import { Conditions } from '../support/conditions.js'
import { killProgram, launch, nowMs } from './launch.js'
import { Rig } from './rig.js'
import type { TalkerOrder, TalkerPort, TalkerSum, TalkerWord } from './words.js'

const PROGRAM = new URL('./programs/talker.ts', import.meta.url)
const PORTS: readonly TalkerPort[] = ['sub', 'qry']
/** So long all is well before a cut, so that beats have come. */
const CALM_MS = 1200

/** How long after the healing one host heard the first of another by a port. */
export interface Heard {
  readonly cutMs: number
  readonly by: TalkerPort
  readonly ms: number
}

class Talker {
  readonly host: number
  mark = 0
  readonly firstMs = new Map<string, number>()
  sum: TalkerSum | undefined
  readonly #child: ChildProcess

  constructor(rig: Rig, host: number, app: string, changed: () => void) {
    this.host = host
    this.#child = launch(rig, host, PROGRAM, [app, String(host)])
    this.#child.on('message', (word: TalkerWord) => {
      if (word.is === 'sum') this.sum = word
      else if (word.mark === this.mark) this.firstMs.set(`${word.by} ${word.of}`, word.atMs)
      changed()
    })
  }

  listen(): void {
    this.firstMs.clear()
    this.#order({ mark: ++this.mark })
  }

  block(ms: number): void {
    this.#order({ block: ms })
  }

  askSum(): void {
    this.sum = undefined
    this.#order({ sum: true })
  }

  kill(): Promise<void> {
    return killProgram(this.#child)
  }

  #order(order: TalkerOrder): void {
    this.#child.send(order)
  }
}

/** Hosts of which each publishes to all others and asks them. */
export class Talk {
  readonly rig: Rig
  readonly #talkers: readonly Talker[]
  readonly #conditions = new Conditions()

  private constructor(rig: Rig) {
    this.rig = rig
    const app = uniqueApp()
    this.#talkers = rig.hosts.map((host) => new Talker(rig, host, app, () => this.#conditions.changed()))
  }

  /** Resolves when all hear all. */
  static async of(hosts: number, seed: number): Promise<Talk> {
    const talk = new Talk(await Rig.of(hosts, seed))
    await talk.#heardAll()
    return talk
  }

  /** Cuts the hosts up to `last` off from the others for so long; how long each then took to hear each. */
  async cut(last: number, cutMs: number): Promise<readonly Heard[]> {
    const { hosts } = this.rig
    const [these, those] = [hosts.filter((host) => host <= last), hosts.filter((host) => host > last)]
    await this.rig.spoil(these, those, { cut: true })
    await this.rig.spoil(those, these, { cut: true })
    await new Promise((resolve) => setTimeout(resolve, cutMs))
    for (const talker of this.#talkers) talker.listen()
    await this.rig.switch.clear()
    const healedMs = nowMs()
    await this.#heardAll()
    return these.flatMap((one) =>
      those.flatMap((other) =>
        PORTS.flatMap((by) =>
          [this.#first(one, other, by), this.#first(other, one, by)].map(
            (atMs): Heard => ({ cutMs, by, ms: Math.max(0, atMs - healedMs) }),
          ),
        ),
      ),
    )
  }

  /** Blocks the event loop of a host for so long. */
  block(host: number, ms: number): void {
    this.#talkers[host - 1]?.block(ms)
  }

  /** What each host counted since it began. */
  async sums(): Promise<readonly TalkerSum[]> {
    for (const talker of this.#talkers) talker.askSum()
    await this.#conditions.until(() => this.#talkers.every(({ sum }) => sum !== undefined))
    return this.#talkers.flatMap(({ sum }) => sum ?? [])
  }

  async remove(): Promise<void> {
    await Promise.all(this.#talkers.map((talker) => talker.kill()))
    await this.rig.remove()
  }

  #heardAll(): Promise<void> {
    const { hosts } = this.rig
    const all = hosts.flatMap((to) => hosts.filter((of) => of !== to).map((of) => [to, of] as const))
    return this.#conditions.until(() =>
      all.every(([to, of]) => PORTS.every((by) => this.#first(to, of, by) < Infinity)),
    )
  }

  #first(to: number, of: number, by: TalkerPort): number {
    return this.#talkers[to - 1]?.firstMs.get(`${by} ${of}`) ?? Infinity
  }
}

/** It was told of all that was lost, but where it was told that there is no connection: there it may be. */
export function isExact({ told, missed, apart, twice }: TalkerSum): boolean {
  return missed <= told && told <= missed + apart && twice === 0
}

export interface HealingOptions {
  readonly hosts: number
  readonly trials: number
  readonly seed: number
  /** Cuts are so long, short ones as often as long ones. */
  readonly leastMs: number
  readonly mostMs: number
}

export interface Healing {
  readonly heard: readonly Heard[]
  readonly sums: readonly TalkerSum[]
}

export async function healing({ hosts, trials, seed, leastMs, mostMs }: HealingOptions): Promise<Healing> {
  const talk = await Talk.of(hosts, seed)
  const chance = new Chance(seed)
  const heard: Heard[] = []
  try {
    for (let trial = 0; trial < trials; trial++) {
      // Each part of the range is met, whatever the number of trials.
      const part = (trial + chance.below(1001) / 1000) / trials
      await new Promise((resolve) => setTimeout(resolve, CALM_MS + chance.below(500)))
      heard.push(...(await talk.cut(1 + chance.below(hosts - 1), leastMs * (mostMs / leastMs) ** part)))
    }
    return { heard, sums: await talk.sums() }
  } finally {
    await talk.remove()
  }
}
