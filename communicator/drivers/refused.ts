/** What a dialler is told whose certificate the listener does not take. */
import { messageOf } from '../../ports/index.js'
import { CommError } from '../errors.js'

/** An alert of TLS, or the end alone: the listener looks at the certificate when the dialler is done. */
const SIGNS = /\balert\b|hang up|ECONNRESET|disconnected|Failed to connect/

/** The error, and what it means where it is one of these. */
export function refusedInTls(error: Error): Error {
  const text = messageOf(error)
  if (!SIGNS.test(text)) return error
  const what = 'the peer ended the connection before it took this endpoint'
  return new CommError('CLOSED', `${what}: ${text}; it may refuse its certificate`, { cause: error })
}
