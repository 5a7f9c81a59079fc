/**
 * Requests on the wire, and shared values, which stand in entries and snapshots as well.
 *
 *     request   kind and flags, then
 *       5 poll       what is left of its time 8, [act at 8, its clock 12], topic; flags: 10 consensus,
 *                    20 an action
 *       7 ordered    payload
 *       8 set        key, [value]; flag: 10 a value is there
 *     topic, payload, key, value: their length as a varint, and they themselves; a key is UTF-8
 */
import type { Request } from './entries.js'
import { groupLimits } from './limits.js'
import { READ_TIMEOUT_MAX } from './wire-numbers.js'
import { ACTION, CONSENSUS, pollFlags } from './wire-polls.js'
import type { WireReader } from './wire-reader.js'
import type { WireWriter } from './wire-writer.js'

/** The kind of what is asked for, and of the entry that answers it. */
export const OPEN = 5
export const ORDERED = 7
export const SET = 8
/** Of a set. */
export const HAS_VALUE = 0x10

export function writeRequest(writer: WireWriter, request: Request): void {
  switch (request.kind) {
    case 'poll':
      writer.byte(OPEN | pollFlags(request.decidedBy, request.actAt !== undefined))
      writer.time(request.timeoutMs)
      if (request.actAt) writer.moment(request.actAt)
      writer.payload(request.topic, groupLimits.requestBytes)
      return
    case 'ordered':
      writer.byte(ORDERED)
      writer.payload(request.payload, groupLimits.requestBytes)
      return
    case 'set':
      writer.byte(request.value ? SET | HAS_VALUE : SET)
      writeValue(writer, request.key, request.value)
      return
  }
}

export function readRequest(reader: WireReader): Request {
  const tag = reader.byte()
  switch (tag) {
    case OPEN:
    case OPEN | CONSENSUS:
    case OPEN | ACTION:
    case OPEN | CONSENSUS | ACTION:
      return {
        kind: 'poll',
        decidedBy: tag & CONSENSUS ? 'consensus' : 'majority',
        timeoutMs: reader.time(READ_TIMEOUT_MAX),
        actAt: tag & ACTION ? reader.moment() : undefined,
        topic: reader.payload(groupLimits.requestBytes),
      }
    case ORDERED:
      return { kind: 'ordered', payload: reader.payload(groupLimits.requestBytes) }
    case SET:
    case SET | HAS_VALUE:
      return { kind: 'set', ...readValue(reader, tag !== SET) }
    default:
      return reader.refuse('unknown request')
  }
}

/** Key and value of a shared value, which are bounded together. */
export function writeValue(writer: WireWriter, key: string, value: Uint8Array | undefined): void {
  const keyBytes = writer.text(key, groupLimits.requestBytes)
  if (value) writer.payload(value, groupLimits.requestBytes - keyBytes)
}

interface Value<V> {
  readonly key: string
  readonly value: V
}

export function readValue(reader: WireReader, isThere: true): Value<Uint8Array>
export function readValue(reader: WireReader, isThere: boolean): Value<Uint8Array | undefined>
export function readValue(reader: WireReader, isThere: boolean): Value<Uint8Array | undefined> {
  const key = reader.text(groupLimits.requestBytes)
  if (!isThere) return { key, value: undefined }
  const most = groupLimits.requestBytes - Buffer.byteLength(key)
  return { key, value: reader.payload(most) }
}
