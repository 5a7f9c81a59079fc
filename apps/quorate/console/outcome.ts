/** What a line of the console led to: something to show, or what went wrong, and the exit code of either. */
import { ApiCommandRequestResult, type ApiReply } from '../../../control/index.js'
import { describeFailure, exitCodes } from '../failure.js'
import { harmless } from '../terminal.js'
import { LineError } from './line.js'

/** What a line led to. */
export interface Outcome {
  readonly exitCode: number
  /** For programs, and shown to people as it is. */
  readonly value?: unknown
  /** For people, instead of the value. */
  readonly text?: string
  /** What went wrong; harmless, whoever said it. */
  readonly problem?: string
  /** The console ends. */
  readonly isOver?: boolean
}

export const DONE: Outcome = { exitCode: exitCodes.ok }

/** The line makes no sense. */
export function misused(problem: string): Outcome {
  return { exitCode: exitCodes.usage, problem }
}

/** What the actor answered. */
export function outcomeOf({ result, data, errorCode, errorMessage }: ApiReply): Outcome {
  const { SUCCESS, PENDING } = ApiCommandRequestResult
  if (result === SUCCESS || result === PENDING) return { exitCode: exitCodes.ok, value: data }
  const name = Object.entries(ApiCommandRequestResult).find(([, number]) => number === result)?.[0] ?? result
  const code = errorCode === 0 ? '' : `, error ${errorCode}`
  return {
    exitCode: exitCodes.failure,
    value: data,
    problem: harmless(`${name}${code}: ${errorMessage ?? 'no more is said'}`),
  }
}

/** What was thrown. */
export function problemOf(error: unknown): Outcome {
  if (error instanceof LineError) return misused(harmless(error.message))
  const { text, exitCode } = describeFailure(error)
  return { exitCode, problem: harmless(text) }
}
