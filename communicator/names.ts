/** What an endpoint can be called: parts of letters, digits and `_ ~ -`, with dots between them. */
import { commLimits } from './limits.js'

const FORM = /^[A-Za-z0-9_.~-]+$/

/** Why this is no name of an endpoint; undefined where it is one. */
export function wrongName(name: string): string | undefined {
  if (name.length === 0) return 'it is empty'
  if (name.length > commLimits.nameChars) return `it has more than ${commLimits.nameChars} characters`
  if (!FORM.test(name)) return 'it has other characters than letters, digits and _ . ~ -'
  const parts = name.split('.')
  if (parts.includes('')) return 'a part of it is empty'
  return new Set(parts).size < parts.length ? 'a part of it comes twice' : undefined
}
