/** What went wrong on the way to an agent, in words that name it and the way out. */
import { messageOf } from '../../ports/index.js'
import { AgentClientError } from './errors.js'

/** How TLS says that the other side has another key, or does not know who comes. */
const WRONG_KEY = /alert bad record mac|alert decrypt error|alert unknown psk identity|decryption failed/i
/** What answers speaks no TLS of this kind. */
const NO_TLS =
  /wrong version number|alert handshake failure|alert protocol version|packet length too long|http request/i
/** The connection broke where there had been one. */
const CUT = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'])

/**
 * @param who the agent, with its address. @param wasConnected whether a request may have arrived.
 */
export function failureOf(error: unknown, who: string, wasConnected: boolean): AgentClientError {
  if (error instanceof AgentClientError) return error
  const text = messageOf(error)
  const because = { cause: error }
  if (WRONG_KEY.test(text)) {
    const way = 'give the one of its folder, or of its --token-file'
    return new AgentClientError('agent-wrong-token', `${who} does not know this token; ${way}`, because)
  }
  if (NO_TLS.test(text)) {
    const way = 'is an agent of quorate there, and with a token?'
    return new AgentClientError('agent-unreachable', `${who} does not speak TLS by a token; ${way}`, because)
  }
  if (wasConnected && CUT.has(codeOf(error))) {
    const what = `${who} broke the connection; ask again to know what was done`
    return new AgentClientError('agent-cut', what, because)
  }
  const way = 'is it running, with --host for other hosts?'
  return new AgentClientError('agent-unreachable', `${who} is not reached: ${text}; ${way}`, because)
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
