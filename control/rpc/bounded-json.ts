/** Reads JSON that anybody may have sent: UTF-8, not too long, not too deep, and without keys that bite. */
import { rpcLimits } from './limits.js'

export type ReadJson = { readonly value: unknown } | { readonly flaw: string }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of the bytes; undefined where they are no UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** The value, or what is wrong with it. Never throws. */
export function readJson(text: string): ReadJson {
  if (text.trim() === '') return { flaw: 'it is empty' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { flaw: 'it is not JSON' }
  }
  const flaw = flawIn(value)
  return flaw === undefined ? { value } : { flaw }
}

/** What Python writes for a number that is none, and what tells whether that stands in a text. */
const NO_NUMBER = /\\.|"|-?\b(?:NaN|Infinity)\b/gs

/**
 * As readJson(), of what Python has written: for NaN and for what is infinite it writes what is no JSON, and
 * is null here. Never throws.
 */
export function readPythonJson(text: string): ReadJson {
  const read = readJson(text)
  if ('value' in read || text.length > rpcLimits.messageBytes) return read
  let isText = false
  const sound = text.replace(NO_NUMBER, (each) => {
    if (each === '"') isText = !isText
    return isText || /^["\\]/.test(each) ? each : 'null'
  })
  return sound === text ? read : readJson(sound)
}

/** Without recursion: what came may be as deep as it is long. */
function flawIn(value: unknown): string | undefined {
  let level: object[] = isHolder(value) ? [value] : []
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= rpcLimits.depth) return `it has more than ${rpcLimits.depth} levels`
    const next: object[] = []
    for (const holder of level) {
      if (Object.hasOwn(holder, '__proto__')) return 'it has a member named __proto__'
      for (const each of Object.values(holder)) if (isHolder(each)) next.push(each)
    }
    level = next
  }
  return undefined
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
