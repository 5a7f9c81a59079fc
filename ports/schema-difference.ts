/**
 * Finds where two JSON Schemas let different values through, as far as a port cares: the same at every path,
 * but for optional properties that only one of them knows. It is a comparison of shapes, not a proof about
 * sets of values: two ways of writing the same thing may count as different, never two different things as
 * the same.
 *
 * Recursive schemas are compared coinductively: a pair of schemas that is met again through references while
 * it is being compared counts as the same, and if it proves different, all that was found on that assumption
 * is forgotten (`#assumed` up to a mark). Pairs found different stay so. Both make the cost polynomial; the
 * budget bounds it.
 *
 * Contents: references and memory; one node; unions; objects; lists; what is left.
 */
import type { ComparisonBudget } from './comparison-budget.js'
import { pathStep } from './foreign-text.js'
import { isAnnotation, isRecord, type JsonSchema, own } from './json-schema.js'
import { pairOff } from './pairing.js'
import {
  allowedValues,
  asList,
  DeadEnd,
  elementsOf,
  type Fields,
  fieldsOf,
  follow,
  isLocal,
  isOpen,
  normal,
  presence,
  wordsForEnd,
} from './schema-view.js'
import { wordsFor, wordsForAlone, wordsForKeyword, wordsForValues } from './schema-words.js'

/** Where and how two schemas differ. */
export interface Difference {
  /** Steps from the root, each as it is printed: `.unit`, `[0]`, `[]`. */
  readonly path: readonly string[]
  readonly left: string
  readonly right: string
}

/** The first difference that matters, or undefined. Means nothing once `budget` is spent. Never throws. */
export function schemaDifference(
  left: unknown,
  right: unknown,
  budget: ComparisonBudget,
): Difference | undefined {
  return new Walk(left, right, budget).compare(left, right)
}

const ALTERNATIVES = 256

const unions = ['anyOf', 'oneOf', 'allOf'] as const
const singles = [
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
] as const
const maps = ['patternProperties', 'dependentSchemas'] as const

/**
 * References whose target depends on the way that led to them; they are not followed, so never held equal.
 */
const unfollowed = ['$dynamicRef', '$recursiveRef'] as const

/** Keywords that a method of their own compares, or that mean nothing where they stand. */
const comparedApart: ReadonlySet<string> = new Set([
  ...unions,
  ...singles,
  ...maps,
  ...unfollowed,
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
  'additionalItems',
  '$defs',
  'definitions',
  '$anchor',
  '$dynamicAnchor',
])

const spent: Difference = { path: [], left: '', right: '' }

class Walk {
  readonly #roots: { readonly left: unknown; readonly right: unknown }
  readonly #budget: ComparisonBudget
  readonly #numbers = new Map<object, number>()
  readonly #assumed = new Set<string>()
  readonly #trail: string[] = []
  readonly #different = new Map<string, Difference>()

  constructor(left: unknown, right: unknown, budget: ComparisonBudget) {
    this.#roots = { left, right }
    this.#budget = budget
  }

  // References and memory

