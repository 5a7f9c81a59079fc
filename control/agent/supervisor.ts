/**
 * The actors of a node: starts them, keeps them as they are asked to be, and knows of each what became of it.
 * They need it for nothing: it may die at any time, and one that is started after it takes them up.
 */
import { type FSWatcher, mkdirSync, readdirSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { WitnessDoor } from '../../groups/index.js'
import { Cgroups } from './cgroups.js'
import { isOver, isRunning, unstarted } from './core.js'
import { AgentError } from './errors.js'
import { agentLimits } from './limits.js'
import type { ActorRecord, AgentStore, StartedSpec } from './records.js'
import { type ProgramOf, SupervisedActor, type Surroundings } from './supervised-actor.js'
import { trafficNow } from './traffic.js'

/** What became of an actor that was asked to stop. */
export interface Stopped {
  /** `gone` where it had ended before, or was not running. */
  readonly by: 'SIGTERM' | 'SIGKILL' | 'gone'
  readonly actor: SupervisedActor
}

export class Supervisor {
  readonly #store: AgentStore
  readonly #actors = new Map<string, SupervisedActor>()
  readonly #listeners = new Set<() => void>()
  readonly #surroundings: Surroundings
  /** Of the deaths of actors, for other hosts. */
  readonly #witness = new WitnessDoor()
  #sweep: NodeJS.Timeout | undefined
  #isSpending = false
  #trafficAtMs = 0
  #watcher: FSWatcher | undefined

  constructor(folder: string, store: AgentStore, program: ProgramOf) {
    this.#store = store
    this.#surroundings = {
      ...{ runs: join(folder, 'runs'), logs: join(folder, 'logs'), lines: join(folder, 'lines'), program },
      ...{ files: join(folder, 'files'), cgroups: Cgroups.ofThisProcess() },
      witnessAt: (host) => this.#witness.at(host),
      changed: (actor) => this.#changed(actor),
    }
    const { runs, logs, lines, files } = this.#surroundings
    for (const path of [runs, logs, lines, files]) {
      mkdirSync(path, { recursive: true, mode: 0o700 })
    }
  }

  /** Knows the actors that were kept; takes up what runs, and starts what should. */
  open(): void {
    const { runs } = this.#surroundings
    for (const record of this.#store.actors()) {
      const actor = new SupervisedActor(record, this.#surroundings)
      this.#actors.set(record.id, actor)
      actor.takeUp()
    }
    try {
      this.#watcher = watch(runs, { persistent: false }, (_event, name) => {
        this.#actors.get(name?.replace(/\.\d+$/, '') ?? '')?.look()
      })
      // It is looked at now and then all the same.
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {}
    this.#sweep = setInterval(() => {
      for (const actor of this.#actors.values()) {
        if (isOver(actor.record.state)) continue
        actor.look()
        void actor.shortenLog()
      }
      void this.#spend()
    }, agentLimits.lookMs)
  }

  get actors(): ReadonlyMap<string, SupervisedActor> {
    return this.#actors
  }

  /** @throws AgentError `agent-unknown`. */
  actor(id: string): SupervisedActor {
    const actor = this.#actors.get(id)
    if (!actor) throw new AgentError('agent-unknown', `there is no actor ${id}`)
    return actor
  }

  /**
   * Starts an actor; resolves when it is known for good, and its process is on its way. The same again does
   * nothing again. @throws AgentError `agent-conflict`, `agent-full`, `agent-not-kept`: then nothing was
   * started.
   */
  async start(id: string, module: string, spec: StartedSpec): Promise<SupervisedActor> {
    const known = this.#actors.get(id)
    if (known) {
      await this.#store.kept()
      if (isDeepStrictEqual(known.record.spec, spec)) return known
      throw new AgentError('agent-conflict', `the actor ${id} is another; give this one an id of its own`)
    }
    this.#requireRoom()
    if (this.#actors.size >= agentLimits.actors) throw full('actors', agentLimits.actors)
    const nowMs = Date.now()
    const record: ActorRecord = {
      ...{ id, spec, module, createdMs: nowMs, state: unstarted(spec.restart, nowMs, spec) },
      ...{ logBegins: 0, runBegins: 0 },
    }
    const actor = new SupervisedActor(record, this.#surroundings)
    this.#actors.set(id, actor)
    try {
      await actor.tell({ kind: 'start' })
    } catch (error) {
      this.#actors.delete(id)
      throw error
    }
    return actor
  }

  /**
   * Has an actor run so and not otherwise: it is started, or stopped and started anew with its log and its
   * folder; one that does already goes on. @throws AgentError as start().
   */
  async replace(id: string, module: string, spec: StartedSpec): Promise<SupervisedActor> {
    const actor = this.#actors.get(id)
    if (!actor) return this.start(id, module, spec)
    if (!actor.is(module, spec)) {
      await this.stop(id)
      actor.become(module, spec)
    }
    return this.restart(id)
  }

  /** Starts one again that has ended. @throws AgentError as start(). */
  async restart(id: string): Promise<SupervisedActor> {
    const actor = this.actor(id)
    if (isOver(actor.record.state)) this.#requireRoom()
    await actor.tell({ kind: 'start' })
    return actor
  }

  /** Stops it, and nothing else; resolves when it has ended. @throws AgentError `agent-unknown`. */
  async stop(id: string, graceMs?: number): Promise<Stopped> {
    const actor = this.actor(id)
    const isGone = !isRunning(actor.record.state)
    actor.look()
    await actor.tell({ kind: 'stop', ...(graceMs !== undefined && { graceMs }) }).catch(notKept)
    await this.#over(actor)
    const { signalled } = actor.record.state
    return { by: isGone || signalled === '' ? 'gone' : signalled, actor }
  }

  /** Forgets one that has ended, and its log. @throws AgentError `agent-unknown`, `agent-conflict`. */
  async forget(id: string): Promise<void> {
    const actor = this.actor(id)
    if (!isOver(actor.record.state))
      throw new AgentError('agent-conflict', `${id} has not ended; stop it first`)
    // First, for it may be what fills the disk.
    rmSync(actor.log.path, { force: true })
    rmSync(actor.folder, { force: true, recursive: true })
    this.#store.removeActor(id)
    await this.#store.kept()
    actor.close()
    this.#actors.delete(id)
    const { runs } = this.#surroundings
    for (const name of readdirSync(runs)) {
      if (name.replace(/\.\d+$/, '') === id) rmSync(join(runs, name), { force: true })
    }
  }

  /**
   * Calls back after each change of an actor, until what it gives is called. @throws AgentError `agent-full`.
   */
  listen(changed: () => void): () => void {
    if (this.#listeners.size >= agentLimits.waiting) throw full('requests that wait', agentLimits.waiting)
    this.#listeners.add(changed)
    return () => void this.#listeners.delete(changed)
  }

  /** Leaves the actors to themselves. */
  close(): void {
    clearInterval(this.#sweep)
    this.#watcher?.close()
    this.#witness.close()
    for (const actor of this.#actors.values()) actor.close()
  }

  #over(actor: SupervisedActor): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isOver(actor.record.state)) return
        this.#listeners.delete(look)
        resolve()
      }
      this.#listeners.add(look)
      look()
    })
  }

  /** Looks at what actors use that are limited. All connections are asked for once, and not beside. */
  async #spend(): Promise<void> {
    const limited = [...this.#actors.values()].filter(
      ({ record, pid }) => pid !== undefined && Object.keys(record.spec.limits).length > 0,
    )
    if (this.#isSpending || limited.length === 0) return
    this.#isSpending = true
    const nowMs = Date.now()
    const isWanted = limited.some(({ record }) => record.spec.limits.network !== undefined)
    const isDue = isWanted && nowMs - this.#trafficAtMs >= agentLimits.trafficLookMs
    if (isDue) this.#trafficAtMs = nowMs
    const traffic = isDue ? await trafficNow() : undefined
    await Promise.all(limited.map((actor) => actor.spend(traffic)))
    this.#isSpending = false
  }

  #requireRoom(): void {
    const running = [...this.#actors.values()].filter(({ record }) => !isOver(record.state)).length
    if (running >= agentLimits.running) throw full('actors that run', agentLimits.running)
  }

  #changed(actor: SupervisedActor): Promise<void> {
    this.#store.putActor(actor.record)
    for (const changed of [...this.#listeners]) changed()
    return this.#store.kept()
  }
}

/** It is stopped all the same: what runs on a full disk can be ended. */
function notKept(error: unknown): void {
  if (!(error instanceof AgentError && error.code === 'agent-not-kept')) throw error
}

function full(what: string, most: number): AgentError {
  return new AgentError('agent-full', `there are ${most} ${what} already`)
}
