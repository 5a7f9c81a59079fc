/** A deployment of RIAPS as one of ours: which actors run on which nodes, with what. */
import { isIP } from 'node:net'
import { type Deployment, deployment } from '../../../control/rollout/index.js'
import { deplOfJson } from './depl-json.js'
import { type Depl, type DeplActor, parseDepl } from './depl-parser.js'
import type { ActorLimits, Facts } from './facts.js'
import { type Found, findImported } from './find-imported.js'
import type { Named, Value } from './model.js'
import { ModelRefused, NOWHERE, type Problem } from './problem.js'

/** What is said of a placement; all else is as in deployments of ours. */
interface RiapsPlacement {
  readonly actor: string
  readonly on: 'all' | { readonly nodes: readonly string[] }
  readonly params: Readonly<Record<string, Value>>
  readonly limits?: ActorLimits
}

export interface DeploymentOptions {
  /** Of the text: errors name it, and the imported app is looked for beside it. */
  readonly file: string
  /** The app file, where it is another than the imported one; relative to the `.depl`. */
  readonly app?: string
  /** The port of agents that are named by their address. */
  readonly agentPort?: number
}

/** The port of an agent, unless it is told another. */
const AGENT_PORT = 8001

/**
 * The deployment of a `.depl`, or of its JSON, and what of it is another thing here, or nothing.
 * @throws ModelRefused with all that is wrong; CommandFailure where there is no imported app.
 */
export async function deploymentOfDepl(
  text: string,
  { file, app, agentPort = AGENT_PORT }: DeploymentOptions,
): Promise<{ deployment: Deployment; notes: readonly string[] }> {
  const depl = file.endsWith('.json') ? deplOfJson(text, file) : parseDepl(text, file)
  const found = await findImported(file, depl.name, app)
  const converter = new Converter(file, depl, found)
  const place = converter.placements()
  const agents = agentsOf(depl, agentPort)
  const read = deployment.safeParse({ app: found.appFile, agents, place })
  if (!read.success) {
    const flaws = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new ModelRefused(
      file,
      flaws.map((text) => ({ at: NOWHERE, text })),
    )
  }
  return { deployment: read.data, notes: [...converter.notes, ...notesOf(depl)] }
}

class Converter {
  readonly notes: string[] = []
  readonly #file: string
  readonly #depl: Depl
  readonly #facts: Facts | undefined

  constructor(file: string, depl: Depl, { facts, appFile }: Found) {
    this.#file = file
    this.#depl = depl
    this.#facts = facts
    if (!facts) this.notes.push(`${appFile} was not imported: its parameters and limits are not known here`)
  }

  /** @throws ModelRefused for actors and parameters that there are not, and actors twice on one host. */
  placements(): RiapsPlacement[] {
    const problems: Problem[] = []
    const placed = new Set<string>()
    const place = this.#depl.placements.flatMap(({ hosts, actors }) =>
      actors.map((actor): RiapsPlacement => {
        for (const host of hosts === 'all' ? ['all'] : hosts.map(({ name }) => name)) {
          const text = `${actor.name} is placed on ${host} twice: RIAPS starts an actor once on a host`
          if (placed.has(`${actor.name} ${host}`)) problems.push({ at: actor.at, text })
          placed.add(`${actor.name} ${host}`)
        }
        const on = hosts === 'all' ? hosts : { nodes: hosts.map(({ name }) => name) }
        return { ...this.#actor(actor, problems), on }
      }),
    )
    if (problems.length > 0) throw new ModelRefused(this.#file, problems)
    return place
  }

  #actor(actor: DeplActor, problems: Problem[]): Omit<RiapsPlacement, 'on'> {
    const params: Record<string, Value> = {}
    if (!this.#facts) {
      for (const { name, value } of actor.actuals) params[name] = value
      return { actor: actor.name, params }
    }
    const known = own(this.#facts.actors, actor.name)
    if (!known) {
      const names = Object.keys(this.#facts.actors).join(', ')
      problems.push({ at: actor.at, text: `there is no actor ${actor.name}; there are ${names}` })
      return { actor: actor.name, params }
    }
    for (const { name, at, value } of actor.actuals) {
      const param = own(known.params, name)
      if (param) params[param.name] = param.type === 'string' ? String(value) : value
      else problems.push({ at, text: `actor ${actor.name} has no parameter ${name}` })
    }
    const hasLimits = Object.keys(known.limits).length > 0
    return { actor: known.name, params, ...(hasLimits ? { limits: known.limits } : {}) }
  }
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Where a host is named by its address, its agent is there; by a name alone, mDNS finds it. */
function agentsOf({ placements }: Depl, port: number): Readonly<Record<string, { readonly at?: string }>> {
  const hosts = placements.flatMap(({ hosts }) => (hosts === 'all' ? [] : hosts.map(({ name }) => name)))
  const isAddressed = (host: string) => isIP(host) !== 0 || host.includes('.')
  if (!hosts.some(isAddressed)) return {}
  return Object.fromEntries(hosts.map((host) => [host, isAddressed(host) ? { at: `${host}:${port}` } : {}]))
}

function notesOf({ hosts, placements }: Depl): string[] {
  const spread = placements.some(({ hosts: on }) => on === 'all')
  return [
    ...hosts.flatMap(({ host, network }) => {
      const reached = network?.join(', ')
      return reached === undefined ? [] : [`host ${nameOf(host)} { network ${reached} }: not enforced`]
    }),
    ...(spread ? ['on all: on every node that has an agent when it is deployed'] : []),
  ]
}

function nameOf(host: 'all' | Named): string {
  return host === 'all' ? host : host.name
}
