import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { parseDepl } from '../../../../../apps/quorate/riaps/depl-parser.js'
import { deploymentOfDepl } from '../../../../../apps/quorate/riaps/index.js'
import { ModelRefused } from '../../../../../apps/quorate/riaps/problem.js'
import { rejectionOf } from '../../../../rejection.js'
import { importedFiles, MODELS } from '../../../../support/riaps-models.js'

/** What every placement has that RIAPS knows nothing of. */
const PLAIN = { each: 1, limits: {}, restart: 'on-failure' }

function problemsOf(text: string): readonly string[] {
  try {
    parseDepl(text, 'a.depl')
    return []
  } catch (error) {
    if (error instanceof ModelRefused) return error.problems
    throw error
  }
}

describe('the grammar of .depl', () => {
  it('has hosts with networks, and placements with arguments', () => {
    const text = `// one
      app A { /* two */
        host all { network any; } host h-1.local { network dns, 10.0.0.0, b; } host 10.0.0.1 {} host c;
        on all X, Y();
        on (h-1.local, 10.0.0.1) Z(a = 1, b = -2.5, c = "x, y", d = True, e = word, f = 1.2.3); }`
    const { name, hosts, placements } = parseDepl(text, 'a.depl')
    expect(name).to.equal('A')
    const named = (host: 'all' | { readonly name: string }) => (host === 'all' ? host : host.name)
    expect(hosts.map(({ host, network }) => [named(host), network])).to.deep.equal([
      ['all', ['any']],
      ['h-1.local', ['dns', '10.0.0.0', 'b']],
      ['10.0.0.1', undefined],
      ['c', undefined],
    ])
    const [all, some] = placements
    expect(all?.hosts).to.equal('all')
    expect(all?.actors.map((actor) => actor.name)).to.deep.equal(['X', 'Y'])
    expect(some?.hosts === 'all' || some?.hosts.map((host) => host.name)).to.deep.equal([
      'h-1.local',
      '10.0.0.1',
    ])
    expect(some?.actors[0]?.actuals.map(({ name: param, value }) => [param, value])).to.deep.equal([
      ...[
        ['a', 1],
        ['b', -2.5],
        ['c', 'x, y'],
      ],
      ...[
        ['d', true],
        ['e', 'word'],
        ['f', '1.2.3'],
      ],
    ])
  })

  it('takes keywords as names', () => {
    const { placements } = parseDepl('app app { on (host, network) on(all = all); }', 'a.depl')
    expect(placements[0]?.actors[0]).to.deep.include({ name: 'on' })
  })

  it('tells several mistakes at once', () => {
    expect(problemsOf('app A {\n on X;\n on () Y;\n host h\n on all Z\n}')).to.deep.equal([
      "a.depl:2:5: expected 'all' or '(', found 'X'",
      "a.depl:3:6: expected a name, found ')'",
      "a.depl:5:2: expected '{' or ';', found 'on'",
      "a.depl:6:1: expected ';', found '}'",
    ])
  })
})

