/**
 * What the data of a session says: frames of its channels. A channel is one request, or one stream; each end
 * numbers those that it opens.
 *
 *   kind and flags u8 | channel u32 | …
 *   OPEN    1 | window u32 | bytes of the topic u8, topic | bytes of the headers u16, headers | bytes
 *   ACCEPT  2 | window u32 | bytes of the headers u16, headers | bytes
 *   DATA    3 | bytes
 *   WINDOW  4 | u32: so many bytes more may be sent
 *   RESET   5 | 0 by the session, 1 by the application u8 | code and text
 *
 * Flags: 0x10 nothing follows from the sender, 0x20 the sender opened the channel, 0x40 it is a request.
 * A frame begins with the place of the head of a session's frame.
 */
import { Buffer } from 'node:buffer'
import type { Headers } from './contract.js'
import { type ErrorWords, errorBytes, readError, readHeaders } from './labels.js'
import { DATA_HEAD_BYTES } from './session-frame.js'

const OPEN = 1
const ACCEPT = 2
const DATA = 3
const WINDOW = 4
const RESET = 5
const KIND = 0x0f
const LAST = 0x10
const BY_OPENER = 0x20
const REQUEST = 0x40
const HEAD_BYTES = 5

/** One channel, as one end names it. */
export interface ChannelName {
  readonly channel: number
  /** Whether who sends the frame opened the channel. */
  readonly byOpener: boolean
}

interface Of<K extends string> extends ChannelName {
  readonly kind: K
}

export interface OpenFrame extends Of<'open'> {
  readonly isRequest: boolean
  readonly isLast: boolean
  readonly window: number
  readonly topic: string
  readonly headers: Headers
  readonly bytes: Buffer
}

export interface AcceptFrame extends Of<'accept'> {
  readonly isLast: boolean
  readonly window: number
  readonly headers: Headers
  readonly bytes: Buffer
}

export type ChannelFrame =
  | OpenFrame
  | AcceptFrame
  | (Of<'data'> & { readonly isLast: boolean; readonly bytes: Buffer })
  | (Of<'window'> & { readonly more: number })
  | (Of<'reset'> & { readonly isOfApplication: boolean; readonly words: ErrorWords })

export interface Opening {
  readonly isRequest: boolean
  readonly isLast: boolean
  readonly window: number
  readonly topic: Buffer
  readonly headers: Buffer
  readonly bytes: Uint8Array
}

export function openFrame(channel: number, opening: Opening): Buffer {
  const { isRequest, isLast, window, topic, headers, bytes } = opening
  const flags = BY_OPENER | (isRequest ? REQUEST : 0) | (isLast ? LAST : 0)
  const parts = [u32(window), Buffer.of(topic.length), topic, u16(headers.length), headers, bytes]
  return frame(OPEN | flags, channel, parts)
}

export interface Acceptance {
  readonly isLast: boolean
  readonly window: number
  readonly headers: Buffer
  readonly bytes: Uint8Array
}

export function acceptFrame(channel: number, { isLast, window, headers, bytes }: Acceptance): Buffer {
  const parts = [u32(window), u16(headers.length), headers, bytes]
  return frame(ACCEPT | (isLast ? LAST : 0), channel, parts)
}

export function dataFrame(name: ChannelName, parts: readonly Uint8Array[], isLast: boolean): Buffer {
  return frame(DATA | flagOf(name) | (isLast ? LAST : 0), name.channel, parts)
}

export function windowFrame(name: ChannelName, more: number): Buffer {
  return frame(WINDOW | flagOf(name), name.channel, [u32(more)])
}

export function resetFrame(name: ChannelName, isOfApplication: boolean, words: ErrorWords): Buffer {
  const parts = [Buffer.of(isOfApplication ? 1 : 0), errorBytes(words)]
  return frame(RESET | flagOf(name), name.channel, parts)
}

/** Undefined where nobody who keeps to the protocol sends such bytes. */
export function readChannelFrame(body: Buffer): ChannelFrame | undefined {
  if (body.length < HEAD_BYTES) return undefined
  const first = body.readUInt8(0)
  const name = { channel: body.readUInt32BE(1), byOpener: (first & BY_OPENER) !== 0 }
  const isLast = (first & LAST) !== 0
  const rest = body.subarray(HEAD_BYTES)
  switch (first & KIND) {
    case OPEN:
      return name.byOpener ? readOpen(name, (first & REQUEST) !== 0, isLast, rest) : undefined
    case ACCEPT:
      return name.byOpener ? undefined : readAccept(name, isLast, rest)
    case DATA:
      return isLast || rest.length > 0 ? { kind: 'data', ...name, isLast, bytes: rest } : undefined
    case WINDOW:
      return rest.length === 4 ? { kind: 'window', ...name, more: rest.readUInt32BE(0) } : undefined
    case RESET:
      return readReset(name, rest)
    default:
      return undefined
  }
}

function readOpen(
  name: ChannelName,
  isRequest: boolean,
  isLast: boolean,
  rest: Buffer,
): OpenFrame | undefined {
  const topicBytes = rest.length > 4 ? rest.readUInt8(4) : 0
  if (topicBytes === 0 || rest.length < 5 + topicBytes) return undefined
  const labels = readLabels(rest.subarray(5 + topicBytes))
  const topic = rest.toString('utf8', 5, 5 + topicBytes)
  return (
    labels && { kind: 'open', ...name, isRequest, isLast, window: rest.readUInt32BE(0), topic, ...labels }
  )
}

function readAccept(name: ChannelName, isLast: boolean, rest: Buffer): AcceptFrame | undefined {
  const labels = rest.length < 4 ? undefined : readLabels(rest.subarray(4))
  return labels && { kind: 'accept', ...name, isLast, window: rest.readUInt32BE(0), ...labels }
}

function readLabels(rest: Buffer): { headers: Headers; bytes: Buffer } | undefined {
  if (rest.length < 2) return undefined
  const end = 2 + rest.readUInt16BE(0)
  const headers = rest.length < end ? undefined : readHeaders(rest.subarray(2, end))
  return headers && { headers, bytes: rest.subarray(end) }
}

function readReset(name: ChannelName, rest: Buffer): ChannelFrame | undefined {
  const origin = rest[0]
  const words = origin === 0 || origin === 1 ? readError(rest.subarray(1)) : undefined
  return words && { kind: 'reset', ...name, isOfApplication: origin === 1, words }
}

function flagOf({ byOpener }: ChannelName): number {
  return byOpener ? BY_OPENER : 0
}

function frame(first: number, channel: number, parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, DATA_HEAD_BYTES + HEAD_BYTES)
  const bytes = Buffer.allocUnsafe(length)
  bytes[DATA_HEAD_BYTES] = first
  let at = bytes.writeUInt32BE(channel, DATA_HEAD_BYTES + 1)
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function u16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeUInt16BE(value)
  return bytes
}
