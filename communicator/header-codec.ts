/**
 * Headers of messages and the payload of handshakes as MessagePack, by the profile of F3: integers in their
 * smallest form, floats always as float64, text as str and bytes as bin; keys are text. What is read may come
 * from anybody: it gives a value or says why not, in memory bounded by the bytes.
 *
 * Why no library: none refuses keys that are no text and text that is no UTF-8, tells 1 from 1.0, and writes
 * integers above 2^32 in their smallest form (docs/architecture.md).
 *
 * Contents: what values are · writing · reading
 */
import { CommError } from './errors.js'
import { commLimits } from './limits.js'

/** A number that goes as a float whatever it is: of JavaScript's own numbers 1 and 1.0 are the same. */
export class Float {
  /** As it is sent. */
  readonly value: number

  /** Of a number that is to go as float64. */
  constructor(value: number) {
    this.value = value
  }
}

/** A value of an extension type. */
export class Extension {
  /** -128..127 */
  readonly type: number
  /** What it means is known to both ends alone. */
  readonly data: Uint8Array

  /** Of the bytes that this type, -128..127, has. */
  constructor(type: number, data: Uint8Array) {
    this.type = type
    this.data = data
  }
}

/** Integers beyond 2^53 come as bigint. */
export type HeaderValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float
  | Extension
  | readonly HeaderValue[]
  | HeaderMap

/** By keys that are text. */
export interface HeaderMap {
  readonly [key: string]: HeaderValue
}

// ---- writing

const LOWEST_I64 = -(2n ** 63n)
const HIGHEST_U64 = 2n ** 64n - 1n

/** Room for the longest headers, and one more for what tells that they are too long. */
const target = Buffer.allocUnsafeSlow(commLimits.headerBytes)
let position = 0

/**
 * The bytes of a map, copied out. @throws CommError `BAD_DATA` where it holds what has no place on the wire,
 * or is longer than 65,535 bytes.
 */
export function encodeMap(map: Readonly<Record<string, unknown>>): Buffer {
  position = 0
  writeValue(map, 0)
  return Buffer.from(target.subarray(0, position))
}

function refuse(text: string): never {
  throw new CommError('BAD_DATA', text)
}

/** Moves over `bytes` and returns where they begin. */
function room(bytes: number): number {
  const start = position
  position += bytes
  if (position > target.length) refuse(`headers take more than ${target.length} bytes; send a payload`)
  return start
}

function writeValue(value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      writeText(value)
      return
    case 'number':
      writeNumber(value)
      return
    case 'boolean':
      target[room(1)] = value ? 0xc3 : 0xc2
      return
    case 'bigint':
      writeInteger(value)
      return
    case 'object':
      writeObject(value, depth)
      return
    default:
      refuse(`a ${typeof value} has no place in headers`)
      return
  }
}

function writeObject(value: object | null, depth: number): void {
  if (depth > commLimits.headerDepth) refuse(`headers are deeper than ${commLimits.headerDepth}`)
  if (value === null) target[room(1)] = 0xc0
  else if (value instanceof Uint8Array) writeBytes(value)
  else if (value instanceof Float) writeFloat(value.value)
  else if (value instanceof Extension) writeExtension(value)
  else if (Array.isArray(value)) {
    writeLength(value.length, 0x90, 15, 0xdc)
    for (const each of value) writeValue(each, depth + 1)
  } else writeMap(value, depth)
}

function writeMap(map: object, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(map)
  if (prototype !== Object.prototype && prototype !== null)
    refuse('only plain objects have a place in headers')
  const entries = Object.entries(map)
  writeLength(entries.length, 0x80, 15, 0xde)
  for (const [key, value] of entries) {
    writeText(key)
    writeValue(value, depth + 1)
  }
}

