/**
 * What a member decides with its group: polls that it asks for and votes in, actions that follow from them,
 * ordered messages and shared values. Each call settles, and each end of a poll is told once.
 */
import {
  type Ended,
  GroupError,
  groupLimits,
  type LinkEffect,
  type LinkInput,
  type Outcome,
  type Poll,
  type Request,
} from '../../groups/index.js'
import { isThenable, OperationError } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'
import { type ActionEvents, Actions, type AgreedAction } from './actions.js'
import type { SetAlarm } from './alarm.js'
import type { ClockReading, SharedClock } from './clock.js'
import type { VoteOptions } from './group.js'
import type { GroupTurns } from './group-turns.js'
import { valueIn } from './incoming.js'
import type { MemberInfo } from './member-info.js'
import { bytesOf } from './outgoing.js'
import { choiceOf, isVote, type PollResult, Polls, requestOf, resultOf, type VoteChoice } from './polls.js'
import { type End, errorOf, Requests, settle } from './requests.js'
import { StateCopy } from './shared-state.js'

export interface DecisionsOptions {
  /** Type and instance. */
  readonly name: string
  readonly clock: SharedClock
  readonly turns: GroupTurns
  readonly nowMs: () => number
  readonly setAlarm: SetAlarm
  input(input: LinkInput): void
  infoOf(id: string): MemberInfo
  refused(from: string, why: string): void
  warn(what: string, text: string): void
}

type EffectOf<Kind extends LinkEffect['kind']> = Extract<LinkEffect, { readonly kind: Kind }>

/** A poll of this member that the group has decided, and whose end is about to be told. */
interface Settled {
  readonly resolve: (result: PollResult) => void
  readonly otherwise: () => PollResult
}

export class Decisions {
  readonly state: StateCopy
  readonly #options: DecisionsOptions
  readonly #requests: Requests
  readonly #polls: Polls
  readonly #actions: Actions
  #settled: Settled | undefined

  constructor(options: DecisionsOptions) {
    const { name, turns, clock, nowMs, setAlarm } = options
    this.#options = options
    this.#requests = new Requests(name)
    this.#polls = new Polls(name)
    this.state = new StateCopy((handler, key, value) => turns.later(() => handler(key, value)))
    this.#actions = new Actions(clock, nowMs, setAlarm, this.#actionEvents)
  }

  /** Polls that this member is asked about. */
  get openPolls(): number {
    return this.#polls.size
  }

