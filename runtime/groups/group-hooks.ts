/**
 * What a component may hear of its groups: methods that it has, each called with the group first, in turn
 * with its handlers.
 */
import type { AnyGroup } from './group.js'
import type { GroupSender, LeaderSender, MemberInfo } from './member-info.js'
import type { ActionRequest, PollRequest, PollResult, VoteGiven } from './polls.js'

/** When an action runs. Milliseconds. */
export interface ActionMoment {
  /** By the group clock, as it was agreed. */
  readonly at: number
  /** How much later it was called: the component was busy, or the machine. */
  readonly late: number
}

/** An action that was agreed and not run. Milliseconds. */
export interface MissedAction {
  /** By the group clock, as it was agreed. */
  readonly at: number
  /** How long after it this was found out; below 0: so long before, for too many actions wait. */
  readonly lateBy: number
}

/** Entries of the history of a group, both ends included. */
export interface HistoryRange {
  /** The first. */
  readonly from: number
  /** The last. */
  readonly to: number
}

/**
 * The hooks of a component for its groups: it has those that it wants. Messages have passed the schema of
 * their group; which type that gives, the component says itself: TypeScript takes its word.
 */
export abstract class GroupHooks {
  /** A message to all, of its own, too (`from.isSelf`). */
  onGroupMessage?(group: AnyGroup, message: unknown, from: GroupSender): unknown
  /** A message to the leader, which this member is, or was until just now. */
  onMessageToLeader?(group: AnyGroup, message: unknown, from: GroupSender): unknown
  /** A message of the leader to this member. */
  onMessageFromLeader?(group: AnyGroup, message: unknown, from: LeaderSender): unknown
  /** A message of sendOrdered(): all members hear them in one order. */
  onOrderedMessage?(group: AnyGroup, message: unknown, from: GroupSender): unknown
  /** What it returns, or its promise, is the vote; undefined: sendVote() comes later. */
  onVoteRequest?(group: AnyGroup, poll: PollRequest): VoteGiven
  /** As onVoteRequest(), on an action. */
  onActionVoteRequest?(group: AnyGroup, poll: ActionRequest): VoteGiven
  /** How a poll ended that this member was asked about, or asked for. */
  onVoteResult?(group: AnyGroup, result: PollResult): unknown
  /** An agreed action, at its moment. */
  onAction?(group: AnyGroup, action: unknown, when: ActionMoment): unknown
  /** An agreed action whose moment had passed when it could have run: it is not. */
  onActionMissed?(group: AnyGroup, action: unknown, when: MissedAction): unknown
  /**
   * A member or observer takes part from now on; the component itself, too. Again, under the same id, when an
   * observer becomes a member, or the other way round: `isObserver` says which.
   */
  onMemberJoined?(group: AnyGroup, member: MemberInfo): unknown
  /** A member or observer has left, or is known to be dead. Of itself: it became another member. */
  onMemberLeft?(group: AnyGroup, member: MemberInfo): unknown
  /**
   * The group has a leader, or another one; perhaps this member. Again of the same one, without
   * `onLeaderExited` between, where it was elected anew: `epoch` or `term` is higher then.
   */
  onLeaderElected?(group: AnyGroup, leader: MemberInfo): unknown
  /** The leader is none any more, or not heard of. */
  onLeaderExited?(group: AnyGroup, leader: MemberInfo): unknown
  /** Too few members answer for any election. */
  onQuorumLost?(group: AnyGroup): unknown
  /** More members take part in elections than may: two leaders are possible. */
  onSplit?(group: AnyGroup, members: readonly MemberInfo[]): unknown
  /**
   * What was decided from there to here is not told, or was, and is gone: the group began anew without it; it
   * went on for longer than its log is kept while this member was cut off; or the component became another
   * member, as where it did not keep up, was put out or got its seat. Told before what is decided next.
   */
  onHistoryLost?(group: AnyGroup, range: HistoryRange): unknown
}

/** The names of the hooks of a component for its groups. */
export const groupHookNames = [
  'onGroupMessage',
  'onMessageToLeader',
  'onMessageFromLeader',
  'onOrderedMessage',
  'onVoteRequest',
  'onActionVoteRequest',
  'onVoteResult',
  'onAction',
  'onActionMissed',
  'onMemberJoined',
  'onMemberLeft',
  'onLeaderElected',
  'onLeaderExited',
  'onQuorumLost',
  'onSplit',
  'onHistoryLost',
] as const satisfies readonly (keyof GroupHooks)[]
