/**
 * A component's membership in one group, behind the handle that the component holds. To the others it is one
 * member after another: where it gets a seat late, was put out, or lost its sockets, it joins again under
 * another id, and the handle stays.
 */
import type { ClockAd } from '../../discovery/index.js'
import {
  type Ballot,
  type ClockReading,
  createLeaseCell,
  GroupError,
  type GroupPeer,
  LeaseReader,
  type LinkCommand,
  type LinkEffect,
  type LinkEvent,
  type LinkInput,
  NO_BALLOT,
} from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import { Calls } from './calls.js'
import { Changes } from './changes.js'
import { SharedClock } from './clock.js'
import { Complaints } from './complaints.js'
import { Decisions } from './decisions.js'
import { Group, type GroupStats } from './group.js'
import { GroupTurns } from './group-turns.js'
import { Heard } from './heard.js'
import { Infos } from './infos.js'
import { Lag } from './lag.js'
import { MeasuredClock } from './measured-clock.js'
import type { MemberInfo } from './member-info.js'
import { Opening } from './opening.js'
import type { Incarnation, MembershipOptions } from './surroundings.js'
import { Talk } from './talk.js'
import { View, type ViewChange } from './view.js'

export class Membership {
  readonly name: string
  readonly group: Group<never, unknown>
  readonly options: MembershipOptions
  readonly changes = new Changes()
  readonly stats: GroupStats = { sent: 0, received: 0, dropped: 0, refused: 0, missed: 0 }
  readonly clock: SharedClock
  readonly #turns: GroupTurns
  readonly talk: Talk
  readonly decisions: Decisions
  readonly view: View
  #now: Incarnation
  #lease: LeaseReader
  #isLeft = false
  #leaving: Promise<void> | undefined
  /** It is no member at the moment: it grants nothing, and nobody has to hear that it goes. */
  #hasEnded = true
  readonly #lag = new Lag(this.stats)
  readonly #heard: Heard
  /** Whom it was before, to the others. */
  #formerId: string | undefined
  readonly #complaints: Complaints
  readonly #measured: MeasuredClock
  readonly #infos: Infos
  readonly #opening = new Opening()

