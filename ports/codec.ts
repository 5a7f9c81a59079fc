/**
 * Values to MessagePack, by msgpackr with records and extensions off. What is accepted here every peer can
 * decode (`decoder.ts`). Object keys whose value is undefined are left out, so that optional fields stay
 * optional.
 */
import { Packr, REUSE_BUFFER_MODE } from 'msgpackr'
import { messageOf, PortError } from './errors.js'
import { refusalOf, type ValueRefusal } from './inspect.js'
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
 * Writes undefined as an extension too, so that the inspection finds it; then the slower one leaves it out.
 */
const packr = new StrictPackr(plain)
const skipping = { ...plain, skipValues: [undefined], encodeUndefinedAsNil: true }
const thoroughPackr = new StrictPackr(skipping)

/** Encoded bytes within a buffer that the next call overwrites: copy what you keep. */
export interface Encoded {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}

const REFUSED: Record<ValueRefusal, string> = {
  truncated: 'it does not encode to a whole value',
  extension:
    'it holds a Date, Set, RegExp, Error, typed array, other class instance or an integer beyond 64 bits; ' +
    'send numbers, strings, plain objects, and bytes as a Buffer',
  'bad-key': 'an object or Map has a key that is no string of at most 255 bytes',
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
    buffer = by.pack(value, REUSE_BUFFER_MODE)
  } catch (cause) {
    throw new PortError('unencodable', `${what} cannot be sent: ${messageOf(cause)}`, { cause })
  }
  const start = buffer.start ?? 0
  const end = buffer.end ?? buffer.length
  if (end - start <= limits.valueBytes) return { buffer, start, end }
  const text = `${what} takes ${end - start} bytes, over the ${limits.valueBytes} of a value`
  throw new PortError('too-large', `${text}; use sendBytes() for large data`)
}
