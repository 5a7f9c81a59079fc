/** Promises for what is asked. */
import type { QuorateError } from './errors.js'
import { lookedAt } from './looked-at.js'

/** A promise as `begin` settles it, for callers who may not look at it. */
export function settled<T>(
  begin: (resolve: (value: T) => void, reject: (error: QuorateError) => void) => void,
): Promise<T> {
  return lookedAt(new Promise<T>(begin))
}
