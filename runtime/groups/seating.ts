/**
 * The seats of groups that are on this host: who takes part in elections holds one. Where all are taken a
 * member observes, until one is free.
 */
import { setMaxListeners } from 'node:events'
import { GroupError, type SeatName } from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import { type GroupPlace, type HeldSeat, seatNumbers } from './group-place.js'

/** A group that has seats. */
export interface SeatedGroup {
  readonly app: string
  /** Type and instance. */
  readonly name: string
  readonly type: string
  readonly quorum: number
}

export class Seating {
  readonly #place: Pick<GroupPlace, 'seats' | 'seatsHere'>

  constructor(place: Pick<GroupPlace, 'seats' | 'seatsHere'>) {
    this.#place = place
  }

  /**
   * Takes one that is free, for a member of this id; undefined where none is.
   * @throws GroupError `no-seats`; HostError.
   */
  async take(group: SeatedGroup, member: string): Promise<HeldSeat | undefined> {
    for (const name of this.#namesOf(group)) {
      const seat = await this.#place.seats.take(name, member)
      if (seat) return seat
    }
    return undefined
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