  /** @param first who it is at first; nothing is joined yet. */
  constructor(options: MembershipOptions, first: Incarnation) {
    const { type, instance, component, surroundings } = options
    const { place } = surroundings
    this.options = options
    this.name = `${type.name}.${instance}`
    this.group = new Group(new Calls(this))
    this.#now = first
    this.#infos = new Infos((id) => surroundings.infoOf(this, id))
    this.view = new View(first.id, type.type.quorum !== undefined)
    this.#lease = new LeaseReader(createLeaseCell(), place.now)
    const nowMs = (): number => place.now().monoMs
    this.clock = new SharedClock(`the group ${this.name}`, nowMs)
    const source = {
      path: `${component.name}.${this.name}`,
      name: this.name,
      deadlineMs: Number.POSITIVE_INFINITY,
    }
    const infoOf = (id: string): MemberInfo => this.infoOf(id)
    this.#complaints = new Complaints({
      ...{ name: this.name, component: component.name, stats: this.stats, infoOf },
      say: (what, text, peer) => surroundings.warn(this, what, text, peer),
    })
    const complaints = this.#complaints
    component.turns.add(source, type.type.priority)
    this.#turns = new GroupTurns({
      ...{ component: component.component, turns: component.turns, source, group: this.group },
      watcher: surroundings.watcher,
      dropped: () => complaints.dropped(),
      overflowed: () => this.#overflowed(),
    })
    this.#heard = new Heard(this.#turns)
    const refused = (from: string, why: string): void => complaints.refused(from, why)
    this.talk = new Talk({
      ...{ name: this.name, type, stats: this.stats, turns: this.#turns, infoOf, refused },
      self: () => ({ member: this.#now.member, id: this.#now.id, token: this.#lease.read() }),
      command: (command) => this.#send(command),
      missed: (from, messages) => complaints.missed(from, messages),
      overflowed: (messages) => complaints.overflowed(messages),
    })
    this.decisions = new Decisions({
      ...{ name: this.name, clock: this.clock, turns: this.#turns, nowMs, infoOf, refused },
      setAlarm: place.setAlarm,
      input: (input) => this.input(input),
      warn: (what, text) => complaints.say(what, text),
    })
    this.#measured = new MeasuredClock({
      here: () => this.#clockHere(),
      isLeader: () => this.view.leader === this.id,
      read: (reading) => this.decisions.clockRead(reading),
    })
  }

  get id(): string {
    return this.#now.id
  }

  /** Whether it is it, or was it until just now. */
  isSelf(id: string): boolean {
    return id === this.id || id === this.#formerId
  }

  get incarnation(): Incarnation {
    return this.#now
  }

  get isLeft(): boolean {
    return this.#isLeft
  }

  get isCoordinated(): boolean {
    return this.options.type.type.quorum !== undefined
  }

  get token(): Ballot | undefined {
    return this.#isLeft ? undefined : this.#lease.read()
  }

  /** Milliseconds for which it may yet act, unless it is confirmed; 0 where it may not. */
  get leaseLeftMs(): number {
    const published = this.token && this.#lease.published()
    return published ? Math.max(0, published.untilMs - this.options.surroundings.place.now().monoMs) : 0
  }

  // ── the calls'

  input(input: LinkInput): void {
    this.options.surroundings.command({ do: 'input', member: this.#now.member, input })
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave()
    return this.#leaving
  }

  async #leave(): Promise<void> {
    if (this.#isLeft) return
    this.talk.flush()
    this.#close()
    this.options.surroundings.command({ do: 'leave', member: this.#now.member })
    await this.changes.until(() => this.#hasEnded, runtimeLimits.leaveMs)
  }

  // ── the actor's

  /** As the leader, how the clock of the group runs. */
  get ownClock(): ClockReading | undefined {
    return this.view.leader === this.id ? this.#measured.reading : undefined
  }

  /**
   * It is to join as this one from now on. Resolves when it has, rejects where its sockets cannot be bound.
   * @param join has it join; what the component hears of it comes after that, for it may leave at once
   */
  begin(now: Incarnation, lease: SharedArrayBuffer, join: () => void): Promise<void> {
    const isAgain = now.id !== this.#now.id
    // What was sent is of whom it was: it has the numbers of that one.
    if (isAgain) this.talk.flush()
    this.#formerId = isAgain ? this.#now.id : undefined
    this.#now = now
    this.#hasEnded = false
    this.#lease = new LeaseReader(lease, this.options.surroundings.place.now)
    const opened = this.#opening.begin()
    join()
    if (isAgain) this.#renew()
    this.#infos.clear()
    return opened
  }

  /** It is another now: it has no leader, and takes part when it has caught up. */
  #renew(): void {
    const leader = this.view.leader ?? this.#lag.followed
    const change = this.view.renew(this.id)
    this.talk.renew()
    this.decisions.renew()
    this.#heard.renew()
    this.#lag.end()
    this.#turns.again()
    if (leader !== undefined) this.#turns.tell('onLeaderExited', this.infoOf(leader))
    this.#changed(change)
  }

  /** Resolves when it may join again: where its component did not keep up, when that has room. */
  async ready(): Promise<void> {
    if (this.#lag.isOut) await this.#turns.drained()
  }

  /** Resolves when it is bound elsewhere, too, or is not in time. */
  async renewed(): Promise<void> {
    const { ports } = this.#now
    if (ports) await this.changes.until(() => this.#now.ports !== ports, runtimeLimits.renewMs)
  }

  /** It is no member any more: it has told so, or was lost. */
  ended(): void {
    this.#hasEnded = true
    this.#now = { ...this.#now, seat: undefined, ports: undefined }
    this.changes.tell()
  }

  /** Resolves when it is connected with these members, or they are gone; at the latest after so long. */
  async connect(known: () => readonly GroupPeer[]): Promise<void> {
    const isConnected = (): boolean => known().every(({ id }) => this.view.connected.includes(id))
    await this.changes.until(isConnected, runtimeLimits.joinConnectMs)
  }

  /** The peers of the group are others: who is behind an id may be known now. */
  rosterChanged(): void {
    this.#infos.clear()
    this.#measured.read()
    this.changes.tell()
  }

  infoOf(id: string): MemberInfo {
    return this.#infos.of(id)
  }

  /** Ends it without telling anybody. */
  drop(): void {
    if (!this.#isLeft) this.#close()
  }

  /** Takes an event of the link for its present member. */
  take(event: LinkEvent): void {
    if (this.#lag.misses(event)) {
      this.#heard.skips(event)
      return
    }
    switch (event.is) {
      case 'open':
        this.#now = { ...this.#now, ports: { gpub: event.gpub, gans: event.gans } }
        this.changes.tell()
        this.#opening.succeed()
        this.options.surroundings.listed(this)
        break
      case 'failed':
        this.#failed(event.code, event.message)
        break
      case 'connected':
        this.#changed(this.view.connect(event.ids))
        break
      case 'effect':
        this.#effect(event.effect)
        break
      case 'takes-part':
        if (!this.#isLeft) this.#heard.takesPart(event)
        break
      case 'message':
        if (!this.#isLeft) this.talk.heard(event.route, event.from, event.ballot, event.parts, event.count)
        break
      case 'unsent':
        this.#complaints.unsent(event.count, event.route)
        break
      case 'missed':
        this.talk.missed(event.route, event.count)
        this.#complaints.dropped()
        break
      case 'clock':
        this.#measured.measured(event.reading)
        if (this.view.leader === this.id) this.options.surroundings.listed(this)
        this.#measured.read()
        break
      case 'refused':
        this.stats.refused += event.count
        break
      case 'notice':
        this.#complaints.say(event.code, `${this.name}: ${event.text}`)
        break
    }
  }

  // ── what the core tells

  /** Where the leader is on this host, the clock is the same. */
  #clockHere(): ClockAd | undefined {
    const { leader, ballot } = this.view
    const isOther = leader !== undefined && leader !== this.id
    return isOther && ballot ? this.options.surroundings.clockOf(leader, ballot) : undefined
  }

  #effect(effect: LinkEffect): void {
    if (this.#isLeft) return
    this.#heard.take(effect)
    switch (effect.kind) {
      case 'leader':
        this.decisions.take(effect)
        this.#led(effect.id, effect.ballot)
        return
      case 'participants':
        this.#changed(this.view.participants(effect.members, effect.observers))
        if (this.view.takesPart(this.id)) this.decisions.state.caughtUp()
        break
      case 'settled':
        // A new request is decided after all that was decided before.
        if (effect.as === 'done') this.decisions.state.caughtUp()
        break
      case 'ordered':
        this.talk.ordered(effect.by, effect.payload)
        break
      case 'quorum-lost':
        this.#turns.tell('onQuorumLost')
        break
      case 'split': {
        const members = effect.ids.map((id) => this.infoOf(id))
        this.#complaints.split(members)
        this.#turns.tell('onSplit', members)
        break
      }
      case 'clocks-apart':
        this.#complaints.clocksApart(effect.spreadMs)
        break
      case 'vote-refused':
        // A poll that has ended meanwhile is no fault.
        if (effect.why === 'voted') this.#complaints.secondVote(effect.poll)
        break
      case 'expelled':
        this.options.surroundings.lost(this, 'others hold this member for dead', true)
        break
    }
    this.decisions.take(effect)
  }

  /** What is decided goes on without the component. */
  #overflowed(): void {
    if (this.#isLeft) return
    this.#lag.begin(this.view.leader)
    this.#heard.overflowed()
    this.view.follow(undefined, NO_BALLOT)
    // A handler that waits for one would never have room.
    this.decisions.renew()
    const { component, surroundings } = this.options
    surroundings.lost(this, `${component.name} does not keep up with what the group decides`, false)
  }

  #led(id: string | undefined, ballot: Ballot): void {
    const before = this.view.leader
    this.view.follow(id, ballot)
    if (before !== undefined && before !== id) this.#turns.tell('onLeaderExited', this.infoOf(before))
    if (id !== undefined) this.#turns.tell('onLeaderElected', this.infoOf(id))
    if (before === this.id || id === this.id) this.options.surroundings.listed(this)
    this.#measured.read()
    this.changes.tell()
  }

  #changed({ left, joined }: ViewChange): void {
    for (const id of left) {
      this.talk.forget(id)
      this.#turns.tell('onMemberLeft', this.infoOf(id))
    }
    this.#infos.clear()
    for (const id of joined) this.#turns.tell('onMemberJoined', this.infoOf(id))
    this.changes.tell()
  }

  #failed(code: string, message: string): void {
    const why = `${this.name} cannot be joined: ${message} (${code})`
    if (this.#opening.fail(new GroupError('cannot-join', why))) return
    if (!this.#isLeft) this.options.surroundings.lost(this, message, true)
  }

  // ── its own

  /** Messages of one that is no member at the moment reach nobody. */
  #send(command: Extract<LinkCommand, { do: 'send' }>): void {
    if (this.#hasEnded) this.#complaints.unsent(command.count, command.route)
    else this.options.surroundings.command(command)
  }

  #close(): void {
    this.#isLeft = true
    this.#opening.fail(new GroupError('left', `${this.name} was left while it was joined`))
    this.#turns.close()
    this.decisions.close()
    this.options.surroundings.gone(this)
    this.changes.tell()
  }
}
