/** Where an agent is, as people write it: at an address of its own, or at a hub that it has dialled. */
import { isLoopback } from '../../discovery/index.js'
import { AgentClientError } from './errors.js'

export const AGENT_PORT = 8001

export interface AgentAtPlace {
  readonly host: string
  readonly port: number
  /** In clear text: whoever is in between reads the token, and all else. */
  readonly isClear?: boolean
}

/** No port of its host need be reachable: the hub joins who asks for it with it. */
export interface AgentAtHub {
  /** What it is called there. */
  readonly atHub: string
}

export type AgentAddress = AgentAtPlace | AgentAtHub

const PLACE = /^(?:(https?):\/\/)?([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(\d{1,5}))?\/?$/
const AT_HUB = /^hub:([A-Za-z0-9][\w.-]{0,62})$/

/**
 * `10.0.0.5`, `10.0.0.5:8001`, `https://…`, which is the same; `http://127.0.0.1:8001` for clear text on
 * this host; `hub:n1` for the one that is called so at the hub. @throws AgentClientError `agent-bad-address`.
 */
export function agentAddress(text: string): AgentAddress {
  const [, atHub] = AT_HUB.exec(text) ?? []
  if (atHub !== undefined && !/^\d+$/.test(atHub)) return { atHub }
  const [, scheme = '', host, port = String(AGENT_PORT)] = PLACE.exec(text) ?? []
  const number = Number(port)
  if (!host || number < 1 || number > 65_535) {
    const what = `${JSON.stringify(text.slice(0, 200))} is no address of an agent`
    throw new AgentClientError('agent-bad-address', `${what}; give it as 10.0.0.5:8001, or hub:n1`)
  }
  if (scheme !== 'http') return { host, port: number }
  if (!isLoopback(host) && host !== 'localhost') {
    const why = 'its token, and all that is sent, would be read on the way'
    throw new AgentClientError('agent-bad-address', `${text}: ${why}; give it as ${host}:${number}`)
  }
  return { host, port: number, isClear: true }
}

/** As people write it. */
export function addressText(address: AgentAddress): string {
  return 'atHub' in address ? `hub:${address.atHub}` : `${address.host}:${address.port}`
}

/** @throws AgentClientError `agent-wrong-token` where there is none. */
export function requireToken(token: string | Uint8Array | undefined, who: string): string | Uint8Array {
  if (token !== undefined && token.length > 0) return token
  throw new AgentClientError('agent-wrong-token', `there is no token for ${who}; give the file of its token`)
}
