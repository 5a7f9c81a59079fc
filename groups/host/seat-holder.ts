/**
 * Who holds a seat, as it tells those that connect: one line of JSON, ended by a newline, and then nothing.
 * A local process that took the seat may say what it likes. It cannot make anybody dead: that it can be asked
 * at all shows that the seat is its own, so whoever held it before does not hold it any more.
 */
import { z } from 'zod'
import { hostLimits } from './limits.js'
import { toldIncarnation, toldProcess } from './process-model.js'
import type { ProcessIdentity } from './witness.js'

export interface SeatHolder {
  /** The id of the member: new at each start of the process. */
  readonly incarnation: string
  /** Undefined where its system does not tell. */
  readonly process: ProcessIdentity | undefined
  /** What it means by the group; undefined where it does not say, or has no such thing. */
  readonly parameters: string | undefined
}

const VERSION = 1

const line = z.object({
  v: z.literal(VERSION),
  incarnation: toldIncarnation,
  process: toldProcess.optional(),
  // One that is older does not say it. What is said here may be shown to people.
  parameters: z
    .string()
    .min(1)
    .max(hostLimits.parameterChars)
    .regex(/^[ -~]*$/)
    .optional(),
})

/** With its newline. */
export function holderLine({ incarnation, process, parameters }: SeatHolder): string {
  return `${JSON.stringify({ v: VERSION, incarnation, process, parameters })}\n`
}

/** What a line without its newline says; undefined where it is no such line. */
export function holderIn(text: string): SeatHolder | undefined {
  try {
    const { incarnation, process, parameters } = line.parse(JSON.parse(text))
    return { incarnation, process, parameters }
  } catch {
    return undefined
  }
}
