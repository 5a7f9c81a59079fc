/**
 * What the end of a bridge that watches a group publishes of it, for whoever wants to know: how it was when
 * the other end looked last, and what happened in it.
 */
import { z } from 'zod'
import { message, type OutputOf } from '../../ports/index.js'

const participant = z.object({
  /** 32 hex characters, new each time that it joins. */
  id: z.string(),
  /** Its actor and component; '' while that is not known. */
  actor: z.string(),
  component: z.string(),
  /** Address of its host, in its network; '' as the name of the actor. */
  host: z.string(),
  isObserver: z.boolean(),
})

/** A member or observer of a group of the other network. */
export type RemoteMember = z.infer<typeof participant>

/** How a group is, as the observer of the other end sees it. */
export const groupSight = z.object({
  /** Type and instance: `Cell.north`. */
  group: z.string(),
  /** Whether the observer can talk with any other member. */
  isConnected: z.boolean(),
  /** Whom it follows; null for nobody. It may be old news there, and is older here. */
  leader: participant.nullable(),
  /** Of that leader, or the last one; 0 before the first. */
  epoch: z.number(),
  term: z.number(),
  /** Who elects and may be elected. */
  members: z.array(participant),
  /** Who does not; that of the bridge among them. */
  observers: z.array(participant),
})

export type GroupSight = z.infer<typeof groupSight>

const lane = z.string()
const pollKind = z.enum(['majority', 'consensus'])

/**
 * A group of the other network, as it was at most `ageMs` before this report was sent. Nobody may act on it
 * as on a lease: the leader that it names may be none any more.
 */
export const GroupReport = message(
  'GroupReport',
  groupSight.extend({
    /** The lane by which it came. */
    lane,
    /** Milliseconds. It grows while the other end is not reached, and is repeated each second. */
    ageMs: z.number(),
    /** Whether the other end is reached now. */
    isReached: z.boolean(),
  }),
)

/** A group of the other network as it was, and how old that is. */
export type GroupReport = OutputOf<typeof GroupReport>

/** What happened in a group, in the order in which the observer heard of it. Times in milliseconds. */
export const happened = z.discriminatedUnion('is', [
  z.object({ is: z.literal('leader-elected'), leader: participant, epoch: z.number(), term: z.number() }),
  z.object({ is: z.literal('leader-exited'), leader: participant }),
  z.object({ is: z.literal('quorum-lost') }),
  z.object({ is: z.literal('split'), members: z.array(participant) }),
  z.object({ is: z.literal('member-joined'), member: participant }),
  z.object({ is: z.literal('member-left'), member: participant }),
  z.object({
    is: z.literal('poll-opened'),
    poll: z.string(),
    topic: z.unknown(),
    kind: pollKind,
    requestedBy: participant,
    isAction: z.boolean(),
  }),
  z.object({
    is: z.literal('poll-ended'),
    poll: z.string(),
    topic: z.unknown(),
    kind: pollKind,
    requestedBy: participant,
    isAction: z.boolean(),
    outcome: z.enum(['yes', 'no', 'timeout', 'unknown']),
  }),
  /** An agreed action, at its moment. `late`: how much later the observer was called. */
  z.object({ is: z.literal('action'), action: z.unknown(), late: z.number() }),
  z.object({ is: z.literal('action-missed'), action: z.unknown() }),
  z.object({ is: z.literal('message'), message: z.unknown(), from: participant }),
  z.object({ is: z.literal('ordered-message'), message: z.unknown(), from: participant }),
  /** Entries of the history of the group that the observer does not hear. */
  z.object({ is: z.literal('history-lost'), from: z.number(), to: z.number() }),
])

export type GroupHappening = z.infer<typeof happened>

/** Something happened in a group of the other network; or so many of such news were lost on the way. */
export const GroupNews = message(
  'GroupNews',
  z.object({
    /** The lane by which it came. */
    lane,
    news: z.discriminatedUnion('is', [
      ...happened.options,
      z.object({ is: z.literal('news-lost'), count: z.number() }),
    ]),
  }),
)

/** Something happened in a group of the other network. */
export type GroupNews = OutputOf<typeof GroupNews>

// ── between the ends

/** How the group is, and to which question that is the answer: `heldMs` after it came. */
export const sightFrame = z.object({ sight: groupSight, beat: z.number(), heldMs: z.number() })
export type SightFrame = z.infer<typeof sightFrame>

/** The end that watches asks how old its knowledge is. */
export const beatFrame = z.object({ beat: z.number() })
