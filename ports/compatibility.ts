/**
 * Whether two programs that know a message type by the same name can talk: equal fingerprints can; else their
 * JSON Schemas are compared. Both sides must reach the same verdict and name the same path, each from its own
 * end, so the pair is put in one order (that of the fingerprints) before anything is compared. Only the words
 * `here` and `there` depend on who asks.
 */
import { ComparisonBudget, isComparable } from './comparison-budget.js'
import { oneLine } from './foreign-text.js'
import { isRecord, type JsonSchema } from './json-schema.js'
import { limits } from './limits.js'
import { type Difference, schemaDifference } from './schema-difference.js'

/** What is announced of a message type. The JSON Schema may be anything at all: it comes from the network. */
export interface TypeSummary {
  readonly name: string
  readonly fingerprint: string
  readonly jsonSchema?: JsonSchema | undefined
}

const TOO_LARGE = 'the fingerprints differ, and the schemas are too large to compare'
const PATH_CHARS = 110

/**
 * Why ports of these two types must not connect, in one printable line of at most 300 characters; undefined
 * if they may. `mine` is "here" in it: `at value.unit: string here, number there`. Asked from the other end,
 * the answer is the same with "here" and "there" exchanged. Bounded in time and never throws, whatever the
 * summaries hold.
 */
export function incompatibility(mine: TypeSummary, theirs: TypeSummary): string | undefined {
  const text = verdict(mine, theirs)
  return text === undefined ? undefined : oneLine(text, limits.foreignText)
}

function verdict(mine: TypeSummary, theirs: TypeSummary): string | undefined {
  if (mine.name !== theirs.name) return `message ${short(mine.name)} here, ${short(theirs.name)} there`
  if (mine.fingerprint === theirs.fingerprint) return undefined
  if (!isRecord(mine.jsonSchema) || !isRecord(theirs.jsonSchema)) {
    const prints = `fingerprint ${short(mine.fingerprint)} here, ${short(theirs.fingerprint)} there`
    return `${prints} (no JSON Schema to compare)`
  }
  if (!isComparable(mine.jsonSchema) || !isComparable(theirs.jsonSchema)) return TOO_LARGE
  const isMineLeft = mine.fingerprint < theirs.fingerprint
  const [left, right] = isMineLeft ? [mine, theirs] : [theirs, mine]
  const budget = new ComparisonBudget()
  const difference = schemaDifference(left.jsonSchema, right.jsonSchema, budget)
  if (budget.isSpent) return TOO_LARGE
  return difference && rendered(difference, isMineLeft)
}

function rendered({ path, left, right }: Difference, isMineLeft: boolean): string {
  const place = oneLine(`value${path.join('')}`, PATH_CHARS)
  if (left === right) return `at ${place}: ${left} on both sides, but not the same`
  return `at ${place}: ${isMineLeft ? left : right} here, ${isMineLeft ? right : left} there`
}

function short(text: string): string {
  return oneLine(text, 80)
}
