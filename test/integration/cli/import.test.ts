/** `quorate import`: what it writes compiles, runs, and is left to its user. Real processes. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { projectRoot } from '../../project.js'
import { uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'
import { MODELS, modelFile, modelNames } from '../../support/riaps-models.js'

describe('quorate import', function () {
  this.timeout(90_000)
  const cli = cliForTests()
  let count = 0

  /** A copy of a model, of an app that nobody else has, in a folder of its own; without an app file yet. */
  function copyOf(name: string): { model: string; app: string; folder: string } {
    const app = uniqueApp().replaceAll('-', '_')
    const text = readFileSync(modelFile(name), 'utf8').replace(/^app \w+/m, `app ${app}`)
    const model = cli.file(`import/${count++}/${name}.riaps`, text)
    const capnp = join(MODELS, name, `${name}.capnp`)
    if (existsSync(capnp)) writeFileSync(join(dirname(model), `${name}.capnp`), readFileSync(capnp))
    return { model, app, folder: join(dirname(model), 'app') }
  }

  function change(file: string, from: string | RegExp, to: string): void {
    const text = readFileSync(file, 'utf8')
    expect(text).to.match(from instanceof RegExp ? from : new RegExp(from.replaceAll(/\W/g, '\\$&')))
    writeFileSync(file, text.replace(from, to))
  }

  async function compile(folder: string): Promise<void> {
    const quorate = [join(projectRoot, 'dist', 'runtime', 'index.d.ts')]
    const config = { extends: './tsconfig.json', compilerOptions: { paths: { quorate } } }
    const file = join(folder, 'tsconfig.test.json')
    writeFileSync(file, JSON.stringify(config))
    const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', file])
    expect(stdout).to.equal('')
  }

  for (const name of modelNames()) {
    it(`makes an app of ${name} that compiles, and can be drawn`, async () => {
      const { model, folder } = copyOf(name)
      const { code, stdout, stderr } = await cli.run(['import', model, '--out', folder])
      expect({ code, stderr: stderr.filter((line) => !line.endsWith('(a warning)')) }).to.deep.equal({
        ...{ code: 0, stderr: [] },
      })
      expect(stdout[0]).to.match(/^test_\w+: package\.json, .*generated\/model\.json in /)
      await compile(folder)
      const drawn = await cli.run(['graph', join(folder, 'app.ts')])
      expect(drawn.code).to.equal(0)
      expect(drawn.stdout).to.include('flowchart LR')
    })
  }

  it('makes an app that runs: what a timer publishes is heard', async () => {
    const { model, folder } = copyOf('weather')
    await cli.run(['import', model, '--out', folder])
    const climate = "{ celsius: 21, humidity: 40, wind: { speed: 1, from: 'east' }, remarks: [] }"
    change(join(folder, 'station.ts'), /this\.log\.debug\(\{ due.*/, `this.climate.send(${climate})`)
    const said = "this.log.info('heard ' + message.celsius + ' from ' + from.actor)"
    change(join(folder, 'monitor.ts'), /this\.log\.debug\(\{ message.*/, said)
    await compile(folder)
    const running = cli.start(['run', join(folder, 'app.ts')])
    await running.line(/MonitorActor .* heard 21 from StationActor/)
    running.signal('SIGINT')
    expect((await running.ended).code).to.equal(0)
  })

  it('makes an app that runs: a group elects a leader', async () => {
    const { model, folder } = copyOf('crew')
    await cli.run(['import', model, '--out', folder, '--join', 'Sailor=Bridge.main'])
    const running = cli.start(['run', join(folder, 'app.ts')])
    await running.line(/sailor: onLeaderElected/, 3)
    running.signal('SIGINT')
    expect((await running.ended).code).to.equal(0)
  })

  it('leaves what is its user’s as it is, and says what it wants there', async () => {
    const { model, folder } = copyOf('weather')
    await cli.run(['import', model, '--out', folder])
    const mine = join(folder, 'monitor.ts')
    change(mine, 'override onActivate', '// mine\n  override onActivate')
    const before = readFileSync(mine, 'utf8')
    change(model, 'sub climate : Climate;', 'sub weather : Climate; timer look 100;')
    change(model, 'timer clock 50 msec;', 'timer clock 1 sec;')
    const again = await cli.run(['import', model, '--out', folder])
    expect(again.code).to.equal(0)
    expect(again.stdout[0]).to.match(/: generated\/station\.ts, generated\/monitor\.ts in /)
    expect(again.stdout.filter((line) => line.startsWith('to do: '))).to.deep.equal([
      'to do: monitor.ts has no onWeather() yet, which generated/monitor.ts wants',
      'to do: monitor.ts has no onLook() yet, which generated/monitor.ts wants',
      'to do: monitor.ts has a onClimate(), and the model no port for it any more',
    ])
    expect(readFileSync(mine, 'utf8')).to.equal(before)
    expect(readFileSync(join(folder, 'generated/station.ts'), 'utf8')).to.contain('this.timer(1000,')
    const forced = await cli.run(['import', model, '--out', folder, '--force'])
    expect(forced.stdout[0]).to.match(/: monitor\.ts in /)
    expect(readFileSync(mine, 'utf8')).to.contain('override onWeather')
    await compile(folder)
    expect((await cli.run(['import', model, '--out', folder])).stdout[0]).to.contain('nothing has changed')
  })

  it('removes the generated part of a component that the model has no more', async () => {
    const { model, folder } = copyOf('crew')
    await cli.run(['import', model, '--out', folder])
    change(model, /Sailor/g, 'Mate')
    const { stdout } = await cli.run(['import', model, '--out', folder])
    expect(stdout.filter((line) => line.startsWith('to do: '))).to.deep.equal([
      'to do: generated/sailor.ts is removed: the model has it no more; sailor.ts can go, too',
    ])
    expect(existsSync(join(folder, 'sailor.ts'))).to.equal(true)
    await compile(folder).then(
      () => expect.fail('sailor.ts has no base'),
      () => undefined,
    )
  })

  it('writes beside the model unless told, and nothing with --check', async () => {
    const { model, app } = copyOf('estimation')
    const folder = join(dirname(model), app.replaceAll('_', '-'))
    const checked = await cli.run(['import', model, '--check'])
    expect(checked.code).to.equal(0)
    expect(checked.stdout[0]).to.match(/^note: messages without a shape: Ready, /)
    expect(existsSync(folder)).to.equal(false)
    expect((await cli.run(['import', model])).code).to.equal(0)
    expect(existsSync(join(folder, 'app.ts'))).to.equal(true)
  })

  it('has components join the groups that their Python code joins', async () => {
    const { model, folder } = copyOf('crew')
    const python = `class Sailor(Component):
    def handleActivate(self):
        self.a = self.joinGroup("Bridge", 'main')
        self.b = self.joinGroup('Gossip',"deck",groupPriority=0)
        self.c = self.joinGroup("Council","c_%d" % self.n)
        self.d = self.joinGroup("Nowhere", "x")
        self.e = self.joinGroup("Bridge","main")
`
    writeFileSync(join(dirname(model), 'Sailor.py'), python)
    const { stdout } = await cli.run(['import', model, '--out', folder])
    expect(stdout.at(-1)).to.equal(
      'note: Sailor.py joins Council, and computes of which name: say --join Sailor=Council.name',
    )
    const text = readFileSync(join(folder, 'sailor.ts'), 'utf8')
    const joined = [...text.matchAll(/joinGroup\(groups\.(\w+), '(\w+)'\)/g)].map(([, group, name]) => [
      group,
      name,
    ])
    expect(joined).to.deep.equal([
      ['Bridge', 'main'],
      ['Gossip', 'deck'],
    ])
    await compile(folder)
  })

  it('makes several apps of a model that has them', async () => {
    const text = (app: string) => `app ${app} { component C { timer t 5; } actor X { { c : C; } } }\n`
    const model = cli.file(`import/${count++}/two.riaps`, text('First') + text('Second'))
    const { stdout } = await cli.run(['import', model, '--out', join(dirname(model), 'out')])
    expect(stdout.map((line) => line.replace(/:.*/, ''))).to.deep.equal(['First', 'Second'])
    const folders = ['first', 'second'].map((name) => join(dirname(model), 'out', name, 'app.ts'))
    expect(folders.every(existsSync)).to.equal(true)
    const only = await cli.run(['import', model, '--only', 'Second', '--out', join(dirname(model), 'one')])
    expect(only.stdout[0]).to.match(/^Second: /)
  })

  it('refuses what makes no sense, with 2, and writes nothing', async () => {
    const { model, folder } = copyOf('weather')
    const broken = cli.file(
      'import/broken.riaps',
      'app A {\n message M\n message N;\n component C { pub p M; }\n}',
    )
    const wrong = cli.file(
      'import/wrong.riaps',
      'app A { component C { sub s : M; } actor X { { c : D; } } }',
    )
    const full = dirname(cli.file('import/full/mine.txt', 'mine'))
    const lines: [args: string[], texts: RegExp[]][] = [
      [[broken], [/broken\.riaps:3:2: expected ';', found 'message'$/, /broken\.riaps:4:22: expected ':'/]],
      [
        [wrong],
        [/wrong\.riaps:1:31: there is no message M$/, /wrong\.riaps:1:52: X\.c: there is no component D$/],
      ],
      [['nowhere.riaps'], [/^quorate: nowhere\.riaps cannot be read: ENOENT/]],
      [[model, '--out', full], [/is not empty: there is mine\.txt in it, and no imported app/]],
      [[model, '--only', 'Z'], [/weather\.riaps has no app Z; it has test_/]],
      [[model, '--join', 'Station'], [/--join "Station" is none; write --join Inverter=Cell\.north/]],
      [[model, '--join', 'Z=G.a'], [/--join: the model has no component Z/]],
      [[model, '--join', 'Station=G.a'], [/--join: the app of Station has no group G/]],
      [[], [/missing required argument 'file'/]],
    ]
    const ends = await cli.runAll(lines.map(([args]) => ['import', ...args]))
    for (const [index, [args, texts]] of lines.entries()) {
      const { code, stdout, stderr } = ends[index] ?? {}
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: [] })
      expect(stderr).to.have.length(texts.length)
      for (const [line, text] of texts.entries()) expect(stderr?.[line]).to.match(text)
    }
    expect(existsSync(folder)).to.equal(false)
  })

  it('refuses to write over another app that was imported', async () => {
    const [one, other] = [copyOf('weather'), copyOf('crew')]
    await cli.run(['import', one.model, '--out', one.folder])
    const { code, stderr } = await cli.run(['import', other.model, '--out', one.folder])
    expect(code).to.equal(2)
    expect(stderr[0]).to.contain(`is the app ${one.app}, and not ${other.app}; give another folder by --out`)
  })
})
