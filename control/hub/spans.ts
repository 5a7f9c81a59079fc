/** The span of a hub that takes in a command: between that of its user, and that of its worker. */
import { isTraceparent, spanned } from '../tracing/spans.js'
import type { Command } from './models.js'

/**
 * Has a command taken in with the trace that it belongs to: the one that it names, else that of the header
 * `traceparent` of its request.
 */
export function accepting<T>(
  command: Command,
  header: string | string[] | undefined,
  take: (command: Command) => Promise<T>,
): Promise<T> {
  const ofRequest = typeof header === 'string' && isTraceparent(header) ? header : undefined
  const options = {
    name: 'quorate hub accept',
    kind: 'server' as const,
    parent: command.traceparent ?? ofRequest,
    attributes: { 'quorate.command.id': command.id },
  }
  return spanned(options, (traceparent) =>
    take(traceparent === undefined ? command : { ...command, traceparent }),
  )
}
