/**
 * The group clock as it truly is: that of each leader, by its ballot, and from whose it goes on. A clock of
 * whose host the machine stood still since is none any more.
 */
import type { Ballot } from '../../../groups/ballot.js'
import { errorAt } from '../component.js'
import type { SimProcess } from '../process.js'
import { type Stepped, wins } from './checker.js'
import { named } from './violation.js'

/** From whose clock one goes on, and by how much it said that it may be off that. */
interface Origin {
  readonly of: Ballot
  readonly errorMs: number
}

interface LeaderClock {
  readonly process: SimProcess
  /** Group clock less the host's. */
  readonly offsetMs: number
  readonly suspensions: number
  /** Undefined where it began anew. */
  readonly origin: Origin | undefined
}

export class LeaderClocks {
  readonly #clocks = new Map<string, LeaderClock>()

  /** A process has moved. Gives its ballot where it leads from now on, and from whose clock it goes on. */
  stepped(stepped: Stepped): { readonly of: Ballot; readonly origin: Origin | undefined } | undefined {
    const { process, atMs } = stepped
    const { core, host, lease } = process
    const offsetMs = lease && wins(stepped) ? core.clock.toGroupMs(0) : undefined
    if (!lease || offsetMs === undefined) return undefined
    const of = lease.ballot
    const { reading } = process.component
    const goesOn = reading && !process.sleptUnseen && !core.clock.isOf(of)
    const origin = goesOn ? { of: reading.of, errorMs: errorAt(reading, host.monoMs(atMs)) } : undefined
    this.#clocks.set(named(of), { process, offsetMs, suspensions: host.suspensions, origin })
    return { of, origin }
  }

  /** What the clock of the leader in a ballot shows now; undefined where nobody can say. */
  groupMs(of: Ballot, nowMs: number): number | undefined {
    const clock = this.#clocks.get(named(of))
    if (!clock || clock.process.sleptUnseen) return undefined
    const { host } = clock.process
    return host.suspensions === clock.suspensions ? host.monoMs(nowMs) + clock.offsetMs : undefined
  }

  /** By how much two may be off each other, as leaders between them told; undefined where one began anew. */
  errorBetween(one: Ballot, other: Ballot): number | undefined {
    const errors = this.#errorsFrom(one)
    for (const [ballot, errorMs] of this.#errorsFrom(other)) {
      const more = errors.get(ballot)
      if (more !== undefined) return errorMs + more
    }
    return undefined
  }

  /** From a clock back to the one that began: how far each may be off it. */
  #errorsFrom(of: Ballot): ReadonlyMap<string, number> {
    const errors = new Map<string, number>()
    let errorMs = 0
    for (let at: Ballot | undefined = of; at && !errors.has(named(at)); ) {
      const clock = this.#clocks.get(named(at))
      if (!clock || clock.process.sleptUnseen) break
      errors.set(named(at), errorMs)
      errorMs += clock.origin?.errorMs ?? 0
      at = clock.origin?.of
    }
    return errors
  }
}
