/** A group as a component holds it: what `joinGroup()` gives. */
import type { Ballot, PollKind } from '../../groups/index.js'
import type { GroupClock } from './clock.js'
import { idGiven } from './given.js'
import type { GroupPorts } from './group-ports.js'
import type { MemberInfo } from './member-info.js'
import type { PollResult, VoteChoice } from './polls.js'
import type { GroupState } from './shared-state.js'

/** Counters of one member; they only grow. */
export interface GroupStats {
  /** Messages that were handed over to be sent. */
  sent: number
  /** Messages handed to the component. */
  received: number
  /** Messages that could not be sent: no leader, no such member, or a queue was full. */
  dropped: number
  /**
   * Frames and messages that were refused: garbage, of strangers, of another group, for a leader that is none
   * any more, repetitions, or against the schema.
   */
  refused: number
  /**
   * Messages that never came to the component: those to all, as their numbers show; and of every kind what
   * was dropped because it did not keep up.
   */
  missed: number
}

/** How a poll is decided. */
export interface VoteOptions {
  /** `majority`: more than half of all that take part; `consensus`: all. Default `majority`. */
  readonly kind?: PollKind
  /** Milliseconds after which it ends with `timeout`. Default 1500. */
  readonly timeout?: number
}

/** What a group of uncoordinated members, or one, does in fact. */
export interface GroupCalls {
  readonly name: string
  readonly id: string
  readonly stats: GroupStats
  readonly ports: GroupPorts
  readonly leader: MemberInfo | undefined
  readonly ballot: Ballot | undefined
  readonly token: Ballot | undefined
  readonly members: readonly MemberInfo[]
  readonly observers: readonly MemberInfo[]
  readonly isConnected: boolean
  readonly state: GroupState
  readonly clock: GroupClock
  send(message: unknown): void
  sendOrdered(message: unknown): Promise<void>
  sendToLeader(message: unknown): Promise<void>
  sendToMember(to: string, message: unknown): void
  requestVote(topic: unknown, options: VoteOptions | undefined): Promise<PollResult>
  requestActionVote(action: unknown, at: number, options: VoteOptions | undefined): Promise<PollResult>
  sendVote(poll: string, vote: VoteChoice): void
  transferLeadership(to: string | undefined): Promise<void>
  leave(): Promise<void>
}

/** A group of whatever messages: it has all calls but those that send one, for nobody knows of what type. */
export type AnyGroup = Group<never, unknown>

/**
 * Members of one group, which have one leader, decide together, and act at one moment. `In` is what it sends:
 * a group of other messages is no substitute for it. After the component left it, it knows of nobody.
 */
export class Group<in In = unknown, out Out = In> {
  readonly #calls: GroupCalls
  /** Types only, never there at run time. */
  declare readonly '~types'?: { readonly output: Out }

  /** The runtime's: call `this.joinGroup()` in a component. */
  constructor(calls: GroupCalls) {
    this.#calls = calls
  }

  /** Type and instance: `Cell.north`. */
  get name(): string {
    return this.#calls.name
  }

  /**
   * The own id as a member: 32 hex characters. Another where it becomes another member: it observed and got a
   * seat, was put out, lost its sockets, or did not keep up. For that moment messages of `send()` to it, and
   * of it, may be lost, and not all of them counted.
   */
  get id(): string {
    return this.#calls.id
  }

  /** What passed and what did not. The same object at all times, which goes on counting. */
  get stats(): Readonly<GroupStats> {
    return this.#calls.stats
  }

  /**
   * The ports that this member has for the group, by kind: what they are, where they are bound, and to how
   * many others they lead. A new object each time.
   */
  get ports(): GroupPorts {
    return this.#calls.ports
  }

  /** Whom this member follows; itself where it leads. It may be news to others, or old: see `isLeader`. */
  get leader(): MemberInfo | undefined {
    return this.#calls.leader
  }

  /** Whether this member follows anybody, or leads. */
  get hasLeader(): boolean {
    return this.#calls.leader !== undefined
  }

  /**
   * Whether this member may act as the leader, at this very moment: no other may. It ends by itself, when no
   * quorum confirms it; ask each time.
   */
  get isLeader(): boolean {
    return this.#calls.token !== undefined
  }

  /**
   * The epoch and term in which it may act as the leader at this moment; undefined where it may not. Each
   * leader has a higher one: who holds something outside the group can refuse an older one.
   */
  get token(): { readonly epoch: number; readonly term: number } | undefined {
    return this.#calls.token
  }

  /** Of the leader that it follows, or followed last; 0 before the first. */
  get epoch(): number {
    return this.#calls.ballot?.epoch ?? 0
  }