/** Of an array or a map: within the first byte, or behind it as u16 or u32. */
function writeLength(length: number, short: number, most: number, long: number): void {
  if (length <= most) target[room(1)] = short | length
  else if (length < 0x1_0000) {
    target[room(1)] = long
    target.writeUInt16BE(length, room(2))
  } else refuse('headers hold too many values')
}

function writeText(text: string): void {
  const length = Buffer.byteLength(text)
  if (length <= 31) target[room(1)] = 0xa0 | length
  else writeSize(length, 0xd9)
  target.write(text, room(length), 'utf8')
}

function writeBytes(bytes: Uint8Array): void {
  writeSize(bytes.length, 0xc4)
  target.set(bytes, room(bytes.length))
}

/** Of text and bytes: u8, u16 or u32 by the first byte. */
function writeSize(size: number, first: number): void {
  if (size < 0x100) {
    target[room(1)] = first
    target[room(1)] = size
  } else if (size < 0x1_0000) {
    target[room(1)] = first + 1
    target.writeUInt16BE(size, room(2))
  } else room(size)
}

function writeExtension({ type, data }: Extension): void {
  const fixed = [1, 2, 4, 8, 16].indexOf(data.length)
  if (fixed >= 0) target[room(1)] = 0xd4 + fixed
  else writeSize(data.length, 0xc7)
  target.writeInt8(type, room(1))
  target.set(data, room(data.length))
}

function writeNumber(value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    writeFloat(value)
    return
  }
  if (value >= 0) {
    if (value < 0x80) target[room(1)] = value
    else if (value < 0x100) target.writeUInt16BE(0xcc00 | value, room(2))
    else if (value < 0x1_0000) {
      target[room(1)] = 0xcd
      target.writeUInt16BE(value, room(2))
    } else if (value < 0x1_0000_0000) {
      target[room(1)] = 0xce
      target.writeUInt32BE(value, room(4))
    } else writeInteger(BigInt(value))
    return
  }
  if (value >= -32) target.writeInt8(value, room(1))
  else if (value >= -0x80) {
    target[room(1)] = 0xd0
    target.writeInt8(value, room(1))
  } else if (value >= -0x8000) {
    target[room(1)] = 0xd1
    target.writeInt16BE(value, room(2))
  } else if (value >= -0x8000_0000) {
    target[room(1)] = 0xd2
    target.writeInt32BE(value, room(4))
  } else writeInteger(BigInt(value))
}

function writeInteger(value: bigint): void {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) {
    const number = Number(value)
    if (number >= -0x8000_0000 && number < 0x1_0000_0000) {
      writeNumber(number)
      return
    }
  }
  if (value < LOWEST_I64 || value > HIGHEST_U64) refuse(`${value} has more than 64 bits`)
  target[room(1)] = value < 0n ? 0xd3 : 0xcf
  if (value < 0n) target.writeBigInt64BE(value, room(8))
  else target.writeBigUInt64BE(value, room(8))
}

function writeFloat(value: number): void {
  target[room(1)] = 0xcb
  target.writeDoubleBE(value, room(8))
}

// ---- reading

/** Ends the reading; the reason is its message. */
class Unreadable extends Error {}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

let source: Buffer = target
let at = 0

export type DecodedMap = { readonly map: HeaderMap } | { readonly why: string }

/** The map that the bytes are, or why they are none. Bytes within it are copies. Never throws. */
export function decodeMap(bytes: Buffer): DecodedMap {
  source = bytes
  at = 0
  try {
    const first = source[take(1)] ?? 0
    const size = mapSize(first)
    if (size === undefined) return { why: 'they are no map' }
    const map = readMap(size, 0)
    return at === bytes.length ? { map } : { why: 'something follows them' }
  } catch (error) {
    if (error instanceof Unreadable || error instanceof TypeError) return { why: error.message }
    throw error
  }
}

function take(length: number): number {
  const start = at
  at += length
  if (at > source.length) throw new Unreadable('they are cut')
  return start
}

