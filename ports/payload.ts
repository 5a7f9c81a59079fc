/**
 * The messages that a frame carries: the counterpart of the outbox. Total: any parts give messages or a
 * refusal.
 */
import { decode } from './decoder.js'
import { APART, APART_FILL, BATCH, BYTES, type FrameHeader, KEYED } from './frame.js'

const ARRAY_32 = 0xdd

/**
 * The messages of a frame, in order, at least one; of a frame with KEYED and BATCH, id (an integer from 0 on)
 * and message in turns.
 * @param last the part of the ZeroMQ message that must be its last unless bytes travel apart.
 * @param keyed messages have ids here: a batch without them is refused, and else one with them.
 */
export function messagesOf(
  parts: readonly Buffer[],
  last: number,
  header: FrameHeader,
  keyed = false,
): unknown[] | string {
  const head = parts[last]
  if (!head) return 'no frame'
  const batch = (header.flags & BATCH) !== 0
  if (header.flags & APART) {
    const bytes = parts[last + 1]
    if (!bytes || parts.length !== last + 2 || head.length !== header.payload + APART_FILL)
      return 'bytes apart are missing'
    return header.flags & BYTES && !batch ? [bytes] : 'bytes apart that are none'
  }
  if (parts.length !== last + 1) return 'more parts than the frame announces'
  if (batch && keyed !== ((header.flags & KEYED) !== 0)) return `a batch with${keyed ? 'out' : ''} ids`
  if (batch && head[header.payload] !== ARRAY_32) return 'a batch that is no array'
  const decoded = decode(head, header.payload, head.length, batch ? 1 : 0)
  if ('refusal' in decoded) return decoded.refusal
  const messages = batch ? decoded.value : [decoded.value]
  if (!Array.isArray(messages)) return 'a batch that is no array'
  // It would count for nothing where a reader counts what it does in a turn.
  if (messages.length === 0) return 'a batch of none'
  const step = batch && keyed ? 2 : 1
  if (messages.length % step !== 0) return 'a batch with an id too many'
  if (step === 2 && !allIds(messages)) return 'an id that is none'
  if (header.flags & BYTES && !allBytes(messages, step)) return 'bytes that are none'
  return messages
}

/** Ids come back with the answer: what cannot be written must not be read. */
function allIds(messages: readonly unknown[]): boolean {
  for (let i = 0; i < messages.length; i += 2) {
    const id = messages[i]
    if (!Number.isSafeInteger(id) || Number(id) < 0) return false
  }
  return true
}

function allBytes(messages: readonly unknown[], step: number): boolean {
  for (let i = step - 1; i < messages.length; i += step)
    if (!(messages[i] instanceof Uint8Array)) return false
  return true
}
