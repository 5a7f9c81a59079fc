/** Which seats are on this host, as a program gives them to `startActor()`: checked before it starts. */
import { groupLimits } from '../../groups/index.js'
import { AppError } from '../errors.js'
import { shown } from './given.js'
import type { SeatsHere } from './group-place.js'

/** The last seat of the largest group that there may be. */
export const LAST_SEAT = 2 * Math.floor((groupLimits.participants + 1) / 2) - 2

/**
 * The seats as they were given; undefined where none were. @throws AppError `bad-parameter` for what is
 * neither `'all'`, nor a list of seats, nor such lists by the names of groups.
 */
export function seatsGiven(given: unknown): SeatsHere | undefined {
  if (given === undefined || given === 'all') return given
  if (Array.isArray(given)) return numbersOf(given, 'the option seats')
  if (typeof given !== 'object' || given === null) {
    const how = "give 'all', [0, 1] of every group, or { 'Cell.north': [0], Plant: [1] }"
    throw new AppError('bad-parameter', `the option seats is ${shown(given)}; ${how}`)
  }
  const ofGroups = Object.entries(given).map(
    ([group, numbers]) => [group, numbersOf(numbers, `the option seats: ${group}`)] as const,
  )
  return Object.fromEntries(ofGroups)
}

/** @throws AppError `bad-parameter`. */
function numbersOf(given: unknown, what: string): readonly number[] {
  const refused = (why: string): AppError => {
    const how = `give a list of whole numbers from 0 to ${LAST_SEAT}, each once: [0, 1]`
    return new AppError('bad-parameter', `${what} ${why}; ${how}`)
  }
  if (!Array.isArray(given)) throw refused(`is ${shown(given)}`)
  const list: readonly unknown[] = given
  const numbers: number[] = []
  for (const each of list) {
    if (!isSeat(each)) throw refused(`has ${shown(each)}`)
    if (numbers.includes(each)) throw refused(`has ${each} twice`)
    numbers.push(each)
  }
  return numbers
}

function isSeat(given: unknown): given is number {
  return Number.isInteger(given) && Number(given) >= 0 && Number(given) <= LAST_SEAT
}
