/** Names of the nodes of a drawing: short, and made of nothing that a drawing language would read. */
import type { AppGraph, GraphPort } from './app-graph.js'

/** `p0`, `p1` … for the ports of a graph, in its order. */
export function portIds({ actors }: AppGraph): Map<GraphPort, string> {
  const ports = actors.flatMap(({ components }) => components.flatMap(({ ports }) => ports))
  return new Map(ports.map((port, index) => [port, `p${index}`]))
}
