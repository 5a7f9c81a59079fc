/**
 * An app as a graph: the ports of its components, and a link for each pair that connects by the rules by
 * which running actors connect. No I/O. A kind of port is nothing to it: matching says who connects to whom,
 * and the number of messages that a port carries which way they go.
 */
import type { ActorOutline, PortOutline } from '../../../runtime/index.js'
import { connectsTo } from '../../../runtime/index.js'
import { type SeenPort, schemaDifference } from '../doctor/port-pairs.js'

export interface GraphPort {
  readonly actor: string
  readonly component: string
  readonly name: string
  readonly kind: string
  readonly scope: string
  /** Names of its message types: none, one, or query and answer. */
  readonly messages: readonly string[]
  /** It takes part in matching; timers do not. */
  readonly isNetworked: boolean
}

export interface GraphComponent {
  readonly name: string
  readonly type: string
  readonly ports: readonly GraphPort[]
}

export interface GraphActor {
  readonly name: string
  readonly components: readonly GraphComponent[]
}

export interface GraphLink {
  /** Where the message comes from, or who asks. */
  readonly from: GraphPort
  readonly to: GraphPort
  /** Messages go both ways: `from` asks, `to` answers. */
  readonly isAsked: boolean
  /** Why the two stay apart: their schemas do not fit; `here` is who connects, the one that hears or asks. */
  readonly refused: string | undefined
}

export interface AppGraph {
  readonly app: string
  readonly version: string
  readonly actors: readonly GraphActor[]
  readonly links: readonly GraphLink[]
}

interface Matched extends SeenPort {
  readonly port: GraphPort
}

/** The graph of some actors of an app. */
export function appGraph(app: string, version: string, outlines: readonly ActorOutline[]): AppGraph {
  const matched: Matched[] = []
  const actors = outlines.map((outline) => ({
    name: outline.name,
    components: outline.components.map(({ name, type, ports }) => ({
      name,
      type,
      ports: ports.map((each) => {
        const port = portOf(each, outline.name, name)
        if (each.ad) matched.push(seen(each.ad, port, app, outline))
        return port
      }),
    })),
  }))
  return { app, version, actors, links: matched.flatMap((binding) => linksTo(binding, matched)) }
}

function portOf({ info, messages, ad }: PortOutline, actor: string, component: string): GraphPort {
  const { name, kind, scope } = info
  return { actor, component, name, kind, scope, messages, isNetworked: ad !== undefined }
}

function seen(ad: SeenPort['ad'], port: GraphPort, app: string, { name, types }: ActorOutline): Matched {
  return { ad, port, app, actor: name, actorId: name, listing: { ports: [], types }, connected: undefined }
}

/** Who connects to a port of two messages asks it; who connects to one of one message hears it. */
function linksTo(binding: Matched, all: readonly Matched[]): GraphLink[] {
  const isAsked = binding.port.messages.length > 1
  return all
    .filter((connecting) => connectsTo(connecting.ad, binding.ad))
    .map((connecting) => ({
      from: isAsked ? connecting.port : binding.port,
      to: isAsked ? binding.port : connecting.port,
      isAsked,
      refused: schemaDifference(connecting, binding),
    }))
}

/** Networked ports that no link leads to or from: nothing in the drawn actors connects to them. */
export function lonelyPorts({ actors, links }: AppGraph): Set<GraphPort> {
  const linked = new Set(links.filter(({ refused }) => !refused).flatMap(({ from, to }) => [from, to]))
  const all = actors.flatMap(({ components }) => components.flatMap(({ ports }) => ports))
  return new Set(all.filter((port) => port.isNetworked && !linked.has(port)))
}

/** `NodeData`, or `Query / Answer`. */
export function carriedBy({ messages }: GraphPort): string {
  return messages.join(' / ')
}
