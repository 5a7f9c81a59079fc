/** What a component may do with its group, and what of it makes no sense at the moment. */
import { type Ballot, GroupError } from '../../groups/index.js'
import { OperationError } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'
import type { GroupClock } from './clock.js'
import { type Asking, limited } from './decisions.js'
import { optionsGiven, shown } from './given.js'
import type { GroupCalls, GroupStats, VoteOptions } from './group.js'
import { type GroupPorts, groupPortsOf } from './group-ports.js'
import type { MemberInfo } from './member-info.js'
import type { Membership } from './membership.js'
import { bytesOf, frameOfOne } from './outgoing.js'
import type { PollResult, VoteChoice } from './polls.js'
import type { GroupState } from './shared-state.js'

export class Calls implements GroupCalls {
  readonly state: GroupState
  readonly #of: Membership

  constructor(membership: Membership) {
    this.#of = membership
    this.state = {
      get: (key) => membership.decisions.state.get(key),
      set: (key, value) => this.#set(key, value),
      delete: (key) => this.#set(key, undefined),
      entries: () => membership.decisions.state.entries(),
      watch: (key, handler) => {
        if (typeof handler === 'function') return membership.decisions.state.watch(key, handler)
        const text = `${this.name}: what watches a value is no function`
        throw new OperationError('bad-option', `${text}; write: state.watch('limit', (key, value) => …)`)
      },
    }
  }

  get name(): string {
    return this.#of.name
  }

  get id(): string {
    return this.#of.id
  }

  get stats(): GroupStats {
    return this.#of.stats
  }

  get ports(): GroupPorts {
    return groupPortsOf(this.#of)
  }

  get clock(): GroupClock {
    return this.#of.clock
  }

  get leader(): MemberInfo | undefined {
    const { isLeft, view } = this.#of
    return isLeft || view.leader === undefined ? undefined : this.#of.infoOf(view.leader)
  }

  get ballot(): Ballot | undefined {
    return this.#of.view.ballot
  }

  get token(): Ballot | undefined {
    return this.#of.token
  }

  get members(): readonly MemberInfo[] {
    return this.#infosOf(this.#of.view.members)
  }

  get observers(): readonly MemberInfo[] {
    return this.#infosOf(this.#of.view.observers)
  }

  get isConnected(): boolean {
    return !this.#of.isLeft && this.#of.view.connected.length > 0
  }

  send(message: unknown): void {
    this.#mustBeIn()
    this.#of.talk.send('all', message)
  }

  async sendOrdered(message: unknown): Promise<void> {
    this.#mustBeCoordinated('sendOrdered()')
    const { using, timed } = this.#of.options.type.type
    const what = `an ordered message of ${this.name}`
    const payload = limited(frameOfOne(using, message, timed), what)
    await this.#of.decisions.request({ kind: 'ordered', payload }, what)
  }

  async sendToLeader(message: unknown): Promise<void> {
    this.#mustBeCoordinated('sendToLeader()')
    const { leader } = this.#of.view
    if (leader === undefined) throw this.#noLeader('sendToLeader()')
    if (this.#of.talk.isFull) {
      const text = `${this.name}: too much was sent in this turn of the event loop`
      throw new GroupError('again', `${text}; let it go on: await something`)
    }
    this.#of.talk.send('to-leader', message, leader === this.id ? leader : undefined)
  }

  sendToMember(to: string, message: unknown): void {
    this.#mustBeCoordinated('sendToMember()')
    if (!this.token) throw this.#notLeader('sendToMember()')
    if (!this.#of.view.takesPart(to)) {
      const text = `${this.name} has no member ${to}`
      throw new GroupError(
        'not-member',
        `${text}; give the id of one of group.members, or who a message is from`,
      )
    }
    this.#of.talk.send('from-leader', message, to)
  }

  async requestVote(topic: unknown, options: VoteOptions | undefined): Promise<PollResult> {
    const { kind = 'majority', timeout } = optionsGiven(options, 'requestVote()') ?? {}
    return this.#vote('requestVote()', topic, undefined, { kind, timeout })
  }

  async requestActionVote(
    action: unknown,
    at: number,
    options: VoteOptions | undefined,
  ): Promise<PollResult> {
    const { kind = 'consensus', timeout } = optionsGiven(options, 'requestActionVote()') ?? {}
    if (typeof at !== 'number') {
      const text = `${this.name}: an action is for ${shown(at)}`
      throw new OperationError('bad-option', `${text}; give a moment of its clock: group.clock.now() + …`)
    }
    return this.#vote('requestActionVote()', action, at, { kind, timeout })
  }

  sendVote(poll: string, vote: VoteChoice): void {
    this.#mustBeCoordinated('sendVote()')
    this.#of.decisions.vote(poll, vote)
  }

  async transferLeadership(to: string | undefined): Promise<void> {
    this.#mustBeCoordinated('transferLeadership()')
    if (!this.token) throw this.#notLeader('transferLeadership()')
    const { view } = this.#of
    if (to !== undefined && (!view.members.includes(to) || to === this.id)) {
      throw new GroupError(
        'not-member',
        `${this.name} has no other member ${to} that could lead; see group.members`,
      )
    }
    this.#of.input({ kind: 'hand-over', to })
    const isOver = (): boolean => this.#of.isLeft || (view.leader !== undefined && view.leader !== this.id)
    const hasEnded = await this.#of.changes.until(isOver, runtimeLimits.transferMs)
    this.#mustBeIn()
    if (hasEnded) return
    throw new GroupError(
      'no-leader',
      `${this.name}: nobody else took the lead over; is one connected, and caught up?`,
    )
  }

  leave(): Promise<void> {
    return this.#of.leave()
  }

  #infosOf(ids: readonly string[]): readonly MemberInfo[] {
    return this.#of.isLeft ? [] : ids.map((id) => this.#of.infoOf(id))
  }

