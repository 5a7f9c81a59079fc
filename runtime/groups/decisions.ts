/**
 * What a member decides with its group: polls that it asks for and votes in, actions that follow from them,
 * ordered messages and shared values. Each call settles, and each end of a poll is told once.
 */
import {
  type ClockReading,
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
import type { SharedClock } from './clock.js'
import { shown } from './given.js'
import type { GroupTurns } from './group-turns.js'
import { valueIn } from './incoming.js'
import type { MemberInfo } from './member-info.js'
import { bytesOf } from './outgoing.js'
import { OwnVotes } from './own-votes.js'
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

/** A vote that a member asks for. */
export interface Asking extends Pick<PollResult, 'topic' | 'kind' | 'requestedBy'> {
  /** Of an action: by the group clock. */
  readonly at: number | undefined
  readonly timeoutMs: number
}

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
  readonly #ownVotes = new OwnVotes()
  /** Votes on actions that this member asked for. */
  readonly #asking = { count: 0, bytes: 0 }
  #settled: Settled | undefined

  constructor(options: DecisionsOptions) {
    const { name, turns, clock, nowMs, setAlarm } = options
    this.#options = options
    this.#requests = new Requests(name)
    this.#polls = new Polls(name, (moment) => clock.hasPassed(moment))
    this.state = new StateCopy((handler, key, value, bytes) => turns.later(() => handler(key, value), bytes))
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
  async requestVote(asking: Asking): Promise<PollResult> {
    const { name, turns, clock } = this.#options
    const { topic, at, kind, timeoutMs } = asking
    this.#mustMakeSense(asking)
    const bytes = limited(bytesOf(topic, `a topic of ${name}`), `a topic of ${name}`)
    const actAt = at === undefined ? undefined : clock.moment(at)
    const request: Request = { kind: 'poll', decidedBy: kind, timeoutMs, actAt, topic: bytes }
    const resultAs = (outcome: Outcome): PollResult => unnumbered(asking, outcome)
    const askedIn = this.#ownVotes.asked(turns.running)
    const isOver = at === undefined ? undefined : this.#askedFor(bytes.length)
    return new Promise<PollResult>((resolve, reject) => {
      const ended = (as: End, outcome: Outcome | undefined): void => {
        if (as === 'done') this.#settle({ resolve, otherwise: () => resultAs(outcome ?? 'unknown') })
        else if (as === 'unknown' || as === 'renewed') resolve(resultAs('unknown'))
        // It was never opened, so no end of it follows.
        else if (as === 'timeout') resolve(resultAs('timeout'))
        else reject(errorOf(`a vote in ${name}`, as, timeoutMs))
      }
      this.#options.input(this.#requests.add(request, ended, timeoutMs))
    }).finally(() => {
      askedIn()
      isOver?.()
    })
  }

  /** An action. @throws GroupError `again` where too many wait. Gives what is to be called at the end. */
  #askedFor(bytes: number): () => void {
    this.#mustHaveRoom(bytes)
    this.#asking.count++
    this.#asking.bytes += bytes
    return () => {
      this.#asking.count--
      this.#asking.bytes -= bytes
    }
  }

  #mustMakeSense({ at, kind, timeoutMs }: Asking): void {
    const { name } = this.#options
    if (kind !== 'majority' && kind !== 'consensus') {
      const text = `${name}: a vote is decided by ${shown(kind)}`
      throw new OperationError('bad-option', `${text}; give 'majority' or 'consensus'`)
    }
    const most = runtimeLimits.voteMaxMs
    if (!(typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= most)) {
      const text = `${name}: a vote has the timeout ${shown(timeoutMs)}`
      throw new OperationError('bad-option', `${text}; give milliseconds above 0, up to ${most}`)
    }
    this.#mustBeAhead(at)
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
        `${this.#options.name}: a vote is ${shown(vote)}; give true or false`,
      )
    }
    this.#polls.vote(poll)
    const choice = choiceOf(vote)
    this.#options.input({ kind: 'vote', poll, choice })
    this.#options.turns.voted(poll, choice)
  }

  /** Takes in what the core tells. */
  take(effect: LinkEffect): void {
    if (effect.kind === 'ended') this.#ended(effect.ended)
    else this.#tellSettled()
    if (effect.kind === 'asked') this.#asked(effect.poll)
    else if (effect.kind === 'settled') this.#requests.end(effect.tag, effect.as, effect.outcome)
    else if (effect.kind === 'value') this.state.changed(effect.key, effect.value)
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
    this.#requests.endAll('renewed')
    this.#polls.clear()
    this.state.renew()
  }

  /** Nothing more is decided here. */
  close(): void {
    this.#tellSettled()
    this.#requests.endAll('left')
    this.#polls.clear()
    this.#actions.close()
    this.#options.clock.close()
  }

  #asked(poll: Poll): void {
    const { turns, refused, infoOf, name, warn } = this.#options
    this.#polls.asked(poll)
    const topic = valueIn(poll.topic)
    if ('refusal' in topic) {
      refused(poll.by, `the topic of a poll: ${topic.refusal}`)
      return
    }
    const asked = requestOf(poll, topic.value, infoOf(poll.by))
    const isAction = 'at' in asked
    const hook = isAction ? 'onActionVoteRequest' : 'onVoteRequest'
    if (isAction) turns.show('onActionVoteRequest', asked)
    else turns.show('onVoteRequest', asked)
    if (!turns.has(hook)) warn('vote', `${name}: a vote is asked for, and there is no ${hook} to give it`)
    if (asked.requestedBy.isSelf && this.#ownVotes.isAwaited(poll, turns.running)) {
      const text = `${name}: a vote was asked for in a handler that still runs, and ${hook} waits for its end`
      warn(
        'own-vote',
        `${text}; where the handler awaits the vote, that ends with timeout: do not await it there`,
      )
    }
    turns.later(() => {
      // It may have ended while the component was busy.
      if (!this.#polls.isOpen(poll.id)) return undefined
      const vote = isAction ? turns.call('onActionVoteRequest', asked) : turns.call('onVoteRequest', asked)
      return isThenable(vote)
        ? Promise.resolve(vote).then((given) => this.#cast(poll.id, given, hook))
        : this.#cast(poll.id, vote, hook)
    }, poll.topic.length)
  }

  /** What a hook returned. It may have voted by itself. */
  #cast(poll: string, vote: unknown, hook: string): void {
    if (vote === undefined || !this.#polls.isOpen(poll)) return
    if (isVote(vote)) {
      this.vote(poll, vote)
      return
    }
    const text = `${this.#options.name}: ${hook} gave ${shown(vote)}, which is no vote`
    this.#options.warn('no-vote', `${text}; give true, false, 'yes' or 'no', or call sendVote() later`)
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
    const bytes = poll.topic.length
    turns.tellWith(bytes, 'onVoteResult', result)
    const { id, clock, actAtMs: ms } = poll
    if (outcome === 'yes' && ms !== undefined) {
      this.#actions.add({ id, action: topic, at: { ms, clock }, bytes })
    }
  }

  /** Its end is told with what follows at once, or was told before, and nothing may follow for long. */
  #settle(settled: Settled): void {
    this.#settled = settled
    queueMicrotask(() => {
      if (this.#settled === settled) this.#tellSettled()
    })
  }

  /** Its end was not told: it was told before. */
  #tellSettled(): void {
    const settled = this.#settled
    this.#settled = undefined
    settled?.resolve(settled.otherwise())
  }

  readonly #actionEvents: ActionEvents = {
    due: (agreed, atMs) => this.#due(agreed, atMs),
    missed: ({ action, at }, lateBy) => this.#missed(action, at.ms, lateBy),
    full: ({ action, at }) => {
      const { name, nowMs, warn } = this.#options
      warn('actions', `${name}: more actions were agreed than can wait for their moments; it is not run`)
      this.#missed(action, at.ms, nowMs() - (this.#options.clock.toHostMs(at) ?? nowMs()))
    },
  }

  #due({ action, at }: AgreedAction, atMs: number): void {
    const { turns, nowMs } = this.#options
    // Those that wait have a bound, so these have.
    turns.surely(() => {
      const late = Math.max(0, nowMs() - atMs)
      if (late > runtimeLimits.actionLateMs)
        return turns.call('onActionMissed', action, { at: at.ms, lateBy: late })
      return turns.call('onAction', action, { at: at.ms, late })
    })
  }

  #missed(action: unknown, at: number, lateBy: number): void {
    const { turns } = this.#options
    turns.surely(() => turns.call('onActionMissed', action, { at, lateBy }))
  }

  /** All are refused alike, about: what all members ask for at once still finds room. */
  #mustHaveRoom(bytes: number): void {
    const { askedActions, askedActionBytes } = runtimeLimits
    const [count, held] = [this.#actions.size + this.#asking.count, this.#actions.bytes + this.#asking.bytes]
    if (count < askedActions && held + bytes <= askedActionBytes) return
    const text = `${this.#options.name}: ${count} actions of ${held} bytes are to come, or are voted on`
    throw new GroupError('again', `${text}; ask again when some have run, or for shorter ones`)
  }
}

/** How a vote ended that had no id yet, or whose id is not known here. */
function unnumbered({ topic, kind, requestedBy, at }: Asking, outcome: Outcome): PollResult {
  const result = { id: '', topic, outcome, requestedBy, kind }
  return Object.freeze(at === undefined ? result : { ...result, action: topic, at })
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
