/** Why what was asked over a bridge failed, in the codes of ports. */
import { messageOf, type PortErrorCode, QuorateError } from '../../ports/index.js'
import { SessionError, type SessionErrorCode } from '../sessions/index.js'

const CODES: Partial<Record<SessionErrorCode, PortErrorCode>> = {
  'session-lost': 'peer-lost',
  'session-unreachable': 'not-connected',
  'session-unanswered': 'not-connected',
  'session-late': 'timeout',
  'session-unknown-topic': 'not-connected',
  'session-busy': 'again',
  'session-too-large': 'too-large',
  'session-closed': 'closed',
}

/** The code of what failed, here or at the other end. */
export function codeOf(error: unknown): string {
  if (error instanceof SessionError) return error.remoteCode || (CODES[error.code] ?? error.code)
  return error instanceof QuorateError ? error.code : 'remote'
}

/** What the asker reads of it: `not-connected: the text`. */
export function textOf(error: unknown): string {
  return `${codeOf(error)}: ${messageOf(error)}`
}

const FORM = /answered with an error: ([a-z]+(?:-[a-z]+)*): /

/**
 * Why what was asked over a bridge failed: the code that the port at the other end, or the bridge, had for
 * it. To a port of this network every such failure is a `remote`, whose text begins with it. Undefined where
 * the error is no such one.
 */
export function codeOverBridge(error: unknown): string | undefined {
  const isRemote = error instanceof QuorateError && error.code === 'remote'
  return isRemote ? FORM.exec(error.message)?.[1] : undefined
}
