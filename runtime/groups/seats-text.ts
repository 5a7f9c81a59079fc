/**
 * Which seats are on this host, as text: for a setting or the environment.
 *
 *     0,1                     of every group
 *     Cell.north=0 Plant=1,2  of these
 *     all                     there is no other host
 */
import { AppError } from '../errors.js'
import type { SeatsHere } from './group-place.js'

const NUMBERS = /^\d{1,3}(?:,\d{1,3})*$/
const OF_GROUP = /^([A-Za-z][\w-]*(?:\.[A-Za-z_][\w-]*)?)=([\d,]+)$/

/**
 * Which seats are on this host, as a text says it, that of QUORATE_SEATS say; undefined for an empty one.
 * @throws AppError `bad-parameter`.
 */
export function seatsIn(text: string | undefined): SeatsHere | undefined {
  const given = text?.trim() ?? ''
  if (given === '') return undefined
  if (given === 'all') return 'all'
  if (NUMBERS.test(given)) return numbersIn(given)
  const parts = given.split(/\s+/).map((part) => OF_GROUP.exec(part))
  return Object.fromEntries(
    parts.map((part) => {
      const [, group = '', numbers = ''] = part ?? []
      if (!NUMBERS.test(numbers)) {
        const text = `${JSON.stringify(given)} says not which seats are here`
        throw new AppError('bad-parameter', `${text}; write 0,1 or Cell.north=0 Plant=1,2 or all`)
      }
      return [group, numbersIn(numbers)]
    }),
  )
}

function numbersIn(text: string): readonly number[] {
  return text.split(',').map(Number)
}
