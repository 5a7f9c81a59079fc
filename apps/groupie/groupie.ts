/** Does what its script says, in as many groups as that names, and counts what comes of it. */
import { type ActionMoment, type AnyGroup, Component, type MemberInfo, type PollResult } from 'quorate'
import { Membership } from './membership.js'
import { Crowd, Pair, Trio } from './messages.js'
import type { Part, Script } from './script.js'
import type { Counted } from './tally.js'

export interface GroupieParams {
  readonly script: Script
  /** Milliseconds between two lines of counts. */
  readonly show: number
}

const TYPES = { Pair, Trio, Crowd }

export class Groupie extends Component<GroupieParams> {
  readonly work = this.timer('5ms', () => this.#step())
  readonly display = this.timer(this.params.show, () => this.#show())
  readonly end = this.timer('sporadic', () => this.#end())

  readonly #memberships = new Map(
    this.params.script.parts.map((part) => {
      const membership = this.#membershipOf(part)
      return [membership.name, membership] as const
    }),
  )

  override async onActivate(): Promise<void> {
    const { endAfterMs } = this.params.script
    for (const membership of this.#memberships.values()) await membership.join()
    if (endAfterMs !== undefined) this.end.launch(endAfterMs)
  }

  override onDeactivate(): void {
    this.#show()
  }

  override onGroupMessage(group: AnyGroup): void {
    this.#count(group, 'received')
  }

  override onOrderedMessage(group: AnyGroup): void {
    this.#count(group, 'received in order')
  }

  override onMessageToLeader(group: AnyGroup): void {
    this.#count(group, 'told as leader')
  }

  override onMessageFromLeader(group: AnyGroup): void {
    this.#count(group, 'told by the leader')
  }

  override onVoteRequest(group: AnyGroup): 'yes' | 'no' | undefined {
    this.#count(group, 'asked')
    return this.#memberships.get(group.name)?.says
  }

  override onActionVoteRequest(group: AnyGroup): 'yes' | 'no' | undefined {
    return this.onVoteRequest(group)
  }

  override onVoteResult(group: AnyGroup, { outcome }: PollResult): void {
    this.#count(group, outcome)
  }

  override onAction(group: AnyGroup, _action: unknown, { late }: ActionMoment): void {
    this.#count(group, 'actions')
    this.#memberships.get(group.name)?.tally.wasLate(late)
  }

  override onActionMissed(group: AnyGroup): void {
    this.#count(group, 'actions missed')
  }

  override onMemberJoined(group: AnyGroup): void {
    this.#count(group, 'joined')
  }

  override onMemberLeft(group: AnyGroup): void {
    this.#count(group, 'left')
  }

  override onLeaderElected(group: AnyGroup, { isSelf, actor, id }: MemberInfo): void {
    this.#count(group, 'elections')
    const who = isSelf ? 'this one' : `${actor} ${id.slice(0, 8)}`
    const told = { group: group.name, leader: id, epoch: group.epoch, term: group.term }
    this.log.info(told, `${group.name} is led by ${who} (token ${group.epoch}.${group.term})`)
  }

  override onLeaderExited(group: AnyGroup): void {
    this.#count(group, 'exits')
  }

  override onQuorumLost(group: AnyGroup): void {
    this.#count(group, 'quorums lost')
    this.log.warn(`${group.name} has lost its quorum`)
  }

  #count(group: AnyGroup, what: Counted): void {
    this.#memberships.get(group.name)?.tally.count(what)
  }

  #membershipOf(part: Part): Membership {
    const { type, instance, isObserver: observe } = part
    return new Membership({
      part,
      join: () => this.joinGroup(TYPES[type], instance, { observe }),
      tell: (text) => this.log.info(text),
    })
  }

  #step(): void {
    const nowMs = performance.now()
    for (const membership of this.#memberships.values()) membership.step(nowMs)
  }

  #show(): void {
    for (const { name, tally } of this.#memberships.values()) {
      this.log.info({ group: name, counts: tally.counts }, `${name}: ${tally.text}`)
    }
  }

  #end(): void {
    // As an end from outside: the launcher sees an actor that stopped gracefully.
    process.kill(process.pid, 'SIGTERM')
  }
}
