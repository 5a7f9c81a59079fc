/**
 * How long discovery over mDNS takes where frames are lost: from the start of an actor until another has
 * found it, or it the other: who finds another dials it, and is known to it then. In one trial all start at
 * once, in the next one starts where the others are.
 */
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Conditions } from '../support/conditions.js'
import { killProgram, launch } from './launch.js'
import { Rig } from './rig.js'
import type { FinderOrder, FinderWord } from './words.js'

const PROGRAM = new URL('./programs/finder.ts', import.meta.url)

class Finder {
  readonly host: number
  id = ''
  begunMs = 0
  isReady = false
  readonly found = new Map<string, number>()
  readonly #child: ChildProcess

  constructor(rig: Rig, host: number, changed: () => void) {
    this.host = host
    this.#child = launch(rig, host, PROGRAM, [])
    this.#child.on('message', (word: FinderWord) => {
      if (word.is === 'found') this.found.set(word.id, word.atMs)
      else {
        this.isReady = true
        if (word.is === 'begun') this.begunMs = word.atMs
      }
      changed()
    })
  }

  begin(): void {
    this.id = randomBytes(8).toString('hex')
    this.#order({ begin: this.id })
  }

  end(): void {
    this.#order({})
  }

  kill(): Promise<void> {
    return killProgram(this.#child)
  }

  #order(order: FinderOrder): void {
    this.isReady = false
    this.found.clear()
    this.#child.send(order)
  }
}

export interface FindingOptions {
  readonly hosts: number
  readonly trials: number
  readonly loss: number
  readonly seed: number
}

/** Milliseconds, of each pair in each trial. */
export async function finding({ hosts, trials, loss, seed }: FindingOptions): Promise<readonly number[]> {
  const rig = await Rig.of(hosts, seed)
  const conditions = new Conditions()
  const finders: Finder[] = []
  const allReady = (): Promise<void> => conditions.until(() => finders.every(({ isReady }) => isReady))
  try {
    for (const host of rig.hosts) finders.push(new Finder(rig, host, () => conditions.changed()))
    await allReady()
    await rig.spoil(rig.hosts, rig.hosts, { loss })
    const times: number[] = []
    for (let trial = 0; trial < trials; trial++) {
      const fresh = trial % 2 === 0 ? finders : [finders[trial % hosts]]
      for (const finder of fresh) finder?.end()
      await allReady()
      for (const finder of fresh) finder?.begin()
      await allReady()
      const pairs = finders.flatMap((one, n) =>
        finders
          .slice(n + 1)
          .filter((other) => fresh.includes(one) || fresh.includes(other))
          .map((other): [Finder, Finder] => [one, other]),
      )
      await conditions.until(() => pairs.every(([one, other]) => metMs(one, other) < Infinity))
      for (const [one, other] of pairs) {
        times.push(Math.max(0, metMs(one, other) - Math.max(one.begunMs, other.begunMs)))
      }
    }
    return times
  } finally {
    await Promise.all(finders.map((finder) => finder.kill()))
    await rig.remove()
  }
}

/** When the first of the two found the other. */
function metMs(one: Finder, other: Finder): number {
  return Math.min(one.found.get(other.id) ?? Infinity, other.found.get(one.id) ?? Infinity)
}
