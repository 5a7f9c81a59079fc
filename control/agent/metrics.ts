/** The metrics of an agent: how its actors are when somebody asks. */
import { Counter, Gauge, Registry } from 'prom-client'
import { isOver, PHASES, type Supervised } from './core.js'
import { agentLimits } from './limits.js'
import type { Usage } from './processes.js'

const LABELS = ['app', 'actor', 'id']

/** An actor, as far as metrics tell of it. */
export interface MeasuredActor {
  readonly record: {
    readonly id: string
    readonly spec: { readonly app: string; readonly actor: string }
    readonly state: Supervised
  }
  readonly usage: Usage | undefined
}

export class AgentMetrics {
  readonly registry = new Registry()
  readonly #of = { registers: [this.registry] }
  readonly #actors = new Gauge({
    ...{ ...this.#of, name: 'quorate_agent_actors', labelNames: ['state'] },
    help: 'Actors that the agent knows',
  })
  readonly #untold = new Gauge({
    ...{ ...this.#of, name: 'quorate_agent_actors_untold' },
    help: 'Actors that have no series of their own, since there are too many',
  })
  readonly #up = new Gauge({
    ...{ ...this.#of, name: 'quorate_agent_actor_up', labelNames: LABELS },
    help: '1 where the actor is active, else 0',
  })
  readonly #cpu = new Counter({
    ...{ ...this.#of, name: 'quorate_agent_actor_cpu_seconds_total', labelNames: LABELS },
    help: 'Processor time of the process of the actor',
  })
  readonly #resident = new Gauge({
    ...{ ...this.#of, name: 'quorate_agent_actor_resident_bytes', labelNames: LABELS },
    help: 'Memory of the process of the actor',
  })
  readonly #restarts = new Counter({
    ...{ ...this.#of, name: 'quorate_agent_actor_restarts_total', labelNames: LABELS },
    help: 'Starts of the actor after its first',
  })

  look(actors: Iterable<MeasuredActor>): void {
    const all = [...actors]
    const counts = new Map<string, number>(PHASES.map((phase) => [phase, 0]))
    for (const { record } of all) {
      counts.set(record.state.phase, (counts.get(record.state.phase) ?? 0) + 1)
    }
    for (const [state, count] of counts) this.#actors.set({ state }, count)
    for (const metric of [this.#up, this.#cpu, this.#resident, this.#restarts]) metric.reset()
    // Those that may yet do something first.
    const [over, others] = [true, false].map((is) => all.filter(({ record }) => isOver(record.state) === is))
    const told = [...(others ?? []), ...(over ?? [])].slice(0, agentLimits.scrapedActors)
    for (const each of told) this.#tell(each)
    this.#untold.set(all.length - told.length)
  }

  #tell({ record: { id, spec, state }, usage }: MeasuredActor): void {
    const labels = { app: spec.app, actor: spec.actor, id }
    this.#up.set(labels, state.phase === 'active' ? 1 : 0)
    this.#restarts.inc(labels, Math.max(0, state.starts - 1))
    if (!usage) return
    this.#cpu.inc(labels, usage.cpuMs / 1000)
    this.#resident.set(labels, usage.memoryBytes)
  }
}
