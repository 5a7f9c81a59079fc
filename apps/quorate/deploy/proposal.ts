/** What a deployment would change, and whether it may: nothing is done yet. */
import { bundleManifest } from '../../../control/bundle/index.js'
import {
  type AppShape,
  DeployError,
  type Deployment,
  type DeploymentTold,
  guardedBy,
  type PlaceableNode,
  type Placed,
  type Placement,
  place,
  type RolloutStep,
  requireCompatible,
  type Slice,
  type Slices,
  seat,
  stepsFrom,
} from '../../../control/rollout/index.js'
import { addressText } from '../../../control/secure/index.js'
import { okIn, type ReachedAgent } from './reached-agent.js'

/** No bundle is called so. */
const UNKNOWN = '0'.repeat(64)

/** A bundle that is to be deployed. */
export interface NewBundle {
  readonly digest: string
  readonly manifest: AppShape & { readonly app: string; readonly sequence: number }
}

export interface Proposal {
  /** Of the deployment. */
  readonly name: string
  readonly app: string
  /** Undefined where all is to be taken away. */
  readonly bundle: NewBundle | undefined
  /** Those that take part. */
  readonly agents: readonly ReachedAgent[]
  /** Those that are gone for good. */
  readonly gone: readonly string[]
  readonly after: Slices
  readonly steps: readonly RolloutStep[]
  readonly warnings: readonly string[]
  /** Seats that become free by it could be used in another rollout. */
  readonly isWanting: boolean
}

export interface Proposing {
  readonly agents: readonly ReachedAgent[]
  /** Those that are gone for good. */
  readonly gone: readonly string[]
  readonly mayInterrupt: boolean
}

/** @throws DeployError: it makes no sense here, or could split a group. */
export async function propose(
  deployment: Pick<Deployment, 'name' | 'place'>,
  bundle: NewBundle,
  { agents, gone, mayInterrupt }: Proposing,
): Promise<Proposal> {
  const { app, groups } = bundle.manifest
  const name = deployment.name ?? app
  const before = slicesOf(name, app, { agents, gone })
  const electing = Object.entries(groups).flatMap(([type, { quorum }]) =>
    quorum === null ? [] : [[type, quorum] as const],
  )
  const quorums = new Map(electing)
  await requireUnderstood(name, bundle, agents)
  const had: Placed = new Map([...before].map(([node, { actors }]) => [node, actors]))
  const nodes: PlaceableNode[] = agents.map(({ name: node, labels }) => ({ name: node, labels }))
  const placing = { name, nodes, groups: [...quorums.keys()], before: had }
  const { placed, isWanting } = seat(place(byName(deployment.place, agents), placing), quorums, had)
  const slice = (actors: Slice['actors']): Slice => {
    return { bundle: bundle.digest, sequence: bundle.manifest.sequence, actors }
  }
  const after = new Map([...placed].map(([node, actors]) => [node, slice([...actors])]))
  const { types, warnings } = guardedBy(before, after, quorums, mayInterrupt)
  const steps = stepsFrom(before, after, types)
  const taking = agents.filter((each) => before.has(each.name) || after.has(each.name))
  return { name, app, bundle, agents: taking, gone, after, steps, warnings, isWanting }
}

/** All of a deployment is taken away. @throws DeployError `deploy-unknown`, `deploy-under-way`. */
export function proposeNothing(name: string, { agents, gone }: Omit<Proposing, 'mayInterrupt'>): Proposal {
  const known = agents.flatMap(({ deployments }) => deployments.find((each) => each.name === name) ?? [])
  const [one] = known
  const before = one ? slicesOf(name, one.app, { agents, gone }) : new Map()
  if (!one || before.size === 0) throw new DeployError('deploy-unknown', `no agent has anything of ${name}`)
  const steps = stepsFrom(before, new Map(), [])
  const taking = agents.filter((each) => before.has(each.name))
  return {
    ...{ name, app: one.app, bundle: undefined, agents: taking, gone, after: new Map(), steps },
    ...{ warnings: [], isWanting: false },
  }
}

