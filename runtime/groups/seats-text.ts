/**
 * Which seats are on this host, as text: for a setting or the environment.
 *
 *     0,1                     of every group
 *     Cell.north=0 Plant=1,2  of these
 *     all                     there is no other host
 *     none                    others have all of them
 */
import { AppError } from '../errors.js'
import type { SeatsHere } from './group-place.js'
import { LAST_SEAT } from './seats-given.js'

const NUMBERS = /^\d{1,3}(?:,\d{1,3})*$/
const OF_GROUP = /^([A-Za-z][\w-]*(?:\.[A-Za-z_][\w-]*)?)=([\d,]+)$/

/**
 * Which seats are on this host, as a text says it, that of QUORATE_SEATS say; undefined for an empty one.
 * @throws AppError `bad-parameter`, also where a seat or a group is named twice, or no group has such a seat.
 */
export function seatsIn(text: string | undefined): SeatsHere | undefined {
  const given = text?.trim() ?? ''
  if (given === '') return undefined
  if (given === 'all') return 'all'
  if (given === 'none') return []
  if (NUMBERS.test(given)) return numbersIn(given, given)
  const groups: Record<string, readonly number[]> = {}
  for (const part of given.split(/\s+/)) {
    const [, group = '', numbers = ''] = OF_GROUP.exec(part) ?? []
    if (!NUMBERS.test(numbers)) throw refused(given, 'says not which seats are here')
    if (Object.hasOwn(groups, group)) throw refused(given, `names ${group} twice`)
    groups[group] = numbersIn(numbers, given)
  }
  return groups
}

function numbersIn(text: string, given: string): readonly number[] {
  const numbers = text.split(',').map(Number)
  const twice = numbers.find((number, at) => numbers.indexOf(number) !== at)
  if (twice !== undefined) throw refused(given, `names the seat ${twice} twice`)
  const beyond = numbers.find((number) => number > LAST_SEAT)
  if (beyond !== undefined) throw refused(given, `names the seat ${beyond}, and none is above ${LAST_SEAT}`)
  return numbers
}

function refused(given: string, why: string): AppError {
  const how = 'write 0,1 or Cell.north=0 Plant=1,2 or all or none'
  return new AppError('bad-parameter', `${JSON.stringify(given)} ${why}; ${how}`)
}
