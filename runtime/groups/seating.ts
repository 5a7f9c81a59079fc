/**
 * The seats of groups that are on this host: who takes part in elections holds one, beside none that means
 * another group by the name. Where all are taken a member observes, until one is free.
 */
import { setMaxListeners } from 'node:events'
import { GroupError, type SeatName, type Sitter } from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import { type GroupPlace, type HeldSeat, seatNumbers } from './group-place.js'
import type { Membership } from './membership.js'
import { OneMeaning, seatsOfAnyQuorum } from './one-meaning.js'

/** A group that has seats. */
export interface SeatedGroup {
  readonly app: string
  /** Type and instance. */
  readonly name: string
  readonly type: string
  readonly quorum: number
  readonly parameters: string
}

export function seatedGroup(app: string, { name, options: { type } }: Membership): SeatedGroup {
  const { parameters } = type
  return { app, name, type: type.name, quorum: type.type.quorum ?? 0, parameters }
}

export class Seating {
  readonly #place: Pick<GroupPlace, 'seats' | 'seatsHere'>
  readonly #meaning: OneMeaning

  constructor(place: Pick<GroupPlace, 'seats' | 'seatsHere'>) {
    this.#place = place
    this.#meaning = new OneMeaning(place.seats)
  }

  /**
   * Takes one that is free, for this member; undefined where none is. While it is held, whoever else holds a
   * seat of the group on this host means the same by it.
   * @param requireWanted throws where it is not wanted any more
   * @throws GroupError `no-seats`, `different-parameters`; HostError; as requireWanted() does
   */
  async take(group: SeatedGroup, sitter: Sitter, requireWanted: () => void): Promise<HeldSeat | undefined> {
    const { app, name, parameters } = group
    const names = this.#namesOf(group)
    const looking = { app, name, parameters, sitter: { ...sitter, parameters }, requireWanted }
    // Whoever is refused already takes no seat, for a moment, that another may want.
    await this.#meaning.refuseOthers(looking, names)
    let seat: HeldSeat | undefined
    for (const each of names) {
      seat = await this.#place.seats.take(each, looking.sitter)
      if (seat) break
    }
    try {
      const others = seatsOfAnyQuorum(looking).filter((each) => each.seat !== seat?.name.seat)
      if (seat) await this.#meaning.require(looking, others)
      else await this.#meaning.refuseOthers(looking, names)
      requireWanted()
    } catch (error) {
      seat?.release()
      throw error
    }
    return seat
  }

  /** Tells who holds the seat, if it is one of this host, that a member was refused because of it. */
  tell({ app, name, parameters }: SeatedGroup, seat: string, { incarnation }: Sitter): void {
    void this.#place.seats.tell({ app, group: name, seat }, { incarnation, parameters })
  }

  /** Why this host has none; undefined where it has some, free or not. @throws GroupError `no-seats`. */
  absence(group: SeatedGroup): string | undefined {
    if (this.#namesOf(group).length > 0) return undefined
    const { name, quorum } = group
    const text = `${name} has the seats 0 to ${2 * quorum - 2}, and none of them was given to this host`
    return `${text} (--seats, QUORATE_SEATS, or the option seats): this member observes`
  }

  /**
   * Waits until one may be free, as long as it takes. Rejects when the signal aborts, and as take() does; at
   * once where this host has none.
   */
  async untilFree(group: SeatedGroup, signal: AbortSignal): Promise<void> {
    const names = this.#namesOf(group)
    if (names.length === 0) throw new GroupError('no-seats', `this host has no seat of ${group.name}`)
    const enough = new AbortController()
    const either = AbortSignal.any([signal, enough.signal])
    // As many seats as there are wait for it; Node takes more than ten for a leak.
    setMaxListeners(0, either)
    try {
      await Promise.race(names.map((name) => this.#place.seats.untilFree(name, either)))
    } finally {
      enough.abort()
    }
    // Whoever else waits may have been faster: then the next look is a little later.
    await new Promise((resolve) => setTimeout(resolve, runtimeLimits.seatAgainMs).unref())
    signal.throwIfAborted()
  }

  #namesOf(group: SeatedGroup): readonly SeatName[] {
    const numbers = seatNumbers(this.#place.seatsHere, group)
    if (!numbers) {
      const most = 2 * group.quorum - 1
      const text = `${group.name} has ${most} seats on the whole network; nobody said which are on this host`
      const which = `numbers from 0 to ${most - 1}, each on one host`
      const how = `give --seats 0, or startActor() the option seats: [0] (${which}); or { observe: true }`
      throw new GroupError('no-seats', `${text}; ${how}`)
    }
    return numbers.map((number) => ({ app: group.app, group: group.name, seat: String(number) }))
  }
}

/** Frees them in a while, when whoever acted and granted by them has ended for certain. */
export function releaseLater(seats: readonly HeldSeat[]): void {
  if (seats.length === 0) return
  setTimeout(() => {
    for (const seat of seats) seat.release()
  }, runtimeLimits.seatLingerMs).unref()
}
