/** Whether a record is believed, as whoever started the discovery decides. */
import { messageOf } from '../ports/index.js'
import type { ActorRecord, DiscoveryOptions } from './types.js'

/** Why it is not; undefined where it is. Never throws. */
export function disbelief(verify: DiscoveryOptions['verify'], record: ActorRecord): string | undefined {
  if (verify === undefined) return undefined
  try {
    const verdict = verify(record)
    return verdict === true ? undefined : verdict || 'verify() refused it'
  } catch (thrown) {
    return `verify() threw on it: ${messageOf(thrown)}`
  }
}
