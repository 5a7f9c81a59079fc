/** The token of a hub in a file: read anew now and then, for a hub may have another by then. */
import { readFileSync } from 'node:fs'
import { messageOf } from '../../../ports/index.js'
import { HubError } from '../errors.js'
import { hubLimits } from '../limits.js'

/** Gives what is in the file; what was last there where it cannot be read. @throws `hub-bad-option`. */
export function tokenOfFile(path: string): () => string {
  let token = tokenIn(path)
  let readMs = performance.now()
  return () => {
    if (performance.now() - readMs < hubLimits.tokenReadMs) return token
    readMs = performance.now()
    try {
      token = tokenIn(path)
    } catch {}
    return token
  }
}

function tokenIn(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new HubError('hub-bad-option', `the token of a hub cannot be read: ${messageOf(cause)}`, { cause })
  }
  // Anything else cannot stand in a header.
  if (/^[!-~]+$/.test(text)) return text
  throw new HubError('hub-bad-option', `${path} has no token of a hub: one line without blanks`)
}
