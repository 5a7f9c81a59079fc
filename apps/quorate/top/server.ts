/** Agents and hubs that `quorate top` asks: where each is, and what lets one in. */
import { isLoopback } from '../../../discovery/index.js'
import { AGENT_TOKEN_VARIABLE, tokenInFile, tokenOfHost } from '../agent/token.js'
import { usage } from '../failure.js'
import { HUB_TOKEN_VARIABLE } from '../settings/hub-token.js'

export type ServerKind = 'agent' | 'hub'

export interface Server {
  readonly kind: ServerKind
  /** Without what is behind its port. */
  readonly url: string
  readonly token: string | undefined
}

/** Of each kind, what is shown to all of them that have no file of their own. */
export const TOKEN_VARIABLES: Readonly<Record<ServerKind, string>> = {
  agent: AGENT_TOKEN_VARIABLE,
  hub: HUB_TOKEN_VARIABLE,
}

/**
 * What an option says: `http://10.0.0.5:8001`, or behind a comma the file of its token. Without one it is
 * that of the variable; on this host else the one that `quorate agent`, or `hub`, has made in its usual
 * folder.
 * @throws CommandFailure for no URL, and a file that cannot be read.
 */
export function serverIn(
  kind: ServerKind,
  given: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Server {
  const [, address = '', file] = /^([^,]*)(?:,(.*))?$/s.exec(given) ?? []
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw usage(`--${kind} is ${JSON.stringify(given)}; give it as http://10.0.0.5:8001`)
  }
  const { origin, hostname } = new URL(address)
  return { kind, url: origin, token: tokenOf({ kind, file, hostname }, environment) }
}

function tokenOf(
  { kind, file, hostname }: { kind: ServerKind; file: string | undefined; hostname: string },
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (file !== undefined) return tokenInFile(file, `--${kind}`)
  const ofAll = environment[TOKEN_VARIABLES[kind]]
  if (ofAll) return ofAll
  if (hostname !== 'localhost' && !isLoopback(hostname)) return undefined
  // An open one has none.
  return tokenOfHost(kind, environment)
}