  async #vote(
    call: string,
    topic: unknown,
    at: number | undefined,
    { kind, timeout = runtimeLimits.voteMs }: Pick<Asking, 'kind'> & { readonly timeout: number | undefined },
  ): Promise<PollResult> {
    this.#mustBeCoordinated(call)
    if (this.#of.view.leader === undefined) throw this.#noLeader('a vote')
    const requestedBy = this.#of.infoOf(this.id)
    return this.#of.decisions.requestVote({ topic, at, kind, timeoutMs: timeout, requestedBy })
  }

  async #set(key: string, value: unknown): Promise<void> {
    this.#mustBeCoordinated('state.set()')
    const what = `the value ${JSON.stringify(key)} of ${this.name}`
    const most = runtimeLimits.stateKeyBytes
    const isText = typeof key === 'string' && key !== '' && !/\p{Surrogate}/u.test(key)
    if (!isText || Buffer.byteLength(key) > most) {
      throw new OperationError('bad-option', `${what}: a key is a text of 1 to ${most} bytes`)
    }
    const bytes = value === undefined ? undefined : limited(bytesOf(value, what), what, key)
    await this.#of.decisions.request({ kind: 'set', key, value: bytes }, what)
  }

  #mustBeIn(): void {
    if (!this.#of.isLeft) return
    throw new GroupError(
      'left',
      `${this.name} was left, or its actor stopped; join it again: this.joinGroup(…)`,
    )
  }

  #mustBeCoordinated(call: string): void {
    this.#mustBeIn()
    if (this.#of.isCoordinated) return
    const text = `${call} needs a leader, and ${this.name} has none: its type has no quorum`
    throw new OperationError('not-coordinated', `${text}; give it one: group({ quorum: 2, … })`)
  }

  #noLeader(what: string): GroupError {
    const text = `${what}: ${this.name} has no leader now`
    return new GroupError('no-leader', `${text}; wait for onLeaderElected, and try again`)
  }

  #notLeader(call: string): GroupError {
    return new GroupError(
      'not-leader',
      `${call}: this member does not lead ${this.name} now; see group.isLeader`,
    )
  }
}
