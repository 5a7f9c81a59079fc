/**
 * The other members of the groups that an actor's components have joined: who they are, to whom its own are
 * to be connected, and who is refused, or keeps apart, because it means another group by the name.
 */
import type { Logger } from 'pino'
import type { ActorRecord, ClockAd, Listing } from '../../discovery/index.js'
import type { Ballot, GroupPeer, LinkCommand, ProcessIdentity, SeatHolder } from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import type { Notices } from '../notices.js'
import { Agreement } from './agreement.js'
import { Apart, refusal } from './apart.js'
import { actorIdOf, type MemberInfo } from './member-info.js'
import type { Membership } from './membership.js'
import { type Listed, Roster } from './roster.js'

export interface OthersOptions {
  readonly actor: string
  readonly actorId: string
  readonly host: () => string
  /** The actor's own CURVE public key; '' without keys. */
  readonly key: string
  readonly notices: Notices
  readonly log: Logger
  readonly memberships: () => readonly Membership[]
  /** Whether the link knows a member by this number. */
  isMember(member: number): boolean
  command(command: LinkCommand): void
  /** Something is a sign of its death. */
  suspect(listed: Listed): void
  /** A member is refused because of one that holds this seat, which may be on this host. */
  tellRefused(membership: Membership, seat: string): void
}

export class Others {
  readonly #options: OthersOptions
  readonly #roster = new Roster()
  readonly #agreement = new Agreement()
  readonly #apart: Apart
  /** What each member was told of its peers last. */
  readonly #told = new Map<number, string>()
  /** Who was said to it to hold the seats of its group last. */
  readonly #crowds = new Map<number, string>()
  /** The highest epoch that was heard of, of each group. */
  readonly #epochs = new Map<string, number>()
  #isClosed = false

  constructor(options: OthersOptions) {
    this.#options = options
    this.#apart = new Apart(options)
  }

