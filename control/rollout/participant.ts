/**
 * An agent that takes part in rollouts: it keeps what it was told, does its steps, each as often as it is
 * asked to, and never decides on its own how a rollout ends once a step of it was done.
 */
import { setTimeout as after } from 'node:timers/promises'
import { isOver } from '../agent/core.js'
import { agentLimits } from '../agent/limits.js'
import type { AgentStore, StartedSpec } from '../agent/records.js'
import type { SupervisedActor } from '../agent/supervised-actor.js'
import type { Supervisor } from '../agent/supervisor.js'
import { DeployError } from './errors.js'
import { rolloutLimits } from './limits.js'
import { lookAt } from './look.js'
import type { ActorLook, DeploymentRecord, Preparing } from './records.js'
import type { PlacedActor, Slice } from './slice.js'

/** A bundle that an agent has. */
export interface BundleHere {
  readonly app: string
  readonly sequence: number
  /** Path of the module that is run. */
  readonly module: string
  /** Types of groups that have a leader. */
  readonly electing: readonly string[]
  /** All parameters of an actor from those that were given. @throws AgentError. */
  resolve(actor: string, given: PlacedActor['params']): PlacedActor['params']
}

/** What deployments need of their agent. */
export interface DeploymentPlace {
  readonly name: string
  readonly store: AgentStore
  readonly supervisor: Supervisor
  /** @throws AgentError where it is not there, or not what it was. */
  bundle(digest: string): Promise<BundleHere>
  /** Takes in keys, where there are some; then throws DeployError `deploy-no-keys` where one is missing. */
  keys(app: string, actors: readonly string[], given: string | undefined): Promise<void>
  /** Bundles that no deployment and no actor needs are removed. */
  tidy(): Promise<void>
}

export class Participant {
  readonly #place: DeploymentPlace
  readonly #deployments: Map<string, DeploymentRecord>
  /** One step of an actor at a time: who leads may ask again before it has ended. */
  readonly #under = new Map<string, Promise<void>>()

  constructor(place: DeploymentPlace) {
    this.#place = place
    this.#deployments = new Map(place.store.deployments().map((each) => [each.name, each]))
  }

  get all(): ReadonlyMap<string, DeploymentRecord> {
    return this.#deployments
  }

