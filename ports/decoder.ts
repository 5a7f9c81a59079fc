/**
 * Reads one MessagePack value out of bytes that anybody may have sent. Total: it gives a value or says why
 * not, in time and memory bounded by the bytes. What `inspect.ts` refuses is refused here for the same
 * reasons; the two are tested against each other and against msgpackr, which writes what is read here.
 * Records and extensions are off.
 *
 * Why not msgpackr: its reader knows records and extensions, trusts lengths, and has no bound on depth; an
 * inspection before it costs a second pass, and both together twice the time of this one
 * (docs/architecture.md).
 */
import { isPrototypeKey, type ValueRefusal } from './inspect.js'
import { limits } from './limits.js'
import { type Shape, Shapes, slotOf } from './shapes.js'
import { textOf } from './text-cache.js'

/** Ends the reading of a value; the reason is in `refusal`. */
const REFUSED = new Error('refused')
const NOTHING = Buffer.alloc(0)

let source: Buffer = NOTHING
let position = 0
let limit = 0
let depth = 0
/**
 * Values that the containers so far have announced, the outermost value included: never more than are read.
 */
let announced = 0
let refusal: ValueRefusal = 'truncated'

const shapes = new Shapes({ value: readValue, match: matchKey, rest: readRest })
const double = new Float64Array(1)
const doubleBytes = new Uint8Array(double.buffer)

const HIGHEST_INDEX = 2 ** 32 - 2
/** Names that every object has already. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

export type Decoded = { readonly value: unknown } | { readonly refusal: ValueRefusal }

/**
 * The value that `bytes[start, end)` is, or why it is none. Bytes within it are views of `bytes`. Never
 * throws.
 * @param around containers that are not the sender's doing, as the array of a batch; they do not count as
 * depth.
 */
export function decode(bytes: Buffer, start: number, end: number, around = 0): Decoded {
  if (end - start > limits.valueBytes + limits.batchBytes) return { refusal: 'too-large' }
  source = bytes
  limit = end
  position = start
  depth = -around
  announced = 1
  try {
    const value = readValue()
    return position === limit ? { value } : { refusal: 'trailing' }
  } catch (thrown) {
    if (thrown !== REFUSED) throw thrown
    return { refusal }
  } finally {
    source = NOTHING
  }
}

function refuse(why: ValueRefusal): never {
  refusal = why
  throw REFUSED
}

/** Moves over `length` bytes and returns where they begin. */
function take(length: number): number {
  const start = position
  position += length
  if (position > limit) refuse('truncated')
  return start
}

function readValue(): unknown {
  const token = source[take(1)] ?? 0
  if (token < 0x80) return token
  if (token >= 0xe0) return token - 0x100
  if (token < 0x90) return readMap(token & 0x0f)
  if (token < 0xa0) return readArray(token & 0x0f)
  if (token < 0xc0) return readText(token & 0x1f)
  switch (token) {
    case 0xcb:
      return readDouble()
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xde:
      return readMap(readCount(2))
    case 0xd9:
      return readText(readCount(1))
    case 0xcc:
      return source[take(1)]
    case 0xcd:
      return source.readUInt16BE(take(2))
    case 0xce:
      return source.readUInt32BE(take(4))
    case 0xdc:
      return readArray(readCount(2))
    case 0xdd:
      return readArray(readCount(4))
    default:
      return readRare(token)
  }
}

function readRare(token: number): unknown {
  switch (token) {
    case 0xc4:
      return readBytes(readCount(1))
    case 0xc5:
      return readBytes(readCount(2))
    case 0xc6:
      return readBytes(readCount(4))
    case 0xca:
      return source.readFloatBE(take(4))
    case 0xcf:
      return readUint64()
    case 0xd0:
      return source.readInt8(take(1))
    case 0xd1:
      return source.readInt16BE(take(2))
    case 0xd2:
      return source.readInt32BE(take(4))
    case 0xd3:
      return exact(source.readBigInt64BE(take(8)))
    case 0xda:
      return readText(readCount(2))
    case 0xdb:
      return readText(readCount(4))
    case 0xdf:
      return readMap(readCount(4))
    default:
      return refuse('extension')
  }
}

