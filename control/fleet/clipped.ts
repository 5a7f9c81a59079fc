/** Actors and nodes bound what they tell of themselves: a hub refuses all of what is too long. */
import { fleetLimits } from './limits.js'

export function clipped(text: string): string {
  return text.length <= fleetLimits.textChars ? text : `${text.slice(0, fleetLimits.textChars - 1)}…`
}

/** As JSON has it; null for what has none, or is too long. */
export function shortJson(value: unknown, most: number): unknown {
  try {
    const text = JSON.stringify(value) ?? 'null'
    return text.length > most ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** The first of these that is short enough; undefined for none. */
export function fitting<T>(...wordings: readonly (() => T)[]): string | undefined {
  for (const wording of wordings) {
    const text = JSON.stringify(wording())
    if (Buffer.byteLength(text) <= fleetLimits.partBytes) return text
  }
  return undefined
}
