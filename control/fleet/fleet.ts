/**
 * The fleet of a hub as those who tell of it, and those who watch it, meet it: the core with its clock, who
 * waits for what, and when who is to tell again.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { composed, type Json, Verbatim } from '../fastapi/json.js'
import type { Entry } from '../hub/entry.js'
import { HubError } from '../hub/errors.js'
import type { Patience } from '../hub/waiters.js'
import { Waiters } from '../hub/waiters.js'
import { FleetCore } from './core.js'
import { Errands } from './errands.js'
import { fleetLimits } from './limits.js'
import type { ActorTold, NodeTold } from './models.js'
import { Rates } from './rates.js'
import { Tellers } from './tellers.js'

const ALL = ''
const SECOND_MS = 1000

export class Fleet {
  readonly #core = new FleetCore()
  /** Versions of another life of the hub say nothing in this one. */
  readonly #life = randomBytes(6).toString('hex')
  readonly #rates = new Rates(Date.now())
  readonly #changes = new Waiters()
  /** Those who tell, until they are wanted again. */
  readonly #telling = new Waiters()
  readonly #work = new Waiters()
  readonly errands = new Errands((node) => this.#work.happened(node))
  readonly #actors = new Tellers((worker) => this.left(worker))
  readonly #nodes = new Tellers((name) => this.#nodeLeft(name))
  #watchedUntilMs = 0
  #toldMs = 0
  #waking: NodeJS.Timeout | undefined
  #wakesAtMs = 0

  get nodes(): FleetCore['nodes'] {
    return this.#core.nodes
  }

  /** An actor tells of itself; gives what is wanted next, when it is. @throws HubError `hub-full`. */
  async tellActor(worker: string, told: ActorTold, socket: AbortSignal, patience: Patience): Promise<Json> {
    const { whole } = this.#isNews(this.#actors, worker, told, socket) ?? this.#core.tellActor(worker, told)
    if (!whole) this.#actors.told(worker, socket)
    return this.#wanted(whole, patience)
  }

  /** The agent of a node does. @throws HubError `hub-full`, `hub-conflict` for a name that another has. */
  async tellNode(name: string, told: NodeTold, socket: AbortSignal, patience: Patience): Promise<Json> {
    if (this.#nodes.isOther(name, socket)) {
      throw new HubError('hub-conflict', `another agent is the node ${name}; start this one with --name`)
    }
    const { whole } = this.#isNews(this.#nodes, name, told, socket) ?? this.#core.tellNode(name, told)
    if (!whole) this.#nodes.told(name, socket)
    return this.#wanted(whole, patience)
  }

  /** An actor is no worker any more. */
  left(worker: string): void {
    this.#actors.forget(worker)
    this.#core.leaveActor(worker)
    this.#changed()
  }

  /** Gives whether there was one. @throws HubError `hub-conflict` where its agent is there. */
  forgetNode(name: string): boolean {
    const isKnown = this.#core.forgetNode(name)
    this.#changed()
    return isKnown
  }

  /** What its agent is to do; waits for something. @throws HubError as tellNode(). */
  async errandsFor(name: string, socket: AbortSignal, patience: Patience): Promise<Json> {
    if (this.#nodes.isOther(name, socket)) {
      throw new HubError('hub-conflict', `another agent is the node ${name}`)
    }
    const found = await this.#work.first(name, patience, async () => this.errands.take(name))
    if (found && patience.asker().isGone) this.errands.giveBack(found)
    return composed({ errands: new Verbatim(JSON.stringify(found ?? [])) })
  }

  /** What has changed since the cursor; waits for that. All of it without one. */
  async since(cursor: string | undefined, patience: Patience): Promise<Json> {
    this.#watched()
    const [version, ratesMs] = this.#read(cursor)
    const look = (): Json | undefined => {
      const nowMs = Date.now()
      const changes = this.#core.since(version)
      const rates = this.#rates.since(ratesMs, nowMs)
      if (!changes && rates.length === 0) return undefined
      this.#toldMs = performance.now()
      return this.#told(changes, rates, ratesMs, nowMs)
    }
    const pauseMs = this.#toldMs + fleetLimits.answerMs - performance.now()
    if (version !== undefined && patience.waitMs > 0 && pauseMs > 0) await after(pauseMs)
    const found = await this.#changes.first(ALL, patience, async () => look())
    this.#watched()
    return found ?? this.#told(undefined, [], ratesMs, Date.now())
  }

  /** A command has come, or was answered. */
  commanded({ state, leasedUntilMs, postedMs }: Entry): void {
    const nowMs = Date.now()
    if (state === 'queued' && leasedUntilMs === 0) this.#rates.posted(nowMs)
    else if (state === 'done') this.#rates.answered(nowMs, Math.max(0, nowMs - postedMs))
    else return
    // It is told of when its second is over.
    this.#wakeIn(SECOND_MS - (nowMs % SECOND_MS))
  }

  /** None waits any more. */
  close(): void {
    clearTimeout(this.#waking)
    for (const each of [this.#changes, this.#telling, this.#work]) each.close()
    for (const name of this.#core.nodes.keys()) this.errands.left(name)
  }

  #told(
    changes: ReturnType<FleetCore['since']>,
    rates: ReturnType<Rates['since']>,
    ratesMs: number,
    nowMs: number,
  ): Json {
    const { anew = false, version = this.#core.version } = changes ?? {}
    const members = changes?.members ?? { nodes: [], actors: [], gone: GONE_NONE }
    const cursor = [this.#life, version, rates.at(-1)?.at ?? ratesMs].join('.')
    const told = new Verbatim(JSON.stringify(rates))
    return composed({ cursor, anew, now: nowMs }, members, { rates: told })
  }

  #read(cursor = ''): readonly [version: number | undefined, ratesMs: number] {
    const [, life, version, ratesMs] = /^(\w+)\.(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? []
    return life === this.#life ? [Number(version), Number(ratesMs)] : [undefined, 0]
  }

  /** Of what was told by another socket, some may have been lost. */
  #isNews(of: Tellers, name: string, { who }: Pick<ActorTold | NodeTold, 'who'>, socket: AbortSignal) {
    return who || of.isBy(name, socket) ? undefined : { whole: true }
  }

  async #wanted(whole: boolean, { waitMs, asker }: Patience): Promise<Json> {
    this.#changed()
    if (!whole && waitMs > 0) {
      const wasWatched = this.#isWatched
      const most = Math.min(waitMs, wasWatched ? fleetLimits.watchedMs : fleetLimits.unwatchedMs)
      const look = async (): Promise<true | undefined> => (!wasWatched && this.#isWatched) || undefined
      await this.#telling.first(ALL, { waitMs: most, asker }, look)
    }
    return composed({ watched: this.#isWatched, whole })
  }

  get #isWatched(): boolean {
    return performance.now() < this.#watchedUntilMs || this.#changes.count > 0
  }

  #watched(): void {
    const wasWatched = this.#isWatched
    this.#watchedUntilMs = performance.now() + fleetLimits.watchingMs
    if (!wasWatched) this.#telling.happened(ALL)
  }

  #nodeLeft(name: string): void {
    this.#core.leaveNode(name)
    this.errands.left(name)
    this.#changed()
  }

  /** Those who watch hear of it soon, and not too often. */
  #changed(): void {
    this.#wakeIn(Math.max(0, this.#toldMs + fleetLimits.answerMs - performance.now()))
  }

  #wakeIn(ms: number): void {
    const atMs = performance.now() + ms
    if (this.#changes.count === 0 || (this.#waking && this.#wakesAtMs <= atMs)) return
    clearTimeout(this.#waking)
    this.#wakesAtMs = atMs
    this.#waking = setTimeout(() => {
      this.#waking = undefined
      this.#changes.happened(ALL)
    }, ms)
  }
}

const GONE_NONE = new Map([
  ['nodes', []],
  ['actors', []],
])
