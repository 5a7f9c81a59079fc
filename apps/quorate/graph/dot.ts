/** A graph in the language of Graphviz: `quorate graph app.ts --format dot | dot -Tsvg > app.svg`. */
import { type AppGraph, carriedBy, type GraphLink, type GraphPort, lonelyPorts } from './app-graph.js'
import { portIds } from './ids.js'

type Attributes = Readonly<Record<string, string>>

const STYLES: Readonly<Record<string, string>> = { global: 'solid', local: 'dashed', internal: 'bold' }

/** The lines of the drawing. */
export function dotLines(graph: AppGraph): string[] {
  const ids = portIds(graph)
  const lonely = lonelyPorts(graph)
  const node = (port: GraphPort): string => {
    const text = `${port.name}\n${port.kind} ${carriedBy(port)}`.trim()
    const look: Attributes = lonely.has(port)
      ? { style: 'dashed' }
      : port.isNetworked
        ? {}
        : { style: 'rounded' }
    return `      ${ids.get(port)}${list({ label: text, ...look })};`
  }
  let components = 0
  const actors = graph.actors.flatMap((actor, index) => [
    `  subgraph cluster_a${index} {`,
    `    label=${quoted(actor.name)}; style=rounded;`,
    ...actor.components.flatMap(({ name, type, ports }) => [
      `    subgraph cluster_c${components++} {`,
      `      label=${quoted(`${name}: ${type}`)}; style=dotted;`,
      ...ports.map(node),
      '    }',
    ]),
    '  }',
  ])
  const links = graph.links.map((link) => `  ${ids.get(link.from)} -> ${ids.get(link.to)}${look(link)};`)
  return [
    `digraph ${quoted(graph.app)} {`,
    `  label=${quoted(`${graph.app} ${graph.version}`.trim())}; labelloc=t; rankdir=LR;`,
    '  node [shape=box];',
    '  // solid: global, dashed: this host, bold: within the process, both ends: asked and answered',
    ...actors,
    ...links,
    '}',
  ]
}

function look({ from, isAsked, refused }: GraphLink): string {
  const text = carriedBy(from)
  if (refused) return list({ label: `${text}: schemas differ`, color: 'red', arrowhead: 'tee' })
  const style = STYLES[from.scope] ?? 'solid'
  return list({ label: text, style, ...(isAsked ? { dir: 'both' } : {}) })
}

function list(attributes: Attributes): string {
  const all = Object.entries(attributes).map(([name, value]) => `${name}=${quoted(value)}`)
  return ` [${all.join(', ')}]`
}

/** A backslash begins an escape there, and a line break is `\n`. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
