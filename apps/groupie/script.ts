/**
 * What a groupie does, as a text: statements, with `;` between them. Each `join` begins a part of its own,
 * about one group; the parts run side by side, and the times of one are counted one after another.
 *
 *     script    = part { part } [ "end" "after" time ]
 *     part      = "join" [ type "." ] name [ "as" "observer" ] { doing | moving }
 *     doing     = "send" rate | "order" rate | "tell" ( "leader" | "members" ) rate
 *               | "vote" kind rate | "act" kind rate [ "ahead" time ] | "say" ( "yes" | "no" | "nothing" )
 *     moving    = ( "leave" | "rejoin" | "transfer" ) [ "after" time ]
 *     type      = "Pair" | "Trio" | "Crowd"            Pair unless told
 *     kind      = "majority" | "consensus"
 */
import { Words } from './words.js'

/** The types of groups: of a quorum of 2 and of 3, and without a leader. */
export type GroupKind = 'Pair' | 'Trio' | 'Crowd'

/** What is done again and again while it is a member. */
export type Doing =
  | { readonly do: 'send' | 'order' | 'tell leader' | 'tell members'; readonly perSecond: number }
  | { readonly do: 'vote'; readonly kind: PollKind; readonly perSecond: number }
  | { readonly do: 'act'; readonly kind: PollKind; readonly perSecond: number; readonly aheadMs: number }

export type PollKind = 'majority' | 'consensus'

/** How it answers those who ask for its vote. */
export type Saying = 'yes' | 'no' | 'nothing'

/** What is done once, so long after what was done once before it. */
export interface Moving {
  readonly do: 'leave' | 'rejoin' | 'transfer'
  readonly afterMs: number
}

/** All about one group. */
export interface Part {
  readonly type: GroupKind
  readonly instance: string
  readonly isObserver: boolean
  readonly doings: readonly Doing[]
  readonly says: Saying
  readonly movings: readonly Moving[]
}

export interface Script {
  readonly parts: readonly Part[]
  /** When the whole actor ends; undefined where it is ended by others. */
  readonly endAfterMs: number | undefined
}

const TYPES: readonly GroupKind[] = ['Pair', 'Trio', 'Crowd']
const STATEMENTS = [
  'join',
  'send',
  'order',
  'tell',
  'vote',
  'act',
  'say',
  'leave',
  'rejoin',
  'transfer',
  'end',
] as const
/** What only a group with a leader has. */
const LED: ReadonlySet<string> = new Set(['order', 'tell', 'vote', 'act', 'say', 'transfer'])
/** An action is agreed for so long after the proposal, unless told. */
const AHEAD_MS = 500

/** A part as it is being read. */
interface Draft extends Part {
  readonly doings: Doing[]
  readonly movings: Moving[]
  says: Saying
}

/** Reads a script. @throws AppError `bad-parameter`, which names the word and what to write instead. */
export function readScript(text: string): Script {
  const parts: Draft[] = []
  let endAfterMs: number | undefined
  for (const statement of text.split(';').filter((each) => each.trim() !== '')) {
    const words = new Words(statement)
    if (endAfterMs !== undefined) throw words.wrong('write nothing behind `end`')
    const part = parts.at(-1)
    if (!part) words.oneOf('join')
    const verb = part ? words.oneOf(...STATEMENTS) : 'join'
    if (verb === 'join') parts.push(joinOf(words, parts))
    else if (verb === 'end') endAfterMs = endOf(words)
    else if (part) add(part, verb, words)
    words.end()
  }
  if (parts.length === 0)
    throw new Words(text).wrong('write join and the name of a group, as in "join A; send 10/s"')
  return { parts, endAfterMs }
}

function joinOf(words: Words, others: readonly Part[]): Draft {
  const form = `the name of a group, as A or Trio.A; types are ${TYPES.join(', ')}`
  const again = 'a group that was not joined yet, or rejoin after leave'
  const known = others.map(({ type, instance }) => `${type}.${instance}`)
  const [, named = 'Pair', instance = ''] = words.match(/^(?:(Pair|Trio|Crowd)\.)?([A-Za-z]\w{0,31})$/, form)
  const type = TYPES.find((each) => each === named) ?? 'Pair'
  if (known.includes(`${type}.${instance}`)) throw words.back(again)
  const isObserver = words.has('as') && words.oneOf('observer') === 'observer'
  return { type, instance, isObserver, doings: [], says: 'yes', movings: [] }
}

function add(part: Draft, verb: Exclude<(typeof STATEMENTS)[number], 'join' | 'end'>, words: Words): void {
  if (part.type === 'Crowd' && LED.has(verb))
    throw words.back('groups of type Crowd have no leader: join a Pair')
  if (verb === 'say') part.says = words.oneOf('yes', 'no', 'nothing')
  else if (verb === 'leave' || verb === 'rejoin' || verb === 'transfer')
    part.movings.push(movingOf(verb, part, words))
  else part.doings.push(doingOf(verb, words))
}

function doingOf(verb: 'send' | 'order' | 'tell' | 'vote' | 'act', words: Words): Doing {
  if (verb === 'send' || verb === 'order') return { do: verb, perSecond: words.rate() }
  if (verb === 'tell') return { do: `tell ${words.oneOf('leader', 'members')}`, perSecond: words.rate() }
  const kind = words.oneOf('majority', 'consensus')
  const perSecond = words.rate()
  if (verb === 'vote') return { do: verb, kind, perSecond }
  return { do: verb, kind, perSecond, aheadMs: words.has('ahead') ? words.time() : AHEAD_MS }
}

/** One leaves where one is, and rejoins where one has left. */
function movingOf(verb: Moving['do'], { movings }: Part, words: Words): Moving {
  const isAway = movings.findLast((each) => each.do !== 'transfer')?.do === 'leave'
  if (isAway && verb !== 'rejoin') throw words.back(`it has left: rejoin before it can ${verb}`)
  if (!isAway && verb === 'rejoin') throw words.back('it has not left: leave before it can rejoin')
  return { do: verb, afterMs: afterOf(words) }
}

/** From the start of the actor on. */
function endOf(words: Words): number {
  words.oneOf('after')
  return words.time()
}

function afterOf(words: Words): number {
  return words.isOver || words.oneOf('after') !== 'after' ? 0 : words.time()
}