  /** The one that has this rollout before it. @throws DeployError `deploy-unknown`. */
  deploymentIn(rollout: string): DeploymentRecord {
    const found = [...this.#deployments.values()].find(({ next }) => next?.rollout === rollout)
    if (found) return found
    throw new DeployError('deploy-unknown', `${this.#place.name} knows of no rollout ${rollout}`)
  }

  /**
   * Nothing changes yet. One that was prepared before and not begun is forgotten for it.
   * @throws DeployError, AgentError: then it will not take part.
   */
  async prepare(rollout: string, told: Preparing): Promise<void> {
    const { name } = this.#place
    if (told.node !== name) {
      throw new DeployError('deploy-wrong-target', `this is for the agent ${told.node}, and I am ${name}`)
    }
    const known = this.#deployments.get(told.deployment)
    // Whoever leads that one never ends it any more, where it is gone for good.
    const isLed = known?.next?.isBegun && !told.gone.includes(known.next.lead.name)
    if (known?.next && isLed && known.next.rollout !== rollout) {
      const what = `a rollout of ${told.deployment} is under way, led by ${known.next.lead.name}`
      throw new DeployError('deploy-under-way', `${what}; quorate status tells of it`)
    }
    this.#requireOwn(told, known)
    if (told.slice) await this.#requireReady(told, told.slice, known)
    const { slice, with: others, lead, ticket } = told
    const at = { preparedMs: Date.now(), isBegun: false }
    const next = { rollout, ...(slice && { slice }), with: others, lead, ticket, ...at }
    const record = known ?? { name: told.deployment, app: told.app, with: [], newest: 0 }
    await this.#keep({ ...record, next })
  }

  /** Makes one actor what it is to be in the new or the old version. @throws DeployError `deploy-failed`. */
  async bring(rollout: string, id: string, to: 'new' | 'old'): Promise<void> {
    const record = this.deploymentIn(rollout)
    const { next } = record
    if (next && !next.isBegun) await this.#keep({ ...record, next: { ...next, isBegun: true } })
    const before = this.#under.get(id) ?? Promise.resolve()
    const now = before.catch(() => undefined).then(() => this.#bring(rollout, id, to))
    this.#under.set(id, now)
    try {
      await now
    } finally {
      if (this.#under.get(id) === now) this.#under.delete(id)
    }
  }

  /** How it ended, for good. The same again changes nothing. */
  async end(rollout: string, outcome: 'new' | 'old'): Promise<void> {
    const record = [...this.#deployments.values()].find(({ next }) => next?.rollout === rollout)
    if (!record) return
    const { next, current, ...rest } = record
    const slice = outcome === 'new' ? next?.slice : current
    const newest = Math.max(record.newest, slice?.sequence ?? 0)
    const last = { rollout, outcome, atMs: Date.now(), ticket: next?.ticket ?? '' }
    const others = outcome === 'new' && next ? next.with : record.with
    await this.#keep({ ...rest, with: others, newest, last, ...(slice && { current: slice }) })
    await this.#place.tidy()
  }

  /** The actors that are here by a deployment. */
  look(name: string): Promise<ActorLook[]> {
    const { current, next } = this.#deployments.get(name) ?? {}
    const here = [...(current?.actors ?? []), ...(next?.slice?.actors ?? [])].map(({ id }) => id)
    const actors = [...new Set(here)].flatMap((id) => this.#place.supervisor.actors.get(id) ?? [])
    return Promise.all(actors.map(lookAt))
  }

  async #keep(record: DeploymentRecord): Promise<void> {
    if (!this.#deployments.has(record.name)) this.#requireRoom()
    this.#place.store.putDeployment(record)
    await this.#place.store.kept()
    this.#deployments.set(record.name, record)
  }

  /** Of those that were undeployed, the one that was so first is forgotten. */
  #requireRoom(): void {
    if (this.#deployments.size < rolloutLimits.deployments) return
    const undeployed = [...this.#deployments.values()].filter(({ current, next }) => !current && !next)
    const [oldest] = undeployed.toSorted((one, other) => (one.last?.atMs ?? 0) - (other.last?.atMs ?? 0))
    if (!oldest) {
      const what = `${this.#place.name} has ${rolloutLimits.deployments} deployments already`
      throw new DeployError('deploy-under-way', `${what}; quorate undeploy one of them`)
    }
    this.#place.store.removeDeployment(oldest.name)
    this.#deployments.delete(oldest.name)
  }

  /** Others of this app that elect here might have the same seats. */
  #requireOwn({ deployment, app }: Preparing, known: DeploymentRecord | undefined): void {
    const mine = known?.app ?? app
    if (mine !== app) {
      const text = `${deployment} is a deployment of ${mine} here, not of ${app}; give this one another name`
      throw new DeployError('deploy-wrong-target', text)
    }
    const other = [...this.#deployments.values()].find((each) => {
      return each.app === app && each.name !== deployment && (each.current || each.next)
    })
    if (!other) return
    const mineToo = `${this.#place.name} has ${other.name}, of the same app ${app}`
    const text = `${mineToo}; two could give out the same seats`
    throw new DeployError(
      'deploy-could-split',
      `${text}: quorate undeploy ${other.name}, or deploy under that name`,
    )
  }

  async #requireReady(told: Preparing, wanted: Slice, known: DeploymentRecord | undefined): Promise<void> {
    const { app, keys } = told
    const bundle = await this.#place.bundle(wanted.bundle)
    if (bundle.app !== app || bundle.sequence !== wanted.sequence) {
      throw new DeployError('deploy-wrong-target', `the bundle ${wanted.bundle} is another: of ${bundle.app}`)
    }
    const newest = known?.newest ?? 0
    if (bundle.sequence < newest) {
      const made = new Date(bundle.sequence).toISOString()
      const what = `the bundle was made ${made}, and a newer one has run here`
      throw new DeployError('deploy-older', `${what}; deploy from the sources again, which makes another`)
    }
    this.#requireNoStranger(told, wanted, bundle)
    for (const { actor, params } of wanted.actors) bundle.resolve(actor, params)
    await this.#place.keys(app, [...new Set(wanted.actors.map(({ actor }) => actor))], keys)
  }

  #requireNoStranger({ deployment, app }: Preparing, wanted: Slice, { electing }: BundleHere): void {
    if (electing.length === 0) return
    const own = new Set(
      [...(this.#deployments.get(deployment)?.current?.actors ?? []), ...wanted.actors].map(({ id }) => id),
    )
    for (const { record } of this.#place.supervisor.actors.values()) {
      if (record.spec.app !== app || own.has(record.id) || isOver(record.state)) continue
      const what = `${this.#place.name} runs the actor ${record.id} of ${app}, which is of no deployment`
      throw new DeployError('deploy-could-split', `${what} and may have the same seats; stop it first`)
    }
  }

  async #bring(rollout: string, id: string, to: 'new' | 'old'): Promise<void> {
    const { current, next } = this.deploymentIn(rollout)
    const slice = to === 'new' ? next?.slice : current
    const wanted = slice?.actors.find((each) => each.id === id)
    const { supervisor } = this.#place
    if (!slice || !wanted) {
      if (!supervisor.actors.has(id)) return
      await supervisor.stop(id)
      return supervisor.forget(id)
    }
    const { app, module, resolve } = await this.#place.bundle(slice.bundle)
    const spec = specOf(app, slice.bundle, { ...wanted, params: resolve(wanted.actor, wanted.params) })
    const before = await supervisor.actors.get(id)?.groups()
    const elected = typeof before === 'object' ? before.filter(({ quorum }) => quorum > 0) : []
    const actor = await supervisor.replace(id, module, spec)
    await becomesActive(actor, supervisor)
    await takesPart(
      actor,
      elected.map(({ name }) => name),
    )
  }
}

/** As those of actors that are started one by one. */
const startTimes = { activeMs: agentLimits.activeMs, graceMs: agentLimits.graceMs }

function specOf(app: string, bundle: string, placed: PlacedActor): StartedSpec {
  const { actor, params, restart, limits, seats } = placed
  return { ...{ app, actor, params, restart, limits, seats, bundle, metrics: '' }, ...startTimes }
}

/** @throws DeployError `deploy-failed` where its process ended, and says why. */
async function becomesActive(actor: SupervisedActor, supervisor: Supervisor): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): boolean => ['active', 'waiting', 'ended', 'failed'].includes(actor.record.state.phase)
    const forget = supervisor.listen(() => look() && done())
    const done = (): void => {
      forget()
      resolve()
    }
    if (look()) done()
  })
  const { phase, why } = actor.record.state
  if (phase === 'active') return
  throw new DeployError('deploy-failed', `${actor.record.id} does not come up: ${why || 'it has ended'}`)
}

