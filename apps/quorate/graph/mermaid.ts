/** A graph as a Mermaid flowchart, which GitHub and many editors draw. */
import { type AppGraph, carriedBy, type GraphLink, type GraphPort, lonelyPorts } from './app-graph.js'
import { portIds } from './ids.js'

/** Arrows of one message, and of query and answer, for each scope. */
const ARROWS: Readonly<Record<string, readonly [heard: string, asked: string]>> = {
  global: ['-->', '<-->'],
  local: ['-.->', '<-.->'],
  internal: ['==>', '<==>'],
}
const REFUSED = '--x'
const LEGEND = '%% --> global   -.-> this host   ==> within the process   <--> asked and answered'

/** The lines of the drawing. */
export function mermaidLines(graph: AppGraph): string[] {
  const ids = portIds(graph)
  const lonely = lonelyPorts(graph)
  const node = (port: GraphPort): string => {
    const text = [port.name, `${port.kind} ${carriedBy(port)}`.trim()].map(label).join('<br/>')
    const [open, close] = port.isNetworked ? ['[', ']'] : ['([', '])']
    return `      ${ids.get(port)}${open}"${text}"${close}${lonely.has(port) ? ':::lonely' : ''}`
  }
  let components = 0
  const actors = graph.actors.flatMap((actor, index) => [
    `  subgraph a${index}["${label(actor.name)}"]`,
    ...actor.components.flatMap(({ name, type, ports }) => [
      `    subgraph c${components++}["${label(`${name}: ${type}`)}"]`,
      ...ports.map(node),
      '    end',
    ]),
    '  end',
  ])
  const links = graph.links.map(
    (link) => `  ${ids.get(link.from)} ${arrow(link)}|"${labelOf(link)}"| ${ids.get(link.to)}`,
  )
  const style = lonely.size > 0 ? ['  classDef lonely stroke-dasharray: 5 5'] : []
  const title = `${graph.app} ${graph.version}`.trim()
  return [
    ...['---', `title: ${JSON.stringify(title)}`, '---', 'flowchart LR', `  ${LEGEND}`],
    ...[...actors, ...links, ...style],
  ]
}

function arrow({ from, isAsked, refused }: GraphLink): string {
  if (refused) return REFUSED
  const [heard, asked] = ARROWS[from.scope] ?? ['-->', '<-->']
  return isAsked ? asked : heard
}

function labelOf({ from, refused }: GraphLink): string {
  return label(refused ? `${carriedBy(from)}: schemas differ` : carriedBy(from))
}

/** Text within quotes, where entities begin with `#`; what reads as HTML, Markdown or a formula is none. */
function label(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} _.:/-]/gu, (each) => `#${each.codePointAt(0)};`)
}
