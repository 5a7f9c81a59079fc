/**
 * The groups of one actor: which its components have joined, with whom of the network, over one link to the
 * thread that has their sockets. It brings together who is listed, who holds a seat, and who died.
 *
 *   joining      a seat, if it is to elect · its sockets · the listing · connections to those that are known
 *   the others   listings come and go · those that mean another group by the name keep apart
 *   out of it    put out by others, or the sockets are lost: joins again, as another member
 */

import type { ActorRecord, Listing } from '../../discovery/index.js'
import {
  createLeaseCell,
  GroupError,
  type GroupLink,
  type LinkCommand,
  type LinkEvent,
  type SeatHolder,
} from '../../groups/index.js'
import type { CurveKeys } from '../../ports/security/index.js'
import { atMost } from '../at-most.js'
import { runtimeLimits } from '../limits.js'
import type { ActorGroupsOptions } from './actor-groups-options.js'
import { optionsGiven, sameRole } from './given.js'
import type { Group } from './group.js'
import { type GroupListing, groupListing } from './group-listing.js'
import type { GroupPlace, HeldSeat } from './group-place.js'
import { type GroupType, type NamedGroupType, namedGroupTypes } from './group-type.js'
import { type JoinGroupOptions, type JoinsGroups, notJoined } from './joins-groups.js'
import { memberId } from './member-info.js'
import { Membership } from './membership.js'
import { Others } from './others.js'
import { Pulse } from './pulse.js'
import { Replacements } from './replacements.js'
import { releaseLater, type SeatedGroup, Seating, seatedGroup } from './seating.js'
import { type Incarnation, type MembershipSurroundings, warnedOf } from './surroundings.js'
import { Suspects } from './suspects.js'

/** Where it holds: what it needs once a group is joined. */
interface Running {
  readonly place: GroupPlace
  readonly seating: Seating
  readonly suspects: Suspects
  readonly pulse: Pulse
  readonly surroundings: MembershipSurroundings
}

/** The link is none any more. */
const THREAD_ENDED = 'thread-ended'
const INSTANCE = /^[A-Za-z_][\w-]{0,62}$/

export class ActorGroups implements JoinsGroups {
  readonly #options: ActorGroupsOptions
  readonly #types: ReadonlyMap<object, NamedGroupType>
  readonly #others: Others
  /** By component and group. */
  readonly #joined = new Map<string, Promise<Membership>>()
  /** Those that have joined, or do so now. */
  readonly #memberships = new Set<Membership>()
  /** By the number of the link, also those that leave. */
  readonly #members = new Map<number, Pick<Incarnation, 'seat'> & { readonly membership: Membership }>()
  readonly #replacements: Replacements
  #running: Running | undefined
  /** Opened by the first command, and again where its thread has ended. */
  #link: GroupLink | undefined
  #joins = 0
  #number = 0
  #isClosed = false