/**
 * It is a member again where it was one, and that group has its leader. @throws DeployError `deploy-failed`.
 */
async function takesPart(actor: SupervisedActor, before: readonly string[]): Promise<void> {
  const begunMs = Date.now()
  for (;;) {
    const { phase, why } = actor.record.state
    const isOut = phase !== 'active'
    if (isOut)
      throw new DeployError('deploy-failed', `${actor.record.id} did not stay up: ${why || 'it has ended'}`)
    const { groups } = await lookAt(actor)
    const here = groups.filter(({ quorum, name }) => quorum > 0 && before.includes(name))
    const waitedMs = Date.now() - begunMs
    // One of which it says nothing after a while is one that it does not join any more.
    const isJoined = here.length === before.length || waitedMs >= rolloutLimits.joinMs
    if (isJoined && here.every(({ role, hasLeader }) => role !== 'joining' && hasLeader)) return
    if (waitedMs >= rolloutLimits.settleMs) {
      const names = here.filter(({ hasLeader }) => !hasLeader).map(({ name }) => name)
      const what = names.length > 0 ? `${names.join(', ')} has no leader` : 'its groups do not take it in'
      throw new DeployError('deploy-failed', `${actor.record.id} is active, but ${what}`)
    }
    await after(rolloutLimits.lookMs)
  }
}