/** What runs now. @throws DeployError where a rollout is under way, or the app is deployed otherwise. */
function slicesOf(name: string, app: string, { agents, gone }: Pick<Proposing, 'agents' | 'gone'>): Slices {
  const slices = new Map<string, Slice>()
  for (const { name: node, deployments } of agents) {
    for (const each of deployments) {
      if (each.app === app && each.name !== name && each.current) {
        const what = `${node} runs the deployment ${each.name} of the same app ${app}`
        const text = `${what}; two could give out the same seats`
        throw new DeployError(
          'deploy-could-split',
          `${text}: deploy under that name, or quorate undeploy ${each.name}`,
        )
      }
      if (each.name !== name) continue
      const isLeft = each.rollout?.isBegun === true && gone.includes(each.rollout.lead.name)
      if (each.rollout?.isBegun && !isLeft) {
        const { lead } = each.rollout
        const its = `${lead.name} at ${addressText(lead)}`
        const text = `a rollout of ${name} is under way at ${node}, led by ${its}`
        const isGone = `if ${lead.name} is gone for good: --gone ${lead.name}`
        const way = `quorate status shows how far it is; ${isGone}`
        throw new DeployError('deploy-under-way', `${text}; ${way}`)
      }
      const current = isLeft ? halfDone(each) : each.current
      if (!current) continue
      slices.set(node, current)
      requireReached(name, each.with, agents, gone)
    }
  }
  return slices
}

/** Of a rollout that nobody ends any more: each actor may be of either version, so each is brought anew. */
function halfDone({ current, actors }: DeploymentTold): Slice {
  const kept = current?.actors ?? []
  const others = actors.filter(({ id }) => !kept.some((each) => each.id === id))
  const common = { params: {}, restart: 'on-failure', limits: {} } as const
  const added = others.map(({ id, actor, seats }) => ({ ...common, groups: [], id, actor, seats }))
  return { bundle: UNKNOWN, sequence: 0, actors: [...kept, ...added] }
}

/** One that nobody asks would go on with what it has, and with its seats. */
function requireReached(
  name: string,
  others: readonly string[],
  agents: readonly ReachedAgent[],
  gone: readonly string[],
): void {
  const away = others.find((each) => !gone.includes(each) && !agents.some((agent) => agent.name === each))
  if (away === undefined) return
  const way = `name it in the file until it has nothing of it; if it is gone for good: --gone ${away}`
  throw new DeployError('deploy-nowhere', `${away} has actors of ${name}, and is not reached; ${way}`)
}

/** @throws DeployError `deploy-incompatible`, `deploy-could-split` against each version that runs. */
async function requireUnderstood(
  name: string,
  bundle: NewBundle,
  agents: readonly ReachedAgent[],
): Promise<void> {
  const looked = new Set([bundle.digest])
  for (const { client, deployments } of agents) {
    const digest = deployments.find((each) => each.name === name)?.current?.bundle
    if (digest === undefined || looked.has(digest)) continue
    looked.add(digest)
    const manifest = bundleManifest.parse(okIn(await client.request('GET', `/v1/bundles/${digest}`)))
    requireCompatible(manifest, bundle.manifest)
  }
}

/** Placements may name agents by their addresses, too. */
function byName(placements: readonly Placement[], agents: readonly ReachedAgent[]): Placement[] {
  const nameOf = (given: string): string => {
    if (agents.some(({ name }) => name === given)) return given
    const at = agents.filter(
      ({ address }) => addressText(address) === given || ('host' in address && address.host === given),
    )
    return at.length === 1 ? (at[0]?.name ?? given) : given
  }
  return placements.map((placement) => {
    const { on } = placement
    return typeof on === 'object' && 'nodes' in on
      ? { ...placement, on: { nodes: on.nodes.map(nameOf) } }
      : placement
  })
}