  constructor(options: ActorGroupsOptions) {
    this.#options = options
    this.#types = namedGroupTypes(options.app.name, options.app.groups)
    this.#others = new Others({
      ...options,
      memberships: () => [...this.#memberships],
      isMember: (member) => this.#members.has(member),
      command: (command) => this.#command(command),
      suspect: (listed) => this.#running?.suspects.suspect(listed),
      tellRefused: (membership, seat) =>
        this.#run().seating.tell(this.#seatedGroup(membership), seat, { incarnation: membership.id }),
    })
    this.#replacements = new Replacements({
      log: options.log,
      noSeats: (membership) => this.#run().seating.absence(this.#seatedGroup(membership)),
      untilFree: (membership, signal) => this.#run().seating.untilFree(this.#seatedGroup(membership), signal),
      next: (membership) => this.#nextIncarnation(membership.options.component.name),
      takeSeat: (membership, id) => this.#takeSeat(membership, id),
      begin: (membership, now) => this.#begin(membership, now),
      leave: (membership, isGone) => this.#leave(membership, isGone),
    })
  }

  /** The groups that components have joined, and so far as they have sockets. */
  get memberships(): readonly Membership[] {
    return [...this.#memberships].filter(({ isLeft }) => !isLeft)
  }

  /** What is listed of them. */
  get listing(): GroupListing {
    const { process } = this.#running?.place ?? {}
    const witness = this.#options.witness()
    const listed = process && { ...process, ...(witness && { witness }) }
    return groupListing([...this.#memberships], this.#options.host(), listed)
  }

  // ── the others

  /** An actor answers, or what it lists is another. */
  listed(record: ActorRecord, listing: Listing): void {
    this.#others.listed(record, listing)
  }

  /** The directory of an actor does not answer; `isOver`: it said goodbye. */
  unlisted(record: ActorRecord, isOver: boolean): void {
    this.#others.unlisted(record, isOver)
  }

  // ── joining

  async join<In, Out>(
    component: string,
    type: GroupType<In, Out>,
    instance: string,
    options: JoinGroupOptions | undefined,
  ): Promise<Group<In, Out>> {
    const named = this.#types.get(type)
    const { app } = this.#options
    const observes = optionsGiven(options, 'joinGroup()')?.observe === true
    if (!named) {
      const text = `${component} joins a group whose type the app ${app.name} does not name`
      throw new GroupError('unknown-group', `${text}; name it: groups: { Cell: group({ … }) }`)
    }
    if (typeof instance !== 'string' || !INSTANCE.test(instance)) {
      const text = `${JSON.stringify(instance)} is no name for an instance of ${named.name}`
      throw new GroupError('bad-instance', `${text}; give a letter or _, then letters, digits, _ or -`)
    }
    const key = `${component} ${named.name}.${instance}`
    const joining = this.#joined.get(key) ?? this.#join(component, named, instance, observes)
    this.#joined.set(key, joining)
    const {
      group,
      isCoordinated,
      options: joined,
    } = await joining.catch((error: unknown) => {
      if (this.#joined.get(key) === joining) this.#joined.delete(key)
      throw error
    })
    if (isCoordinated) sameRole(`${component} has joined ${group.name}`, !joined.wantsSeat, observes)
    // The type that was asked for is the one that it was made of.
    return group as unknown as Group<In, Out>
  }

  async #join(name: string, type: NamedGroupType, instance: string, observes: boolean): Promise<Membership> {
    const component = this.#options.components().find((each) => each.name === name)
    if (!component || this.#isClosed) throw notJoined(`${type.name}.${instance}`)
    const { surroundings } = this.#run()
    const first = this.#nextIncarnation(name)
    const key = `${this.#options.app.name}/${type.name}.${instance}`
    const wantsSeat = type.type.quorum !== undefined && !observes
    const membership = new Membership({ type, instance, wantsSeat, key, component, surroundings }, first)
    this.#memberships.add(membership)
    try {
      this.#options.requireRoom(membership, [...this.#memberships])
      const seat = wantsSeat ? await this.#takeSeat(membership, first.id) : undefined
      await this.#begin(membership, { ...first, seat })
      if (wantsSeat && !seat) this.#replacements.waitForSeat(membership)
    } catch (error) {
      membership.drop()
      throw error
    }
    await membership.connect(() => this.#others.livePeersOf(membership))
    if (membership.isLeft) throw notJoined(membership.name)
    return membership
  }

  #nextIncarnation(component: string): Incarnation {
    const place = this.#options.components().findIndex(({ name }) => name === component)
    const id = memberId(this.#options.actorId, place, ++this.#joins)
    return { member: ++this.#number, id, seat: undefined, ports: undefined }
  }

  async #takeSeat(membership: Membership, id: string): Promise<HeldSeat | undefined> {
    const refused = (other: SeatHolder): void => this.#others.refused(membership, other)
    const [group, who] = [this.#seatedGroup(membership), { incarnation: id, refused }]
    return this.#run().seating.take(group, who, () => this.#requireWanted(membership))
  }

  #seatedGroup(membership: Membership): SeatedGroup {
    return seatedGroup(this.#options.app.name, membership)
  }

  #requireWanted({ isLeft, name }: Membership): void {
    if (isLeft || this.#isClosed) throw notJoined(name)
  }

  /** Joins as this member. Rejects where others mean another group, or its sockets cannot be bound. */
  async #begin(membership: Membership, now: Incarnation): Promise<void> {
    const { member, seat } = now
    try {
      this.#requireWanted(membership)
      this.#others.requireOneMeaning(membership)
    } catch (error) {
      seat?.release()
      throw error
    }
    const lease = createLeaseCell()
    this.#members.set(member, { membership, seat })
    try {
      await membership.begin(now, lease, () => this.#tellJoin(membership, now, lease))
    } catch (error) {
      // One that left meanwhile is a member until it is told to have left.
      if (!membership.isLeft) this.#released(member)
      throw error
    }
  }

  #tellJoin(membership: Membership, { member, id, seat }: Incarnation, lease: SharedArrayBuffer): void {
    const { type, key } = membership.options
    this.#command({
      do: 'join',
      member,
      options: {
        ...{ id, group: key, quorum: type.type.quorum, timing: type.timing, isElectable: seat !== undefined },
        // Who held the seat before may have given its word until then; whoever observes gives none.
        startedAtMs: seat?.takenAtMs ?? this.#run().place.now().monoMs,
        knownEpoch: this.#others.knownEpoch(membership),
        host: this.#options.host(),
        lease,
      },
    })
    this.#others.tell(membership.name)
  }

  /** Resolves when the others were told, or soon. @param isGone it grants nothing any more */
  async #leave(membership: Membership, isGone: boolean): Promise<void> {
    const { member } = membership.incarnation
    if (!this.#members.has(member)) return
    this.#command({ do: 'leave', member })
    if (isGone) this.#released(member)
    else await membership.changes.until(() => !this.#members.has(member), runtimeLimits.leaveMs)
  }

  // ── the link

  #run(): Running {
    if (this.#running) return this.#running
    const place = this.#options.place()
    const nowMs = (): number => place.now().monoMs
    const suspects = new Suspects({
      ...{ witnesses: place.witnesses, app: this.#options.app.name },
      isLive: (actorId) => this.#others.isLive(actorId),
      dead: (listed) => this.#others.died(listed),
    })
    const pulse = new Pulse(nowMs, (ms) => this.#options.stalled(ms))
    const surroundings = this.#surroundings(place)
    this.#running = { place, seating: new Seating(place), suspects, pulse, surroundings }
    return this.#running
  }

  #surroundings(place: GroupPlace): MembershipSurroundings {
    return {
      ...{ place, watcher: this.#options.watcher },
      command: (command) => this.#command(command),
      infoOf: (membership, id) => this.#others.infoOf(membership, id),
      clockOf: (leader, ballot) => this.#others.clockOf(leader, ballot, place.process),
      listed: (membership) => {
        this.#options.listed()
        this.#others.tell(membership.name)
      },
      gone: (membership) => this.#gone(membership),
      lost: (membership, why, isGone) => this.#replacements.lost(membership, why, isGone),
      warn: warnedOf(this.#options.notices),
    }
  }

  #command(command: LinkCommand): void {
    if (this.#isClosed || !this.#running) return
    this.#link ??= this.#openLink(this.#running.place)
    this.#link.send(command)
  }

  #openLink(place: GroupPlace): GroupLink {
    const link = place.openLink((event) => {
      // What comes next is for another link.
      if (event.is === 'failed' && event.code === THREAD_ENDED && this.#link === link) this.#link = undefined
      this.#take(event)
    })
    return link
  }

  #take(event: LinkEvent): void {
    const { membership } = this.#members.get(event.member) ?? {}
    if (event.is === 'left') this.#released(event.member)
    if (event.is === 'broken') this.#others.broke(event.id)
    else if (membership?.incarnation.member === event.member) membership.take(event)
    // Nobody waits for it any more.
    const isOver = membership?.isLeft || membership?.incarnation.member !== event.member
    if (event.is === 'failed' && isOver) this.#released(event.member)
  }

  /** It grants nothing any more: its seat may be another's. */
  #released(member: number): void {
    const { membership, seat } = this.#members.get(member) ?? {}
    seat?.release()
    this.#members.delete(member)
    this.#others.forget(member)
    if (!membership) return
    if (membership.incarnation.member === member) membership.ended()
    if (membership.isLeft) this.#memberships.delete(membership)
    this.#unlisted(membership)
  }

  /** Not before it has told the others that it leaves: they hear no more of one that is not listed. */
  #unlisted({ name }: Membership): void {
    this.#options.listed()
    this.#others.tell(name)
  }

  // ── the end

  /** A component left it for good. */
  #gone(membership: Membership): void {
    this.#replacements.end(membership)
    const { component } = membership.options
    this.#joined.delete(`${component.name} ${membership.name}`)
    if (!this.#members.has(membership.incarnation.member)) {
      this.#memberships.delete(membership)
      this.#unlisted(membership)
    }
  }

  /** The host has another address: all members have others, and are others. */
  moved(): void {
    const open = this.memberships.filter(({ incarnation }) => incarnation.ports)
    for (const each of open) this.#replacements.lost(each, 'this host has another address', false)
  }

  /** Members take other addresses, too, with these keys. Resolves when they have, or it takes too long. */
  async renew(keys: CurveKeys | undefined): Promise<void> {
    const renewed = this.memberships.map((membership) => membership.renewed())
    if (this.#link) this.#command({ do: 'renew', keys })
    await Promise.all(renewed)
  }

  /** Leaves all groups; resolves when the others were told, or soon. Then it ends. */
  async stop(): Promise<void> {
    const left = this.memberships.map((membership) => membership.leave())
    await atMost(runtimeLimits.stopLeaveMs, Promise.all(left))
    this.close()
  }

  /** Ends at once, as a crash would. Harmless twice. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#others.close()
    for (const membership of this.memberships) membership.drop()
    const { suspects, pulse } = this.#running ?? {}
    suspects?.close()
    pulse?.close()
    this.#link?.close()
    this.#releaseLater()
  }

  /** Those that did not tell that they have left grant nothing more when the thread has ended. */
  #releaseLater(): void {
    const seats = [...this.#members.values()].flatMap(({ seat }) => seat ?? [])
    this.#members.clear()
    releaseLater(seats)
  }
}