function mapSize(first: number): number | undefined {
  if (first >= 0x80 && first <= 0x8f) return first & 0x0f
  if (first === 0xde) return source.readUInt16BE(take(2))
  return first === 0xdf ? source.readUInt32BE(take(4)) : undefined
}

function readMap(size: number, depth: number): HeaderMap {
  enter(size * 2, depth)
  const map: Record<string, HeaderValue> = {}
  for (let left = size; left > 0; left--) {
    const length = textSize(source[take(1)] ?? 0)
    if (length === undefined) throw new Unreadable('a key of theirs is no text')
    const key = readText(length)
    const value = readValue(depth + 1)
    // Otherwise it would not be a key, but what all keys are looked up in.
    if (key === '__proto__') {
      Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
    } else map[key] = value
  }
  return map
}

function readArray(size: number, depth: number): HeaderValue[] {
  enter(size, depth)
  const array: HeaderValue[] = []
  for (let left = size; left > 0; left--) array.push(readValue(depth + 1))
  return array
}

/** Each value takes a byte or more: what is announced beyond is never made room for. */
function enter(values: number, depth: number): void {
  if (depth > commLimits.headerDepth) throw new Unreadable('they are too deep')
  if (values > source.length - at) throw new Unreadable('they are cut')
}

function textSize(first: number): number | undefined {
  if (first >= 0xa0 && first <= 0xbf) return first & 0x1f
  return first >= 0xd9 && first <= 0xdb ? readSize(first - 0xd9) : undefined
}

/** A length of 1, 2 or 4 bytes. */
function readSize(form: number): number {
  if (form === 0) return source.readUInt8(take(1))
  return form === 1 ? source.readUInt16BE(take(2)) : source.readUInt32BE(take(4))
}

function readText(length: number): string {
  const start = take(length)
  for (let each = start; each < at; each++) {
    if ((source[each] ?? 0) >= 0x80) return decoder.decode(source.subarray(start, at))
  }
  return source.toString('latin1', start, at)
}

function readBytes(length: number): Buffer {
  const start = take(length)
  return Buffer.from(source.subarray(start, at))
}

function readValue(depth: number): HeaderValue {
  const first = source[take(1)] ?? 0
  if (first < 0x80) return first
  if (first >= 0xe0) return first - 0x100
  const map = mapSize(first)
  if (map !== undefined) return readMap(map, depth)
  if (first <= 0x9f) return readArray(first & 0x0f, depth)
  const text = textSize(first)
  if (text !== undefined) return readText(text)
  if (first === 0xdc || first === 0xdd) return readArray(readSize(first - 0xdb), depth)
  if (first >= 0xc4 && first <= 0xc6) return readBytes(readSize(first - 0xc4))
  if (first >= 0xc7 && first <= 0xc9) return readExtension(readSize(first - 0xc7))
  if (first >= 0xd4 && first <= 0xd8) return readExtension(1 << (first - 0xd4))
  return readScalar(first)
}

function readScalar(first: number): HeaderValue {
  switch (first) {
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xca:
      return source.readFloatBE(take(4))
    case 0xcb:
      return source.readDoubleBE(take(8))
    default:
      return readInteger(first)
  }
}

function readInteger(first: number): number | bigint {
  switch (first) {
    case 0xcc:
      return source.readUInt8(take(1))
    case 0xcd:
      return source.readUInt16BE(take(2))
    case 0xce:
      return source.readUInt32BE(take(4))
    case 0xcf:
      return exact(source.readBigUInt64BE(take(8)))
    case 0xd0:
      return source.readInt8(take(1))
    case 0xd1:
      return source.readInt16BE(take(2))
    case 0xd2:
      return source.readInt32BE(take(4))
    case 0xd3:
      return exact(source.readBigInt64BE(take(8)))
    default:
      throw new Unreadable('they hold a byte that begins nothing')
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function readExtension(length: number): Extension {
  const type = source.readInt8(take(1))
  return new Extension(type, readBytes(length))
}
