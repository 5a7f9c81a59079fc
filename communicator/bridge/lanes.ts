/** What a bridge carries, as one of its ends says it: lanes by name. The other end has the opposite ones. */
import type { MessageType } from '../../ports/index.js'
import { AppError, type GroupType } from '../../runtime/index.js'
import { bridgeLimits } from './limits.js'

/** The kind of port that answers what is asked. */
export type AnsweringKind = 'ans' | 'rep' | 'srv'

/** How the observer of a group votes; `neutral`: so that each poll ends as it would without it. */
export type ObserverVote = 'neutral' | 'yes' | 'no'

/** What is published, from one network to the other. */
export interface PublishedLane {
  /** Whether it goes or comes. */
  readonly way: 'says' | 'hears'
  /** What is published. */
  readonly type: MessageType
  /** Messages that are kept where it goes, for subs that come later. */
  readonly keep: number
}

/** What is asked in one network and answered in the other. */
export interface AskedLane {
  /** Whether it is answered here, or asked. */
  readonly way: 'answers' | 'asks'
  /** Of the ports that answer. */
  readonly kind: AnsweringKind
  /** What is asked. */
  readonly query: MessageType
  /** What is answered. */
  readonly answer: MessageType
  /** For the whole way, in milliseconds. */
  readonly timeout: number
}

/** A group of this network, which the other end is told of. */
export interface ShownLane {
  /** It is of this network. */
  readonly way: 'shows'
  /** Its type, which the app of the bridge names. */
  readonly group: GroupType
  /** Which of that type: `north` of `Cell.north`. */
  readonly instance: string
  /** How the observer votes. */
  readonly vote: ObserverVote
  /** Whether messages that members send to all are told, too. */
  readonly messages: boolean
}

/** A group of the other network. */
export interface WatchedLane {
  /** It is of the other network. */
  readonly way: 'watches'
  /** The messages that its members send to each other. */
  readonly using: MessageType
}

/** One thing that a bridge carries, as one end has it. */
export type Lane = PublishedLane | AskedLane | ShownLane | WatchedLane
export type Way = Lane['way']

/** The lanes of a bridge by name; their names are those of the components that carry them. */
export type Lanes = Readonly<Record<string, Lane>>

/** Options of `answers()` and `asks()`. */
export interface AskedOptions {
  /** Milliseconds that a question has for the whole way, at either end; the shorter one counts. */
  readonly timeout?: number
}

/** Options of `shows()`. */
export interface ShownOptions {
  /** How it votes in polls of the group, which count observers. Default `neutral`. */
  readonly vote?: ObserverVote
  /** Whether messages that members send to all are told there, too. Default true. */
  readonly messages?: boolean
}

/** Options of `says()` and `hears()`. */
export interface PublishedOptions {
  /** As that of a pub, at the end where it is published again. Default 0. */
  readonly keep?: number
}

/** What is published here is published there. */
export function says<In, Out>(
  type: MessageType<In, Out>,
  { keep = 0 }: PublishedOptions = {},
): PublishedLane {
  return { way: 'says', type: typeGiven('says', type), keep }
}

/** What is published there is published here. */
export function hears<In, Out>(
  type: MessageType<In, Out>,
  { keep = 0 }: PublishedOptions = {},
): PublishedLane {
  return { way: 'hears', type: typeGiven('hears', type), keep }
}

/** What is asked there is answered here, by ports of this kind. */
export function answers<QIn, QOut, AIn, AOut>(
  kind: AnsweringKind,
  query: MessageType<QIn, QOut>,
  answer: MessageType<AIn, AOut>,
  options: AskedOptions = {},
): AskedLane {
  return asked('answers', kind, [query, answer], options)
}

/** What is asked here is answered there, by ports of this kind. */
export function asks<QIn, QOut, AIn, AOut>(
  kind: AnsweringKind,
  query: MessageType<QIn, QOut>,
  answer: MessageType<AIn, AOut>,
  options: AskedOptions = {},
): AskedLane {
  return asked('asks', kind, [query, answer], options)
}

