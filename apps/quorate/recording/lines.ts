/**
 * A recording: a file of JSON lines.
 *
 *   { "quorate": "recording", "v": 1, "app": "meters", "at": 1767225600000 }             the first line
 *   { "type": { "name", "fingerprint", "jsonSchema"? }, "scope": "global" | "local" }    before its messages
 *   { "t": 12.345, "from": ["Meter", "meter", "reading"], "m": "Reading", "v": { … } }   a message: a value,
 *   { "t": 12.345, "from": ["Meter", "meter", "image"], "m": "Image", "b": "<base64>" }  or bytes
 *
 * `t` is in milliseconds since `at`, and does not decrease; `from` is actor, component and port.
 */
import { closeSync, createReadStream, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { lineOf, usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { fromJson } from './value.js'

const header = z.object({
  quorate: z.literal('recording'),
  v: z.literal(1),
  app: z.string(),
  at: z.number(),
})

const recordedType = z.object({
  type: z.object({
    name: z.string().min(1).max(128),
    fingerprint: z.string().min(1).max(128),
    jsonSchema: z.record(z.string(), z.unknown()).optional(),
  }),
  scope: z.enum(['global', 'local']),
})

const recordedMessage = z.object({
  t: z.number().min(0),
  from: z.tuple([z.string(), z.string(), z.string()]),
  m: z.string(),
  v: z.unknown().optional(),
  b: z.base64().optional(),
})

export type Header = z.infer<typeof header>
export type RecordedType = z.infer<typeof recordedType>

/** A message of a recording. */
export interface RecordedMessage {
  readonly t: number
  readonly m: string
  readonly value: unknown
  /** The value is bytes that were sent as such. */
  readonly asBytes: boolean
}

/** The first line of a recording. @throws CommandFailure where the file is no recording. */
export async function headerOf(path: string): Promise<Header> {
  for await (const { line } of linesOf(path)) {
    const read = header.safeParse(parsed(line))
    if (read.success) return read.data
    break
  }
  throw usage(`${path} is no recording of quorate`)
}

/** Its types, by name; reads all of it. @throws CommandFailure for a line that is none of a recording. */
export async function typesOf(path: string): Promise<Map<string, RecordedType>> {
  const types = new Map<string, RecordedType>()
  for await (const { line, number } of linesOf(path)) {
    if (!line.startsWith('{"type"')) continue
    const read = recordedType.safeParse(parsed(line))
    if (!read.success) throw usage(`${path}:${number} tells of no type of messages`)
    if (types.size >= commandLimits.recordedTypes) throw usage(`${path} has too many types of messages`)
    types.set(read.data.type.name, read.data)
  }
  return types
}

/** Its messages one by one, in their order. @throws CommandFailure for a line that is none of a recording. */
export async function* messagesOf(path: string): AsyncGenerator<RecordedMessage, void, undefined> {
  for await (const { line, number } of linesOf(path)) {
    if (number === 1 || line === '' || line.startsWith('{"type"')) continue
    const read = recordedMessage.safeParse(parsed(line))
    if (!read.success) throw usage(`${path}:${number} is no message: the file was cut or changed`)
    const { t, m, v, b } = read.data
    try {
      yield {
        t,
        m,
        value: b === undefined ? fromJson(v) : Buffer.from(b, 'base64'),
        asBytes: b !== undefined,
      }
    } catch (error) {
      throw usage(`${path}:${number} holds no message: ${lineOf(error)}`)
    }
  }
}

/** The lines of a file, numbered from 1. @throws CommandFailure where it cannot be read. */
async function* linesOf(path: string): AsyncGenerator<{ line: string; number: number }, void, undefined> {
  try {
    closeSync(openSync(path, 'r'))
  } catch (error) {
    throw usage(`the recording ${path} cannot be read: ${lineOf(error)}`)
  }
  const input = createReadStream(path)
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      yield { line, number: ++number }
    }
  } finally {
    input.destroy()
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
