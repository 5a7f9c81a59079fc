/** How the command line fails: one clear line, and the exit code that says what kind of failure it was. */
import { messageOf, QuorateError } from '../../ports/index.js'

export const exitCodes = { ok: 0, failure: 1, usage: 2, unreachable: 3, interrupted: 130 } as const

/** Ends a command with a line and an exit code. */
export class CommandFailure extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.name = 'CommandFailure'
    this.exitCode = exitCode
  }
}

export function usage(message: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, message)
}

/** Errors that are the caller's: a wrong name, a wrong value. */
const USAGE_CODES = new Set(['bad-parameter', 'unknown-actor', 'no-interface', 'bad-address'])

/** What to print for anything thrown, and the exit code. */
export function describeFailure(thrown: unknown): { text: string; exitCode: number } {
  if (thrown instanceof CommandFailure) return { text: thrown.message, exitCode: thrown.exitCode }
  const isUsage = thrown instanceof QuorateError && USAGE_CODES.has(thrown.code)
  return { text: messageOf(thrown), exitCode: isUsage ? exitCodes.usage : exitCodes.failure }
}