/** A group of this network is seen there. An observer joins it for that. */
export function shows<In, Out>(
  group: GroupType<In, Out>,
  instance: string,
  { vote = 'neutral', messages = true }: ShownOptions = {},
): ShownLane {
  typeGiven('shows', group?.using)
  if (!VOTES.includes(vote)) throw bad(`shows() has the vote ${String(vote)}; give ${VOTES.join(', ')}`)
  return { way: 'shows', group, instance, vote, messages }
}

/** A group of that network is seen here. @param using what its members send to each other */
export function watches<In, Out>(using: MessageType<In, Out>): WatchedLane {
  return { way: 'watches', using: typeGiven('watches', using) }
}

/** The same lanes from the other end. Of a group that is shown, what is needed to watch it. */
export function mirrored(lanes: Lanes): Lanes {
  return Object.fromEntries(Object.entries(lanes).map(([name, lane]) => [name, opposite(name, lane)]))
}

const OPPOSITES: Readonly<Record<Way, Way>> = {
  ...{ says: 'hears', hears: 'says', answers: 'asks', asks: 'answers' },
  ...{ shows: 'watches', watches: 'shows' },
}
const KINDS: readonly AnsweringKind[] = ['ans', 'rep', 'srv']
const VOTES: readonly ObserverVote[] = ['neutral', 'yes', 'no']
/** The component that has the connection. */
export const BRIDGE = 'bridge'

/** The way of the other end. */
export function oppositeWay(way: Way): Way {
  return OPPOSITES[way]
}

/** @throws AppError `bad-app` for lanes that a bridge cannot have. */
export function checkLanes(lanes: Lanes): void {
  const all = Object.entries(lanes ?? {})
  if (all.length === 0) throw bad('a bridge has no lanes; write: bridge({ reading: says(Reading) })')
  if (all.length > bridgeLimits.lanes) {
    throw bad(`a bridge has ${all.length} lanes; make a second one for more than ${bridgeLimits.lanes}`)
  }
  for (const [name, lane] of all) {
    if (name === BRIDGE) throw bad(`${BRIDGE} is what the connection of a bridge is called; rename the lane`)
    const isLane = typeof lane === 'object' && lane !== null && 'way' in lane
    if (!isLane) throw bad(`${name} of a bridge is no lane; write: ${name}: says(Reading)`)
  }
}

function opposite(name: string, lane: Lane): Lane {
  switch (lane.way) {
    case 'says':
    case 'hears':
      return { ...lane, way: lane.way === 'says' ? 'hears' : 'says' }
    case 'answers':
    case 'asks':
      return { ...lane, way: lane.way === 'answers' ? 'asks' : 'answers' }
    case 'shows':
      return watches(lane.group.using)
    case 'watches':
      throw bad(`${name} watches a group: mirror the lanes of the end that shows it`)
  }
}

function asked(
  way: AskedLane['way'],
  kind: AnsweringKind,
  [query, answer]: readonly [MessageType, MessageType],
  { timeout = bridgeLimits.askMs }: AskedOptions,
): AskedLane {
  if (!KINDS.includes(kind)) throw bad(`${way}() has the kind ${String(kind)}; give ${KINDS.join(', ')}`)
  if (!(timeout > 0 && timeout < 2 ** 31)) throw bad(`${way}() has the timeout ${timeout}; give milliseconds`)
  return { way, kind, query: typeGiven(way, query), answer: typeGiven(way, answer), timeout }
}

function typeGiven(way: Way, type: MessageType | undefined): MessageType {
  if (typeof type?.validate === 'function') return type
  throw bad(`${way}() has no message type; make one by message('Reading', schema)`)
}

function bad(text: string): AppError {
  return new AppError('bad-app', text)
}
