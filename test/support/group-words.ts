/** What tests of groups say to members, and how they read what members say. */
import { type Ballot, LOG_START, NO_BALLOT, type Position } from '../../groups/ballot.js'
import type { CoreEffect, CoreInput } from '../../groups/core.js'
import type { Choice, Entry, EntryBody, Request } from '../../groups/entries.js'
import type { GroupMoment } from '../../groups/group-clock.js'
import type { Beat, Body, Pre, PreAnswer, Vote } from '../../groups/messages.js'
import { Cores, type CoresOptions, type MemberOptions } from './cores.js'

/** After every wall clock of a test: the epoch of leaders that a test makes up. */
export const LATER = Date.UTC(2027, 0, 1) * 1000
export const at = (term: number, epoch = LATER): Ballot => ({ epoch, term })
export const position = (index: number, ballot = at(1)): Position => ({ ballot, index })

/** A body of one kind. */
export type BodyOf<K extends Body['kind']> = Extract<Body, { readonly kind: K }>

/** What was sent of one kind, to all or to one. */
export function sent<K extends Body['kind']>(effects: readonly CoreEffect[], kind: K): BodyOf<K>[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'send' && effect.kind !== 'broadcast') return []
    const { body } = effect.message
    return isKind(body, kind) ? [body] : []
  })
}

function isKind<K extends Body['kind']>(body: Body, kind: K): body is BodyOf<K> {
  return body.kind === kind
}

export const ordered = (tag: number, ...bytes: number[]): CoreInput => ({
  kind: 'request',
  tag,
  request: { kind: 'ordered', payload: new Uint8Array(bytes.length > 0 ? bytes : [tag]) },
})

export const setting = (tag: number, key: string, value: Uint8Array = new Uint8Array([tag])): CoreInput => ({
  kind: 'request',
  tag,
  request: { kind: 'set', key, value },
})

type PollRequest = Extract<Request, { kind: 'poll' }>

export const polling = (tag: number, options: Partial<PollRequest> = {}): CoreInput => ({
  kind: 'request',
  tag,
  request: {
    kind: 'poll',
    decidedBy: 'majority',
    timeoutMs: 1000,
    actAt: undefined,
    topic: new Uint8Array([tag]),
    ...options,
  },
})

/** A time from now by the group clock, as a member knows it. */
export function momentIn(group: Cores, id: string, inMs: number): GroupMoment | undefined {
  const now = group.core(id).clock.moment(group.moment(id).monoMs)
  return now && { ...now, ms: now.ms + inMs }
}

export const voting = (poll: string, choice: Choice = 'yes'): CoreInput => ({ kind: 'vote', poll, choice })

export const inquiry = (last: Position = LOG_START, commit: Position = last): Pre => ({
  kind: 'pre',
  nonce: 7,
  last,
  commit,
})

/** An answer to an inquiry, of one that has no log. */
export const preAnswer = (options: Partial<PreAnswer>): PreAnswer => ({
  ...{ kind: 'pre-answer', nonce: 0, regular: false, forming: false, wallUs: 0, genesis: NO_BALLOT },
  ...options,
})

export const voteFor = (ballot: Ballot, options: Partial<Vote> = {}): Vote => ({
  kind: 'vote',
  ballot,
  forming: true,
  last: LOG_START,
  commit: LOG_START,
  ...options,
})

export const entry = (ballot: Ballot, body: EntryBody): Entry => ({ ballot, body })

/** A log that a leader has: its formation, and what came after. */
export const history = (members: readonly string[], ballot = at(1), ...more: EntryBody[]): Entry[] =>
  [{ kind: 'genesis', members } as const, ...more].map((body) => entry(ballot, body))

/** A beat of a leader with this log, all of it, and as much of it decided as is said. */
export const beat = (ballot: Ballot, entries: readonly Entry[], options: Partial<Beat> = {}): Beat => ({
  kind: 'beat',
  ballot,
  genesis: entries.findLast(({ body }) => body.kind === 'genesis')?.ballot ?? NO_BALLOT,
  number: 1,
  prev: LOG_START,
  entries,
  commit: 0,
  snapshot: undefined,
  ...options,
})

/** One member, old enough to vote, and nobody else. */
export function alone(options: MemberOptions = {}, cores: CoresOptions = {}): Cores {
  const group = new Cores([], cores)
  group.start('v', { startedAtMs: -1000, ...options })
  return group
}

/** Whether a member grants this vote. */
export function votes(group: Cores, voter: string, candidate: string, vote: Vote): boolean {
  return sent(group.hear(voter, candidate, vote), 'vote-answer').every(({ granted }) => granted)
}

/** Whether a member grants this beat. */
export function grants(group: Cores, voter: string, leader: string, its: Beat): boolean {
  return sent(group.hear(voter, leader, its), 'beat-answer').some(({ granted }) => granted)
}

/** A group that has formed and settled: its leader first, then the other members. */
export function formed(
  ids: readonly string[],
  options: CoresOptions = {},
): readonly [group: Cores, leader: string, next: string, last: string] {
  const group = new Cores(ids, options)
  group.run(3000)
  const leader = group.lead()
  const [next = '', last = ''] = ids.filter((id) => id !== leader)
  return [group, leader, next, last]
}
