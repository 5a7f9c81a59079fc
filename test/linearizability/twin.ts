/**
 * The checks again, by their definitions, for histories of a few operations: every order is tried, and in it
 * every choice, without any thought of time. It shares no code with the checker but what an operation is.
 */
import type { Call, Operation } from './history.js'

/** Whether an order of operations can have been, by what they were answered. */
export type Fits = (order: readonly Operation[]) => boolean

/** Whether any order of all that ended, and of some that did not, fits, and is that of the clock. */
export function someOrderFits(operations: readonly Operation[], fits: Fits): boolean {
  return extended([], operations)

  function extended(order: readonly Operation[], left: readonly Operation[]): boolean {
    if (left.every(({ endedAt }) => endedAt === Number.POSITIVE_INFINITY) && fits(order)) return true
    return left.some((next) => {
      if (left.some((other) => other !== next && other.endedAt < next.invokedAt)) return false
      return extended(
        [...order, next],
        left.filter((other) => other !== next),
      )
    })
  }
}

export const fitsRegister: Fits = (order) => {
  let held: string | null = null
  for (const { call } of order) {
    if (call.f === 'set') held = call.value
    else if (call.f === 'get' && call.value !== held) return false
  }
  return true
}

/** Each read shows some version that was there by then; which, is tried. */
export const fitsValues: Fits = (order) => isAsked(order) && chosen(0, new Map(), order)

function chosen(at: number, seen: ReadonlyMap<string, number>, order: readonly Operation[]): boolean {
  const read = order[at]
  if (!read) return true
  const { call, process } = read
  if (call.f === 'lost') return chosen(at + 1, new Map(seen).set(process, 0), order)
  if (call.f !== 'get') return chosen(at + 1, seen, order)
  const before = order.slice(0, at)
  const lostAt = Math.max(...before.map((each) => (isLostBy(each, process) ? each.invokedAt : -1)))
  const sets = before.filter((each) => each.call.f === 'set')
  const versions = [null, ...sets.map((set) => (set.call.f === 'set' ? set.call.value : null))]
  const isKnown = ({ endedAt }: Operation): boolean => endedAt < read.invokedAt && endedAt > lostAt
  const own = sets.findLastIndex((set) => set.process === process && isKnown(set)) + 1
  const least = Math.max(own, seen.get(process) ?? 0)
  return versions.some((version, index) => {
    if (index < least || version !== call.value) return false
    return chosen(at + 1, new Map(seen).set(process, index), order)
  })
}

function isLostBy({ call, process }: Operation, who: string): boolean {
  return call.f === 'lost' && process === who
}

export const fitsOrdered: Fits = (order) => {
  const log: string[] = []
  const heard = new Map<string, { readonly at: number; readonly missed: boolean }>()
  for (const { call, process } of order) {
    const last = heard.get(process)
    if (call.f === 'send') log.push(call.message)
    else if (call.f === 'missed' && last) heard.set(process, { ...last, missed: true })
    else if (call.f === 'deliver') {
      const at = log.indexOf(call.message)
      const isNext = !last || at === last.at + 1 || (last.missed && at > last.at)
      if (at < 0 || !isNext) return false
      heard.set(process, { at, missed: false })
    }
  }
  return isAsked(order)
}

/** Of three who may vote, a, b and c, by the most of them. */
export const fitsPoll: Fits = (order) => {
  const did = <F extends Call['f']>(f: F) => order.filter(({ call }) => call.f === f)
  const told = did('outcome')
  const others = [...did('vote'), ...told]
  if (others.length > 0 && order[0]?.call.f !== 'poll') return false
  if (did('poll').length > 1 || hasTwice(did('vote')) || hasTwice(told)) return false
  const decided = told.flatMap(({ call }) =>
    call.f === 'outcome' && call.outcome !== 'unknown' ? [call.outcome] : [],
  )
  if (new Set(decided).size > 1) return false
  const first = order.findIndex(({ call }) => call.f === 'outcome' && call.outcome !== 'unknown')
  if (first < 0 || decided[0] === 'timeout') return true
  const votes = order.slice(0, first).flatMap(({ call }) => (call.f === 'vote' ? [call.choice] : []))
  return votes.filter((choice) => choice === decided[0]).length >= 2
}

function hasTwice(operations: readonly Operation[]): boolean {
  return new Set(operations.map(({ process }) => process)).size < operations.length
}

/** Requests of one participant are in the order in which it asked. */
function isAsked(order: readonly Operation[]): boolean {
  const requests = order.filter(({ call }) => call.f === 'set' || call.f === 'send')
  return requests.every((one, at) =>
    requests
      .slice(at + 1)
      .every((other) => other.process !== one.process || other.invokedAt >= one.invokedAt),
  )
}
