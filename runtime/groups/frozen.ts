/** Values that several hold, and nobody may change. */

/** Freezes objects and lists, and what is in them; bytes, dates, Maps and Sets cannot be frozen. */
export function frozen(value: unknown): unknown {
  const waiting = [value]
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null || Object.isFrozen(next) || ArrayBuffer.isView(next))
      continue
    Object.freeze(next)
    waiting.push(...(next instanceof Map || next instanceof Set ? next.values() : Object.values(next)))
  }
  return value
}
