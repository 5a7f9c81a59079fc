/**
 * Shared values, each for itself. What is promised, and checked:
 *
 * - All members see one order of what was decided. `set()` and `delete()` take place in it at one moment
 *   between the call and the answer; those that never ended, then or later, once, or never; those of one
 *   participant in the order in which it asked.
 * - A read tells what this member knows, which may be old: it is what was there at some moment before the
 *   read ended. Reads of one member go forward in the order, and show what it has set itself and was told of.
 * - A formation begins with a value that was set in one before it, or none, and with the same for all.
 *
 * Not promised, so not checked: that a read is new; that a reader goes on from where it was after it was told
 * that history was lost; that what was decided in one formation is there in the next (q - 1 deaths and a cut
 * may lose it); that the values of several keys come from one moment. There is no linearizable read.
 */
import type { Operation } from '../history.js'
import { AskedOrder, push, toldAtOnce } from './order.js'
import {
  checkedBy,
  compareFormations,
  formationsOf,
  inTime,
  isA,
  isOpen,
  type OperationOf,
  ofFormation,
  type Part,
  partsBy,
  type Spec,
} from './spec.js'

type ValueOperation = OperationOf<'set' | 'get'>

/** Versions are sets by their place; the first one is what the formation began with. */
interface ValueState {
  readonly versions: readonly number[]
  /** Undefined until it is read. */
  readonly initial: { readonly value: string | null } | undefined
  /** How far each reader is. */
  readonly seen: ReadonlyMap<string, number>
}

const INITIAL = -1

export const sharedValues: Spec = {
  name: 'shared values',
  parts: (history) => {
    const lost = history.filter((each) => isA(each, 'lost'))
    const keyed = history.filter((each): each is ValueOperation => isA(each, 'set', 'get'))
    return partsBy(keyed, ({ call }) => call.key).flatMap(({ name, operations }) =>
      formationsOf(operations).map((formation) => ({
        name: formation === '' ? name : `${name} in ${formation}`,
        operations: ofFormation(inTime([...operations, ...lost]), formation),
      })),
    )
  },
  check: checkedBy((part, history) => {
    const explained = new Values(part, history)
    return { model: explained, show: (state: ValueState) => explained.show(state) }
  }),
}

class Values {
  readonly initial: ValueState
  readonly #operations: readonly Operation[]
  readonly #placeOf: ReadonlyMap<Operation, number>
  readonly #order: AskedOrder
  readonly #mayBegin: ReadonlySet<string | null>
  /** Of a read: the last set of its own that it was told of. */
  readonly #ownBefore = new Map<Operation, number>()
  /** Of a value: those that a reader saw before it. */
  readonly #seenBefore: ReadonlyMap<string, ReadonlySet<number>>
  readonly #atOnce: ReadonlySet<Operation>