describe('a deployment of RIAPS', () => {
  let folder = ''
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-depl-'))
    for (const name of ['weather', 'plant']) {
      const { files } = await importedFiles(name)
      for (const [path, text] of files.generated) write(join(FOLDERS[name] ?? '', path), text)
    }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const FOLDERS: Readonly<Record<string, string>> = { weather: 'weather-watch', plant: 'plant' }
  const write = (path: string, text: string): string => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }
  const deploy = async (text: string, name = 'a.depl') => {
    return deploymentOfDepl(text, { file: join(folder, name) })
  }
  const refused = async (text: string): Promise<string> => (await rejectionOf(deploy(text))).message

  it('places the actors of the app that was imported beside it', async () => {
    const text = readFileSync(join(MODELS, 'weather', 'weather.depl'), 'utf8')
    expect(await deploy(text)).to.deep.equal({
      deployment: {
        ...{ app: 'weather-watch/app.ts', files: [] },
        agents: { '10.0.0.7': { at: '10.0.0.7:8001' }, 'roof-2': {} },
        place: [
          {
            ...PLAIN,
            actor: 'StationActor',
            on: { nodes: ['10.0.0.7', 'roof-2'] },
            params: { place: 'north' },
          },
          { ...PLAIN, actor: 'MonitorActor', on: 'all', params: {} },
        ],
      },
      notes: [
        'host all { network dns, weather.example }: not enforced',
        'on all: on every node that has an agent when it is deployed',
      ],
    })
  })

  it('has the names of parameters and the limits that they have here', async () => {
    const { deployment } = await deploy(
      'app Plant { on (n1) Control(count = 5, isOn = true); on (n2) default; }',
    )
    expect(deployment).to.deep.include({ agents: {}, app: 'plant/app.ts' })
    expect(deployment.place).to.deep.equal([
      {
        ...{ ...PLAIN, actor: 'Control', on: { nodes: ['n1'] }, params: { count_: 5, isOn: true } },
        limits: { cpu: 0.5, memory: 200 * 1024 ** 2, disk: 1024 ** 3, network: 80 * 1024 },
      },
      { ...PLAIN, actor: 'default', on: { nodes: ['n2'] }, params: {}, limits: { memory: 64 * 1024 ** 2 } },
    ])
  })

  it('gives a text where one is wanted', async () => {
    const { deployment } = await deploy('app WeatherWatch { on all StationActor(place = 7); }')
    expect(deployment.place[0]?.params).to.deep.equal({ place: '7' })
  })

  it('is read as JSON, too', async () => {
    const target = ['n1']
    const actors = [{ name: 'StationActor', actuals: [{ name: 'place', value: 'x' }] }]
    const deployments = [
      { target, actors },
      { target: [], actors: [{ name: 'MonitorActor', actuals: [] }] },
    ]
    const json = { WeatherWatch: { deployment: deployments, network: { '[]': [], n1: ['dns'] } } }
    const { deployment, notes } = await deploy(JSON.stringify(json), 'a.json')
    expect(deployment.place).to.deep.equal([
      { ...PLAIN, actor: 'StationActor', on: { nodes: ['n1'] }, params: { place: 'x' } },
      { ...PLAIN, actor: 'MonitorActor', on: 'all', params: {} },
    ])
    expect(notes[0]).to.equal('host all { network any }: not enforced')
    expect((await rejectionOf(deploy('{"A": {"deployment": 7}}', 'a.json'))).message).to.match(
      /a\.json: A\.deployment: /,
    )
  })

  it('is refused with all that there is not', async () => {
    const text = `app WeatherWatch {\n on all Nobody, MonitorActor(x = 1);
 on (a) MonitorActor;\n on (a) MonitorActor; }`
    expect((await refused(text)).split('\n').map((line) => line.slice(folder.length + 1))).to.deep.equal([
      'a.depl:2:9: there is no actor Nobody; there are StationActor, MonitorActor',
      'a.depl:2:30: actor MonitorActor has no parameter x',
      'a.depl:4:9: MonitorActor is placed on a twice: RIAPS starts an actor once on a host',
    ])
  })

  it('is refused where its app was not imported', async () => {
    expect(await refused('app Other { on all X; }')).to.match(
      /a\.depl deploys the app Other, which is not imported here; first: quorate import <its \.riaps file>$/,
    )
  })

  it('is refused where agents cannot be called as its hosts', async () => {
    const text = 'app WeatherWatch { on (-x) MonitorActor, StationActor; on (a.b, -y) StationActor; }'
    expect(await refused(text)).to.match(/a\.depl: agents(\.-x)?: /)
  })

  it('takes an app that was not imported where it is told, and says what it does not know', async () => {
    const options = { file: join(folder, 'a.depl'), app: '../other/app.ts' }
    const { deployment, notes } = await deploymentOfDepl('app Other { on all X(a = 1); }', options)
    expect(deployment.app).to.equal('../other/app.ts')
    expect(deployment.place).to.deep.equal([{ ...PLAIN, actor: 'X', on: 'all', params: { a: 1 } }])
    expect(notes[0]).to.equal(
      '../other/app.ts was not imported: its parameters and limits are not known here',
    )
  })
})