/** As ids are written: without a bigint where a number is exact. */
function readUint64(): number | bigint {
  const at = take(8)
  const high = source.readUInt32BE(at)
  return high < 2 ** 21 ? high * 2 ** 32 + source.readUInt32BE(at + 4) : source.readBigUInt64BE(at)
}

/** A number where it is exact, else the bigint. */
function exact(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

function readCount(width: number): number {
  return source.readUIntBE(take(width), width)
}

function readDouble(): number {
  const at = take(8)
  for (let i = 0; i < 8; i++) doubleBytes[7 - i] = source[at + i] ?? 0
  return double[0] ?? 0
}

function readText(length: number): string {
  const start = take(length)
  return textOf(source, start, position)
}

function readBytes(length: number): Buffer {
  const start = take(length)
  return source.subarray(start, position)
}

function enter(count: number): void {
  // Every value takes a byte at least, so a count beyond the rest is a lie, and is refused before it costs
  // anything.
  if (count > limit - position) refuse('truncated')
  // Counted when announced, not when read: what containers within each other set aside stays within the
  // bound.
  announced += count
  if (announced > limits.valuesPerFrame) refuse('too-many')
  if (count > 0 && ++depth > limits.depth) refuse('too-deep')
}

function readArray(count: number): unknown[] {
  enter(count)
  const array: unknown[] = new Array(count)
  for (let i = 0; i < count; i++) array[i] = readValue()
  if (count > 0) depth--
  return array
}

function readMap(count: number): object {
  enter(count)
  if (count === 0) return {}
  const slot = slotOf(count, source[position] ?? 0, source[position + 1] ?? 0)
  const shape = shapes.likely(count, slot)
  const object = shape?.read ? shape.read(shape) : readByKey(count, slot, [], [])
  depth--
  return object
}

function matchKey(key: Uint8Array): boolean {
  const { length } = key
  for (let i = 0; i < length; i++) if (source[position + i] !== key[i]) return false
  // A key that ran into what lies behind the end is found by the value that follows.
  position += length
  return true
}

function readRest({ keys, slot }: Shape, values: readonly unknown[]): object {
  return readByKey(keys.length, slot, keys.slice(0, values.length), values)
}

/** Reads a map key by key, from behind those that are known. */
function readByKey(count: number, slot: number, keys: string[], values: readonly unknown[]): object {
  const object: Record<string, unknown> = {}
  for (const [at, key] of keys.entries()) object[key] = values[at]
  let isSparse = false
  for (let i = keys.length; i < count; i++) {
    const key = readKey()
    if (!isSparse && isFarIndex(key, count)) {
      makeSparse(object)
      isSparse = true
    }
    if (inherited.has(key)) define(object, key, readValue())
    else object[key] = readValue()
    keys.push(key)
  }
  shapes.saw(keys, slot)
  return object
}

/** A key as `toString` cannot be assigned where a program has frozen what all objects share. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/** True for a key that is a number, and a large one for an object of `count` keys. */
function isFarIndex(key: string, count: number): boolean {
  const first = key.charCodeAt(0)
  return first >= 0x30 && first <= 0x39 && Number(key) >= 4 * count
}

/**
 * V8 keeps the places up to a key that is a number as a list, which for four bytes of the wire may be one of
 * 12 KB; after so high a key it keeps a table.
 */
function makeSparse(object: Record<string, unknown>): void {
  object[HIGHEST_INDEX] = null
  delete object[HIGHEST_INDEX]
}

function readKey(): string {
  const token = source[take(1)] ?? 0
  if (token !== 0xd9 && (token < 0xa0 || token >= 0xc0)) refuse('bad-key')
  const key = readText(token === 0xd9 ? readCount(1) : token & 0x1f)
  return isPrototypeKey(key) ? refuse('prototype-key') : key
}