  /** An actor answers, or what it lists is another. */
  listed(record: ActorRecord, listing: Listing): void {
    for (const name of this.#roster.update(record, listing)) this.#changed(name)
  }

  /** The directory of an actor does not answer; `isOver`: it said goodbye. */
  unlisted(record: ActorRecord, isOver: boolean): void {
    const members = this.#roster.lost(record.id)
    for (const listed of members) this.#suspect(listed)
    if (isOver || members.length === 0) this.#remove(record.id)
    else this.#removeLater(record.id)
  }

  /** A connection to a member broke. */
  broke(member: string): void {
    const listed = this.#roster.find(member)
    if (listed) this.#suspect(listed)
  }

  isLive(actorId: string): boolean {
    return this.#roster.isLive(actorId)
  }

  /** It is certain that a member is gone. */
  died({ ad, record }: Listed): void {
    for (const membership of this.#of(ad.group)) {
      if (membership.isCoordinated) membership.input({ kind: 'dead', id: ad.member })
    }
    if (!this.isLive(record.id)) this.#remove(record.id)
  }

  /** The highest epoch that was ever heard of. */
  knownEpoch({ name, view }: Membership): number {
    const epoch = Math.max(
      this.#epochs.get(name) ?? 0,
      this.#roster.knownEpoch(name),
      view.ballot?.epoch ?? 0,
    )
    // The one asked for last stands last.
    this.#epochs.delete(name)
    this.#epochs.set(name, epoch)
    const [oldest] = this.#epochs.keys()
    if (this.#epochs.size > runtimeLimits.knownGroups && oldest !== undefined) this.#epochs.delete(oldest)
    return epoch
  }

  /**
   * Whether a member may join, as far as others are listed; those on this host are told where it may not.
   * @throws GroupError `different-parameters` where one whose directory answers has others for the group
   */
  requireOneMeaning(membership: Membership): void {
    const { name, options } = membership
    const here = options.type.parameters
    const others = this.#roster
      .of(name)
      .filter(({ ad, record }) => ad.parameters !== here && this.isLive(record.id))
    const [other] = others
    if (!other) return
    for (const { ad } of others) if (ad.seat !== '') this.#options.tellRefused(membership, ad.seat)
    throw refusal(name, whoIs(other), here, other.ad.parameters)
  }

  /** One that means another group by the name was refused on this host, as it says. */
  refused({ name, options }: Membership, other: SeatHolder): void {
    this.#apart.refused(name, options.type.parameters, other)
  }

  /** Those that answer, and that a member is to be connected with. */
  livePeersOf(membership: Membership): readonly GroupPeer[] {
    const live = this.#agreeing(membership).filter(({ record }) => this.isLive(record.id))
    return [...this.#siblingsOf(membership), ...live.map(peerOf)]
  }

  infoOf(membership: Membership, id: string): MemberInfo {
    const { actor, host } = this.#options
    const own = this.#of(membership.name).find((each) => each.isSelf(id))
    const { record, ad } = this.#roster.find(id) ?? {}
    const known = own
      ? { actor, component: own.options.component.name, host: host() }
      : { actor: record?.actor ?? '', component: ad?.component ?? '', host: record?.host ?? '' }
    return Object.freeze({
      id,
      actorId: actorIdOf(id),
      ...known,
      isSelf: membership.isSelf(id),
      isObserver: membership.view.observers.includes(id),
    })
  }

  /** See MembershipSurroundings. */
  clockOf(leader: string, { epoch, term }: Ballot, here: ProcessIdentity | undefined): ClockAd | undefined {
    const { ad, process } = this.#roster.find(leader) ?? {}
    const isHere =
      here && process && here.bootId === process.bootId && here.timeNamespace === process.timeNamespace
    const leads = isHere ? ad?.leads : undefined
    return leads?.epoch === epoch && leads.term === term ? leads.clock : undefined
  }

  /** Tells the members of a group who else there is, where that is another than it was. */
  tell(name: string): void {
    for (const membership of this.#of(name)) {
      const { member } = membership.incarnation
      if (!this.#options.isMember(member)) continue
      const peers = [...this.#siblingsOf(membership), ...this.#agreeing(membership).map(peerOf)]
      const text = JSON.stringify(peers)
      if (this.#told.get(member) === text) continue
      this.#told.set(member, text)
      this.#options.command({ do: 'peers', member, peers })
    }
    this.#tellCrowd(name)
  }

  /** A member has left. */
  forget(member: number): void {
    this.#told.delete(member)
    this.#crowds.delete(member)
  }

  close(): void {
    this.#isClosed = true
  }

  #of(name: string): readonly Membership[] {
    return this.#options.memberships().filter((membership) => membership.name === name)
  }

  #suspect(listed: Listed): void {
    if (this.#of(listed.ad.group).some(({ isCoordinated }) => isCoordinated)) this.#options.suspect(listed)
  }

  #remove(actorId: string): void {
    for (const name of this.#roster.remove(actorId)) this.#changed(name)
  }

  /** Its groups may live on where its directory does not answer, and be reached again. */
  #removeLater(actorId: string): void {
    const later = (): void => {
      if (this.#roster.isLive(actorId) || this.#isClosed) return
      const isHeard = this.#options
        .memberships()
        .some(({ view }) => view.connected.some((id) => actorIdOf(id) === actorId))
      if (isHeard) this.#removeLater(actorId)
      else this.#remove(actorId)
    }
    setTimeout(later, runtimeLimits.lostMemberMs).unref()
  }

  /** Who there is of a group is another. */
  #changed(name: string): void {
    for (const membership of this.#of(name)) {
      membership.rosterChanged()
      const before = this.#epochs.get(name) ?? 0
      const epoch = this.knownEpoch(membership)
      if (epoch > before && membership.isCoordinated) membership.input({ kind: 'heard', epoch })
    }
    this.tell(name)
  }

  /** Other components of this actor in the same group. */
  #siblingsOf(membership: Membership): readonly GroupPeer[] {
    const { host, key } = this.#options
    return this.#of(membership.name).flatMap(({ incarnation: { id, ports, seat } }) => {
      if (id === membership.id || !ports) return []
      const at = (port: number): string => `tcp://${host()}:${port}`
      return [{ id, gpub: at(ports.gpub), gans: at(ports.gans), isElectable: seat !== undefined, key }]
    })
  }

  /** Those that are listed and mean the same by the group; the others are told of. */
  #agreeing(membership: Membership): readonly Listed[] {
    return this.#roster.of(membership.name).filter((listed) => {
      const why = this.#agreement.difference(membership.options.type, listed)
      const { ad, record } = listed
      if (why !== undefined) this.#apart.kept(membership.name, ad.member, record.id, whoIs(listed), why)
      return why === undefined
    })
  }

  /** More seats cannot be held than there are: if more are, somebody gave one out twice. */
  #tellCrowd(name: string): void {
    const mine = this.#of(name).filter(({ isCoordinated }) => isCoordinated)
    const ids = this.#seated(name, mine)
    const text = ids.join()
    for (const membership of mine) {
      const { member } = membership.incarnation
      if (!this.#options.isMember(member) || this.#crowds.get(member) === text) continue
      this.#crowds.set(member, text)
      membership.input({ kind: 'crowd', ids })
    }
  }

  /**
   * Who holds the seats of a group. One host gives a seat to one at a time: of two the one listed last has
   * it.
   */
  #seated(name: string, mine: readonly Membership[]): readonly string[] {
    const seats = new Map<string, string>()
    const host = this.#options.host()
    for (const {
      incarnation: { id, seat },
    } of mine)
      if (seat) seats.set(`${host} ${seat.name.seat}`, id)
    for (const { ad, record } of this.#roster.of(name)) {
      if (ad.seat !== '' && this.isLive(record.id)) seats.set(`${record.host} ${ad.seat}`, ad.member)
    }
    return [...seats.values()]
  }
}

function whoIs({ ad, record }: Listed): string {
  return `${ad.component} of ${record.actor}`
}

function peerOf({ ad, record }: Listed): GroupPeer {
  const { key } = record
  return { id: ad.member, gpub: ad.gpub, gans: ad.gans, isElectable: ad.seat !== '', key }
}
