/** A graph for programs. */
import { type AppGraph, type GraphPort, lonelyPorts } from './app-graph.js'

interface PortName {
  readonly actor: string
  readonly component: string
  readonly port: string
}

/** One object: the actors, who connects to whom, who would but for its schemas, and who has nobody. */
export function graphJson(graph: AppGraph): object {
  const links = graph.links.map(({ from, to, isAsked, refused }) => ({
    from: nameOf(from),
    to: nameOf(to),
    messages: from.messages,
    scope: from.scope,
    asked: isAsked,
    why: refused,
  }))
  return {
    v: 1,
    app: graph.app,
    version: graph.version,
    actors: graph.actors.map(({ name, components }) => ({
      name,
      components: components.map(({ name, type, ports }) => ({
        name,
        type,
        ports: ports.map(({ name, kind, scope, messages }) => ({ name, kind, scope, messages })),
      })),
    })),
    connections: links.filter(({ why }) => why === undefined),
    refused: links.filter(({ why }) => why !== undefined),
    unconnected: [...lonelyPorts(graph)].map(nameOf),
  }
}

function nameOf({ actor, component, name }: GraphPort): PortName {
  return { actor, component, port: name }
}
