/**
 * The hello of a qry port to an ans port: whom it means, and who it is. The actor id of the asker is not in
 * it: its link id says that. Names are only claims, as everything that a peer says; they are bounded and
 * printable.
 *
 *     HELLO frame, TIMED: what the clock of the asker shows. Sequence 1: the answer to the hello before this
 *     one came soon, so the clock is as that one showed it, whatever earlier ones did. 2: this connection
 *     comes in place of another of the same port, whose answers are to come here when that has gone. Else 0
 *     8 bytes: actor id of the answerer
 *     MessagePack [actor, component, port], all strings
 */
import { encode } from './codec.js'
import { decode } from './decoder.js'
import { oneLine } from './foreign-text.js'
import { bareFrame, HELLO, TIMED } from './frame.js'
import { limits } from './limits.js'
import { ACTOR_ID_BYTES, actorOf } from './link.js'
import type { Peer } from './port.js'

/** Sequence of a hello that confirms what the one before it showed. */
export const CONFIRMS = 1
/** Sequence of a hello over a connection that comes in place of another. */
export const MOVES = 2

/** Of an array of three strings, each with its length before it. */
const NAMES_BYTES_MAX = 1 + 3 * (3 + limits.nameBytes)

/** What the port `from` says to an ans port of the actor `targetId`. */
export function helloFrame(targetId: string, from: Omit<Peer, 'actorId'>, sequence = 0): Buffer {
  const { actor, component, port } = from
  const { buffer, start, end } = encode([actor, component, port], 'hello')
  const hello = bareFrame(HELLO | TIMED, sequence, performance.now())
  return Buffer.concat([hello, Buffer.from(targetId, 'hex'), buffer.subarray(start, end)])
}

/**
 * Who says a hello and whom it means, or why it is none. `start` is where its payload starts. Never throws.
 */
export function readHello(
  frame: Buffer,
  start: number,
  link: Buffer,
): { readonly targetId: string; readonly peer: Peer } | string {
  const names = start + ACTOR_ID_BYTES
  if (frame.length <= names || frame.length - names > NAMES_BYTES_MAX) return 'a hello without names'
  const decoded = decode(frame, names, frame.length)
  const value = 'value' in decoded ? decoded.value : undefined
  if (!Array.isArray(value) || value.length !== 3) return 'a hello without names'
  const [actor, component, port]: unknown[] = value
  if (!isName(actor) || !isName(component) || !isName(port)) return 'a hello whose names are none'
  const peer = Object.freeze({ actor, actorId: actorOf(link), component, port })
  return { targetId: frame.toString('hex', start, names), peer }
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    Buffer.byteLength(value) <= limits.nameBytes &&
    oneLine(value, limits.nameBytes) === value
  )
}
