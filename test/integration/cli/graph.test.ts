/** `quorate graph`: what it prints for whole apps, and what it says where there is nothing to draw. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { projectFiles, projectRoot } from '../../project.js'
import { fixtureApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

const REFUSED =
  'quorate: sub old.reading of Old and pub meter.reading of Meter do not connect: the schemas of Reading ' +
  'differ: at value.watts: string here, number there'

interface Graph {
  readonly connections: readonly {
    readonly from: { readonly port: string }
    readonly to: { readonly port: string }
    readonly asked: boolean
  }[]
  readonly unconnected: readonly unknown[]
}

describe('quorate graph', function () {
  this.timeout(30_000)
  const cli = cliForTests()
  const drawn = fixtureApp('drawn.ts')

  it('draws an app as Mermaid, and prints nothing else', async () => {
    const { code, stdout, stderr } = await cli.run(['graph', drawn, '--period', '100', '--title', 'x'])
    expect(code).to.equal(0)
    expect(stdout.slice(0, 4)).to.deep.equal(['---', 'title: "drawn 2 \\"beta\\""', '---', 'flowchart LR'])
    expect(stdout.filter((line) => /^ {2}p\d/.test(line))).to.deep.equal([
      '  p0 ==>|"Raw"| p2',
      '  p3 -->|"Reading"| p6',
      '  p3 --x|"Reading: schemas differ"| p10',
      '  p4 -.->|"Beat"| p7',
      '  p8 <-->|"Question / Answer"| p5',
    ])
    expect(stdout).to.include('      p9["rumour<br/>pub Rumour"]:::lonely')
    expect(stderr).to.deep.equal([REFUSED])
  })

  it('--format dot: the same for Graphviz', async () => {
    const { code, stdout } = await cli.run(['graph', drawn, '--format', 'dot'])
    expect(code).to.equal(0)
    expect([stdout[0], stdout.at(-1)]).to.deep.equal(['digraph "drawn" {', '}'])
    expect(stdout).to.include('  p4 -> p7 [label="Beat", style="dashed"];')
  })

  it('--json: one object; actors may be chosen', async () => {
    const { code, stdout, stderr } = await cli.run(['graph', drawn, 'Meter', '--json'])
    expect(code).to.equal(0)
    const graph: Record<string, unknown> = JSON.parse(stdout.join('\n'))
    expect(graph).to.deep.include({ v: 1, app: 'drawn', version: '2 "beta"', refused: [] })
    expect(graph.connections).to.deep.equal([
      {
        from: { actor: 'Meter', component: 'probe', port: 'raw' },
        to: { actor: 'Meter', component: 'meter', port: 'raw' },
        messages: ['Raw'],
        scope: 'internal',
        asked: false,
      },
    ])
    expect(stderr).to.deep.equal(['quorate: Meter is drawn with --period 1; give what you want instead'])
  })

  it('heeds the settings: json, of the environment or of a file, but not over --format', async () => {
    const file = cli.file('set/quorate.yaml', 'json: true\nlogLevel: debug\n')
    const set = cli.file('set/drawn.ts', readFileSync(drawn, 'utf8'))
    const env = { QUORATE_JSON: '1' }
    const ends = await Promise.all([
      cli.run(['graph', drawn], { env }),
      cli.run(['graph', set]),
      cli.run(['graph', set, '--no-json']),
      cli.run(['graph', set, '--format', 'dot']),
      cli.run(['graph', set, '--format', 'dot', '--json']),
      cli.run(['graph', set], { env: { QUORATE_JSON: 'false' } }),
    ])
    expect(ends.map(({ code }) => code)).to.deep.equal([0, 0, 0, 0, 0, 0])
    const begins = ends.map(({ stdout: [first = ''] }) => first.slice(0, 5))
    expect(begins).to.deep.equal(['{"v":', '{"v":', '---', 'digra', '{"v":', '---'])

    const wrong = await cli.run(['graph', drawn], { env: { QUORATE_JSON: 'maybe' } })
    expect(wrong).to.deep.include({ code: 2, stdout: [] })
    expect(wrong.stderr.at(-1)).to.match(/QUORATE_JSON is "maybe"; give true or false/)
    writeFileSync(file, 'jsn: true\n')
    const unknown = await cli.run(['graph', set])
    expect(unknown).to.deep.include({ code: 2, stdout: [] })
    expect(unknown.stderr.at(-1)).to.match(/quorate\.yaml:1: there is no setting "jsn"/)
  })

  it('draws ports of every kind', async () => {
    const file = cli.file(
      'kinds.ts',
      `import { actor, app, Component, message } from 'quorate'
const [Q, A] = [message('Q'), message('A')]
class Asks extends Component {
  qry1 = this.qry(Q, A)
  req1 = this.req(Q, A, () => undefined)
  clt1 = this.clt(Q, A)
  sub1 = this.sub(Q)
  tim1 = this.timer('1s', () => undefined)
}
class Answers extends Component {
  ans1 = this.ans(Q, A)
  rep1 = this.rep(Q, A, () => 1)
  srv1 = this.srv(Q, A, () => 1)
  pub1 = this.pub(Q)
  sporadic1 = this.timer('sporadic', () => undefined)
}
const one = (C: new () => Component) => actor({ components: () => ({ c: C }) })
export default app('kinds', { actors: { Asks: one(Asks), Answers: one(Answers) } })`,
    )
    const { code, stdout, stderr } = await cli.run(['graph', file, '--json'])
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    const { connections, unconnected }: Graph = JSON.parse(stdout.join('\n'))
    const links = connections.map(({ from, to, asked }) => `${from.port} ${asked ? '<->' : '->'} ${to.port}`)
    expect(links).to.deep.equal(['qry1 <-> ans1', 'req1 <-> rep1', 'clt1 <-> srv1', 'pub1 -> sub1'])
    expect(unconnected).to.deep.equal([])
  })

  it('draws every app of this repository', async () => {
    const apps = projectFiles('apps').filter((path) => /^apps\/[^/]+\/app\.ts$/.test(path))
    expect(apps).to.include('apps/averager/app.ts')
    const ends = await cli.runAll(apps.map((path) => ['graph', join(projectRoot, path)]))
    for (const [index, { code, stdout }] of ends.entries()) {
      expect(code, apps[index]).to.equal(0)
      expect(stdout[3], apps[index]).to.equal('flowchart LR')
    }
  })

  it('says what is wrong, and draws nothing', async () => {
    const source = (body: string) => `import { actor, app, Component } from 'quorate'
class C extends Component { ${body} }
export default app('wrong', { actors: { A: actor({ components: () => ({ c: C }) }) } })`
    const lines: [args: string[], code: number, text: RegExp][] = [
      [[], 2, /which app\?/],
      [['nowhere.ts'], 2, /there is no app file nowhere\.ts/],
      [[dirname(drawn)], 2, /apps is a folder; give the path of a \.ts or \.js file in it$/],
      [[drawn, 'Nobody'], 2, /no actor "Nobody"; it has Meter, Display, Old/],
      [[drawn, '--format', 'png'], 2, /Allowed choices are mermaid, dot/],
      [[drawn, '--period', 'long'], 2, /"period" of actor Meter is "long"; give a number/],
      [[cli.file('throws.ts', source('x = JSON.parse("{")'))], 1, /actor A: .*JSON.*throws\.ts:2/],
      [[cli.file('edf.ts', source(`static scheduler = 'edf'`))], 2, /there is no scheduler "edf"/],
      [[cli.file('array.ts', source('all = [this.timer(1, () => 0)]'))], 2, /is an array of ports/],
      [[cli.file('often.ts', source(`t = this.timer('often', () => 0)`))], 2, /"often"/],
      [[cli.file('hides.ts', source('timer = this.timer(1, () => 0)'))], 2, /"timer" is a name of Component/],
    ]
    const ends = await cli.runAll(lines.map(([args]) => ['graph', ...args]))
    for (const [index, { code, stdout, stderr }] of ends.entries()) {
      const [args, wanted, text] = lines[index] ?? [[], 0, /^$/]
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: wanted, stdout: [] })
      expect(stderr.at(-1)).to.match(text)
    }
  })
})
