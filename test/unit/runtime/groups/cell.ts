/** A small app with groups, for the tests of their API: its component notes all that it is told. */
import { z } from 'zod'
import {
  type ActionMoment,
  type ActionRequest,
  type AnyGroup,
  actor,
  app,
  Component,
  type Group,
  type GroupSender,
  group,
  type LeaderSender,
  type MemberInfo,
  type MissedAction,
  message,
  type PollRequest,
  type PollResult,
  type VoteGiven,
} from '../../../../runtime/index.js'

export const Data = message('Data', z.object({ n: z.number() }))
export type Data = { n: number }

export const Cell = group({ quorum: 2, using: Data })
export const Timed = group({ quorum: 2, using: Data, timed: true })
export const Loose = group({ using: Data })
export const Plant = group({ quorum: 3, using: Data })

/** A member that keeps what it hears, and votes as it is told. */
export class Cellist extends Component<{ joins: boolean }> {
  cell: Group<Data> | undefined
  /** What is voted, by the topic; undefined: not at once. */
  vote: (poll: PollRequest) => VoteGiven = () => true
  readonly told: string[] = []
  readonly messages: number[] = []
  readonly toLeader: [number, GroupSender][] = []
  readonly fromLeader: [number, LeaderSender][] = []
  readonly ordered: number[] = []
  readonly polls: PollRequest[] = []
  readonly results: PollResult[] = []
  readonly actions: [unknown, ActionMoment, number][] = []
  readonly missed: [unknown, MissedAction][] = []
  readonly senders: GroupSender[] = []

  static #told: ((made: Cellist) => void) | undefined

  /** Tells of each that is made, until what is returned is called. */
  static made(told: (made: Cellist) => void): () => void {
    Cellist.#told = told
    return () => {
      Cellist.#told = undefined
    }
  }

  override async onActivate(): Promise<void> {
    Cellist.#told?.(this)
    if (this.params.joins) this.cell = await this.joinGroup(Cell, 'north')
  }

  /** The group; it has joined. */
  get in(): Group<Data> {
    if (!this.cell) throw new Error('has not joined')
    return this.cell
  }

  join(type: typeof Cell = Cell, instance = 'north', options = {}): Promise<Group<Data>> {
    return this.joinGroup(type, instance, options)
  }

  leave(group: Group<Data>): Promise<void> {
    return this.leaveGroup(group)
  }

  override onGroupMessage(_group: AnyGroup, { n }: Data, from: GroupSender): void {
    this.messages.push(n)
    this.senders.push(from)
  }
  override onMessageToLeader(group: Group<Data>, { n }: Data, from: GroupSender): void {
    this.toLeader.push([n, from])
    if (group.isLeader) group.sendToMember(from, { n: n * 2 })
  }
  override onMessageFromLeader(_group: AnyGroup, { n }: Data, from: LeaderSender): void {
    this.fromLeader.push([n, from])
  }
  override onOrderedMessage(_group: AnyGroup, { n }: Data): void {
    this.ordered.push(n)
  }
  override onVoteRequest(_group: AnyGroup, poll: PollRequest): VoteGiven {
    this.polls.push(poll)
    return this.vote(poll)
  }
  override onActionVoteRequest(_group: AnyGroup, poll: ActionRequest): VoteGiven {
    this.polls.push(poll)
    return this.vote(poll)
  }
  override onVoteResult(_group: AnyGroup, result: PollResult): void {
    this.results.push(result)
  }
  override onAction(_group: AnyGroup, action: unknown, when: ActionMoment): void {
    this.actions.push([action, when, performance.now()])
  }
  override onActionMissed(_group: AnyGroup, action: unknown, when: MissedAction): void {
    this.missed.push([action, when])
  }
  override onMemberJoined(_group: AnyGroup, { actor, isSelf }: MemberInfo): void {
    this.told.push(`joined ${isSelf ? 'self' : actor}`)
  }
  override onMemberLeft(_group: AnyGroup, { actor, isSelf }: MemberInfo): void {
    this.told.push(`left ${isSelf ? 'self' : actor}`)
  }
  override onLeaderElected(_group: AnyGroup, { isSelf }: MemberInfo): void {
    this.told.push(isSelf ? 'leads' : 'led')
  }
  override onLeaderExited(_group: AnyGroup, { isSelf }: MemberInfo): void {
    this.told.push(isSelf ? 'leads no more' : 'led no more')
  }
  override onQuorumLost(): void {
    this.told.push('quorum lost')
  }
  override onSplit(): void {
    this.told.push('split')
  }
  override onHistoryLost(): void {
    this.told.push('history lost')
  }
}

const member = (joins: boolean) => actor({ components: () => ({ cellist: [Cellist, { joins }] }) })

export const cells = app('cells', {
  actors: {
    A: member(true),
    B: member(true),
    C: member(true),
    D: member(true),
    Idle: member(false),
    Pair: actor({
      components: () => ({ one: [Cellist, { joins: true }], two: [Cellist, { joins: true }] }),
    }),
  },
  groups: { Cell, Timed, Loose, Plant },
})
