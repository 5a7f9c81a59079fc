/**
 * What the routes of the hub's own take and give: commands and replies with the names that they have here.
 */
import {
  anything,
  checked,
  type Field,
  field,
  flag,
  list,
  listOf,
  type Model,
  object,
  type Place,
  text,
  wholeOrNone,
} from '../fastapi/fields.js'
import { composed, type Json, type JsonObject, type Members, objectOf, verbatim } from '../fastapi/json.js'
import type { Worker } from './core.js'
import type { Sought } from './entries.js'
import { type Entry, entryStates, hasEnded, isState } from './entry.js'
import { HubError } from './errors.js'
import { hubLimits } from './limits.js'
import { type Command, isName, NAME_RULE, type Reply } from './models.js'

const NAME = { type: 'string', minLength: 1, maxLength: hubLimits.nameChars }
/** A name of 1 to so many characters. */
const name: Field<string> = field(NAME, (value, place, flaws) => {
  if (typeof value === 'string' && isName(value)) return value
  flaws.push({ place, message: NAME_RULE, type: 'value_error' })
  return undefined
})

/** Milliseconds, within a bound; nothing for what holds unless told. */
function milliseconds(most: number, least = 0): Field<number | null> {
  const schema = { type: ['integer', 'null'], minimum: least, maximum: most }
  return field(schema, (value, place, flaws) => {
    if (value === null || (typeof value === 'number' && value >= least && value <= most)) return value
    flaws.push({ place, message: `give whole milliseconds from ${least} to ${most}`, type: 'value_error' })
    return undefined
  })
}

const POST: Model = {
  id: { is: name, otherwise: null },
  from: { is: name, otherwise: '' },
  to: { is: listOf(name), otherwise: [] },
  object: { is: text, otherwise: '' },
  method: { is: name },
  args: { is: list, otherwise: [] },
  kwargs: { is: object, otherwise: new Map() },
  priority: { is: flag, otherwise: false },
  rank: { is: wholeOrNone, otherwise: null },
  timeoutMs: { is: milliseconds(hubLimits.timeoutMaxMs), otherwise: null },
}

const TAKE: Model = {
  most: { is: wholeOrNone, otherwise: 1 },
  leaseMs: { is: milliseconds(hubLimits.leaseMaxMs, hubLimits.leaseMinMs), otherwise: hubLimits.leaseMs },
  waitMs: { is: milliseconds(hubLimits.waitMaxMs), otherwise: 0 },
}

const EXTEND: Model = {
  worker: { is: name },
  token: { is: name },
  leaseMs: { is: milliseconds(hubLimits.leaseMaxMs, hubLimits.leaseMinMs), otherwise: hubLimits.leaseMs },
}

const ANSWER: Model = {
  id: { is: name },
  worker: { is: name },
  token: { is: name, otherwise: '' },
  status: { is: name, otherwise: 'completed' },
  data: { is: anything, otherwise: null },
  more: { is: flag, otherwise: false },
}

const REGISTER: Model = { objects: { is: anything, otherwise: new Map() } }

/** What the routes take, for whoever describes them. */
export const bodyModels = { post: POST, take: TAKE, extend: EXTEND, answer: ANSWER, register: REGISTER }

/** The members of a body. @throws HubError `hub-bad-request` with all that is wrong. */
function membersOf(model: Model, body: Json | undefined): JsonObject {
  const read = checked(model, body ?? new Map(), ['body'])
  if ('members' in read) return read.members
  const flaws = read.flaws.map(({ place, message }) => `${placeText(place)}: ${message}`)
  throw new HubError('hub-bad-request', flaws.join('; '))
}

/** `to[3]` of `['body', 'to', 3]`. */
function placeText(place: Place): string {
  return place.slice(1).reduce<string>((path, part) => {
    if (typeof part === 'number') return `${path}[${part}]`
    return path === '' ? part : `${path}.${part}`
  }, '')
}

export interface Posted {
  readonly command: Command
  readonly timeoutMs: number | undefined
}

/** @param newId for a command that comes without one. @throws HubError `hub-bad-request`. */
export function readPosted(body: Json | undefined, newId: () => string): Posted {
  const members = membersOf(POST, body)
  const [id, from, timeout] = [members.get('id'), members.get('from'), members.get('timeoutMs')]
  const to = members.get('to') ?? []
  if (Array.isArray(to) && to.length > hubLimits.targetsOfCommand) {
    throw new HubError('hub-bad-request', `to: name ${hubLimits.targetsOfCommand} targets at most`)
  }
  const senders = typeof from === 'string' && from !== '' ? [from] : []
  const targets = textsIn(to)
  const rank = members.get('rank') ?? null
  const command: Command = {
    id: typeof id === 'string' ? id : newId(),
    senders,
    targets,
    priority: members.get('priority') === true,
    rank: typeof rank === 'number' || typeof rank === 'bigint' ? rank : null,
    object: textIn(members, 'object'),
    method: textIn(members, 'method'),
    address: composed({ sender: senders, target: targets }),
    args: verbatim(members.get('args') ?? []),
    kwargs: verbatim(members.get('kwargs') ?? new Map()),
  }
  return { command, timeoutMs: typeof timeout === 'number' ? timeout : undefined }
}

