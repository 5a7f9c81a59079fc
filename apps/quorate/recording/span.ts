/** Spans of time as options give them. */
import { messageOf, periodMs } from '../../../ports/index.js'
import { usage } from '../failure.js'

/** Milliseconds; '0' and numbers without a unit, too. @throws CommandFailure for what is no span of time. */
export function spanOf(text: string, option: string): number {
  if (Number(text) === 0) return 0
  try {
    return periodMs(Number.isNaN(Number(text)) ? text : Number(text), option)
  } catch (error) {
    throw usage(messageOf(error))
  }
}