  compare(left: unknown, right: unknown): Difference | undefined {
    if (!this.#budget.take(1)) return spent
    const l = follow(this.#roots.left, left, this.#budget)
    const r = follow(this.#roots.right, right, this.#budget)
    if (l instanceof DeadEnd || r instanceof DeadEnd) return differ(wordsForEnd(l), wordsForEnd(r))
    const compare = () => this.#compareTargets(l, r)
    // Only what references lead to can be met again: their targets, and the root.
    const isShared = l !== left || r !== right || l === this.#roots.left
    const remembers = isShared && isRecord(l) && isRecord(r)
    return this.#budget.deeper(remembers ? () => this.#once(l, r, compare) : compare, spent)
  }

  /** Compares a pair unless it is known or under way. */
  #once(l: object, r: object, compare: () => Difference | undefined): Difference | undefined {
    const pair = `${this.#number(l)}:${this.#number(r)}`
    if (this.#assumed.has(pair)) return undefined
    const known = this.#different.get(pair)
    if (known) return known
    const mark = this.#trail.length
    this.#assumed.add(pair)
    this.#trail.push(pair)
    const difference = compare()
    if (!difference) return undefined
    for (const disproved of this.#trail.splice(mark)) this.#assumed.delete(disproved)
    this.#different.set(pair, difference)
    return difference
  }

  #number(schema: object): number {
    const known = this.#numbers.get(schema)
    if (known !== undefined) return known
    this.#numbers.set(schema, this.#numbers.size)
    return this.#numbers.size - 1
  }

  // One node

  #compareTargets(left: unknown, right: unknown): Difference | undefined {
    const l = normal(left)
    const r = normal(right)
    if (!isRecord(l) || !isRecord(r)) {
      return l === r && typeof l === 'boolean' ? undefined : differ(wordsFor(l), wordsFor(r))
    }
    return (
      this.#types(l, r) ??
      this.#values(l, r) ??
      this.#siblingReferences(l, r) ??
      first(unions, (keyword) => this.#union(keyword, l, r)) ??
      this.#object(l, r) ??
      this.#list(l, r) ??
      first(singles, (keyword) => within(` (${keyword})`, this.#member(keyword, l, r))) ??
      first(maps, (keyword) => this.#map(keyword, l, r)) ??
      this.#constraints(l, r)
    )
  }

  #types(l: JsonSchema, r: JsonSchema): Difference | undefined {
    const left = this.#setText(asList(own(l, 'type')))
    const right = this.#setText(asList(own(r, 'type')))
    return left === right ? undefined : differ(wordsFor(l), wordsFor(r))
  }

  #values(l: JsonSchema, r: JsonSchema): Difference | undefined {
    const left = allowedValues(l)
    const right = allowedValues(r)
    if (this.#setText(left) === this.#setText(right)) return undefined
    return differ(wordsForValues(left), wordsForValues(right))
  }

  /** Equal for equal sets of data; undefined for none at all. */
  #setText(values: readonly unknown[] | undefined): string | undefined {
    if (!values || !this.#budget.take(values.length)) return undefined
    return [...new Set(values.map((value) => this.#budget.textOf(value)))].sort().join(',')
  }

  /** References beside other keywords; one that stands alone was followed already. */
  #siblingReferences(l: JsonSchema, r: JsonSchema): Difference | undefined {
    for (const keyword of unfollowed) {
      if (!Object.hasOwn(l, keyword) && !Object.hasOwn(r, keyword)) continue
      return differ(wordsForKeyword(l, keyword), wordsForKeyword(r, keyword))
    }
    const left = own(l, '$ref')
    const right = own(r, '$ref')
    if (!isLocal(left) || !isLocal(right)) return undefined
    return this.compare({ $ref: left }, { $ref: right })
  }

  // Unions

  #union(keyword: string, l: JsonSchema, r: JsonSchema): Difference | undefined {
    const left = own(l, keyword)
    const right = own(r, keyword)
    if (left === undefined && right === undefined) return undefined
    if (!Array.isArray(left) || !Array.isArray(right)) return differ(wordsFor(l), wordsFor(r))
    if (left.length > ALTERNATIVES || right.length > ALTERNATIVES) {
      this.#budget.stop()
      return spent
    }
    return this.#alternatives(left, right)
  }

  #alternatives(left: readonly unknown[], right: readonly unknown[]): Difference | undefined {
    const found = new Map<number, Difference | undefined>()
    const between = (l: number, r: number): Difference | undefined => {
      if (this.#budget.isSpent) return spent
      const cell = l * ALTERNATIVES + r
      if (!found.has(cell)) found.set(cell, this.compare(left[l], right[r]))
      return found.get(cell)
    }
    const alone = pairOff(left.length, right.length, (l, r) => between(l, r) === undefined)
    const [l, r] = [alone.left[0], alone.right[0]]
    if (l === undefined && r === undefined) return undefined
    // Where one alternative on each side is left, they are most likely two versions of the same one.
    if (l !== undefined && r !== undefined && alone.left.length + alone.right.length === 2)
      return between(l, r)
    return differ(wordsForAlone(left, alone.left), wordsForAlone(right, alone.right))
  }

  // Objects

  #object(left: JsonSchema, right: JsonSchema): Difference | undefined {
    const l = fieldsOf(left)
    const r = fieldsOf(right)
    const names = new Set([
      ...Object.keys(l.properties),
      ...l.required,
      ...Object.keys(r.properties),
      ...r.required,
    ])
    if (!this.#budget.take(names.size)) return spent
    return (
      first([...names].sort(), (name) => within(pathStep(name), this.#property(name, l, r))) ??
      within('.*', this.#otherProperties(l.others, r.others))
    )
  }

  #property(name: string, l: Fields, r: Fields): Difference | undefined {
    const left = own(l.properties, name)
    const right = own(r.properties, name)
    const isRequired = l.required.has(name)
    if (isRequired !== r.required.has(name)) return differ(presence(name, l), presence(name, r))
    if (left !== undefined && right !== undefined) return this.compare(left, right)
    if (left === undefined && right === undefined) return undefined
    const others = left === undefined ? l.others : r.others
    // Not told to refuse it, the side that does not know an optional property passes over it.
    if (!isRequired && (others === undefined || isOpen(others))) return undefined
    if (others === false) return differ(presence(name, l), presence(name, r))
    return this.compare(left ?? l.others ?? true, right ?? r.others ?? true)
  }

  #otherProperties(left: unknown, right: unknown): Difference | undefined {
    // Without the keyword nobody means to send others: that goes with a side that refuses them.
    if ((left === undefined && right === false) || (left === false && right === undefined)) return undefined
    return left === right ? undefined : this.compare(left ?? true, right ?? true)
  }

  // Lists

  #list(left: JsonSchema, right: JsonSchema): Difference | undefined {
    const l = elementsOf(left)
    const r = elementsOf(right)
    if (l.places.length !== r.places.length) {
      return differ(`a tuple of ${l.places.length}`, `a tuple of ${r.places.length}`)
    }
    if (!this.#budget.take(l.places.length)) return spent
    return (
      first(l.places.keys(), (at) => within(pathStep(at), this.compare(l.places[at], r.places[at]))) ??
      (l.rest === r.rest ? undefined : within('[]', this.compare(l.rest ?? true, r.rest ?? true)))
    )
  }

  // What is left

  /** The schemas that two records hold under one key, which both must hold or neither. */
  #member(key: string, l: JsonSchema, r: JsonSchema): Difference | undefined {
    const left = own(l, key)
    const right = own(r, key)
    if (left === undefined && right === undefined) return undefined
    if (left !== undefined && right !== undefined) return this.compare(left, right)
    return differ(left === undefined ? 'absent' : 'present', right === undefined ? 'absent' : 'present')
  }

  #map(keyword: string, l: JsonSchema, r: JsonSchema): Difference | undefined {
    const left = own(l, keyword) ?? {}
    const right = own(r, keyword) ?? {}
    if (!isRecord(left) || !isRecord(right))
      return differ(wordsForKeyword(l, keyword), wordsForKeyword(r, keyword))
    const names = new Set([...Object.keys(left), ...Object.keys(right)])
    if (!this.#budget.take(names.size)) return spent
    return within(
      ` (${keyword})`,
      first([...names].sort(), (name) => within(pathStep(name), this.#member(name, left, right))),
    )
  }

  #constraints(l: JsonSchema, r: JsonSchema): Difference | undefined {
    const keywords = new Set([...Object.keys(l), ...Object.keys(r)])
    if (!this.#budget.take(keywords.size)) return spent
    return first([...keywords].sort(), (keyword) => {
      if (comparedApart.has(keyword) || isAnnotation(keyword)) return undefined
      const [left, right] = [own(l, keyword), own(r, keyword)]
      if (keyword === '$ref' && isLocal(left) && isLocal(right)) return undefined
      if (this.#budget.textOf(left) === this.#budget.textOf(right)) return undefined
      return differ(wordsForKeyword(l, keyword), wordsForKeyword(r, keyword))
    })
  }
}

function differ(left: string, right: string): Difference {
  return { path: [], left, right }
}

function within(step: string, difference: Difference | undefined): Difference | undefined {
  return difference && { ...difference, path: [step, ...difference.path] }
}

function first<T>(items: Iterable<T>, look: (item: T) => Difference | undefined): Difference | undefined {
  for (const item of items) {
    const difference = look(item)
    if (difference) return difference
  }
  return undefined
}
