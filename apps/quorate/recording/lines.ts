/**
 * A recording: a file of JSON lines, each ended by a newline.
 *
 *   { "quorate": "recording", "v": 2, "app": "meters", "at": 1767225600000 }             the first line
 *   { "type": { "name", "fingerprint", "jsonSchema"? }, "scope": "global" | "local" }    before its messages
 *   { "t": 12.345, "from": ["Meter", "meter", "reading"], "m": "Reading", "v": { … } }   a message: a value,
 *   { "t": 12.345, "from": ["Meter", "meter", "image"], "m": "Image", "b": "<base64>" }  or bytes;
 *                                                             with "scope": "local" where its type is local
 *
 * `t` is in milliseconds since `at`, and does not decrease; `from` is actor, component and port; `m` and the
 * scope name the type. A last line without a newline that is no whole one is where the recording was cut.
 * Recordings of format 1, which had no scope on messages, are refused.
 */
import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { lineOf, usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { fromJson } from './value.js'

/** Of the format; another one is refused. */
export const RECORDING_VERSION = 2

const header = z.object({
  quorate: z.literal('recording'),
  v: z.number(),
  app: z.string(),
  at: z.number(),
})

const scope = z.enum(['global', 'local'])

const recordedType = z.object({
  type: z.object({
    name: z.string().min(1).max(128),
    fingerprint: z.string().min(1).max(128),
    jsonSchema: z.record(z.string(), z.unknown()).optional(),
  }),
  scope,
})

const recordedMessage = z.object({
  t: z.number().min(0),
  from: z.tuple([z.string(), z.string(), z.string()]),
  m: z.string(),
  scope: scope.default('global'),
  v: z.unknown().optional(),
  b: z.base64().optional(),
})

export type Header = z.infer<typeof header>
export type RecordedType = z.infer<typeof recordedType>
export type RecordedScope = z.infer<typeof scope>

/** Its types by typeKey(), and where it was cut. */
export interface Survey {
  readonly types: ReadonlyMap<string, RecordedType>
  /** The number of the line at which it breaks off; undefined where it is whole. */
  readonly cutAt: number | undefined
}

/** A message of a recording. */
export interface RecordedMessage {
  readonly t: number
  /** The typeKey() of its type. */
  readonly key: string
  readonly value: unknown
  /** The value is bytes that were sent as such. */
  readonly asBytes: boolean
}

interface Line {
  readonly line: string
  readonly number: number
  /** The rest of a line that was not written to its end. */
  readonly isCut: boolean
}

/** What tells a type from others: one name may be global in one actor, and local in another. */
export function typeKey(name: string, scope: RecordedScope): string {
  return `${scope} ${name}`
}

/** The scope of a port as it is listed; undefined for an internal one, which nobody else hears. */
export function listedScope(tag: string): RecordedScope | undefined {
  if (tag === 'global') return tag
  return tag.startsWith('local@') ? 'local' : undefined
}

/** The first line of a recording. @throws CommandFailure where it is none, or one of another format. */
export async function headerOf(path: string): Promise<Header> {
  for await (const { line } of linesOf(path)) {
    const { data } = header.safeParse(parsed(line))
    if (data?.v === RECORDING_VERSION) return data
    if (data) {
      throw usage(
        `${path} is of format ${data.v}, and this quorate reads ${RECORDING_VERSION}: record it anew`,
      )
    }
    break
  }
  throw usage(`${path} is no recording of quorate`)
}

/** Reads all of it for its types. @throws CommandFailure for a line that is none of a recording. */
export async function surveyOf(path: string): Promise<Survey> {
  const types = new Map<string, RecordedType>()
  let cutAt: number | undefined
  for await (const { line, number, isCut } of linesOf(path)) {
    if (isCut) cutAt = number
    if (isCut || !line.startsWith('{"type"')) continue
    const { data } = recordedType.safeParse(parsed(line))
    if (!data) throw usage(`${path}:${number} tells of no type of messages`)
    if (types.size >= commandLimits.recordedTypes) throw usage(`${path} has too many types of messages`)
    types.set(typeKey(data.type.name, data.scope), data)
  }
  return { types, cutAt }
}

/**
 * Its messages one by one, in their order, up to where it was cut. @throws CommandFailure for another line
 * that is none of a recording.
 */
export async function* messagesOf(path: string): AsyncGenerator<RecordedMessage, void, undefined> {
  for await (const { line, number, isCut } of linesOf(path)) {
    if (number === 1 || isCut || line === '' || line.startsWith('{"type"')) continue
    const read = recordedMessage.safeParse(parsed(line))
    if (!read.success) throw usage(`${path}:${number} is no message: the file was changed`)
    const { t, m, scope, v, b } = read.data
    const key = typeKey(m, scope)
    try {
      const value = b === undefined ? fromJson(v) : Buffer.from(b, 'base64')
      yield { t, key, value, asBytes: b !== undefined }
    } catch (error) {
      throw usage(`${path}:${number} holds no message: ${lineOf(error)}`)
    }
  }
}

/**
 * The lines of a file, numbered from 1, each of bounded length. @throws CommandFailure where it cannot be
 * read, or a line is too long.
 */
async function* linesOf(path: string): AsyncGenerator<Line, void, undefined> {
  let number = 1
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of chunksOf(path)) {
    let from = 0
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)]).toString()
      yield { line, number, isCut: false }
      number++
      rest = []
      restBytes = 0
      from = end + 1
    }
    rest.push(chunk.subarray(from))
    restBytes += chunk.length - from
    if (restBytes > commandLimits.recordedLineBytes) {
      throw usage(`${path}:${number} is too long for a recording`)
    }
  }
  if (restBytes === 0) return
  const line = Buffer.concat(rest).toString()
  // An editor may have left out the last newline; of an object that was cut nothing is left to read.
  yield { line, number, isCut: parsed(line) === undefined }
}

async function* chunksOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk
  } catch (error) {
    throw usage(`the recording ${path} cannot be read: ${lineOf(error)}`)
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
