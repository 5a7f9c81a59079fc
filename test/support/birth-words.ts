/** Members that have just come may not lead yet: of the end of that there is no other sign than the time. */
import { timings } from '../../groups/index.js'
import { eventually } from './eventually.js'

/** Resolves when members that joined at these milliseconds may vote, and be voted for. */
export function birthWordsOver(joinedMs: readonly number[]): Promise<void> {
  const overMs = Math.max(...joinedMs) + timings.lan.word
  return eventually(() => Date.now() > overMs, 'the end of their birth words')
}
