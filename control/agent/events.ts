/** The events that an actor tells, in between all else that it prints. */
import { z } from 'zod'

const event = z.object({ event: z.string(), msg: z.unknown().optional() })

export type ToldEvent = z.infer<typeof event>

const BEGINS = '{"v":1,'

/** The event that a line ends with: before it may stand what was printed without an end of line. */
export function eventIn(line: string): ToldEvent | undefined {
  const at = line.lastIndexOf(BEGINS)
  if (at === -1) return undefined
  try {
    return event.safeParse(JSON.parse(line.slice(at))).data
  } catch {
    return undefined
  }
}

/** What the last error among some lines says; undefined where there is none. */
export function lastErrorIn(lines: readonly string[]): string | undefined {
  const told = lines.map(eventIn).findLast((each) => each?.event === 'error')
  return typeof told?.msg === 'string' ? told.msg : undefined
}
