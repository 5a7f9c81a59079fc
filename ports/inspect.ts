/**
 * Looks through one MessagePack value without decoding it. What msgpackr writes passes here, so that a
 * mistake shows where it is made and not at a peer. Refused are extensions (among them msgpackr's records),
 * keys that are no strings or that reach a prototype, lengths beyond the end, and what exceeds the bounds.
 * One pass without recursion; it allocates nothing. `decoder.ts` refuses the same of what arrives.
 */
import { limits } from './limits.js'

/** Why bytes are no acceptable value. */
export type ValueRefusal =
  | 'truncated'
  | 'extension'
  | 'bad-key'
  | 'prototype-key'
  | 'too-deep'
  | 'too-many'
  | 'trailing'
  | 'too-large'

/** Bytes of a key in an object: it is a fixstr or a str 8. */
export const KEY_BYTES = 255

const TRUNCATED = -1
const EXTENSION = -2
const BAD_KEY = -3
const PROTOTYPE_KEY = -4
const TOO_DEEP = -5
const TOO_MANY = -6
const TRAILING = -7

const REFUSALS: readonly ValueRefusal[] = [
  'truncated',
  'truncated',
  'extension',
  'bad-key',
  'prototype-key',
  'too-deep',
  'too-many',
  'trailing',
]

// The containers that are open around the current value: how many values each still needs, and whether it is
// a map.
const openNeeds = new Float64Array(limits.depth)
const openIsMap = new Uint8Array(limits.depth)

/** Says why `bytes[start, end)` is not exactly one acceptable value, or undefined if it is. Never throws. */
export function refusalOf(bytes: Buffer, start: number, end: number): ValueRefusal | undefined {
  const result = scan(bytes, start, end)
  if (result === end) return undefined
  return REFUSALS[result >= 0 ? -TRAILING : -result]
}

/** The position after the value at `start`, or a negative code. */
function scan(bytes: Buffer, start: number, end: number): number {
  let position = start
  let needs = 1
  let isMap = false
  let keyNext = false
  let depth = 0
  let announced = 1
  for (;;) {
    while (needs === 0) {
      if (depth === 0) return position
      depth--
      needs = openNeeds[depth] ?? 0
      isMap = openIsMap[depth] === 1
      keyNext = isMap
    }
    if (position >= end) return TRUNCATED
    if (keyNext) {
      position = scanKey(bytes, position, end)
      if (position < 0) return position
      keyNext = false
      continue
    }
    needs--
    keyNext = isMap
    const token = bytes[position++] ?? 0
    if (token < 0x80 || token >= 0xe0) continue
    let count = -1
    if (token < 0xa0) count = token & 0x0f
    else if (token < 0xc0) position += token & 0x1f
    else if (token >= 0xdc) {
      const width = (token & 1) === 1 ? 4 : 2
      if (position + width > end) return TRUNCATED
      count = bytes.readUIntBE(position, width)
      position += width
    } else {
      position = skipScalar(bytes, position, end, token)
      if (position < 0) return position
    }
    if (position > end) return TRUNCATED
    if (count > 0) {
      // Every value takes a byte at least, so a count beyond the rest is a lie, and is refused before it
      // costs anything.
      if (count > end - position) return TRUNCATED
      announced += count
      if (announced > limits.valuesPerFrame) return TOO_MANY
      if (depth >= limits.depth) return TOO_DEEP
      openNeeds[depth] = needs
      openIsMap[depth] = isMap ? 1 : 0
      depth++
      needs = count
      isMap = token < 0x90 || token >= 0xde
      keyNext = isMap
    }
  }
}

function scanKey(bytes: Buffer, at: number, end: number): number {
  const token = bytes[at] ?? 0
  let position = at + 1
  let length = 0
  if (token >= 0xa0 && token < 0xc0) length = token & 0x1f
  else if (token === 0xd9) {
    if (position >= end) return TRUNCATED
    length = bytes[position++] ?? 0
  } else return BAD_KEY
  if (position + length > end) return TRUNCATED
  if (length >= 9 && length <= 11 && isPrototypeKey(bytes.toString('latin1', position, position + length))) {
    return PROTOTYPE_KEY
  }
  return position + length
}

/** Keys that could reach what all objects share. */
export function isPrototypeKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}

/** Skips what follows the token of a string, of bytes or of a number; these are the tokens 0xc0 to 0xdb. */
function skipScalar(bytes: Buffer, position: number, end: number, token: number): number {
  switch (token) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return position
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return position + 1
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return position + 2
    case 0xca: // float 32
    case 0xce: // uint 32
    case 0xd2: // int 32
      return position + 4
    case 0xcb: // float 64
    case 0xcf: // uint 64
    case 0xd3: // int 64
      return position + 8
    case 0xc4: // bin 8
    case 0xd9: // str 8
      return position + 1 > end ? TRUNCATED : position + 1 + bytes.readUInt8(position)
    case 0xc5: // bin 16
    case 0xda: // str 16
      return position + 2 > end ? TRUNCATED : position + 2 + bytes.readUInt16BE(position)
    case 0xc6: // bin 32
    case 0xdb: // str 32
      return position + 4 > end ? TRUNCATED : position + 4 + bytes.readUInt32BE(position)
    default:
      return EXTENSION
  }
}
