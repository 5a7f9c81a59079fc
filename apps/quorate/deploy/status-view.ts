/** How `quorate status` shows deployments: a row for each actor, an object for programs. */
import type { DeploymentTold } from '../../../control/rollout/index.js'
import { lineOfRow, widthsOf } from '../table.js'
import { harmless, paint, type Screen } from '../terminal.js'
import type { ReachedAgent } from './reached-agent.js'

interface ActorState {
  readonly node: string
  readonly id: string
  readonly state: string
  readonly why: string
  readonly bundle: string
  readonly seats: string
  readonly groups: DeploymentTold['actors'][number]['groups']
}

export interface DeploymentState {
  readonly name: string
  readonly app: string
  /** Digests that agents have; more than one while a rollout is under way. */
  readonly bundles: readonly string[]
  readonly actors: readonly ActorState[]
  /** Under way, by the agents that know of it. */
  readonly rollout: { readonly id: string; readonly lead: string } | null
  /** All actors are active, and nothing is under way. */
  readonly isCalm: boolean
}

const HEADINGS = ['actor', 'agent', 'state', 'bundle', 'groups']
const DIGITS = 12

/** By name; of one deployment, where it is named. */
export function stateOf(agents: readonly ReachedAgent[], name: string | undefined): DeploymentState[] {
  const names = new Set(agents.flatMap(({ deployments }) => deployments.map((each) => each.name)))
  return [...names]
    .filter((each) => name === undefined || each === name)
    .sort()
    .flatMap((each) => oneState(agents, each) ?? [])
}

function oneState(agents: readonly ReachedAgent[], name: string): DeploymentState | undefined {
  const had = agents.flatMap(({ name: node, deployments }) => {
    return deployments.filter((each) => each.name === name).map((told) => ({ node, told }))
  })
  const [first] = had
  const begun = had.find(({ told }) => told.rollout?.isBegun)?.told.rollout
  const actors = had.flatMap(({ node, told }) => told.actors.map((actor) => ({ node, ...actor })))
  const bundles = [...new Set(had.flatMap(({ told }) => told.current?.bundle ?? []))]
  // What was undeployed is known for its number alone.
  if (!first || (actors.length === 0 && bundles.length === 0 && !begun)) return undefined
  const wanted = had.reduce((sum, { told }) => sum + (told.current?.actors.length ?? 0), 0)
  const isCalm = !begun && actors.length === wanted && actors.every(({ state }) => state === 'active')
  const rollout = begun ? { id: begun.id, lead: begun.lead.name } : null
  return { name, app: first.told.app, bundles, actors, rollout, isCalm }
}

export function statusSample(deployments: readonly DeploymentState[], t: number): object {
  return { v: 1, t, deployments }
}

export function statusLines(deployments: readonly DeploymentState[], screen: Screen): string[] {
  return deployments.flatMap(({ name, app, rollout, actors }, n) => {
    const rows = actors.map(({ id, node, state, why, bundle, groups }) => {
      const told = groups.map((each) => `${each.name} ${each.role}`).join(', ')
      return [id, node, why === '' ? state : `${state}: ${why}`, bundle.slice(0, DIGITS), told].map(harmless)
    })
    const widths = widthsOf([HEADINGS, ...rows], screen.columns)
    const under = rollout ? `, a rollout is under way, led by ${rollout.lead}` : ''
    return [
      ...(n > 0 ? [''] : []),
      harmless(`${name}${app === name ? '' : ` (${app})`}${under}`),
      paint(screen, 'dim', lineOfRow(HEADINGS, widths)),
      ...rows.map((row) => lineOfRow(row, widths)),
    ]
  })
}
