/**
 * The messages that a frame carries: the counterpart of the outbox. Total: any parts give messages or a
 * refusal.
 */
import { decode } from './decoder.js'
import { APART, BATCH, BYTES, type FrameHeader, KEYED } from './frame.js'

const ARRAY_32 = 0xdd

/**
 * The messages of a frame, in order; of a frame with KEYED and BATCH, id and answer in turns.
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
    if (!bytes || parts.length !== last + 2 || head.length !== header.payload)
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
  const step = batch && keyed ? 2 : 1
  if (messages.length % step !== 0) return 'a batch of answers with an odd length'
  if (header.flags & BYTES && !allBytes(messages, step)) return 'bytes that are none'
  return messages
}

function allBytes(messages: readonly unknown[], step: number): boolean {
  for (let i = step - 1; i < messages.length; i += step)
    if (!(messages[i] instanceof Uint8Array)) return false
  return true
}
