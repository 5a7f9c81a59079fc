/** How long a call may be told to wait: JavaScript may tell it anything. */
import { OperationError } from './errors.js'

/**
 * Accepts milliseconds from 0 on, up to `most`: Infinity where a call may wait as long as it takes.
 * @throws OperationError `bad-option`, which names the port.
 */
export function checkTimeout(ms: number, port: { readonly path: string }, most: number): void {
  if (typeof ms === 'number' && ms >= 0 && ms <= most) return
  const upTo = most < Number.POSITIVE_INFINITY ? `0 to ${most}` : '0 or more, or Infinity'
  throw new OperationError('bad-option', `${port.path}: timeout is ${String(ms)}; give milliseconds, ${upTo}`)
}
