/** Checks histories by all models, part by part, and tells where one does not fit, as a story for people. */
import { CONFIGURATIONS_MOST } from './checker.js'
import type { Operation } from './history.js'
import { formations } from './models/formations.js'
import { orderedMessages } from './models/ordered.js'
import { polls } from './models/polls.js'
import { type Checked, inTime, type Part, partsBy, type Spec } from './models/spec.js'
import { sharedValues } from './models/values.js'
import { storyOf } from './story.js'

/** What groups promise. */
export const promises: readonly Spec[] = [sharedValues, orderedMessages, polls, formations]

/** A part that does not fit its model, or of which that could not be found out. */
export interface Misfit {
  /** As `shared values: k1`. */
  readonly where: string
  readonly is: 'wrong' | 'unknown'
  /** Lines for people. */
  readonly story: string
}

export interface CheckResult {
  readonly misfits: readonly Misfit[]
  readonly operations: number
  readonly parts: number
  readonly configurations: number
}

export interface CheckOptions {
  readonly specs?: readonly Spec[]
  /** Configurations that a part may take before it is given up as `unknown`. */
  readonly most?: number
}

export function checkHistory(
  history: readonly Operation[],
  { specs = promises, most = CONFIGURATIONS_MOST }: CheckOptions = {},
): CheckResult {
  const misfits: Misfit[] = []
  let [parts, configurations] = [0, 0]
  for (const { name: group, operations: all } of partsBy(inTime(history), (each) => each.group)) {
    for (const spec of specs) {
      for (const part of spec.parts(all)) {
        parts++
        const checked = spec.check(part, all, most)
        configurations += checked.configurations
        if (checked.is === 'ok') continue
        const where = `${group === '' ? '' : `${group}, `}${spec.name}: ${part.name}`
        const found = misfit(where, checked.is, spec, part, all, most)
        misfits.push(spec !== polls && isOfSeveral(all) ? { ...found, is: 'unknown' } : found)
      }
    }
  }
  return { misfits, operations: history.length, parts, configurations }
}

/** Whether polls name several formations, and nothing else says of which it is. */
function isOfSeveral(history: readonly Operation[]): boolean {
  if (history.some(({ formation }) => formation !== undefined)) return false
  const ids = history.flatMap(({ call }) => (call.f === 'outcome' ? (call.pollId ?? []) : []))
  return new Set(ids.map((id) => id.split('/')[1])).size > 1
}

function misfit(
  where: string,
  became: 'wrong' | 'unknown',
  spec: Spec,
  part: Part,
  history: readonly Operation[],
  most: number,
): Misfit {
  if (became === 'unknown')
    return { where, is: became, story: `${where}: not known within ${most} configurations` }
  return { where, is: became, story: storyOf(where, firstMisfit(spec, part, history, most)) }
}

/** The part as it was when it first did not fit, and what the search says of it. */
export interface FirstMisfit {
  /** The end that fits no more; undefined where nothing ended. */
  readonly culprit: Operation | undefined
  readonly checked: Checked
}

/** What fits no more stays so whatever comes later: so the first such moment is found by halves. */
function firstMisfit(spec: Spec, part: Part, history: readonly Operation[], most: number): FirstMisfit {
  const ended = part.operations
    .filter(({ endedAt }) => endedAt !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a.endedAt - b.endedAt)
  const checkedTo = (end: number): Checked =>
    spec.check(until(part, ended[end]?.endedAt ?? Number.POSITIVE_INFINITY), history, most)
  let [fits, fails] = [-1, ended.length - 1]
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1
    if (checkedTo(middle).is === 'wrong') fails = middle
    else fits = middle
  }
  return { culprit: ended[fails], checked: checkedTo(fails) }
}

/** What was known at a moment. Who had not yet been answered had not heard anything, either. */
function until({ name, operations }: Part, at: number): Part {
  const known = operations.flatMap((each) => {
    if (each.invokedAt > at) return []
    if (each.endedAt <= at) return [each]
    const hears = each.call.f === 'get' || each.call.f === 'outcome'
    return hears ? [] : [{ ...each, endedAt: Number.POSITIVE_INFINITY }]
  })
  return { name, operations: known }
}
