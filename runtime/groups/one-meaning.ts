/**
 * That all who hold seats of a group on this host mean the same by its name. Seats are known by their names
 * alone, so members of two quorums could hold seats of one group, and each have a leader. Hence a member
 * first takes a seat, and then looks at all others that there may be, whatever the quorum of their holders:
 * of two that take seats of different meaning, whoever takes the later one sees the other, and neither begins
 * before it looked. A seat of which it cannot be told is no sign of agreement.
 */
import type { SeatHolder, SeatName, SeatState, Sitter } from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import { processText, refusal, silence } from './apart.js'
import type { Seats } from './group-place.js'
import { MOST_QUORUM } from './group-type.js'

/** A group whose seats are looked at, and who looks. */
export interface Looking {
  readonly app: string
  /** Type and instance. */
  readonly name: string
  readonly parameters: string
  readonly sitter: Sitter
  /** Throws where the seat is not wanted any more. */
  requireWanted(): void
}

interface Other {
  readonly name: SeatName
  readonly by: SeatHolder
  readonly parameters: string
}

/** The names of all seats that a group may have, whatever its quorum. */
export function seatsOfAnyQuorum({ app, name }: Pick<Looking, 'app' | 'name'>): readonly SeatName[] {
  return Array.from({ length: 2 * MOST_QUORUM - 1 }, (_, seat) => ({ app, group: name, seat: String(seat) }))
}

export class OneMeaning {
  readonly #seats: Pick<Seats, 'look' | 'tell'>

  constructor(seats: Pick<Seats, 'look' | 'tell'>) {
    this.#seats = seats
  }

  /**
   * Returns once each of these seats was free, or held by one that means the same.
   * @throws GroupError `different-parameters`, at once, or after `runtimeLimits.seatSilentMs` where it cannot
   * be told; and as requireWanted() does
   */
  async require(looking: Looking, names: readonly SeatName[]): Promise<void> {
    const untilMs = performance.now() + runtimeLimits.seatSilentMs
    let [first, ...more] = await this.refuseOthers(looking, names)
    while (first) {
      looking.requireWanted()
      if (performance.now() >= untilMs) throw silence(looking.name, first)
      await new Promise((resolve) => setTimeout(resolve, runtimeLimits.seatAgainMs))
      ;[first, ...more] = await this.refuseOthers(looking, [first, ...more])
    }
  }

  /**
   * Looks once, and gives the seats of which it cannot be told.
   * @throws GroupError `different-parameters`, which the others are told, too
   */
  async refuseOthers(looking: Looking, names: readonly SeatName[]): Promise<readonly SeatName[]> {
    const { name: group, parameters, sitter } = looking
    const unclear: SeatName[] = []
    const others: Other[] = []
    for (const { name, state } of await this.#look(names)) {
      if (state.kind === 'free') continue
      const there = state.kind === 'held' ? state.by.parameters : undefined
      if (state.kind === 'unclear' || there === undefined) unclear.push(name)
      else if (there !== parameters) others.push({ name, by: state.by, parameters: there })
    }
    const [other] = others
    if (!other) return unclear
    await Promise.all(others.map(({ name }) => this.#seats.tell(name, sitter)))
    throw refusal(group, processText(other.by), parameters, other.parameters)
  }

  async #look(names: readonly SeatName[]) {
    const seen: { readonly name: SeatName; readonly state: SeatState }[] = []
    for (let from = 0; from < names.length; from += runtimeLimits.seatLooks) {
      const some = names.slice(from, from + runtimeLimits.seatLooks)
      const states = some.map(async (name) => ({ name, state: await this.#seats.look(name) }))
      seen.push(...(await Promise.all(states)))
    }
    return seen
  }
}
