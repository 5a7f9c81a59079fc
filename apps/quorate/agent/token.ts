/** The token by which agents are asked, and that by which one is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lineOf, usage } from '../failure.js'
import { stateFolder } from '../folders.js'

/** What is shown to all agents that have no file of their own. */
export const AGENT_TOKEN_VARIABLE = 'QUORATE_AGENT_TOKEN'

/** @throws CommandFailure for a file that cannot be read, or holds none. */
export function tokenInFile(file: string, option = '--token-file'): string {
  try {
    return readToken(file)
  } catch (error) {
    throw usage(`the token of ${option} cannot be read: ${lineOf(error)}`)
  }
}

/**
 * The token for agents that are asked: of the file, else of the variable, else of the agent of this host in
 * its usual folder. Undefined where there is none. @throws CommandFailure as tokenInFile().
 */
export function tokenForAgents(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (file !== undefined) return tokenInFile(file)
  return environment[AGENT_TOKEN_VARIABLE] || tokenOfHost('agent', environment)
}

/** The token of the server of this user on this host; undefined where it has none, as one that is open. */
export function tokenOfHost(
  kind: 'agent' | 'hub',
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  try {
    return readToken(join(stateFolder(kind, environment), 'token'))
  } catch {
    return undefined
  }
}

/** What no header takes would be an error that nobody understands. */
function readToken(path: string): string {
  const token = readFileSync(path, 'utf8').trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new Error(`${path} holds no token`)
}