export interface Taking {
  readonly most: number
  readonly leaseMs: number
  readonly waitMs: number
}

/** @throws HubError `hub-bad-request`. */
export function readTaking(body: Json | undefined): Taking {
  const members = membersOf(TAKE, body)
  const most = numberIn(members, 'most', 1)
  return {
    most: Math.min(Math.max(most, 1), hubLimits.takenAtOnce),
    leaseMs: numberIn(members, 'leaseMs', hubLimits.leaseMs),
    waitMs: numberIn(members, 'waitMs', 0),
  }
}

export interface Extending {
  readonly worker: string
  readonly token: string
  readonly leaseMs: number
}

/** @throws HubError `hub-bad-request`. */
export function readExtending(body: Json | undefined): Extending {
  const members = membersOf(EXTEND, body)
  return {
    worker: textIn(members, 'worker'),
    token: textIn(members, 'token'),
    leaseMs: numberIn(members, 'leaseMs', hubLimits.leaseMs),
  }
}

export interface Answered {
  readonly reply: Reply
  readonly token: string
  readonly isLast: boolean
}

/** A reply to a command that is known. @throws HubError `hub-bad-request`. */
export function readAnswered(body: Json | undefined, command: Command): Answered {
  const members = membersOf(ANSWER, body)
  const senders = [textIn(members, 'worker')]
  const { id: commandId, priority, rank } = command
  const address = composed({ sender: senders, target: command.senders })
  const data = verbatim(members.get('data') ?? null)
  const status = textIn(members, 'status')
  const reply: Reply = {
    id: textIn(members, 'id'),
    commandId,
    senders,
    priority,
    rank,
    status,
    address,
    data,
  }
  return { reply, token: textIn(members, 'token'), isLast: members.get('more') !== true }
}

/** @throws HubError `hub-bad-request`. */
export function readRegistered(body: Json | undefined): Json {
  return membersOf(REGISTER, body).get('objects') ?? new Map()
}

/** What is wanted of the past: options are texts. @throws HubError `hub-bad-request`. */
export function readSought({ option }: { option(name: string): string | undefined }): Sought {
  const state = option('state')
  if (state !== undefined && !isState(state)) {
    throw new HubError('hub-bad-request', `state: give one of ${entryStates.join(', ')}`)
  }
  const most = wholeOption(option('most'), 'most', hubLimits.toldAtOnce, hubLimits.toldAtOnce)
  const before = wholeOption(option('before'), 'before', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return { target: option('worker'), state, before, most: Math.max(most, 1) }
}

/** What came as a text. @throws HubError `hub-bad-request`. */
export function wholeOption(
  given: string | undefined,
  name: string,
  otherwise: number,
  most: number,
): number {
  if (given === undefined) return otherwise
  if (/^\d{1,16}$/.test(given) && Number(given) <= most) return Number(given)
  throw new HubError('hub-bad-request', `${name}: give a whole number from 0 to ${most}`)
}

/** A command as it is told. */
export function commandView(command: Command): Members {
  const { id, senders, object, method, args, kwargs, priority, rank } = command
  return { id, from: senders[0] ?? '', object, method, args, kwargs, priority, rank }
}

/** A command as it is given to the one who is to carry it out. */
export function leaseView({ command, token, leasedUntilMs, attempts, deadlineMs }: Entry): Json {
  const deadline = deadlineMs === 0 ? null : deadlineMs
  return composed(commandView(command), { token, leasedUntil: leasedUntilMs, attempt: attempts, deadline })
}

/** A command for a target as it is told afterwards, without what may be long. */
export function historyView(entry: Entry): Json {
  const { command, target, sequence, state, attempts, postedMs, endedMs } = entry
  const { id, senders, object, method, priority, rank } = command
  return composed({
    ...{ sequence, id, from: senders[0] ?? '', worker: target, object, method, priority, rank },
    ...{ state, attempts, posted: postedMs, ended: endedMs === 0 ? null : endedMs },
  })
}

export function workerView({ name, objects, seenMs }: Worker, waiting: number, nowMs: number): Json {
  return composed({ name, objects, seen: seenMs, there: nowMs - seenMs <= hubLimits.silentMs, waiting })
}

/** What has become of a command, by target. */
export function progressView(entries: ReadonlyMap<string, Entry>): Json {
  return new Map(
    [...entries].map(([target, entry]) => {
      const { state, attempts } = entry
      return [target, objectOf({ state, attempts, ended: hasEnded(entry) })] as const
    }),
  )
}

export function replyView({ id, senders, status, data }: Reply): Json {
  return composed({ id, worker: senders[0] ?? '', status, data })
}

function textsIn(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function textIn(members: JsonObject, member: string): string {
  const value = members.get(member)
  return typeof value === 'string' ? value : ''
}

function numberIn(members: JsonObject, member: string, otherwise: number): number {
  const value = members.get(member)
  return typeof value === 'number' ? value : otherwise
}
