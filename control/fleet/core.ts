/**
 * What a hub knows of its fleet, without sockets or clock: actors and nodes as they tell of themselves, and
 * what of it changed since somebody asked. All of it is in memory: a hub that starts anew is told again.
 *
 *   1. actors    tellActor, leaveActor
 *   2. nodes     tellNode, leaveNode, forgetNode
 *   3. changes   since
 */
import type { Members } from '../fastapi/json.js'
import { HubError } from '../hub/errors.js'
import { fleetLimits } from './limits.js'
import type { ActorTold, NodeActor, NodeTold } from './models.js'
import { Parts } from './parts.js'

interface KnownActor {
  readonly parts: Parts
  isThere: boolean
  /** Of the node that started it; '' for none. */
  node: string
}

interface KnownNode {
  readonly parts: Parts
  isThere: boolean
  /** By id: the name of its worker. */
  readonly actors: Map<string, string>
}

interface Gone {
  readonly of: 'actors' | 'nodes'
  readonly name: string
  readonly version: number
}

/** What is told of what has changed. */
export interface Changes {
  /** What was told before is to be forgotten. */
  readonly anew: boolean
  readonly version: number
  readonly members: Members
}

const TOLD_BY_ACTORS = ['who', 'ports', 'groups', 'polls', 'commands', 'properties', 'counters'] as const

export class FleetCore {
  #version = 0
  #bytes = 0
  readonly #actors = new Map<string, KnownActor>()
  readonly #nodes = new Map<string, KnownNode>()
  #gone: Gone[] = []
  /** Who was told no more than that is to be told all anew: of some that went nobody knows any more. */
  #forgottenTo = 0

  /** Grows with each change. */
  get version(): number {
    return this.#version
  }

  // ── 1. actors

