/** The deployments of an agent: those that it takes part in, and the rollouts that it leads. */
import type { ConnectAtHub, Identities } from '../secure/index.js'
import { rolloutTold } from './answers.js'
import { begun } from './core.js'
import { DeployError } from './errors.js'
import { RolloutLeader } from './leader.js'
import { rolloutLimits } from './limits.js'
import { type DeploymentPlace, Participant } from './participant.js'
import type { Beginning, DeploymentRecord, Preparing, RolloutRecord } from './records.js'
import { clientFor, identityOf, RolloutAgentsByTicket } from './rollout-agents.js'
import { rolloutRoutes } from './rollout-routes.js'

export class Deployments {
  readonly participant: Participant
  readonly #place: DeploymentPlace
  readonly #identities: Identities
  readonly #connect: ConnectAtHub | undefined
  readonly #agents: RolloutAgentsByTicket
  readonly #leaders = new Map<string, RolloutLeader>()
  readonly #ending = new AbortController()
  #asking: NodeJS.Timeout | undefined
  /** One after another: what is asked for twice is begun once. */
  #beginning: Promise<unknown> = Promise.resolve()

  /** @param connect the way to agents at the hub of this one, where it has one. */
  constructor(place: DeploymentPlace, identities: Identities, connect?: ConnectAtHub) {
    this.#place = place
    this.#connect = connect
    this.#identities = identities
    this.participant = new Participant(place)
    this.#agents = new RolloutAgentsByTicket(place.name, this.participant, connect)
  }

  /** Goes on with what an agent before this one had begun. */
  open(): void {
    for (const { next, last } of this.participant.all.values()) {
      if (last) this.#let(last.rollout, last.ticket)
      if (next) this.#let(next.rollout, next.ticket)
    }
    for (const record of this.#place.store.rollouts()) this.#lead(record)
    this.#asking = setInterval(() => void this.#ask(), rolloutLimits.forgottenMs)
    this.#asking.unref()
  }

  /** What is under way goes on when an agent is there again. */
  close(): void {
    this.#ending.abort()
    clearInterval(this.#asking)
    this.#agents.close()
  }

  /** @throws DeployError, AgentError: then this agent will not take part, and nothing has changed. */
  async prepare(rollout: string, told: Preparing): Promise<void> {
    const before = this.participant.all.get(told.deployment)
    await this.participant.prepare(rollout, told)
    // Whoever led the one before the last has nothing to say any more.
    for (const old of [before?.last?.rollout, before?.next?.rollout]) {
      if (old !== undefined && old !== rollout && !this.#leaders.has(old))
        this.#identities.take(identityOf(old))
    }
    this.#let(rollout, told.ticket)
  }

  /**
   * Leads it to its end from now on; that is kept before this resolves. The same again changes nothing.
   * @throws DeployError `deploy-unknown` where it was not prepared here, or is forgotten.
   */
  begin(rollout: string, beginning: Beginning): Promise<RolloutLeader> {
    const begun = this.#beginning.then(() => this.#leaders.get(rollout) ?? this.#begin(rollout, beginning))
    this.#beginning = begun.catch(() => undefined)
    return begun
  }

  async #begin(rollout: string, { nodes, steps }: Beginning): Promise<RolloutLeader> {
    const { name: deployment, next } = this.participant.deploymentIn(rollout)
    if (next?.lead.name !== this.#place.name) {
      throw new DeployError(
        'deploy-wrong-target',
        `${next?.lead.name} was to lead this, and I am ${this.#place.name}`,
      )
    }
    const { ticket } = next
    const state = begun(
      steps,
      nodes.map(({ name }) => name),
    )
    const record: RolloutRecord = {
      ...{ id: rollout, deployment, nodes, ticket, state, begunMs: Date.now(), endedMs: 0 },
    }
    this.#place.store.putRollout(record)
    await this.#place.store.kept()
    this.#forgetOldest()
    return this.#lead(record)
  }

  /** @throws DeployError `deploy-unknown` for one that this agent does not lead. */
  leader(rollout: string): RolloutLeader {
    const leader = this.#leaders.get(rollout)
    if (leader) return leader
    throw new DeployError('deploy-unknown', `${this.#place.name} leads no rollout ${rollout}`)
  }

  #lead(record: RolloutRecord): RolloutLeader {
    const keep = (next: RolloutRecord): Promise<void> => {
      this.#place.store.putRollout(next)
      return this.#place.store.kept()
    }
    const leader = new RolloutLeader(record, this.#agents, keep, this.#ending.signal)
    this.#leaders.set(record.id, leader)
    if (record.state.phase !== 'over') void leader.run().then(() => this.#agents.forget(record))
    return leader
  }

  #forgetOldest(): void {
    const over = [...this.#leaders.values()].filter(({ record }) => record.state.phase === 'over')
    const [oldest] = over.toSorted((one, other) => one.record.begunMs - other.record.begunMs)
    if (!oldest || this.#leaders.size < rolloutLimits.rollouts) return
    this.#leaders.delete(oldest.record.id)
    this.#place.store.removeRollout(oldest.record.id)
  }

  #let(rollout: string, ticket: string): void {
    if (ticket === '') return
    this.#identities.give(identityOf(rollout), Buffer.from(ticket, 'hex'), (method, route) => {
      return rolloutRoutes.some((each) => each.method === method && each.route === route)
    })
  }

  /** What became of rollouts that were prepared a while ago: one that never began is forgotten. */
  async #ask(): Promise<void> {
    for (const record of this.participant.all.values()) {
      const { next } = record
      if (!next || Date.now() - next.preparedMs < rolloutLimits.forgottenMs) continue
      const outcome = await this.#outcomeOf(next).catch(() => undefined)
      if (outcome === undefined || this.#ending.signal.aborted) continue
      // Begun and unknown there: whoever led it has lost its folder, and people have to see to it.
      if (outcome === 'unknown' && next.isBegun) continue
      await this.participant.end(next.rollout, outcome === 'new' ? 'new' : 'old').catch(() => undefined)
    }
  }

  /** Undefined where it goes on. Rejects where the one that leads it is away. */
  async #outcomeOf(
    next: NonNullable<DeploymentRecord['next']>,
  ): Promise<'new' | 'old' | 'unknown' | undefined> {
    const { rollout, ticket, lead } = next
    if (lead.name === this.#place.name) return this.#leaders.has(rollout) ? undefined : 'unknown'
    const client = clientFor({ id: rollout, ticket }, lead, this.#connect)
    try {
      const path = `/v1/rollouts/${rollout}`
      const { status, json } = await client.request('GET', path, { waitMs: rolloutLimits.answerMs })
      if (status === 404) return 'unknown'
      const { outcome, phase } = rolloutTold.parse(json)
      return phase === 'over' && outcome !== '' ? outcome : undefined
    } finally {
      client.close()
    }
  }
}
