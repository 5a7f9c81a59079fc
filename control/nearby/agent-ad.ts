/**
 * An agent as DNS-SD service of the type `_quorate-agent._tcp`, and back. All of it is a claim until the
 * agent shows by TLS that it knows the token.
 *
 *     <name>-<id>._quorate-agent._tcp.local  SRV   its TCP port
 *                                            TXT   v=1   version of this form
 *                                                  id=   16 hex characters, drawn at each start of the agent
 *                                                  n=    its name
 *                                                  l0=role=inverter l1=rack=3 …   its labels
 */
import { z } from 'zod'
import type { FoundService, ServiceAd } from '../../discovery/index.js'
import { agentLabels, agentName, type Labels } from './labels.js'
import { nearbyLimits } from './limits.js'

export const AGENT_SERVICE = 'quorate-agent'
const VERSION = '1'

/** What an agent says of itself to all. */
export interface AgentAd {
  readonly id: string
  readonly name: string
  readonly port: number
  readonly labels: Labels
}

/** An agent that was found: so it says, or somebody in its name. */
export interface FoundAgent extends AgentAd {
  /** Address that it answered from. */
  readonly host: string
}

export function serviceOf({ id, name, port, labels }: AgentAd): ServiceAd {
  const numbered = Object.entries(labels).map(([key, value], n) => [`l${n}`, `${key}=${value}`])
  return {
    type: AGENT_SERVICE,
    name,
    id,
    port,
    txt: { v: VERSION, id, n: name, ...Object.fromEntries(numbered) },
  }
}

const found = z.object({
  v: z.literal(VERSION),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  n: agentName,
  port: z.int().min(1).max(65_535),
  labels: agentLabels,
})

/** The agent in what was heard; undefined where there is none. */
export function agentIn({ host, port, txt }: FoundService): FoundAgent | undefined {
  const labels = new Map<string, string>()
  for (let n = 0; n < nearbyLimits.labels; n++) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(txt.get(`l${n}`) ?? '') ?? []
    if (key !== undefined && value !== undefined) labels.set(key, value)
  }
  const told = {
    v: txt.get('v'),
    id: txt.get('id'),
    n: txt.get('n'),
    port,
    labels: Object.fromEntries(labels),
  }
  const read = found.safeParse(told)
  if (!read.success) return undefined
  const { id, n, labels: its } = read.data
  return { id, name: n, host, port, labels: its }
}
