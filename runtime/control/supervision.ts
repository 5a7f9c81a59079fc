/**
 * An actor and who watches over its process: an agent, which asks how its groups are, tells it what it uses,
 * and is the witness of its death for other hosts.
 */
import { isLoopback, type ProcessAd } from '../../discovery/index.js'
import { type GroupStatus, groupStatusOf } from '../groups/group-status.js'
import type { Membership } from '../groups/membership.js'
import type { LimitEvent } from '../hook-events.js'

/** What an actor gives of itself. */
export interface OwnProcess {
  readonly memberships: () => readonly Membership[]
  /** Address that it binds. */
  readonly host: () => string
  /** Its components hear of it. */
  limit(event: LimitEvent): void
  /** What is listed of its process is another. */
  listed(): void
}

/** The way to who watches over the process of an actor. For agents. */
export interface Supervision {
  /** Rejects where there is no way. */
  open(process: SupervisedProcess): Promise<void>
  /** Harmless twice. */
  close(): void
}

/** The process of an actor, as who watches over it knows it. */
export class SupervisedProcess {
  readonly #own: OwnProcess
  #witness: ProcessAd['witness']
  #listener: () => void = () => undefined

  /** The runtime's: a Supervision is given one. */
  constructor(own: OwnProcess) {
    this.#own = own
  }

  /** Its places in groups, as it sees them now. */
  get groups(): readonly GroupStatus[] {
    return this.#own.memberships().map(groupStatusOf)
  }

  /** Address by which others reach this host, who want to know of its death; '' where nobody does. */
  get elects(): string {
    const host = this.#own.host()
    const isMember = this.#own.memberships().some(({ isCoordinated }) => isCoordinated)
    return isMember && !isLoopback(host) ? host : ''
  }

  /** Who tells others whether the process is gone; undefined where nobody does. */
  get witness(): ProcessAd['witness'] {
    return this.#witness
  }

  /** Calls this whenever `elects` may be another. */
  watch(listener: () => void): void {
    this.#listener = listener
  }

  /** The runtime's: its groups, or its address, may be others. */
  moved(): void {
    this.#listener()
  }

  /** Others are told of this witness from now on. */
  witnessedBy(witness: ProcessAd['witness']): void {
    this.#witness = witness
    this.#own.listed()
  }

  /** Its components hear that it uses much of what it may. */
  limit(event: LimitEvent): void {
    this.#own.limit(event)
  }
}
