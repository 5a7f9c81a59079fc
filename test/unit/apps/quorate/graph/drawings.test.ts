import { expect } from 'chai'
import { appGraph, lonelyPorts } from '../../../../../apps/quorate/graph/app-graph.js'
import { dotLines } from '../../../../../apps/quorate/graph/dot.js'
import { graphJson } from '../../../../../apps/quorate/graph/graph-json.js'
import { mermaidLines } from '../../../../../apps/quorate/graph/mermaid.js'
import type { ActorOutline, PortOutline } from '../../../../../runtime/index.js'

type Scope = PortOutline['info']['scope']
type Kind = PortOutline['info']['kind']

function port(kind: Kind, name: string, messages: string[], scope: Scope = 'global', tag = ''): PortOutline {
  const info = { kind, scope, name, message: messages.join('#'), host: '', port: -1 }
  if (kind === 'tim' || kind === 'ins') return { info, messages, ad: undefined }
  const types = messages.map((each) => ({ name: each, fingerprint: `print of ${each}` }))
  return {
    info,
    messages,
    ad: { component: 'c', port: name, kind, scope: `${scope}${tag}`, endpoint: '', types },
  }
}

function outline(name: string, ports: PortOutline[], type = 'C'): ActorOutline {
  return { name, components: [{ name: 'c', type, ports }], types: [] }
}

function linksOf(...outlines: ActorOutline[]): string[] {
  return appGraph('drawn', '', outlines).links.map(
    ({ from, to, isAsked }) => `${from.actor}.${from.name} ${isAsked ? '<->' : '->'} ${to.actor}.${to.name}`,
  )
}

