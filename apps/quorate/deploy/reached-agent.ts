/** The agents of a deployment, as they are reached: named in its file, or found by mDNS, or at a hub. */
import { dirname, resolve } from 'node:path'
import { agentFacts, findAgents, type Labels } from '../../../control/nearby/index.js'
import type { HubLine } from '../../../control/relay/index.js'
import {
  DeployError,
  type Deployment,
  type DeploymentTold,
  deploymentsTold,
  errorIn,
  rolloutLimits,
} from '../../../control/rollout/index.js'
import {
  type AgentAddress,
  AgentClient,
  type AgentReply,
  addressText,
  agentAddress,
} from '../../../control/secure/index.js'
import type { InterfaceChoice } from '../../../discovery/index.js'
import { tokenForAgents } from '../agent/token.js'
import { lineOf } from '../failure.js'

export interface ReachedAgent {
  readonly name: string
  readonly labels: Labels
  readonly address: AgentAddress
  /** It asks for no token. */
  readonly isOpen: boolean
  readonly client: AgentClient
  /** What it has of all deployments. */
  readonly deployments: readonly DeploymentTold[]
}

/** Where agents are looked for that are not named by an address. */
export interface Search {
  readonly interfaces: readonly InterfaceChoice[]
  readonly quietMs: number
  /** The hub that they have dialled, in place of mDNS. */
  readonly hub?: HubLine | undefined
}

interface Sought {
  readonly address: AgentAddress
  /** What it has to be called; undefined of whoever announces itself. */
  readonly name: string | undefined
  readonly tokenFile: string | undefined
}

/** Which agents are asked. */
export interface Wanted extends Pick<Deployment, 'agents' | 'tokenFile'> {
  /** The files that it names are beside this one. */
  readonly file: string
  /** Those that are gone for good. */
  readonly gone: readonly string[]
}

/**
 * All of them, by name. Who announces itself and does not know the token is none of them.
 * @throws AgentClientError, DeployError: an agent that is named is not reached, or is another.
 */
export async function reachAgents(wanted: Wanted, search: Search): Promise<readonly ReachedAgent[]> {
  const sought = await soughtBy(wanted, search)
  const met = await Promise.allSettled(sought.map((each) => reach(each, wanted, search.hub)))
  const agents: ReachedAgent[] = []
  for (const [n, each] of met.entries()) {
    if (each.status === 'fulfilled') agents.push(each.value)
    else if (sought[n]?.name !== undefined) {
      close(met)
      throw each.reason
    }
  }
  if (agents.length === 0) throw nobody(met, search)
  requireNames(agents)
  return agents.sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Why not one of those that were found takes part. */
function nobody(met: readonly PromiseSettledResult<ReachedAgent>[], { hub }: Search): DeployError {
  const [first] = met.flatMap((each) => (each.status === 'rejected' ? [lineOf(each.reason)] : []))
  const none = hub ? 'no agent has dialled the hub' : 'no agent announces itself'
  const why = first === undefined ? none : `no agent lets this in: ${first}`
  const here = 'start agents with --announce, or name them: agents: { n1: 10.0.0.5:8001 }'
  const way = hub ? 'start agents with --hub stcp://… --tls …' : here
  return new DeployError('deploy-nowhere', `${why}; ${way}`)
}

function close(met: readonly PromiseSettledResult<ReachedAgent>[]): void {
  for (const each of met) if (each.status === 'fulfilled') each.value.client.close()
}

async function soughtBy({ agents, gone }: Wanted, search: Search): Promise<Sought[]> {
  const named = Object.entries(agents).filter(([name]) => !gone.includes(name))
  const isSearched = named.length === 0 || named.some(([, { at }]) => at === undefined)
  const found = isSearched ? await foundBy(search) : []
  if (named.length === 0) {
    return found
      .filter(({ name }) => !gone.includes(name))
      .map(({ address }) => ({ address, name: undefined, tokenFile: undefined }))
  }
  return named.map(([name, { at, tokenFile }]) => {
    if (at !== undefined) return { address: agentAddress(at), name, tokenFile }
    const there = found.find((each) => each.name === name)
    if (there) return { address: there.address, name, tokenFile }
    const way = 'start it with --announce, or say where it is: at: 10.0.0.5:8001'
    const what = `no agent announces itself as ${name}; ${way}`
    const atHub = `no agent ${name} has dialled the hub; start it with --hub and --name ${name}`
    throw new DeployError('deploy-nowhere', search.hub ? atHub : what)
  })
}

interface Found {
  readonly name: string
  readonly address: AgentAddress
}

async function foundBy({ hub, ...search }: Search): Promise<readonly Found[]> {
  if (hub) return (await hub.agents()).map(({ name }) => ({ name, address: { atHub: name } }))
  const found = await findAgents(search)
  return found.map(({ name, host, port }) => ({ name, address: { host, port } }))
}

async function reach(sought: Sought, wanted: Wanted, hub: HubLine | undefined): Promise<ReachedAgent> {
  const { address, name } = sought
  const isClear = 'isClear' in address && address.isClear === true
  const given = sought.tokenFile ?? wanted.tokenFile
  const file = given === undefined ? undefined : resolve(dirname(wanted.file), given)
  const token = isClear && file === undefined ? undefined : tokenForAgents(file)
  const connect = hub && ((agent: string) => hub.connect(agent))
  const client = new AgentClient({ ...address, token, connect, ...(name !== undefined && { name }) })
  try {
    const facts = agentFacts.parse(
      okIn(await client.request('GET', '/v1/agent', { waitMs: rolloutLimits.answerMs })),
    )
    // One that is named by its address may be called anything.
    if (name !== undefined && facts.name !== name && !('host' in address && name === address.host)) {
      const text = `the agent at ${addressText(address)} is called ${facts.name}, and not ${name}`
      throw new DeployError(
        'deploy-wrong-target',
        `${text}; name it so in the deployment, or start it with --name ${name}`,
      )
    }
    const { deployments } = deploymentsTold.parse(okIn(await client.request('GET', '/v1/deployments')))
    return {
      name: facts.name,
      labels: facts.labels,
      address,
      isOpen: token === undefined,
      client,
      deployments,
    }
  } catch (error) {
    client.close()
    throw error
  }
}

function requireNames(agents: readonly ReachedAgent[]): void {
  const twice = agents.find(({ name }, n) => agents.findIndex((each) => each.name === name) !== n)
  if (!twice) return
  const places = agents.filter(({ name }) => name === twice.name).map(({ address }) => addressText(address))
  const text = `${places.join(' and ')} are both called ${twice.name}`
  throw new DeployError('deploy-nowhere', `${text}; start one of them with another --name`)
}

/** @throws DeployError, Error where it says no. */
export function okIn(reply: AgentReply): unknown {
  if (reply.status !== 200) throw errorIn(reply)
  return reply.json
}
