/** How apps are named, and what is in them: actors and types of groups. */
const NAME = /^[A-Za-z][\w-]{0,62}$/

/** A letter, and then up to 62 letters, digits, `_` or `-`. */
export function isAppName(text: unknown): text is string {
  return typeof text === 'string' && NAME.test(text)
}
