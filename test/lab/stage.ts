/**
 * Where one trial of a scenario is played: who plays which part, and what is to be undone when all is healed.
 *
 *     leader            who leads when the trial begins
 *     one two three four    the others that may be elected, drawn anew for each trial
 *     observer          the host that may not
 *     few, many         leader and one; the others
 *     pair, rest        one and two; the others
 *     others, all
 */
import type { Chance } from '../support/chance.js'
import type { Lab } from './lab.js'
import { nowMs } from './launch.js'
import type { Token } from './token.js'

export type Part =
  | 'leader'
  | 'one'
  | 'two'
  | 'three'
  | 'four'
  | 'observer'
  | 'few'
  | 'many'
  | 'pair'
  | 'rest'
  | 'others'
  | 'all'

export class Stage {
  readonly lab: Lab
  readonly chance: Chance
  /** By whom the leader led when the trial began. */
  readonly first: Token
  readonly #parts: Readonly<Record<Part, readonly number[]>>
  readonly #undo: (() => void | Promise<void>)[] = []
  /** When the first fault began. */
  beganMs: number | undefined

  constructor(lab: Lab, chance: Chance, leader: number) {
    this.lab = lab
    this.chance = chance
    const { epoch = 0, term = 0 } = lab.history.newest ?? {}
    this.first = { epoch, term }
    this.#parts = partsOf(lab, chance, leader)
  }

  /** The hosts that play a part. */
  hosts(part: Part): readonly number[] {
    return this.#parts[part]
  }

  /** The host that plays it alone. */
  host(part: Part): number {
    const [host] = this.hosts(part)
    if (host === undefined) throw new Error(`nobody plays ${part}`)
    return host
  }

  /** A fault begins now; it ends by this, when all is healed. */
  fault(undo: () => void | Promise<void>): void {
    this.beganMs ??= nowMs()
    this.#undo.push(undo)
  }

  /** Undoes all faults, the last first. All of them, whatever becomes of one. */
  async heal(): Promise<void> {
    const failed: unknown[] = []
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo()
      } catch (error) {
        failed.push(error)
      }
    }
    if (failed.length > 0) throw failed[0]
  }
}

function partsOf(lab: Lab, chance: Chance, leader: number): Readonly<Record<Part, readonly number[]>> {
  const all = lab.nodes.map(({ host }) => host)
  const others = all.filter((host) => host !== leader)
  const followers = shuffled(
    others.filter((host) => lab.node(host).isElectable),
    chance,
  )
  const [one = [], two = [], three = [], four = []] = followers.map((host) => [host])
  const few = [leader, ...one]
  const pair = [...one, ...two]
  return {
    leader: [leader],
    one,
    two,
    three,
    four,
    observer: others.filter((host) => !lab.node(host).isElectable),
    few,
    many: all.filter((host) => !few.includes(host)),
    pair,
    rest: all.filter((host) => !pair.includes(host)),
    others,
    all,
  }
}

function shuffled<T>(all: readonly T[], chance: Chance): readonly T[] {
  const left = [...all]
  return all.flatMap(() => left.splice(chance.below(left.length), 1))
}
