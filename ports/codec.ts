/**
 * Values to MessagePack, by msgpackr with records and extensions off. What is accepted here every peer can
 * decode (`decoder.ts`). Object keys whose value is undefined are left out, so that optional fields stay
 * optional; a Uint8Array is written as bytes, and arrives as a Buffer.
 */
import { isUint8Array } from 'node:util/types'
import { Packr, REUSE_BUFFER_MODE } from 'msgpackr'
import { messageOf, PortError } from './errors.js'
import { KEY_BYTES, refusalOf, type ValueRefusal } from './inspect.js'
import { limits } from './limits.js'

// Sets, errors and typed arrays become extensions, which the inspection refuses; without `moreTypes` msgpackr
// writes them as arrays of no meaning.
const plain = { useRecords: false, moreTypes: true }

/** Refuses functions, which msgpackr would write as null. */
class StrictPackr extends Packr {
  writeFunction(): never {
    throw new TypeError('it holds a function')
  }
}

/**
 * Writes undefined and Uint8Arrays as extensions too, so that the inspection finds them; then the slower one
 * takes its turn.
 */
const packr = new StrictPackr(plain)
const skipping = { ...plain, skipValues: [undefined], encodeUndefinedAsNil: true }
const thoroughPackr = new StrictPackr(skipping)

/** Bytes of the buffer that msgpackr begins with, and up to which it keeps the one that it has. */
const FIRST_KEPT = 8 * 1024
const LARGEST_KEPT = 4 * limits.valueBytes

/** What msgpackr has an extension for, typed arrays aside. */
const extensions = [Date, Set, RegExp, Error, ArrayBuffer]

/** Encoded bytes within a buffer that the next call overwrites: copy what you keep. */
export interface Encoded {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}

const REFUSED: Record<ValueRefusal, string> = {
  truncated: 'it does not encode to a whole value',
  extension:
    'it holds a Date, Set, RegExp, Error, ArrayBuffer, typed array or an integer beyond 64 bits; ' +
    'send numbers, strings, plain objects, and bytes as a Uint8Array',
  'bad-key': `an object or Map has a key that is no string of at most ${KEY_BYTES} bytes`,
  'prototype-key': 'an object has a key named __proto__, constructor or prototype',
  'too-deep': `it nests deeper than ${limits.depth}`,
  'too-many': `it holds more than ${limits.valuesPerFrame} values`,
  trailing: 'it does not encode to one value',
  'too-large': `it takes more than ${limits.valueBytes} bytes`,
}

/**
 * The MessagePack form of a value.
 * @throws PortError `unencodable` where a value has no place on the wire, `too-large` beyond
 * `limits.valueBytes`.
 */
export function encode(value: unknown, what: string): Encoded {
  const encoded = pack(packr, value, what)
  const refusal = refusalOf(encoded.buffer, encoded.start, encoded.end)
  return refusal ? encodeThoroughly(value, what) : encoded
}

function encodeThoroughly(value: unknown, what: string): Encoded {
  const encoded = pack(thoroughPackr, value, what)
  const refusal = refusalOf(encoded.buffer, encoded.start, encoded.end)
  if (refusal) throw new PortError('unencodable', `${what} cannot be sent: ${REFUSED[refusal]}`)
  return encoded
}

function pack(by: Packr, value: unknown, what: string): Encoded {
  let buffer: Buffer & { start?: number; end?: number }
  try {
    buffer = by.pack(by === thoroughPackr ? withBuffers(value, 0) : value, REUSE_BUFFER_MODE)
  } catch (cause) {
    const text = messageOf(cause)
    const why = /call stack/.test(text) ? 'it refers to itself, or nests too deep' : text
    throw new PortError('unencodable', `${what} cannot be sent: ${why}`, { cause })
  }
  // msgpackr keeps what it has once grown to.
  if (buffer.length > LARGEST_KEPT) by.useBuffer(Buffer.allocUnsafeSlow(FIRST_KEPT))
  const start = buffer.start ?? 0
  const end = buffer.end ?? buffer.length
  if (end - start <= limits.valueBytes) return { buffer, start, end }
  const text = `${what} takes ${end - start} bytes, over the ${limits.valueBytes} of a value`
  throw new PortError('too-large', `${text}; use sendBytes() for large data`)
}

/** The same with a Buffer for each Uint8Array, and what toJSON() gives where there is one. */
function withBuffers(value: unknown, depth: number): unknown {
  if (isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (typeof value !== 'object' || value === null || depth > limits.depth) return value
  if (ArrayBuffer.isView(value) || extensions.some((kind) => value instanceof kind)) return value
  const below = (member: unknown): unknown => withBuffers(member, depth + 1)
  if (Array.isArray(value)) return value.map(below)
  if (value instanceof Map) return new Map(Array.from(value, ([key, member]) => [key, below(member)]))
  if ('toJSON' in value && typeof value.toJSON === 'function') return below(value.toJSON())
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, below(member)]))
}