  constructor({ operations }: Part, history: readonly Operation[]) {
    this.#operations = operations
    this.#placeOf = new Map(operations.map((each, place) => [each, place]))
    const sets = operations.flatMap((each, place) => (isA(each, 'set') ? [[place, each] as const] : []))
    this.#order = new AskedOrder(sets)
    this.#mayBegin = earlierValues(operations, history)
    const isEmpty = this.#mayBegin.size === 1
    this.initial = {
      versions: [INITIAL],
      initial: isEmpty ? { value: null } : undefined,
      seen: new Map(),
    }
    this.#findOwn()
    this.#atOnce = toldAtOnce(operations.filter((each) => !isA(each, 'set')))
    this.#seenBefore = seenBefore(
      operations,
      this.#atOnce,
      new Map(sets.map(([place, { call }]) => [call.value, place])),
    )
  }

  isEager(operation: Operation): boolean {
    return !isA(operation, 'set') && !this.#atOnce.has(operation)
  }

  keyOf({ versions, initial, seen }: ValueState): string {
    const readers = [...seen].map(([reader, at]) => `${reader}:${at}`).sort()
    return `${versions.join()} ${initial && JSON.stringify(initial.value)} ${readers.join()}`
  }

  show({ versions, initial }: ValueState): string {
    const [, ...set] = versions.map((version) => String(this.#valueOf(version)))
    return [initial ? String(initial.value) : '?', ...set].join(' → ')
  }

  step(state: ValueState, operation: Operation): readonly ValueState[] {
    if (isA(operation, 'set')) return this.#set(state, operation)
    if (isA(operation, 'get')) return this.#get(state, operation)
    const seen = new Map(state.seen)
    seen.delete(operation.process)
    return [{ ...state, seen }]
  }

  #set(state: ValueState, operation: OperationOf<'set'>): readonly ValueState[] {
    const place = this.#place(operation)
    const placed = new Set(state.versions)
    const isPlaced = (other: number): boolean => placed.has(other)
    if (!this.#order.allows(place, isPlaced)) return []
    const { value } = operation.call
    const before = value === null ? undefined : this.#seenBefore.get(value)
    if (before && ![...before].every(isPlaced)) return []
    return [{ ...state, versions: [...state.versions, place] }]
  }

  /** The first that it may be is the best: it leaves most to what is read later. */
  #get(state: ValueState, operation: OperationOf<'get'>): readonly ValueState[] {
    const { versions, initial } = state
    const { value } = operation.call
    const own = this.#ownBefore.get(operation)
    const from = Math.max(
      state.seen.get(operation.process) ?? 0,
      own === undefined ? 0 : versions.indexOf(own),
    )
    const at = versions.findIndex((version, index) => {
      if (index < from) return false
      return version === INITIAL ? initial?.value === value : this.#valueOf(version) === value
    })
    const seenAt = (index: number) => new Map(state.seen).set(operation.process, index)
    const found = at < 0 ? [] : [{ ...state, seen: seenAt(at) }]
    if (from > 0 || initial || !this.#mayBegin.has(value)) return found
    return [{ ...state, initial: { value }, seen: seenAt(0) }, ...found]
  }

  #place(operation: Operation): number {
    return this.#placeOf.get(operation) ?? INITIAL
  }

  #valueOf(version: number): string | null | undefined {
    const operation = this.#operations[version]
    return operation && isA(operation, 'set') ? operation.call.value : undefined
  }

  #findOwn(): void {
    const sets = new Map<string, OperationOf<'set'>[]>()
    const lostAt = new Map<string, number[]>()
    for (const each of this.#operations) {
      if (isA(each, 'set')) push(sets, each.process, each)
      else if (isA(each, 'lost')) push(lostAt, each.process, each.invokedAt)
    }
    for (const read of this.#operations) {
      if (!isA(read, 'get')) continue
      const { process, invokedAt } = read
      const lost = lostAt.get(process)?.findLast((at) => at <= invokedAt) ?? Number.NEGATIVE_INFINITY
      const own = sets.get(process)?.findLast(({ endedAt }) => endedAt < invokedAt && endedAt > lost)
      if (own) this.#ownBefore.set(read, this.#place(own))
    }
  }
}

/** What a formation may begin with: what was set in one before it, or where nobody knows, or nothing. */
function earlierValues(operations: readonly Operation[], history: readonly Operation[]): Set<string | null> {
  const values = new Set<string | null>([null])
  const [one] = operations.filter((each) => isA(each, 'set', 'get'))
  const own = operations.find(({ formation }) => formation !== undefined)?.formation
  if (own === undefined || !one || !isA(one, 'set', 'get')) return values
  for (const each of history) {
    if (!isA(each, 'set') || each.call.key !== one.call.key) continue
    if (each.formation === undefined || compareFormations(each.formation, own) < 0)
      values.add(each.call.value)
  }
  return values
}

/** Where values differ, what one reader saw first was set first. */
function seenBefore(
  operations: readonly Operation[],
  atOnce: ReadonlySet<Operation>,
  placeOf: ReadonlyMap<string | null, number>,
): ReadonlyMap<string, ReadonlySet<number>> {
  const before = new Map<string, Set<number>>()
  const isTwice = new Set<string | null>()
  const sets = operations.filter((each) => isA(each, 'set'))
  for (const value of sets.map(({ call }) => call.value)) {
    if (sets.filter(({ call }) => call.value === value).length > 1) isTwice.add(value)
  }
  const last = new Map<string, string>()
  for (const each of operations) {
    if (isA(each, 'lost') || atOnce.has(each)) last.delete(each.process)
    if (atOnce.has(each) || !isA(each, 'get') || isOpen(each)) continue
    const { process, call } = each
    if (call.value === null || isTwice.has(call.value) || !placeOf.has(call.value)) continue
    const place = placeOf.get(last.get(process) ?? null)
    if (last.has(process) && place !== undefined && last.get(process) !== call.value) {
      before.set(call.value, (before.get(call.value) ?? new Set()).add(place))
    }
    last.set(process, call.value)
  }
  return before
}