  /** As `epoch`: counts the leaders of an epoch. */
  get term(): number {
    return this.#calls.ballot?.term ?? 0
  }

  /** Those that elect and may be elected; itself among them. In a group without a leader, all. */
  get members(): readonly MemberInfo[] {
    return this.#calls.members
  }

  /** Those that hear, send and vote in polls, and no more. */
  get observers(): readonly MemberInfo[] {
    return this.#calls.observers
  }

  /** How many members and observers there are. */
  get size(): number {
    return this.#calls.members.length + this.#calls.observers.length
  }

  /** Whether it can talk with any other member. */
  get isConnected(): boolean {
    return this.#calls.isConnected
  }

  /** Small values that all members share. */
  get state(): GroupState {
    return this.#calls.state
  }

  /** The clock that all members share: actions are agreed by it. */
  get clock(): GroupClock {
    return this.#calls.clock
  }

  /**
   * Sends to all members and observers, itself included. The value is encoded at once and leaves in this
   * turn of the event loop. It never waits; what a slow member misses is counted there.
   * @throws PortError `unencodable`, `too-large`; GroupError `left`.
   */
  send(message: In): void {
    this.#calls.send(message)
  }

  /**
   * Sends to all in one order, the same at all. Resolves when the group has decided on it; whether the
   * schemas of the others take it, only they find out.
   * @throws GroupError `again`, `too-large`, `unknown-outcome`, `left`; PortError `unencodable`;
   * OperationError `not-coordinated`.
   */
  sendOrdered(message: In): Promise<void> {
    return this.#calls.sendOrdered(message)
  }

  /**
   * Sends to the leader, which may be itself. Resolves when it is on its way: a leader that dies may not have
   * heard it, so let it answer where that matters.
   * @throws GroupError `no-leader`, `again`, `left`; PortError `unencodable`, `too-large`; OperationError
   * `not-coordinated`.
   */
  sendToLeader(message: In): Promise<void> {
    return this.#calls.sendToLeader(message)
  }

  /**
   * As the leader, sends to a member: by its id, or as the answer to a message `from` it.
   * @throws GroupError `not-leader`, `not-member`, `left`; PortError `unencodable`, `too-large`;
   * OperationError `bad-option`, `not-coordinated`.
   */
  sendToMember(to: string | Pick<MemberInfo, 'id'>, message: In): void {
    this.#calls.sendToMember(idGiven(to, 'sendToMember()'), message)
  }

  /**
   * Has all members and observers vote, this one, too. Resolves with the outcome, the same that all hear, as
   * soon as it is certain and decided. Do not await it in a handler where the own vote is needed, as it is
   * in a consensus: the own `onVoteRequest` waits until that handler has ended, so it ends with `timeout`.
   * @throws GroupError `no-leader`, `again`, `too-large`, `unknown-outcome` where nothing was heard of it in
   * time, `left`; PortError `unencodable`; OperationError `bad-option`, `not-coordinated`.
   */
  requestVote(topic: unknown, options?: VoteOptions): Promise<PollResult> {
    return this.#calls.requestVote(topic, options)
  }

  /**
   * As requestVote(), on an action, and by consensus unless told: where the outcome is yes, `onAction` is
   * called at that moment of the group clock at all that were asked. @param at milliseconds of `clock`
   * @throws GroupError `action-past`, `no-clock` and what requestVote() throws.
   */
  requestActionVote(action: unknown, at: number, options?: VoteOptions): Promise<PollResult> {
    return this.#calls.requestActionVote(action, at, options)
  }

  /**
   * Votes on a poll that this member was asked about and did not vote on. @throws GroupError `unknown-poll`,
   * `poll-closed`, `voted`, `left`; OperationError `not-coordinated`.
   */
  sendVote(poll: string, vote: VoteChoice): void {
    this.#calls.sendVote(poll, vote)
  }

  /**
   * Hands the lead over, to a member or to whom it may choose. Resolves when another leads.
   * @throws GroupError `not-leader`, `not-member`, `no-leader` where none took over in time, `left`;
   * OperationError `bad-option`, `not-coordinated`.
   */
  async transferLeadership(to?: string | Pick<MemberInfo, 'id'>): Promise<void> {
    const id = to === undefined ? undefined : idGiven(to, 'transferLeadership()')
    return this.#calls.transferLeadership(id)
  }

  /**
   * Leaves the group: it knows of no leader and no members then. Resolves when the others were told. Harmless
   * twice.
   */
  leave(): Promise<void> {
    return this.#calls.leave()
  }
}
