/** A node as it tells a hub of itself: its actors and apps, and of these only what is new. */
import { hostname } from 'node:os'
import { clipped } from '../fleet/clipped.js'
import { fleetLimits } from '../fleet/limits.js'
import type { NodeActor, NodeApp, NodeTold } from '../fleet/models.js'
import type { News } from '../fleet/telling.js'
import { isOver } from './core.js'
import type { InstalledApps } from './installed-apps.js'
import { limitsOf } from './limits-view.js'
import type { AppRecord } from './records.js'
import type { SupervisedActor } from './supervised-actor.js'

export interface PicturedNode {
  readonly apps: Pick<InstalledApps, 'all'>
  readonly supervisor: { readonly actors: ReadonlyMap<string, SupervisedActor> }
}

export class NodePicture {
  readonly #of: PicturedNode
  readonly #who: NodeTold['who']
  /** By id, as it was told. */
  readonly #told = new Map<string, string>()
  #apps = ''

  constructor(node: PicturedNode, who: NodeTold['who']) {
    this.#of = node
    this.#who = who
  }

  /** What has changed since it was asked last; all of it where it has to be. Long news come in parts. */
  look(isWhole: boolean): News {
    if (isWhole) {
      this.#told.clear()
      this.#apps = ''
    }
    const actors = this.#actors()
    const ids = actors.map(({ record }) => record.id)
    const gone = [...this.#told.keys()].filter((id) => !ids.includes(id))
    for (const id of gone) this.#told.delete(id)
    const apps = short([...this.#of.apps.all.values()].slice(0, fleetLimits.appsOfNode).map(appOf))
    const appsText = JSON.stringify(apps)
    const isNews = appsText !== this.#apps
    this.#apps = appsText
    const { changed, isMore } = this.#changed(actors)
    const whole = isWhole ? { who: this.#who, ids } : {}
    const more = { ...(isNews && { apps }), ...(gone.length > 0 && { gone }) }
    return { body: { ...whole, ...more, actors: changed }, isMore }
  }

  /** Those that run first, where there are more than are told. */
  #actors(): readonly SupervisedActor[] {
    const all = [...this.#of.supervisor.actors.values()]
    if (all.length <= fleetLimits.actorsOfNode) return all
    const isRunning = ({ record }: SupervisedActor): boolean => !isOver(record.state)
    const sorted = [...all.filter(isRunning), ...all.filter((actor) => !isRunning(actor)).reverse()]
    return sorted.slice(0, fleetLimits.actorsOfNode)
  }

  #changed(actors: readonly SupervisedActor[]) {
    const changed: NodeActor[] = []
    let bytes = 0
    for (const actor of actors) {
      const view = nodeActorOf(actor)
      const text = JSON.stringify(view)
      if (this.#told.get(view.id) === text) continue
      bytes += Buffer.byteLength(text)
      if (changed.length > 0 && bytes > fleetLimits.partBytes) return { changed, isMore: true }
      this.#told.set(view.id, text)
      changed.push(view)
    }
    return { changed, isMore: false }
  }
}

function nodeActorOf(actor: SupervisedActor): NodeActor {
  const { id, spec, state, last } = actor.record
  const { phase, sinceMs, why, starts, failures, dueMs } = state
  const { cpuMs = null, memoryBytes = null } = actor.usage ?? {}
  return {
    // As hubDoor() names it.
    ...{ id, worker: `${spec.app}.${spec.actor}.${id}@${hostname()}`, app: spec.app, actor: spec.actor },
    ...{
      params: paramsOf(spec.params),
      restart: spec.restart,
      state: phase,
      why: clipped(why),
      since: sinceMs,
    },
    ...{ due: dueMs || null, starts, failures, pid: actor.pid ?? null, cpuMs, memoryBytes },
    limits: limitsOf(actor),
    log: { begins: actor.log.begins, ends: actor.log.ends },
    last: last
      ? { code: last.code, signal: last.signal, at: last.atMs, lines: last.lines.map(clipped) }
      : null,
  }
}

function paramsOf(params: NodeActor['params']): NodeActor['params'] {
  const all = Object.entries(params)
  return Object.fromEntries(
    all.map(([name, value]) => [name, typeof value === 'string' ? clipped(value) : value]),
  )
}

function appOf({ name, version, installedMs, actors }: AppRecord): NodeApp {
  const declared = Object.entries(actors).map(([actor, params]) => {
    const all = Object.entries(params).map(([param, { type, fallback = null, help }]) => {
      return [param, { type, default: fallback, help: clipped(help) }] as const
    })
    return [actor, Object.fromEntries(all)] as const
  })
  return { name, version, installed: installedMs, actors: Object.fromEntries(declared) }
}

/** As many of the first as may be told. */
function short(apps: readonly NodeApp[]): readonly NodeApp[] {
  let bytes = 0
  return apps.filter((app) => {
    bytes += Buffer.byteLength(JSON.stringify(app))
    return bytes <= fleetLimits.partBytes
  })
}
