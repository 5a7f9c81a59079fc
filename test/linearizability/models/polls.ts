/**
 * Polls, each for itself. What is promised, and checked:
 *
 * - A poll takes place once, under one id, at one moment after it was asked for.
 * - It has one outcome, whoever hears it, and when. Only `unknown` may be heard by some where others hear
 *   another: those with whom it was cut off.
 * - Each participant hears it once, and the answer to who asked is the same.
 * - `yes` has the votes that it needs among those who may vote, and `no` those that make a yes impossible,
 *   each cast before the outcome was heard of, and the first one of each; of a poll of which those who may
 *   vote are not known, at least one such vote.
 * - What was decided stays: who hears later, hears the same.
 *
 * Not promised, so not checked: that all hear of it; that a vote that was cast is counted. Not checked though
 * promised: that `timeout` comes no earlier than the time-out (there is no one clock in a history).
 */
import type { Operation, PollOutcome } from '../history.js'
import { checkedBy, isA, isOpen, type OperationOf, type Part, partsBy, type Spec } from './spec.js'

type PollOperation = OperationOf<'poll' | 'vote' | 'outcome'>

interface PollState {
  readonly isOpened: boolean
  readonly outcome: PollOutcome | undefined
  readonly id: string | undefined
  readonly votes: ReadonlyMap<string, 'yes' | 'no'>
  /** Those that heard how it ended. */
  readonly told: ReadonlySet<string>
}

export const polls: Spec = {
  name: 'polls',
  parts: (history) =>
    partsBy(
      history.filter((each): each is PollOperation => isA(each, 'poll', 'vote', 'outcome')),
      ({ call }) => call.poll,
    ).map(({ name, operations }) => ({ name, operations: operations.flatMap(opening) })),
  check: checkedBy((part) => ({ model: new OnePoll(part), show: shown })),
}

/** Who asks for a poll opens it, which has no end to be heard of, and hears how it ended. */
function opening(operation: PollOperation): readonly Operation[] {
  if (!isA(operation, 'poll') || isOpen(operation)) return [operation]
  const { call, process } = operation
  const { poll, outcome } = call
  if (outcome === undefined) return [operation]
  const answer = {
    ...operation,
    process: `${process}, which asked,`,
    call: { f: 'outcome' as const, poll, outcome },
  }
  return [{ ...operation, endedAt: Number.POSITIVE_INFINITY }, answer]
}

class OnePoll {
  readonly initial: PollState = {
    isOpened: false,
    outcome: undefined,
    id: undefined,
    votes: new Map(),
    told: new Set(),
  }
  readonly #decidedBy: 'majority' | 'consensus' | undefined
  /** Those that voted again, and were not refused: any vote of theirs may be the one that counts. */
  readonly #again = new Set<string>()

  constructor({ operations }: Part) {
    this.#decidedBy = operations.find((each) => isA(each, 'poll'))?.call.decidedBy
    const voters = operations.filter((each) => isA(each, 'vote')).map(({ process }) => process)
    for (const [at, voter] of voters.entries()) if (voters.indexOf(voter) < at) this.#again.add(voter)
  }

  /** More votes forbid nothing, and a poll is open for as long as it may be. */
  isEager(operation: Operation): boolean {
    return !isA(operation, 'vote') || !this.#again.has(operation.process)
  }

  keyOf({ isOpened, outcome, id, votes, told }: PollState): string {
    return JSON.stringify([isOpened, outcome, id, [...votes].sort(), [...told].sort()])
  }

  step(state: PollState, operation: Operation): readonly PollState[] {
    const { process } = operation
    if (isA(operation, 'poll')) return state.isOpened ? [] : [{ ...state, isOpened: true }]
    if (!state.isOpened) return []
    if (isA(operation, 'vote')) {
      if (state.votes.has(process)) return []
      return [{ ...state, votes: new Map(state.votes).set(process, operation.call.choice) }]
    }
    return isA(operation, 'outcome') ? this.#hear(state, operation) : []
  }

  #hear(state: PollState, { process, call }: OperationOf<'outcome'>): readonly PollState[] {
    const { outcome, pollId: id = state.id } = call
    if (state.told.has(process) || (state.id !== undefined && id !== state.id)) return []
    const told = new Set(state.told).add(process)
    if (outcome === 'unknown') return [{ ...state, id, told }]
    if (state.outcome !== undefined && state.outcome !== outcome) return []
    return this.#mayEnd(state, call) ? [{ ...state, id, told, outcome }] : []
  }

  #mayEnd({ votes }: PollState, { outcome, electorate }: OperationOf<'outcome'>['call']): boolean {
    if (outcome === 'timeout') return true
    const voters = electorate ?? [...votes.keys()]
    const count = (choice: 'yes' | 'no'): number => voters.filter((each) => votes.get(each) === choice).length
    if (!electorate) return count(outcome === 'yes' ? 'yes' : 'no') > 0
    const needed = this.#decidedBy === 'consensus' ? voters.length : Math.floor(voters.length / 2) + 1
    return outcome === 'yes' ? count('yes') >= needed : voters.length - count('no') < needed
  }
}

function shown({ outcome, votes }: PollState): string {
  const cast = [...votes].map(([who, choice]) => `${who} ${choice}`)
  return `${outcome ?? 'not decided'}, votes: ${cast.join(', ') || 'none'}`
}