describe('the graph of an app', () => {
  it('leads from who publishes to all who hear it, in the same actor and in others', () => {
    const one = outline('One', [port('pub', 'out', ['M']), port('sub', 'in', ['M'])])
    const two = outline('Two', [port('sub', 'in', ['M']), port('sub', 'other', ['N'])])
    expect(linksOf(one, two)).to.deep.equal(['One.out -> One.in', 'One.out -> Two.in'])
  })

  it('leads from who asks to who answers, whatever was written first', () => {
    const one = outline('One', [port('ans', 'answer', ['Q', 'A'])])
    const two = outline('Two', [port('qry', 'ask', ['Q', 'A']), port('qry', 'other', ['A', 'Q'])])
    expect(linksOf(one, two)).to.deep.equal(['Two.ask <-> One.answer'])
    expect(linksOf(two, one)).to.deep.equal(['Two.ask <-> One.answer'])
  })

  it('does the same for every kind that matching knows', () => {
    const asking: readonly [Kind, Kind][] = [
      ['qry', 'ans'],
      ['req', 'rep'],
      ['clt', 'srv'],
    ]
    for (const [asks, answers] of asking) {
      const ports = [port(answers, 'answers', ['Q', 'A']), port(asks, 'asks', ['Q', 'A'])]
      expect(linksOf(outline('One', ports)), asks).to.deep.equal(['One.asks <-> One.answers'])
    }
  })

  it('links no ports in different scopes, and none within other actors', () => {
    const one = outline('One', [port('pub', 'out', ['M'], 'internal', '@One')])
    const two = outline('Two', [port('sub', 'in', ['M'], 'internal', '@Two'), port('sub', 'far', ['M'])])
    expect(linksOf(one, two)).to.deep.equal([])
  })

  it('tells ports that have nobody, but no timers', () => {
    const one = outline('One', [port('pub', 'out', ['M']), port('tim', 'tick', []), port('sub', 'in', ['N'])])
    const names = [...lonelyPorts(appGraph('drawn', '', [one]))].map(({ name }) => name)
    expect(names).to.deep.equal(['out', 'in'])
  })

  it('tells pairs whose schemas differ apart from those that connect', () => {
    const other = port('sub', 'in', ['M'])
    const types = [{ name: 'M', fingerprint: 'another' }]
    const two = outline('Two', [{ ...other, ad: other.ad && { ...other.ad, types } }])
    const graph = appGraph('drawn', '', [outline('One', [port('pub', 'out', ['M'])]), two])
    expect(graph.links[0]?.refused).to.match(/^the schemas of M differ: fingerprint/)
    expect(lonelyPorts(graph).size).to.equal(2)
    expect(mermaidLines(graph)).to.include('  p0 --x|"M: schemas differ"| p1')
    expect(dotLines(graph).join()).to.match(/p0 -> p1 \[label="M: schemas differ", color="red"/)
    expect(graphJson(graph)).to.deep.include({ connections: [] }).and.to.have.property('refused')
  })
})

describe('a drawing of an app', () => {
  const scopes: readonly [Scope, string, string][] = [
    ['global', '-->', 'solid'],
    ['local', '-.->', 'dashed'],
    ['internal', '==>', 'bold'],
  ]

  for (const [scope, arrow, style] of scopes) {
    it(`shows that a message is ${scope}`, () => {
      const graph = appGraph('drawn', '1', [
        outline('One', [port('pub', 'out', ['M'], scope), port('sub', 'in', ['M'], scope)]),
      ])
      expect(mermaidLines(graph)).to.include(`  p0 ${arrow}|"M"| p1`)
      expect(dotLines(graph)).to.include(`  p0 -> p1 [label="M", style="${style}"];`)
    })
  }

  it('shows what a port carries that takes no part in matching, too', () => {
    const graph = appGraph('drawn', '1', [
      outline('One', [port('ins', 'raw', ['M']), port('tim', 'tick', [])]),
    ])
    expect(mermaidLines(graph))
      .to.include('      p0(["raw<br/>ins M"])')
      .and.to.include('      p1(["tick<br/>tim"])')
    expect([...lonelyPorts(graph)]).to.deep.equal([])
  })

  it('shows queries with both ends', () => {
    const ports = [port('qry', 'ask', ['Q', 'A'], 'local'), port('ans', 'answer', ['Q', 'A'], 'local')]
    const graph = appGraph('drawn', '1', [outline('One', ports)])
    expect(mermaidLines(graph)).to.include('  p0 <-.->|"Q / A"| p1')
    expect(dotLines(graph)).to.include('  p0 -> p1 [label="Q / A", style="dashed", dir="both"];')
  })

  it('lets no text be more than a text', () => {
    const odd = 'x"] --> y\\ <b>`#;'
    const graph = appGraph('drawn', odd, [outline('One', [port('pub', 'out', ['M'])], odd)])
    const mermaid = mermaidLines(graph)
    expect(mermaid).to.include('    subgraph c0["c: x#34;#93; --#62; y#92; #60;b#62;#96;#35;#59;"]')
    expect(mermaid[1]).to.equal(`title: ${JSON.stringify(`drawn ${odd}`)}`)
    const quoted = 'x\\"] --> y\\\\ <b>`#;'
    expect(dotLines(graph)).to.include(`      label="c: ${quoted}"; style=dotted;`)
  })

  it('has each bracket closed, each port once, and links only between ports', () => {
    const outlines = ['A', 'B', 'C'].map((name) =>
      outline(name, [port('pub', 'out', ['M']), port('sub', 'in', ['M']), port('tim', 'tick', [])]),
    )
    const graph = appGraph('drawn', '1', outlines)
    const mermaid = mermaidLines(graph)
    const count = (pattern: RegExp) => mermaid.filter((line) => pattern.test(line)).length
    expect([count(/^ +subgraph /), count(/^ +end$/), count(/^ +p\d+[[(]/)]).to.deep.equal([6, 6, 9])
    expect(graph.links.length).to.equal(9)
    const dot = dotLines(graph)
      .join('\n')
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    expect(dot.match(/\{/g)?.length).to.equal(dot.match(/\}/g)?.length)
  })
})