  /** Resolves when the group has decided; see Group. */
  async request(request: Request, what: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#options.input(this.#requests.add(request, (as) => settle(what, as, resolve, reject)))
    })
  }

  /** See Group.requestVote(). */
  async requestVote(
    topic: unknown,
    at: number | undefined,
    options: VoteOptions,
    self: MemberInfo,
  ): Promise<PollResult> {
    const { name } = this.#options
    const { kind = 'majority', timeout = runtimeLimits.voteMs } = options
    if (kind !== 'majority' && kind !== 'consensus') {
      throw new OperationError(
        'bad-option',
        `${name}: a vote is decided by majority or consensus, not ${kind}`,
      )
    }
    const most = runtimeLimits.voteMaxMs
    if (!(timeout > 0 && timeout <= most)) {
      const text = `${name}: a vote has the timeout ${timeout}; give milliseconds above 0, up to ${most}`
      throw new OperationError('bad-option', text)
    }
    this.#mustBeAhead(at)
    const bytes = limited(bytesOf(topic, `a topic of ${name}`), `a topic of ${name}`)
    const request: Request = { kind: 'poll', decidedBy: kind, timeoutMs: timeout, actAtMs: at, topic: bytes }
    const resultAs = (outcome: Outcome): PollResult =>
      Object.freeze({
        id: '',
        topic,
        outcome,
        requestedBy: self,
        kind,
        ...(at === undefined ? {} : { action: topic, at }),
      })
    return new Promise((resolve, reject) => {
      const ended = (as: End, outcome: Outcome | undefined): void => {
        if (as === 'done') this.#settled = { resolve, otherwise: () => resultAs(outcome ?? 'unknown') }
        else if (as === 'unknown') resolve(resultAs('unknown'))
        else reject(errorOf(`a vote in ${name}`, as))
      }
      this.#options.input(this.#requests.add(request, ended, timeout))
    })
  }

  #mustBeAhead(at: number | undefined): void {
    const { name, clock } = this.#options
    if (at === undefined) return
    const lateBy = clock.now() - at
    if (!(lateBy >= -runtimeLimits.voteMaxMs)) {
      const text = `${name}: an action is for ${at}; give group time, at most a day ahead`
      throw new OperationError('bad-option', text)
    }
    if (lateBy < 0) return
    const text = `${name}: an action is to be agreed for a moment ${lateBy.toFixed(1)} ms ago`
    throw new GroupError('action-past', `${text}; give one ahead: group.clock.now() + …`)
  }

  /** See Group.sendVote(). */
  vote(poll: string, vote: VoteChoice): void {
    if (!isVote(vote)) {
      throw new OperationError(
        'bad-option',
        `${this.#options.name}: a vote is ${String(vote)}; give true or false`,
      )
    }
    this.#polls.vote(poll)
    this.#options.input({ kind: 'vote', poll, choice: choiceOf(vote) })
  }

  /** Takes in what the core tells. */
  take(effect: LinkEffect): void {
    if (effect.kind === 'ended') this.#ended(effect.ended)
    else this.#tellSettled()
    if (effect.kind === 'asked') this.#asked(effect.poll)
    else if (effect.kind === 'settled') this.#requests.end(effect.tag, effect.as, effect.outcome)
    else if (effect.kind === 'value') this.#changed(effect)
    else if (effect.kind === 'leader') this.#actions.leaderChanged()
  }

  /** The group clock was measured; undefined where it is not known any more. */
  clockRead(reading: ClockReading | undefined): void {
    this.#options.clock.set(reading)
    this.#actions.clockChanged()
  }

  /** The member is another now: what it asked for, and was asked about, has ended for it. */
  renew(): void {
    this.#tellSettled()
    this.#requests.endAll('unknown')
    this.#polls.clear()
  }

  /** Nothing more is decided here. */
  close(): void {
    this.#tellSettled()
    this.#requests.endAll('left')
    this.#polls.clear()
    this.#actions.close()
  }

  #asked(poll: Poll): void {
    const { turns, refused, infoOf, name, warn } = this.#options
    this.#polls.asked(poll.id)
    const topic = valueIn(poll.topic)
    if ('refusal' in topic) {
      refused(poll.by, `the topic of a poll: ${topic.refusal}`)
      return
    }
    const asked = requestOf(poll, topic.value, infoOf(poll.by))
    const isAction = 'at' in asked
    const hook = isAction ? 'onActionVoteRequest' : 'onVoteRequest'
    if (!turns.has(hook)) warn('vote', `${name}: a vote is asked for, and there is no ${hook} to give it`)
    turns.later(() => {
      // It may have ended while the component was busy.
      if (!this.#polls.isOpen(poll.id)) return undefined
      const vote = isAction ? turns.call('onActionVoteRequest', asked) : turns.call('onVoteRequest', asked)
      return isThenable(vote)
        ? Promise.resolve(vote).then((given) => this.#cast(poll.id, given))
        : this.#cast(poll.id, vote)
    })
  }

  /** What a hook returned. It may have voted by itself. */
  #cast(poll: string, vote: unknown): void {
    if (isVote(vote) && this.#polls.isOpen(poll)) this.vote(poll, vote)
  }

  #ended(ended: Ended): void {
    const { turns, infoOf } = this.#options
    const { poll, outcome } = ended
    this.#polls.ended(poll.id)
    const decoded = valueIn(poll.topic)
    const topic = 'refusal' in decoded ? undefined : decoded.value
    const result = resultOf(ended, topic, infoOf(poll.by))
    const settled = this.#settled
    this.#settled = undefined
    settled?.resolve(result)
    turns.tell('onVoteResult', result)
    const at = poll.actAtMs
    if (outcome === 'yes' && at !== undefined) this.#actions.add({ id: poll.id, action: topic, at })
  }

  /** Its end was not told: it was told before. */
  #tellSettled(): void {
    const settled = this.#settled
    this.#settled = undefined
    settled?.resolve(settled.otherwise())
  }

  #changed({ key, value }: EffectOf<'value'>): void {
    const decoded = value && valueIn(value)
    // Whoever wrote it, all have it: what cannot be read is a value of nothing.
    this.state.changed(key, decoded && ('refusal' in decoded ? null : decoded.value))
  }

  readonly #actionEvents: ActionEvents = {
    due: (agreed, atMs) => this.#due(agreed, atMs),
    missed: ({ action, at }, lateBy) => this.#options.turns.tell('onActionMissed', action, { at, lateBy }),
  }

  #due({ action, at }: AgreedAction, atMs: number): void {
    const { turns, nowMs } = this.#options
    turns.later(() => {
      const late = Math.max(0, nowMs() - atMs)
      if (late > runtimeLimits.actionLateMs) return turns.call('onActionMissed', action, { at, lateBy: late })
      return turns.call('onAction', action, { at, late })
    })
  }
}

/** @throws GroupError `too-large`. */
export function limited(bytes: Uint8Array, what: string, key = ''): Uint8Array {
  const most = groupLimits.requestBytes - Buffer.byteLength(key)
  if (bytes.length <= most) return bytes
  throw new GroupError(
    'too-large',
    `${what} takes ${bytes.length} bytes, over the ${most} that a group decides on`,
  )
}
