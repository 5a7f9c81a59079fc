/**
 * Writes the values that most messages are made of (plain objects, arrays, numbers, texts, booleans, null,
 * bytes) as MessagePack, straight into the frame under way. Anything else is left to msgpackr and its
 * inspection (`codec.ts`); so it need not know all that a value can be, only what it knows for certain. What
 * it writes is what msgpackr would write, but for shorter heads of small objects; the two are tested against
 * each other.
 */
import { isUint8Array } from 'node:util/types'
import { PortError } from './errors.js'
import { isPrototypeKey } from './inspect.js'

/** The value does not fit. */
export const NO_ROOM = -1
/** The value holds something that is not plain. */
export const NOT_PLAIN = -2

/** Deeper values are left to the other. */
const MAX_DEPTH = 16
/**
 * Keys whose bytes are remembered; a program that makes up keys without end gains nothing, and loses nothing.
 */
const MAX_KEYS = 4096
const IDENTIFIER = /^[A-Za-z_$][\w$]{0,30}$/
/** Texts up to this length are written here where they are ASCII: a call into C++ would cost more. */
const SHORT_TEXT = 31

/** Leaves the writing of a value; the reason is in `failure`. */
const LEFT = new Error('left')

let target: Buffer = Buffer.alloc(0)
let position = 0
let limit = 0
let failure = NOT_PLAIN
let isWriting = false
let view = viewOf(target)
const keys = new Map<string, Uint8Array>()

/**
 * Writes the value at `start` and returns where it ends, or NO_ROOM or NOT_PLAIN. Bytes behind `start` may be
 * written.
 * @throws PortError `unencodable` to a getter of the value under way, which would write into the same frame;
 * that value is then left to msgpackr, which meets the getter before anything is written.
 */
export function writePlain(buffer: Buffer, start: number, value: unknown): number {
  refuseWhileWriting()
  if (buffer !== target) {
    target = buffer
    view = viewOf(buffer)
    limit = buffer.length
  }
  position = start
  isWriting = true
  try {
    writeValue(value, 0)
    return position
  } catch (thrown) {
    if (thrown === LEFT) return failure
    // A getter of the value threw: msgpackr will meet it again, and it is reported there.
    return NOT_PLAIN
  } finally {
    isWriting = false
  }
}

/** @throws PortError `unencodable` to a getter of the value under way: what it sent would lie amid that. */
export function refuseWhileWriting(): void {
  if (isWriting) throw new PortError('unencodable', 'a getter of a value that is being sent cannot send')
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function leave(why: number): never {
  failure = why
  throw LEFT
}

function need(bytes: number): void {
  if (position + bytes > limit) leave(NO_ROOM)
}

function writeValue(value: unknown, depth: number): void {
  switch (typeof value) {
    case 'number':
      writeNumber(value)
      return
    case 'string':
      writeText(value)
      return
    case 'boolean':
      need(1)
      target[position++] = value ? 0xc3 : 0xc2
      return
    case 'object':
      if (value === null) {
        need(1)
        target[position++] = 0xc0
        return
      }
      if (depth >= MAX_DEPTH) leave(NOT_PLAIN)
      if (Array.isArray(value)) writeArray(value, depth)
      else writeObject(value, depth)
      return
    default:
      leave(NOT_PLAIN)
  }
}

function writeNumber(value: number): void {
  need(9)
  if (value >>> 0 === value) {
    if (value < 0x80) target[position++] = value
    else if (value < 0x100) {
      target[position++] = 0xcc
      target[position++] = value
    } else if (value < 0x10000) {
      target[position++] = 0xcd
      target[position++] = value >>> 8
      target[position++] = value & 0xff
    } else {
      target[position++] = 0xce
      writeWord(value)
    }
  } else if (value >> 0 === value) {
    if (value >= -0x20) target[position++] = value + 0x100
    else {
      target[position++] = 0xd2
      writeWord(value)
    }
  } else {
    target[position++] = 0xcb
    view.setFloat64(position, value)
    position += 8
  }
}

function writeWord(value: number): void {
  target[position++] = value >>> 24
  target[position++] = (value >>> 16) & 0xff
  target[position++] = (value >>> 8) & 0xff
  target[position++] = value & 0xff
}

function writeText(text: string): void {
  const { length } = text
  if (length > SHORT_TEXT || !writeAscii(text, length)) writeLongText(text)
}

/** False where a character is not ASCII; then what was written counts for nothing. */
function writeAscii(text: string, length: number): boolean {
  need(length + 1)
  const at = position
  for (let i = 0; i < length; i++) {
    const char = text.charCodeAt(i)
    if (char >= 0x80) return false
    target[at + 1 + i] = char
  }
  target[at] = 0xa0 | length
  position = at + 1 + length
  return true
}

function writeLongText(text: string): void {
  // A character of JavaScript takes three bytes at most.
  need(text.length * 3 + 3)
  const bytes = target.write(text, position + 3, 'utf8')
  if (bytes > 0xffff) leave(NOT_PLAIN)
  target[position] = 0xda
  target[position + 1] = bytes >>> 8
  target[position + 2] = bytes & 0xff
  position += bytes + 3
}

function writeArray(array: readonly unknown[], depth: number): void {
  const { length } = array
  if (length > 0xffff) leave(NOT_PLAIN)
  need(3)
  if (length < 0x10) target[position++] = 0x90 | length
  else {
    target[position++] = 0xdc
    target[position++] = length >>> 8
    target[position++] = length & 0xff
  }
  for (let i = 0; i < length; i++) writeValue(array[i], depth + 1)
}

function writeObject(object: object, depth: number): void {
  if (!isPlain(object)) {
    if (!isUint8Array(object)) leave(NOT_PLAIN)
    writeBytes(object)
    return
  }
  need(1)
  const head = position++
  let count = 0
  // This loop, and not one over Object.keys(): V8 then reads the members by their place.
  for (const name in object) {
    const member = object[name]
    // An optional field that is not there.
    if (member === undefined) continue
    if (++count > 0x0f) leave(NOT_PLAIN)
    writeKey(name)
    writeValue(member, depth + 1)
  }
  target[head] = 0x80 | count
}

/** True for what an object literal makes. */
export function isPlain(object: object): object is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === Object.prototype || prototype === null
}

function writeBytes(bytes: Uint8Array): void {
  const { length } = bytes
  need(length + 5)
  if (length < 0x100) {
    target[position++] = 0xc4
    target[position++] = length
  } else if (length < 0x10000) {
    target[position++] = 0xc5
    target[position++] = length >>> 8
    target[position++] = length & 0xff
  } else {
    target[position++] = 0xc6
    writeWord(length)
  }
  target.set(bytes, position)
  position += length
}

function writeKey(name: string): void {
  const bytes = keys.get(name) ?? keyOf(name)
  const { length } = bytes
  need(length)
  for (let i = 0; i < length; i++) target[position + i] = bytes[i] ?? 0
  position += length
}

function keyOf(name: string): Uint8Array {
  if (!IDENTIFIER.test(name) || isPrototypeKey(name)) leave(NOT_PLAIN)
  const bytes = Uint8Array.of(0xa0 | name.length, ...Buffer.from(name, 'latin1'))
  if (keys.size < MAX_KEYS) keys.set(name, bytes)
  return bytes
}