  /**
   * Gives whether it has to tell all of itself: it is not known. @throws HubError `hub-full`.
   */
  tellActor(worker: string, told: ActorTold): { readonly whole: boolean } {
    const before = this.#actors.get(worker)
    const isWhole = told.who !== undefined
    if (!isWhole && !before?.isThere) return { whole: true }
    const actor = before ?? this.#newActor(worker)
    const given = TOLD_BY_ACTORS.map((name) => [name, told[name]] as const)
    this.#take(
      actor.parts,
      given.filter(([, value]) => value !== undefined),
    )
    if (isWhole) for (const [name, value] of given) if (value === undefined) this.#drop(actor.parts, name)
    this.#setThere(actor, true)
    return { whole: false }
  }

  /** It is not at the hub any more. */
  leaveActor(worker: string): void {
    const actor = this.#actors.get(worker)
    if (!actor?.isThere) return
    for (const name of TOLD_BY_ACTORS) this.#drop(actor.parts, name)
    this.#setThere(actor, false)
    this.#removeIfNothing(worker, actor)
  }

  #newActor(worker: string): KnownActor {
    if (this.#actors.size >= fleetLimits.actors) throw full(`${fleetLimits.actors} actors`)
    const actor = { parts: new Parts(), isThere: false, node: '' }
    this.#actors.set(worker, actor)
    return actor
  }

  #removeIfNothing(worker: string, { parts, isThere, node }: KnownActor): void {
    if (isThere || node !== '') return
    this.#bytes -= parts.bytes
    this.#actors.delete(worker)
    this.#went('actors', worker)
  }

  // ── 2. nodes

  /** The names of those that are known, and whether each is at the hub. */
  get nodes(): ReadonlyMap<string, { readonly isThere: boolean }> {
    return this.#nodes
  }

  /** As tellActor(). */
  tellNode(name: string, told: NodeTold): { readonly whole: boolean } {
    const before = this.#nodes.get(name)
    if (!told.who && !before?.isThere) return { whole: true }
    const node = before ?? this.#newNode(name)
    const given = [['who', told.who] as const, ['apps', told.apps] as const]
    this.#take(
      node.parts,
      given.filter(([, value]) => value !== undefined),
    )
    this.#setThere(node, true)
    if (told.ids) {
      const ids = new Set(told.ids)
      for (const id of [...node.actors.keys()]) if (!ids.has(id)) this.#forgetActor(node, id)
    }
    for (const id of told.gone ?? []) this.#forgetActor(node, id)
    for (const actor of told.actors ?? []) this.#tellAgent(name, node, actor)
    return { whole: false }
  }

  /** Its agent is not at the hub any more: what it told is told as of its last time. */
  leaveNode(name: string): void {
    const node = this.#nodes.get(name)
    if (node) this.#setThere(node, false)
  }

  /** One that is not at the hub. Gives whether there was one. @throws HubError `hub-conflict`. */
  forgetNode(name: string): boolean {
    const node = this.#nodes.get(name)
    if (!node) return false
    if (node.isThere) throw new HubError('hub-conflict', `the agent of ${name} is at the hub; end it first`)
    for (const id of [...node.actors.keys()]) this.#forgetActor(node, id)
    this.#bytes -= node.parts.bytes
    this.#nodes.delete(name)
    this.#went('nodes', name)
    return true
  }

  #newNode(name: string): KnownNode {
    if (this.#nodes.size >= fleetLimits.nodes) {
      const [away] = [...this.#nodes].find(([, { isThere }]) => !isThere) ?? []
      if (away === undefined) throw full(`${fleetLimits.nodes} nodes`)
      this.forgetNode(away)
    }
    const node = { parts: new Parts(), isThere: false, actors: new Map<string, string>() }
    this.#nodes.set(name, node)
    return node
  }

  #tellAgent(name: string, node: KnownNode, told: NodeActor): void {
    const { id, worker } = told
    if (!node.actors.has(id) && node.actors.size >= fleetLimits.actorsOfNode) {
      throw full(`${fleetLimits.actorsOfNode} actors of the node ${name}`)
    }
    if (node.actors.get(id) !== worker) this.#forgetActor(node, id)
    const actor = this.#actors.get(worker) ?? this.#newActor(worker)
    // Of one that several nodes claim, the first has it.
    if (actor.node !== '' && actor.node !== name) return
    actor.node = name
    node.actors.set(id, worker)
    this.#take(actor.parts, [['agent', { ...told, node: name }]])
    if (!actor.parts.has('there')) this.#setThere(actor, actor.isThere)
  }

  #forgetActor(node: KnownNode, id: string): void {
    const worker = node.actors.get(id)
    const actor = worker === undefined ? undefined : this.#actors.get(worker)
    node.actors.delete(id)
    if (worker === undefined || !actor) return
    actor.node = ''
    if (actor.isThere) this.#take(actor.parts, [['agent', null]])
    else this.#removeIfNothing(worker, actor)
  }

  // ── 3. changes

  /** What has changed since a version; undefined where nothing has. All of it since none. */
  since(version: number | undefined): Changes | undefined {
    const anew = version === undefined || version > this.#version || version < this.#forgottenTo
    const from = anew ? 0 : version
    if (!anew && from === this.#version) return undefined
    const changed = <T extends { readonly parts: Parts }>(all: ReadonlyMap<string, T>, key: string) =>
      [...all]
        .filter(([, { parts }]) => parts.latest > from)
        .map(([name, { parts }]) => parts.since(from, { [key]: name }))
    const gone = (of: Gone['of']): readonly string[] =>
      anew ? [] : this.#gone.filter((each) => each.of === of && each.version > from).map(({ name }) => name)
    const members = {
      nodes: changed(this.#nodes, 'name'),
      actors: changed(this.#actors, 'worker'),
      gone: new Map([
        ['nodes', gone('nodes')],
        ['actors', gone('actors')],
      ]),
    }
    return { anew, version: this.#version, members }
  }

  #setThere(known: KnownActor | KnownNode, isThere: boolean): void {
    known.isThere = isThere
    this.#take(known.parts, [['there', isThere]])
  }

  /** @throws HubError `hub-full`. */
  #take(parts: Parts, given: readonly (readonly [name: string, value: unknown])[]): void {
    for (const [name, value] of given) {
      const text = JSON.stringify(value)
      if (!parts.isNews(name, text)) continue
      const before = parts.bytes
      if (this.#bytes + text.length > fleetLimits.fleetBytes) throw full(`${fleetLimits.fleetBytes} bytes`)
      parts.set(name, text, ++this.#version)
      this.#bytes += parts.bytes - before
    }
  }

  #drop(parts: Parts, name: string): void {
    const before = parts.bytes
    parts.drop(name)
    this.#bytes += parts.bytes - before
  }

  #went(of: Gone['of'], name: string): void {
    this.#gone.push({ of, name, version: ++this.#version })
    if (this.#gone.length <= 2 * fleetLimits.gone) return
    this.#forgottenTo = this.#gone.at(-fleetLimits.gone - 1)?.version ?? 0
    this.#gone = this.#gone.slice(-fleetLimits.gone)
  }
}

function full(what: string): HubError {
  return new HubError('hub-full', `the hub knows ${what} already`)
}
