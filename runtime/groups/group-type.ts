/**
 * The types of groups that an app has: `group({ … })` makes one, `app()` gives it its name and checks it.
 * What all members of a group must agree on, its parameters, is one text, which goes into their listings.
 */
import {
  checkedTiming,
  GroupError,
  type GroupTiming,
  groupLimits,
  type TimingProfile,
  timings,
} from '../../groups/index.js'
import type { MessageType } from '../../ports/index.js'
import { AppError } from '../errors.js'
import { shown } from './given.js'

/** What `group()` takes. */
export interface GroupOptions<In = unknown, Out = In> {
  /**
   * How many members elect a leader, at least 2; up to 2 × quorum − 1 take part in elections, further ones
   * observe. Without it the group has no leader: its members know each other, and send.
   */
  readonly quorum?: number
  /** The messages that its members send to each other. */
  readonly using: MessageType<In, Out>
  /** Messages say when they left, and handlers are told: `sentAt` and `receivedAt` of the sender. */
  readonly timed?: boolean
  /** A profile, or times in milliseconds in place of those of `lan`. Default `lan`. */
  readonly timing?: TimingProfile | Partial<GroupTiming>
  /**
   * With the schedulers `rr` and `priority`: before how many ports of the component, in the order of its
   * fields, the group stands: 0 before all. Behind all unless told.
   */
  readonly priority?: number
}

/** A type of groups, as `group()` made it. `In` is what members send, `Out` what handlers get. Immutable. */
export interface GroupType<In = unknown, Out = In> {
  /** Undefined for groups without a leader. */
  readonly quorum: number | undefined
  /** The messages that its members send to each other. */
  readonly using: MessageType<In, Out>
  /** Messages say when they left. */
  readonly timed: boolean
  /** As it was given; what comes of it, app() checks. */
  readonly timing: TimingProfile | Partial<GroupTiming>
  /** Before how many ports it stands; Infinity: behind all. */
  readonly priority: number
}

/** The highest quorum that a group may have, for no more may take part in it. */
export const MOST_QUORUM = Math.floor((groupLimits.participants + 1) / 2)

const made = new WeakSet<object>()

/** What `group()` knows. */
const OPTIONS: readonly string[] = [
  'quorum',
  'using',
  'timed',
  'timing',
  'priority',
] satisfies (keyof GroupOptions)[]

/**
 * Defines a type of groups. Name it in the app: `groups: { Cell: group({ quorum: 2, using: NodeData }) }`,
 * where it is checked. @throws AppError `bad-app` without a message type, or for an option that there is not.
 */
export function group<In, Out>(options: GroupOptions<In, Out>): GroupType<In, Out> {
  const { quorum, using, timed = false, timing = 'lan', priority = Number.POSITIVE_INFINITY } = options ?? {}
  if (typeof using?.validate !== 'function') {
    throw new AppError('bad-app', 'a group has no message; write: group({ quorum: 2, using: NodeData })')
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    const text = `a group has the option ${JSON.stringify(unknown)}`
    throw new AppError('bad-app', `${text}; there are ${OPTIONS.join(', ')}`)
  }
  const type = Object.freeze({ quorum, using, timed, timing, priority })
  made.add(type)
  return type
}

/** A type of groups under the name that its app gives it, checked. */
export interface NamedGroupType {
  readonly name: string
  readonly type: GroupType
  readonly timing: GroupTiming
  /** `quorum=2 timed=no heartbeat=100 …` */
  readonly parameters: string
}

/** The types of groups of an app, by name. */
export type GroupTypes = Readonly<Record<string, GroupType>>

/**
 * Checks the groups of an app. @throws AppError `bad-app` for what is none, or has two names; GroupError
 * `bad-quorum`, `bad-timing` with the rule that is broken.
 */
export function namedGroupTypes(app: string, types: GroupTypes): ReadonlyMap<GroupType, NamedGroupType> {
  const named = new Map<GroupType, NamedGroupType>()
  for (const [name, type] of Object.entries(types)) {
    if (!made.has(type)) {
      throw new AppError('bad-app', `${name} of the app ${app} is no group; write: ${name}: group({ … })`)
    }
    const other = named.get(type)
    if (other) {
      const text = `${other.name} and ${name} of the app ${app} are one group type`
      throw new AppError('bad-app', `${text}; make two of it, or give it one name`)
    }
    named.set(type, checked(app, name, type))
  }
  return named
}

function checked(app: string, name: string, type: GroupType): NamedGroupType {
  const what = `the group ${name} of the app ${app}`
  const { quorum, timed, priority } = type
  if (quorum !== undefined && !(Number.isInteger(quorum) && quorum >= 2 && quorum <= MOST_QUORUM)) {
    const text = `${what} has the quorum ${shown(quorum)}: give an integer from 2 to ${MOST_QUORUM}`
    throw new GroupError('bad-quorum', `${text}, or none for a group without a leader`)
  }
  if (typeof timed !== 'boolean') throw new AppError('bad-app', `${what}: timed is neither true nor false`)
  if (!(priority === Number.POSITIVE_INFINITY || (Number.isInteger(priority) && priority >= 0))) {
    throw new AppError(
      'bad-app',
      `${what} has the priority ${shown(priority)}: give a number of ports, from 0 on`,
    )
  }
  const timing = checkedTiming(what, timesOf(what, type.timing))
  return Object.freeze({ name, type, timing, parameters: parametersText(type, timing) })
}

function timesOf(what: string, given: GroupType['timing']): GroupTiming {
  if (typeof given !== 'string' && !isRecord(given)) {
    const text = `${what} has the timing ${shown(given)}: give a profile (${Object.keys(timings).join(', ')})`
    throw new GroupError('bad-timing', `${text}, or times: { heartbeat: 100 }`)
  }
  if (typeof given === 'string') {
    if (Object.hasOwn(timings, given)) return timings[given]
    const known = Object.keys(timings).join(', ')
    throw new GroupError('bad-timing', `${what}: there is no profile ${JSON.stringify(given)}; take ${known}`)
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(timings.lan, name))
  if (unknown === undefined) return Object.freeze({ ...timings.lan, ...given })
  const known = Object.keys(timings.lan).join(', ')
  throw new GroupError('bad-timing', `${what}: there is no time ${unknown}; there are ${known}`)
}

/** Neither a list nor a Map, whose entries would be no times. */
function isRecord(given: unknown): boolean {
  return Object.prototype.toString.call(given) === '[object Object]'
}

function parametersText({ quorum, timed }: GroupType, timing: GroupTiming): string {
  const given = { quorum: quorum ?? 'none', timed: timed ? 'yes' : 'no', ...(quorum ? timing : {}) }
  return Object.entries(given)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** What differs between the parameters of two members, for people; undefined where nothing does. */
export function differenceOf(mine: string, theirs: string): string | undefined {
  if (mine === theirs) return undefined
  const [here, there] = [partsOf(mine), partsOf(theirs)]
  const names = [...new Set([...here.keys(), ...there.keys()])]
  const differing = names.filter((name) => here.get(name) !== there.get(name))
  const texts = differing.map(
    (name) => `${name} ${here.get(name) ?? '–'} here, ${there.get(name) ?? '–'} there`,
  )
  return texts.join('; ') || 'they are written in another order'
}

function partsOf(parameters: string): ReadonlyMap<string, string> {
  return new Map(
    parameters.split(' ').map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, at), part.slice(at + 1)] as const
    }),
  )
}
