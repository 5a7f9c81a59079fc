/**
 * Asks agents that were found who they are. Nothing is sent to one that has not shown before that it knows
 * the token; what such a one then says is believed.
 */
import { z } from 'zod'
import {
  type AgentAddress,
  AgentClient,
  AgentClientError,
  type AgentClientErrorCode,
  type ConnectAtHub,
} from '../secure/index.js'
import type { AgentAd } from './agent-ad.js'
import { agentLabels, agentName } from './labels.js'
import { nearbyLimits } from './limits.js'

/** What an agent tells of itself at `GET /v1/agent`; more of it is kept as it is. */
export const agentFacts = z.looseObject({
  id: z.string().max(nearbyLimits.nameChars),
  name: agentName,
  labels: agentLabels,
  version: z.string().max(nearbyLimits.nameChars),
  node: z.string().max(nearbyLimits.nameChars),
})

export type AgentFacts = z.infer<typeof agentFacts>

type Announced = Pick<AgentAd, 'name' | 'labels'>

/** An agent, and what came of asking it. */
export interface MetAgent {
  readonly address: AgentAddress
  /** What was announced, or told by a hub; undefined of one that was named. */
  readonly found: Announced | undefined
  /** What it says itself; undefined of one that did not show that it knows the token. */
  readonly facts: AgentFacts | undefined
  /** Why there are none: `agent-wrong-token` and the like; '' where there are. */
  readonly why: AgentClientErrorCode | ''
  readonly text: string
}

/** Where an agent is said to be. */
export interface Whereabouts {
  readonly address: AgentAddress
  readonly found?: Announced
}

/**
 * Asks each, some at a time. One that is met at several addresses is there once, with the first of them;
 * those of which nobody knows who they are stay as they were found. Never rejects.
 */
export async function meetAgents(
  places: readonly Whereabouts[],
  token: string | undefined,
  connect?: ConnectAtHub,
): Promise<readonly MetAgent[]> {
  const waiting = places.entries()
  const met = new Map<number, MetAgent>()
  const asking = Array.from({ length: nearbyLimits.askedAtOnce }, async () => {
    for (const [n, place] of waiting) met.set(n, await meet(place, token, connect))
  })
  await Promise.all(asking)
  const known = new Set<string>()
  return [...met.keys()]
    .sort((a, b) => a - b)
    .flatMap((n) => {
      const agent = met.get(n)
      const id = agent?.facts?.id
      if (!agent || (id !== undefined && known.has(id))) return []
      if (id !== undefined) known.add(id)
      return [agent]
    })
}

async function meet(
  { address, found }: Whereabouts,
  token: string | undefined,
  connect: ConnectAtHub | undefined,
): Promise<MetAgent> {
  const met = { address, found }
  let client: AgentClient | undefined
  try {
    client = new AgentClient({ ...address, token, connect, ...(found && { name: found.name }) })
    const { status, json } = await client.request('GET', '/v1/agent', { waitMs: nearbyLimits.askMs })
    if (status === 401 || status === 403) {
      throw new AgentClientError('agent-wrong-token', `${client.shown} wants another token`)
    }
    const read = agentFacts.safeParse(json)
    if (status === 200 && read.success) return { ...met, facts: read.data, why: '', text: '' }
    const text = `${client.shown} answers with ${status}; is it an agent of this version of quorate?`
    throw new AgentClientError('agent-bad-answer', text)
  } catch (error) {
    if (!(error instanceof AgentClientError)) throw error
    return { ...met, facts: undefined, why: error.code, text: error.message }
  } finally {
    client?.close()
  }
}
