/**
 * Short texts of the wire, each decoded once: names and units come again with every message. A text takes the
 * place of another with the same hash, so the cache never grows; a peer that sends ever new texts only makes
 * it useless.
 */

/** Longer texts are decoded each time. */
const MAX_BYTES = 32
const SLOTS = 1024

const texts: string[] = new Array(SLOTS).fill('')
const lengths = new Uint8Array(SLOTS)
const bytesOf = new Uint8Array(SLOTS * MAX_BYTES)

/** The UTF-8 text in `bytes[start, end)`; invalid sequences become U+FFFD. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length === 0) return ''
  if (length > MAX_BYTES) return bytes.toString('utf8', start, end)
  let hash = length
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1)
  const at = slot * MAX_BYTES
  if (lengths[slot] === length && isSame(bytes, start, at, length)) return texts[slot] ?? ''
  const text = bytes.toString('utf8', start, end)
  for (let i = 0; i < length; i++) bytesOf[at + i] = bytes[start + i] ?? 0
  lengths[slot] = length
  texts[slot] = text
  return text
}

function isSame(bytes: Buffer, start: number, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytesOf[at + i] !== bytes[start + i]) return false
  return true
}
