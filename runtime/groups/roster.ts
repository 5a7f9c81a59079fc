/**
 * Who is behind the ids of members: what the directories of peers list. An actor whose directory does not
 * answer is still listed, for its groups live in a thread of their own; it is left out when it is known to
 * be gone. Of those the newest are remembered: members hear later that they left, and may have to see
 * whether they died.
 */
import type { ActorRecord, GroupAd, Listing, ProcessAd } from '../../discovery/index.js'
import { runtimeLimits } from '../limits.js'
import { isAddress } from '../matching.js'
import { actorIdOf } from './member-info.js'

/** A member, as its actor lists it. */
export interface Listed {
  readonly record: ActorRecord
  readonly ad: GroupAd
  /** Where its system tells. */
  readonly process: ProcessAd | undefined
  /** The message types of the listing. */
  readonly types: Listing['types']
}

interface ListedActor {
  readonly members: readonly Listed[]
  /** Its directory answers. */
  isLive: boolean
}

export class Roster {
  readonly #actors = new Map<string, ListedActor>()
  /** Those that an actor lists now, by member id. */
  readonly #listed = new Map<string, Listed>()
  /** Those that are gone, the one that went last, last. */
  readonly #gone = new Map<string, Listed>()

  /** Takes the listing of an actor, in place of its last. Gives the groups that are concerned. */
  update(record: ActorRecord, { groups = [], process, types }: Listing): ReadonlySet<string> {
    // An actor speaks for its own members only.
    const ads = groups.filter(
      ({ member, gpub, gans }) => actorIdOf(member) === record.id && isAddress(gpub) && isAddress(gans),
    )
    const members = ads.map((ad) => ({ record, ad, process, types }))
    const before = this.#actors.get(record.id)?.members ?? []
    this.#actors.set(record.id, { members, isLive: true })
    for (const each of members) {
      this.#gone.delete(each.ad.member)
      this.#listed.set(each.ad.member, each)
    }
    const ids = new Set(members.map(({ ad }) => ad.member))
    this.#unlist(before.filter(({ ad }) => !ids.has(ad.member)))
    return new Set([...before, ...members].map(({ ad }) => ad.group))
  }

  /** The directory of an actor does not answer any more. Gives the members that it listed. */
  lost(actorId: string): readonly Listed[] {
    const actor = this.#actors.get(actorId)
    if (actor) actor.isLive = false
    return actor?.members ?? []
  }

  /** The actor is gone. Gives the groups that are concerned. */
  remove(actorId: string): ReadonlySet<string> {
    const before = this.#actors.get(actorId)?.members ?? []
    this.#actors.delete(actorId)
    this.#unlist(before)
    return new Set(before.map(({ ad }) => ad.group))
  }

  /** Whether its directory answers. */
  isLive(actorId: string): boolean {
    return this.#actors.get(actorId)?.isLive === true
  }

  /** Those of a group. */
  of(group: string): readonly Listed[] {
    return [...this.#actors.values()].flatMap(({ members }) => members.filter(({ ad }) => ad.group === group))
  }

  /** Also of one that is gone. */
  find(member: string): Listed | undefined {
    return this.#listed.get(member) ?? this.#gone.get(member)
  }

  /** The highest epoch in which anybody says to lead a group; 0 where nobody does. */
  knownEpoch(group: string): number {
    return Math.max(0, ...this.of(group).map(({ ad }) => ad.leads?.epoch ?? 0))
  }

  #unlist(members: readonly Listed[]): void {
    for (const each of members) {
      const { member } = each.ad
      this.#listed.delete(member)
      this.#gone.delete(member)
      this.#gone.set(member, each)
      const [oldest] = this.#gone.keys()
      if (this.#gone.size > runtimeLimits.knownMembers && oldest !== undefined) this.#gone.delete(oldest)
    }
  }
}
