/**
 * Z85, as ZeroMQ writes keys (RFC 32): four bytes as five characters, none of which needs a quote in a JSON
 * text. A key of 32 bytes takes 40.
 */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
const VALUES: ReadonlyMap<string, number> = new Map([...DIGITS].map((digit, value) => [digit, value]))

/** Characters of a key. */
const KEY_CHARS = 40

/** The text of bytes, whose number is a multiple of four. @throws RangeError where it is none. */
export function z85Of(bytes: Uint8Array): string {
  if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes have no Z85 text`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const word = view.getUint32(at)
    for (let scale = 85 ** 4; scale >= 1; scale /= 85) text += DIGITS[Math.floor(word / scale) % 85]
  }
  return text
}

/** The bytes of a text; undefined where it is none. Never throws. */
export function bytesOfZ85(text: string): Buffer | undefined {
  if (text.length % 5 !== 0) return undefined
  const bytes = Buffer.alloc((text.length / 5) * 4)
  for (let at = 0; at < text.length; at += 5) {
    let word = 0
    for (let digit = at; digit < at + 5; digit++) {
      const value = VALUES.get(text.charAt(digit))
      if (value === undefined) return undefined
      word = word * 85 + value
    }
    if (word > 0xffff_ffff) return undefined
    bytes.writeUInt32BE(word, (at / 5) * 4)
  }
  return bytes
}

/** The 32 bytes of a key's text; undefined where it is none. Never throws. */
export function keyBytesOf(text: string): Buffer | undefined {
  return text.length === KEY_CHARS ? bytesOfZ85(text) : undefined
}
