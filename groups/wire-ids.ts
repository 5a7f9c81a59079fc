/**
 * How ids stand in a message. One of 32 hex characters, as every real one is, takes 16 bytes; any other, as
 * tests have them, stands as text. One that was said before in the same message is told by its place:
 *
 *     0, 16 bytes            an id of 32 lower-case hex characters
 *     1, length, characters  another one: 1 to 64 visible ASCII characters
 *     2 + n, a varint        the id that was said as the n-th of this message, counted from 0
 *
 * Both ways remember ids: the same few come with every message. What is remembered is bounded, so a peer that
 * makes up ids only makes it useless.
 */
import { invariant } from '../ports/index.js'

export const HEX_ID = 0
export const TEXT_ID = 1
/** From here on it is the place of one that was said before. */
export const SAID_ID = 2

export const HEX_ID_BYTES = 16
/** Of an id that stands as text. */
export const TEXT_ID_CHARS = 64

/** Ids whose bytes are remembered; then all are forgotten. */
const REMEMBERED = 4096
/** Places for texts of ids that were read; one takes the place of another. */
const SLOTS = 1024

const HEX = /^[0-9a-f]{32}$/
const VISIBLE = /^[!-~]*$/

/** True for text of at most `most` visible ASCII characters, which stands as it is. */
export function isVisible(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && VISIBLE.test(text)
}

/** An id as it is written, and where it stands in the message under way. */
export interface WrittenId {
  readonly bytes: Uint8Array
  /** The message in which it was said last, and as the how many-th id. */
  message: number
  place: number
}

const written = new Map<string, WrittenId>()

/** @throws InvariantViolation for what is no id. */
export function writtenId(id: string): WrittenId {
  const known = written.get(id)
  if (known) return known
  if (written.size >= REMEMBERED) written.clear()
  const fresh = { bytes: bytesOfId(id), message: 0, place: 0 }
  written.set(id, fresh)
  return fresh
}

function bytesOfId(id: string): Uint8Array {
  if (HEX.test(id)) return Buffer.concat([Buffer.of(HEX_ID), Buffer.from(id, 'hex')])
  invariant(isVisible(id, TEXT_ID_CHARS), 'an id is of 1 to 64 visible ASCII characters')
  return Buffer.concat([Buffer.of(TEXT_ID, id.length), Buffer.from(id, 'latin1')])
}

const texts: string[] = new Array(SLOTS).fill('')
const bytesOf = new Uint8Array(SLOTS * HEX_ID_BYTES)

/** The id whose 16 bytes begin at `start`, all of which are there. */
export function hexIdAt(bytes: Uint8Array, start: number): string {
  let hash = 0
  for (let i = 0; i < HEX_ID_BYTES; i++) hash = (Math.imul(hash, 31) + (bytes[start + i] ?? 0)) | 0
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1)
  const known = texts[slot]
  if (known && isSame(bytes, start, slot * HEX_ID_BYTES)) return known
  const id = Buffer.from(bytes.buffer, bytes.byteOffset + start, HEX_ID_BYTES).toString('hex')
  for (let i = 0; i < HEX_ID_BYTES; i++) bytesOf[slot * HEX_ID_BYTES + i] = bytes[start + i] ?? 0
  texts[slot] = id
  return id
}

function isSame(bytes: Uint8Array, start: number, at: number): boolean {
  for (let i = 0; i < HEX_ID_BYTES; i++) if (bytesOf[at + i] !== bytes[start + i]) return false
  return true
}
