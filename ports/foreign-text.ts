/**
 * Text that came from outside (a peer's names, a schema's complaints about a received value) made fit for one
 * line of a log or an error: bounded, and without characters that break lines, steer a terminal or turn the
 * direction of reading.
 */

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const WHITE = /\s/u
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/
const KEY_CHARS = 40

/**
 * One printable line of at most `maxChars` characters; what is cut off shows as an ellipsis. Never throws.
 */
export function oneLine(text: string, maxChars: number): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text
  return cut.replace(UNPRINTABLE, (char) => (WHITE.test(char) ? ' ' : '?'))
}

/** A key as it follows the path of its holder: `.unit`, `[3]`, or `["a b"]`. Bounded; never throws. */
export function pathStep(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`
  const text = String(key)
  if (text.length <= KEY_CHARS && PLAIN_KEY.test(text)) return `.${text}`
  return `[${JSON.stringify(oneLine(text, KEY_CHARS))}]`
}
