/**
 * A copy of a value as the wire would bring it, for ports of one actor that need no wire: whoever gets it may
 * change it, and so may the sender. What is not plain goes through the codec, which says what it refuses.
 */
import { isUint8Array } from 'node:util/types'
import { encode } from './codec.js'
import { decode } from './decoder.js'
import { PortError } from './errors.js'
import { isPrototypeKey, KEY_BYTES } from './inspect.js'
import { limits } from './limits.js'
import { isPlain } from './plain-encoder.js'

/** Deeper values are left to the codec. */
const MAX_DEPTH = 16

/** Leaves the copying of a value to the codec. */
const LEFT = new Error('left')

/** Bytes that a scalar takes on the wire, or the head of anything else, at most. */
const HEAD = 9
/** Bytes that a character takes, at most. */
const CHARACTER = 3
/** A longer key may have more bytes than one may have. */
const LONGEST_KEY = KEY_BYTES / CHARACTER

/**
 * Bytes that the value under way takes on the wire, at most. One that may be too large, which one of too many
 * values is as well, is left to the codec, which knows.
 */
let bytes = 0

/** @throws PortError `unencodable`, `too-large`; `what` names the port in them. */
export function copyOf(value: unknown, what: string): unknown {
  bytes = 0
  try {
    return copy(value, 0)
  } catch {
    // Whatever it was: a getter that threw throws again there, and is named.
    return throughCodec(value, what)
  }
}

function throughCodec(value: unknown, what: string): unknown {
  const { buffer, start, end } = encode(value, what)
  const decoded = decode(Buffer.from(buffer.subarray(start, end)), 0, end - start)
  if ('refusal' in decoded) throw new PortError('unencodable', `${what}: ${decoded.refusal}`)
  return decoded.value
}

function copy(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'number':
      // The wire knows no negative zero.
      return value + 0
    case 'string':
      add(value.length * CHARACTER)
      return value
    case 'boolean':
      return value
    case 'object':
      if (value === null) return null
      if (depth >= MAX_DEPTH) throw LEFT
      if (Array.isArray(value)) return copyArray(value, depth)
      return copyObject(value, depth)
    default:
      throw LEFT
  }
}

function copyArray(array: readonly unknown[], depth: number): unknown[] {
  const { length } = array
  add(length * HEAD)
  const copied: unknown[] = []
  for (let i = 0; i < length; i++) copied.push(copy(array[i], depth + 1))
  return copied
}

function copyObject(object: object, depth: number): unknown {
  if (!isPlain(object)) {
    if (!isUint8Array(object)) throw LEFT
    add(object.length)
    return Buffer.from(object)
  }
  const copied: Record<string, unknown> = {}
  let size = 0
  // This loop, and not one over Object.keys(): V8 then reads the members by their place.
  for (const name in object) {
    const member = object[name]
    // An optional field that is not there.
    if (member === undefined) continue
    if (name.length > LONGEST_KEY || isPrototypeKey(name)) throw LEFT
    size += name.length * CHARACTER + 2 * HEAD
    copied[name] = copy(member, depth + 1)
  }
  add(size)
  return copied
}

function add(more: number): void {
  bytes += more
  if (bytes > limits.valueBytes) throw LEFT
}
