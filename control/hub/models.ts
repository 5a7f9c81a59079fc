/** A command and a reply, as the control-lab-ly hub has them. */
import {
  anything,
  checked,
  type Flaw,
  flag,
  list,
  listOf,
  type Model,
  object,
  objectWith,
  text,
  wholeOrNone,
} from '../fastapi/fields.js'
import {
  composed,
  isObject,
  type Json,
  type JsonObject,
  objectOf,
  type Verbatim,
  verbatim,
} from '../fastapi/json.js'
import { hubLimits } from './limits.js'

const addresses = objectWith(listOf(text))

export const COMMAND: Model = {
  request_id: { is: text },
  address: { is: addresses },
  priority: { is: flag, otherwise: false },
  rank: { is: wholeOrNone, otherwise: null },
  object_id: { is: text, otherwise: '' },
  method: { is: text },
  args: { is: list, otherwise: [] },
  kwargs: { is: object, otherwise: new Map() },
}

export const REPLY: Model = {
  reply_id: { is: text },
  request_id: { is: text },
  address: { is: addresses },
  priority: { is: flag, otherwise: false },
  rank: { is: wholeOrNone, otherwise: null },
  status: { is: text },
  data: { is: anything, otherwise: null },
}

/** Whether something may be called so: keys of the store are UTF-8, and bounded. */
export function isName(name: string): boolean {
  return name.length > 0 && name.length <= hubLimits.nameChars && !/\p{Surrogate}/u.test(name)
}

export const NAME_RULE = `give a name of 1 to ${hubLimits.nameChars} characters`

/** What somebody is to do. */
export interface Command {
  readonly id: string
  readonly senders: readonly string[]
  readonly targets: readonly string[]
  readonly priority: boolean
  readonly rank: number | bigint | null
  readonly object: string
  readonly method: string
  /** What nobody looks at here. */
  readonly address: Verbatim
  readonly args: Verbatim
  readonly kwargs: Verbatim
}

/** What came of it. */
export interface Reply {
  readonly id: string
  readonly commandId: string
  readonly senders: readonly string[]
  readonly priority: boolean
  readonly rank: number | bigint | null
  readonly status: string
  readonly address: Verbatim
  readonly data: Verbatim
}

export type Read<T> = { readonly value: T } | { readonly flaws: readonly Flaw[] }

export function readCommand(value: Json | undefined): Read<Command> {
  const read = checked(COMMAND, value, ['body'])
  return 'flaws' in read ? read : { value: commandOf(read.members) }
}

/** Of a body that was checked before. */
export function commandOf(body: JsonObject): Command {
  return {
    id: textIn(body, 'request_id'),
    senders: addressesIn(body, 'sender'),
    targets: addressesIn(body, 'target'),
    ...urgencyIn(body),
    object: textIn(body, 'object_id'),
    method: textIn(body, 'method'),
    address: verbatim(body.get('address') ?? new Map()),
    args: verbatim(body.get('args') ?? []),
    kwargs: verbatim(body.get('kwargs') ?? new Map()),
  }
}

/** All of it, as it is handed out. */
export function commandBody(command: Command): Verbatim {
  const { id, address, priority, rank, object, method, args, kwargs } = command
  return composed({ request_id: id, address, priority, rank, object_id: object, method, args, kwargs })
}

/** What Python could not write as JSON comes as `pickled`: it is nothing that anybody could read. */
export function readReply(value: Json | undefined): Read<Reply> {
  const isPickled = isObject(value) && value.has('pickled') && !value.has('data')
  const read = checked(REPLY, value, ['body'])
  if ('flaws' in read) return read
  if (!isPickled) return { value: replyOf(read.members) }
  const why = 'TypeError!!The result has no JSON; it came as a pickle, which nobody opens'
  return { value: replyOf(new Map([...read.members, ['status', 'error'], ['data', why]])) }
}

/** Of a body that was checked before. */
export function replyOf(body: JsonObject): Reply {
  return {
    id: textIn(body, 'reply_id'),
    commandId: textIn(body, 'request_id'),
    senders: addressesIn(body, 'sender'),
    ...urgencyIn(body),
    status: textIn(body, 'status'),
    address: verbatim(body.get('address') ?? new Map()),
    data: verbatim(body.get('data') ?? null),
  }
}

/** All of it, as it is handed out. */
export function replyBody({ id, commandId, address, priority, rank, status, data }: Reply): Verbatim {
  return composed({ reply_id: id, request_id: commandId, address, priority, rank, status, data })
}

/** The command by which a worker that registers is asked for what it can do. */
export function exposeMethods(id: string, target: string): Command {
  return commandOf(
    objectOf({
      request_id: id,
      address: objectOf({ sender: ['HUB'], target: [target] }),
      ...{ priority: false, rank: null, object_id: '', method: 'exposeMethods', args: [], kwargs: new Map() },
    }),
  )
}

function urgencyIn(body: JsonObject): Pick<Command, 'priority' | 'rank'> {
  const rank = body.get('rank')
  return {
    priority: body.get('priority') === true,
    rank: typeof rank === 'number' || typeof rank === 'bigint' ? rank : null,
  }
}

function textIn(body: JsonObject, name: string): string {
  const value = body.get(name)
  return typeof value === 'string' ? value : ''
}

function addressesIn(body: JsonObject, name: string): readonly string[] {
  const address = body.get('address')
  const names = isObject(address) ? address.get(name) : undefined
  return Array.isArray(names) ? names.filter((each) => typeof each === 'string') : []
}
