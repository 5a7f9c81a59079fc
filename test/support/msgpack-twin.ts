/** The naive way to decode: inspect, then let msgpackr read. The decoder of ports/ must come to the same. */
import { Unpackr } from 'msgpackr'
import { encode } from '../../ports/codec.js'
import type { Decoded } from '../../ports/decoder.js'
import { refusalOf } from '../../ports/inspect.js'

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'bigint' })

export function twinOf(bytes: Buffer): Decoded {
  const refusal = refusalOf(bytes, 0, bytes.length)
  return refusal ? { refusal } : { value: withExactNumbers(unpackr.unpack(bytes)) }
}

/** An encoded value of its own. */
export function encoded(value: unknown): Buffer {
  const { buffer, start, end } = encode(value, 'a test')
  return Buffer.from(buffer.subarray(start, end))
}

/** True where a text was no UTF-8: there msgpackr guesses otherwise than Node. */
export function hasReplacement(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\ufffd')
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  return Object.entries(value).some(([key, member]) => key.includes('\ufffd') || hasReplacement(member))
}

/** Bigints as numbers, where those are exact. */
function withExactNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (Array.isArray(value)) return value.map(withExactNumbers)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withExactNumbers(member)]))
}
