/**
 * A component's membership in one group, behind the handle that the component holds. To the others it is one
 * member after another: where it gets a seat late, was put out, or lost its sockets, it joins again under
 * another id, and the handle stays.
 */
import {
  type Ballot,
  createLeaseCell,
  GroupError,
  type GroupPeer,
  LeaseReader,
  type LinkEffect,
  type LinkEvent,
  type LinkInput,
} from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import { Calls } from './calls.js'
import { Changes } from './changes.js'
import { type ClockReading, SharedClock } from './clock.js'
import { Decisions } from './decisions.js'
import { Group, type GroupStats } from './group.js'
import { GroupTurns } from './group-turns.js'
import type { MemberInfo } from './member-info.js'
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
  #hasEnded = false
  /** The group clock, as the core measured it last. */
  #measured: ClockReading | undefined
  /** The machine stood still since the group clock was measured. */
  #stoodStill = false
  #infos = new Map<string, MemberInfo>()
  #opened: ((failure: GroupError | undefined) => void) | undefined

  /** @param first who it is at first; nothing is joined yet. */
  constructor(options: MembershipOptions, first: Incarnation) {
    const { type, instance, component, surroundings } = options
    const { place } = surroundings
    this.options = options
    this.name = `${type.name}.${instance}`
    this.group = new Group(new Calls(this))
    this.#now = first
    this.view = new View(first.id, type.type.quorum !== undefined)
    this.#lease = new LeaseReader(createLeaseCell(), place.now)
    const nowMs = (): number => place.now().monoMs
    this.clock = new SharedClock(`the group ${this.name}`, nowMs)
    const source = {
      path: `${component.name}.${this.name}`,
      name: this.name,
      deadlineMs: Number.POSITIVE_INFINITY,
    }
    component.turns.add(source, type.type.priority)
    this.#turns = new GroupTurns({
      ...{ component: component.component, turns: component.turns, source, group: this.group },
      dropped: () =>
        this.#warn('full', `${component.name} does not keep up with ${this.name}; messages are dropped`),
    })
    const infoOf = (id: string): MemberInfo => this.infoOf(id)
    const refused = (from: string, why: string): void => this.#refused(from, why)
    this.talk = new Talk({
      ...{ name: this.name, type, stats: this.stats, turns: this.#turns, infoOf, refused },
      self: () => ({ member: this.#now.member, id: this.#now.id, token: this.#lease.read() }),
      command: (command) => surroundings.command(command),
      missed: (from, messages) => this.#missed(from, messages),
      overflowed: (messages) =>
        this.#warn(
          'overflow',
          `${messages} messages to ${this.name} are too many for one turn; they are dropped`,
        ),
    })
    this.decisions = new Decisions({
      ...{
        name: this.name,
        clock: this.clock,
        turns: this.#turns,
        nowMs,
        setAlarm: place.setAlarm,
        infoOf,
        refused,
      },
      input: (input) => this.input(input),
      warn: (what, text) => this.#warn(what, text),
    })
  }

  get id(): string {
    return this.#now.id
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

  /** See Group. */
  async leave(): Promise<void> {
    if (this.#isLeft) return
    this.talk.flush()
    this.#close()
    this.options.surroundings.command({ do: 'leave', member: this.#now.member })
    await this.changes.until(() => this.#hasEnded, runtimeLimits.leaveMs)
  }

  // ── the actor's

  /** As the leader, how the clock of the group runs. */
  get ownClock(): ClockReading | undefined {
    return this.view.leader === this.id ? this.#measured : undefined
  }

  /**
   * It is to join as this one from now on. Resolves when it has, rejects where its sockets cannot be bound.
   */
  begin(now: Incarnation, lease: SharedArrayBuffer): Promise<void> {
    const isAgain = now.id !== this.#now.id
    this.#now = now
    this.#hasEnded = false
    this.#lease = new LeaseReader(lease, this.options.surroundings.place.now)
    if (isAgain) {
      const { leader } = this.view
      if (leader !== undefined) this.#turns.tell('onLeaderExited', this.infoOf(leader))
      this.#changed(this.view.renew(now.id))
      this.talk.renew()
      this.decisions.renew()
    }
    this.#infos.clear()
    return new Promise((resolve, reject) => {
      this.#opened = (failure) => {
        this.#opened = undefined
        if (failure) reject(failure)
        else resolve()
      }
    })
  }

  /** Resolves when it is connected with these members, or they are gone; at the latest after so long. */
  async connect(known: () => readonly GroupPeer[]): Promise<void> {
    const isConnected = (): boolean => known().every(({ id }) => this.view.connected.includes(id))
    await this.changes.until(isConnected, runtimeLimits.joinConnectMs)
  }

  /** The peers of the group are others: who is behind an id may be known now. */
  rosterChanged(): void {
    this.#infos.clear()
    this.#readClock()
    this.changes.tell()
  }

  infoOf(id: string): MemberInfo {
    const known = this.#infos.get(id)
    if (known) return known
    const info = this.options.surroundings.infoOf(this, id)
    if (this.#infos.size >= runtimeLimits.knownMembers) this.#infos.clear()
    this.#infos.set(id, info)
    return info
  }

  isObserver(id: string): boolean {
    return this.view.observers.includes(id)
  }

  /** Ends it without telling anybody. */
  drop(): void {
    if (!this.#isLeft) this.#close()
  }

  /** Takes an event of the link for its present member. */
  take(event: LinkEvent): void {
    switch (event.is) {
      case 'open':
        this.#now = { ...this.#now, ports: { gpub: event.gpub, gans: event.gans } }
        this.#opened?.(undefined)
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
      case 'message':
        if (!this.#isLeft) this.talk.heard(event.route, event.from, event.ballot, event.parts)
        break
      case 'unsent':
        this.stats.dropped += event.count
        this.#warn('unsent', `${event.count} messages (${event.route}) could not be sent in ${this.name}`)
        break
      case 'missed':
        // Those to all show as gaps in their numbers.
        if (event.route !== 'all') this.stats.missed += event.count
        this.#warn(
          'full',
          `messages of ${this.name} were dropped: ${this.options.component.name} does not keep up`,
        )
        break
      case 'clock':
        this.#stoodStill = !Number.isFinite(event.errorMs)
        this.#measured = this.#stoodStill ? undefined : event
        if (this.view.leader === this.id) this.options.surroundings.listed(this)
        this.#readClock()
        break
      case 'notice':
        this.stats.refused++
        this.#warn(event.code, `${this.name}: ${event.text}`)
        break
      case 'left':
        this.#hasEnded = true
        this.changes.tell()
        break
    }
  }

  // ── what the core tells

  /**
   * Exactly where the leader is on this host, for the clock is the same; else as it was measured. What the
   * leader tells may be of before the machine stood still: then it is to be measured first.
   */
  #readClock(): void {
    const { leader, ballot } = this.view
    const { surroundings } = this.options
    const isOther = leader !== undefined && leader !== this.id
    const offsetMs = isOther && ballot ? surroundings.clockOffsetOf(leader, ballot) : undefined
    if (this.#stoodStill) this.decisions.clockRead(undefined)
    else if (offsetMs !== undefined) {
      // It is one clock, which does not drift from itself.
      this.decisions.clockRead({ offsetMs, errorMs: 0, atMs: Number.POSITIVE_INFINITY })
    } else if (this.#measured) this.decisions.clockRead(this.#measured)
  }

  #effect(effect: LinkEffect): void {
    if (this.#isLeft) return
    switch (effect.kind) {
      case 'leader':
        this.decisions.take(effect)
        this.#led(effect.id, effect.ballot)
        return
      case 'participants':
        this.#changed(this.view.participants(effect.members, effect.observers))
        break
      case 'ordered':
        this.talk.ordered(effect.by, effect.payload)
        break
      case 'quorum-lost':
        this.#turns.tell('onQuorumLost')
        break
      case 'history-lost':
        this.#turns.tell('onHistoryLost', { from: effect.from, to: effect.to })
        break
      case 'split':
        this.#split(effect.ids)
        break
      case 'clocks-apart':
        this.#warn(
          'clocks',
          `the clocks of the hosts of ${this.name} are ${Math.round(effect.spreadMs)} ms apart`,
        )
        break
      case 'vote-refused':
        // A poll that has ended meanwhile is no fault.
        if (effect.why === 'voted')
          this.#warn('vote', `${this.name}: a second vote on ${effect.poll} was refused`)
        break
      case 'expelled':
        this.options.surroundings.lost(this, 'others hold this member for dead')
        break
    }
    this.decisions.take(effect)
  }

  #led(id: string | undefined, ballot: Ballot): void {
    const before = this.view.leader
    this.view.follow(id, ballot)
    if (before !== undefined && before !== id) this.#turns.tell('onLeaderExited', this.infoOf(before))
    if (id !== undefined) this.#turns.tell('onLeaderElected', this.infoOf(id))
    if (before === this.id || id === this.id) this.options.surroundings.listed(this)
    this.#readClock()
    this.changes.tell()
  }

  #split(ids: readonly string[]): void {
    const members = ids.map((id) => this.infoOf(id))
    const names = members.map(({ id, actor, component }) => (actor ? `${actor}.${component}` : id)).join(', ')
    this.#warn(
      'split',
      `${this.name} is split: more take part in elections than there are seats, or ids twice: ${names}`,
    )
    this.#turns.tell('onSplit', members)
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
    if (this.#opened) {
      this.#opened(new GroupError('cannot-join', `${this.name} cannot be joined: ${message} (${code})`))
      return
    }
    this.#hasEnded = true
    this.changes.tell()
    if (!this.#isLeft) this.options.surroundings.lost(this, message)
  }

  #refused(from: string, why: string): void {
    this.stats.refused++
    const { actor } = this.infoOf(from)
    this.#warn('refused', `${this.name} refused a message of ${actor || from}: ${why}`, from)
  }

  #missed(from: string, messages: number): void {
    this.stats.missed += messages
    const { actor } = this.infoOf(from)
    this.#warn(
      'gap',
      `${this.name}: missed ${messages} messages of ${actor || from}: somebody does not keep up`,
      from,
    )
  }

  // ── its own

  #close(): void {
    this.#isLeft = true
    this.#opened?.(new GroupError('left', `${this.name} was left while it was joined`))
    this.#turns.close()
    this.decisions.close()
    this.options.surroundings.gone(this)
    this.changes.tell()
  }

  #warn(what: string, text: string, peer?: string): void {
    this.options.surroundings.warn(this, what, text, peer)
  }
}
