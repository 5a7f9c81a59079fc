/** What a model is for: which operations it explains, and into which independent parts they fall. */
import { linearize, type Model } from '../checker.js'
import type { Call, Operation } from '../history.js'

/** Operations that depend on no others: a history is linearizable where each of its parts is. */
export interface Part {
  readonly name: string
  readonly operations: readonly Operation[]
}

/** How a part is explained. */
export interface Explanation<State> {
  readonly model: Model<State, Operation>
  /** A state, for people. */
  show(state: State): string
}

/** What became of a part. */
export interface Checked {
  readonly is: 'ok' | 'unknown' | 'wrong'
  readonly configurations: number
  /** Where it is wrong: what fits, up to where the search came farthest, in its order. */
  readonly placed: readonly Operation[]
  /** One of them would be next, and none can be. */
  readonly stuck: readonly Operation[]
  readonly state: string
}

export interface Spec {
  /** What it looks at. */
  readonly name: string
  /** @param history all of the group, from which a part may take what it begins with */
  parts(history: readonly Operation[]): readonly Part[]
  check(part: Part, history: readonly Operation[], most: number): Checked
}

/** A check of a part, by what explains it. */
export function checkedBy<State>(
  explain: (part: Part, history: readonly Operation[]) => Explanation<State>,
): Spec['check'] {
  return (part, history, most) => {
    const { model, show } = explain(part, history)
    const verdict = linearize(part.operations, model, most)
    const { is: became, configurations } = verdict
    if (verdict.is !== 'wrong') return { is: became, configurations, placed: [], stuck: [], state: '' }
    const { placed, stuck, state } = verdict.farthest
    return { is: became, configurations, placed, stuck, state: show(state) }
  }
}

export type OperationOf<F extends Call['f']> = Operation<Extract<Call, { f: F }>>

export function isA<F extends Call['f']>(
  operation: Operation,
  ...names: readonly F[]
): operation is OperationOf<F> {
  const all: readonly string[] = names
  return all.includes(operation.call.f)
}

/** In the order in which they were invoked. */
export function inTime<O extends Operation>(operations: readonly O[]): readonly O[] {
  return operations.toSorted((a, b) => a.invokedAt - b.invokedAt)
}

export function isOpen({ endedAt }: Operation): boolean {
  return endedAt === Number.POSITIVE_INFINITY
}

/** Groups by a name. */
export function partsBy<O extends Operation>(
  operations: readonly O[],
  nameOf: (operation: O) => string,
): readonly { readonly name: string; readonly operations: readonly O[] }[] {
  const parts = new Map<string, O[]>()
  for (const each of operations) {
    const part = parts.get(nameOf(each))
    if (part) part.push(each)
    else parts.set(nameOf(each), [each])
  }
  return [...parts].map(([name, all]) => ({ name, operations: all }))
}

/** The formations that a history names, in their order; one without a name where it names none. */
export function formationsOf(operations: readonly Operation[]): readonly string[] {
  const named = new Set(operations.flatMap(({ formation }) => formation ?? []))
  return named.size === 0 ? [''] : [...named].sort(compareFormations)
}

/** By epoch, then by term. */
export function compareFormations(one: string, other: string): number {
  const [epoch = 0, term = 0] = one.split('.').map(Number)
  const [otherEpoch = 0, otherTerm = 0] = other.split('.').map(Number)
  return epoch - otherEpoch || term - otherTerm
}

/**
 * What was decided in a formation, and what may have been: that of which no formation is known, which may as
 * well have taken place in another, or nowhere. What was lost or missed is told of no formation.
 */
export function ofFormation<O extends Operation>(operations: readonly O[], formation: string): readonly O[] {
  return operations.flatMap((each) => {
    if (formation === '' || each.formation === formation || isA(each, 'lost', 'missed')) return [each]
    return each.formation === undefined ? [{ ...each, endedAt: Number.POSITIVE_INFINITY }] : []
  })
}
