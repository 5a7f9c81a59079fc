/**
 * A crew: members of one group on a test network, each on a host of its own unless told. At every moment
 * that passes it is noted who may act as the leader, and in which epoch and term.
 */
import { actor, app, group } from '../../runtime/index.js'
import type { TestActor, TestNetwork } from '../../testing/index.js'
import { Cellist, Data } from '../unit/runtime/groups/cell.js'
import { leaderOf } from '../unit/runtime/groups/cells.js'

const types = {
  Two: group({ quorum: 2, using: Data }),
  Three: group({ quorum: 3, using: Data }),
  Four: group({ quorum: 4, using: Data }),
  Timed: group({ quorum: 2, using: Data, timed: true }),
  Loose: group({ using: Data }),
}

class Prioritized extends Cellist {
  static override readonly scheduler = 'priority'
}

const params = { joins: false }
export const crews = app('crews', {
  actors: {
    Member: actor({ components: () => ({ cellist: [Cellist, params] }) }),
    Prioritized: actor({ components: () => ({ cellist: [Prioritized, params] }) }),
  },
  groups: types,
})

export type CrewType = keyof typeof types

export interface CrewOptions {
  /** Of all; else each has its own. */
  readonly host?: string
  readonly actor?: 'Member' | 'Prioritized'
}

interface Token {
  readonly epoch: number
  readonly term: number
}

export class Crew {
  readonly network: TestNetwork
  readonly members: Cellist[] = []
  readonly #actors = new Map<Cellist, TestActor>()
  readonly #type: CrewType
  readonly #options: CrewOptions
  /** The most that might act as the leader at one moment. */
  mostActing = 0
  /** Whether one acted by an older token than another before it, or followed an older one than it had. */
  hasGoneBack = false
  /** The newest token by which anybody acted, and which each followed. */
  #newest: Token = { epoch: 0, term: 0 }
  readonly #followed = new Map<Cellist, Token>()

  constructor(network: TestNetwork, type: CrewType, options: CrewOptions = {}) {
    this.network = network
    this.#type = type
    this.#options = options
  }

  /** So many more actors start, and join nothing yet. */
  async start(count: number): Promise<readonly Cellist[]> {
    const { host, actor: name = 'Member' } = this.#options
    const fresh: Cellist[] = []
    for (let n = 0; n < count; n++) {
      const made = await this.network.start(crews, name, {}, { host: host ?? `h${this.#actors.size}` })
      const member = made.component(name === 'Member' ? Cellist : Prioritized)
      this.#actors.set(member, made)
      this.members.push(member)
      fresh.push(member)
    }
    return fresh
  }

  /** So many more, or these, join; resolves when they have. */
  async join(joining: number | readonly Cellist[]): Promise<readonly Cellist[]> {
    const fresh = typeof joining === 'number' ? await this.start(joining) : joining
    const joined = fresh.map(async (member) => {
      member.cell = await member.join(types[this.#type])
    })
    await this.network.settled(Promise.all(joined))
    return fresh
  }

  /** A crew that one leads, with all the others in its group: the leader first. */
  static async of(network: TestNetwork, type: CrewType, count: number, options: CrewOptions = {}) {
    const crew = new Crew(network, type, options)
    await crew.join(count)
    await crew.untilLed()
    const { leader, others } = leaderOf(crew.members)
    crew.members.splice(0, count, leader, ...others)
    crew.forget()
    return crew
  }

  /** All of these, all unless told, follow one that acts, and know each other. */
  async untilLed(members: readonly Cellist[] = this.members): Promise<Cellist> {
    await this.until(() => {
      const [first] = members
      return (
        members.filter(({ in: cell }) => cell.isLeader).length === 1 &&
        members.every(({ in: cell }) => cell.leader?.id === first?.in.leader?.id && cell.clock.isKnown) &&
        members.every(({ in: cell }) => members.every((each) => knows(cell, each.in.id)))
      )
    })
    return leaderOf(members).leader
  }

  actorOf(member: Cellist): TestActor {
    const actor = this.#actors.get(member)
    if (!actor) throw new Error('it is none of this crew')
    return actor
  }

  kill(member: Cellist): void {
    this.actorOf(member).kill()
    this.members.splice(this.members.indexOf(member), 1)
  }

  /** Cuts the first so many, the leader among them, off from the others. */
  split(first: number): readonly [readonly Cellist[], readonly Cellist[]] {
    const sides = [this.members.slice(0, first), this.members.slice(first)] as const
    this.network.split(...sides.map((side) => side.map((member) => this.actorOf(member))))
    return sides
  }

  /** As network.until(); at each moment it is noted who acts. */
  async until(isSo: () => boolean, within?: number): Promise<void> {
    const look = (): boolean => {
      this.#note()
      return isSo()
    }
    // Where it never comes to this, it is named.
    const noting = Object.assign(look, { toString: () => String(isSo) })
    await (within === undefined ? this.network.until(noting) : this.network.until(noting, within))
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.network.now + ms
    await Promise.all([this.network.advance(ms), this.until(() => this.network.now >= endMs, ms + 1)])
  }

  /** How often each was told of a leader. */
  get elections(): readonly number[] {
    return this.members.map(({ told }) => told.filter((each) => each === 'leads' || each === 'led').length)
  }

  /** What was told so far counts no more. */
  forget(): void {
    for (const { told } of this.members) told.length = 0
  }

  #note(): void {
    const acting = this.members.flatMap(({ cell }) => cell?.token ?? [])
    this.mostActing = Math.max(this.mostActing, acting.length)
    for (const token of acting) {
      if (compare(token, this.#newest) < 0) this.hasGoneBack = true
      else this.#newest = token
    }
    for (const member of this.members) {
      if (!member.cell) continue
      const { epoch, term } = member.cell
      const before = this.#followed.get(member) ?? { epoch: 0, term: 0 }
      if (compare({ epoch, term }, before) < 0) this.hasGoneBack = true
      else this.#followed.set(member, { epoch, term })
    }
  }
}

function knows({ members, observers }: Cellist['in'], id: string): boolean {
  return [...members, ...observers].some((each) => each.id === id)
}

function compare(a: Token, b: Token): number {
  return a.epoch - b.epoch || a.term - b.term
}
