/**
 * How the command line fails: one clear line, and the exit code that says what kind of failure it was. Loads
 * nothing: it has to work where the rest does not.
 */

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

/** Codes of errors that are the caller's: a wrong name, a wrong value. */
const CALLER_CODES: ReadonlySet<unknown> = new Set([
  'bad-parameter',
  'unknown-actor',
  'no-interface',
  'bad-address',
  'bad-certificate',
  'key-exists',
  'insecure-network',
  'hub-bad-option',
  'agent-bad-address',
  'relay-bad-option',
])

/** Codes of errors that say that nobody is there. */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  'rpc-unreachable',
  'agent-unreachable',
  'agent-wrong-token',
  'relay-unreachable',
])

/** Codes of mistakes in an app that show when it is made, before anything of it runs. */
const APP_CODES: ReadonlySet<unknown> = new Set([
  'bad-app',
  'bad-port',
  'message-conflict',
  'outside-actor',
  'bad-option',
  'async-schema',
  'bad-quorum',
  'bad-timing',
])

/** Whether it tells of a mistake in the app: the place in its files is worth telling, too. */
export function isMistakeInApp(thrown: unknown): boolean {
  return hasCodeOf(APP_CODES, thrown)
}

/** What to print for anything thrown, in one line, and the exit code. */
export function describeFailure(thrown: unknown): { text: string; exitCode: number } {
  const text = lineOf(thrown)
  if (thrown instanceof CommandFailure) return { text, exitCode: thrown.exitCode }
  if (hasCodeOf(AWAY_CODES, thrown)) return { text, exitCode: exitCodes.unreachable }
  const isUsage = hasCodeOf(CALLER_CODES, thrown) || isMistakeInApp(thrown)
  return { text, exitCode: isUsage ? exitCodes.usage : exitCodes.failure }
}

function hasCodeOf(codes: ReadonlySet<unknown>, thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.has(thrown.code)
}

/** The message of anything thrown, in one line. */
export function lineOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown)
  return text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ')
}
