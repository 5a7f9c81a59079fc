/** Settings as the commands use them, and `quorate config`, which tells where each comes from. */
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { allSettings } from '../../../apps/quorate/settings/known.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests, type End } from '../../support/cli.js'

interface Told {
  readonly name: string
  readonly value: unknown
  readonly ok: boolean
  readonly source: string
  readonly where: string
  readonly line?: number
  readonly reason: string
}

interface Explanation {
  readonly ok: boolean
  readonly file: string | null
  readonly settings: readonly Told[]
  readonly problems: readonly string[]
}

describe('the settings of the command line', function () {
  this.timeout(40_000)
  const cli = cliForTests()
  let projects = 0

  /** A folder of its own, which is a project and has this settings file. */
  function project(text?: string): string {
    const name = `project-${projects++}`
    const folder = dirname(cli.file(join(name, 'package.json'), '{}'))
    if (text !== undefined) cli.file(join(name, 'quorate.yaml'), text)
    return realpathSync(folder)
  }

  function start(
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): CliProcess {
    // Where no interface is named.
    return cli.start(args, { prefix: ['env', '-C', folder], env: { QUORATE_INTERFACE: '', ...env } })
  }

  async function explain(folder: string, args: readonly string[] = [], env = {}): Promise<Explanation & End> {
    const end = await start(folder, ['config', '--explain', '--json', ...args], env).ended
    const told: Explanation = JSON.parse(end.stdout.join('\n'))
    return { ...told, ...end }
  }

  function of({ settings }: Explanation, name: string): Told | undefined {
    return settings.find((setting) => setting.name === name)
  }

  describe('quorate config', () => {
    it('prints what a settings file can have, and reads it again', async () => {
      const folder = project()
      const { code, stdout, stderr } = await start(folder, [
        'config',
        '--discovery',
        'static:',
        '--count',
        '3',
      ]).ended
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
      expect(stdout).to.include.members(['discovery: "static:"', 'count: 3', 'json: false'])
      expect(stdout[0]).to.match(/^interface: \S+$/)
      cli.file(join(folder, 'quorate.yaml'), stdout.join('\n'))
      const again = await start(project(stdout.join('\n')), ['config']).ended
      expect(again).to.deep.include({ code: 0, stdout })
    })

    it('--explain --json: value, source and reason of each setting', async () => {
      const folder = project('# here\ninterface: lo\nlogLevel: debug\n')
      const told = await explain(folder, ['--count', '2'], {
        QUORATE_DISCOVERY: 'static:a:1',
        QUORATE_LOG_LEVEL: 'warn',
      })
      expect(told).to.deep.include({ code: 0, ok: true, problems: [], file: join(folder, 'quorate.yaml') })
      expect(told.settings.map(({ name }) => name)).to.deep.equal(allSettings.map(({ name }) => name))
      expect(of(told, 'count')).to.include({ value: 2, source: 'flag', where: '--count' })
      expect(of(told, 'discovery')).to.include({
        value: 'static:a:1',
        source: 'environment',
        where: 'QUORATE_DISCOVERY',
      })
      expect(of(told, 'interface')).to.include({
        value: 'lo',
        source: 'file',
        where: 'quorate.yaml:2',
        line: 2,
      })
      expect(of(told, 'interface')?.reason).to.match(/^lo has the address 127\.0\.0\.1/)
      expect(of(told, 'logLevel')).to.deep.include({ value: 'warn', instead: ['quorate.yaml:3'] })
      expect(of(told, 'wait')).to.include({ value: 1000, source: 'default' })
      for (const { name, reason } of told.settings) expect(reason, name).not.to.equal('')
    })

    it('--explain: a row for each, the reason below, and where files were looked for', async () => {
      const folder = project('count: 0\nlog_level: info\n')
      const { code, stdout } = await start(folder, ['config', '--explain'], { QUORATE_WAIT: '50' }).ended
      expect(code).to.equal(2)
      const text = stdout.join('\n')
      expect(text).to.match(
        /^interface +\S+ +default\n +→ (that of the LAN, as none is named|the only one there is)/m,
      )
      expect(text).to.match(/^wait +50 +environment QUORATE_WAIT$/m)
      expect(text).to.match(
        /^count +refused +file quorate\.yaml:1\n +→ quorate\.yaml:1: count is 0; give a whole/m,
      )
      expect(text).to.match(/^ {2}quorate\.yaml {2}the working folder: used$/m)
      expect(text).to.contain('quorate.yaml:2: there is no setting "log_level"; write logLevel')
    })

    it('without --explain: what is refused is told on standard error, with exit code 2', async () => {
      const { code, stdout, stderr } = await start(project('count: 0\nodd: 1\n'), [
        'config',
        '--wait',
        'long',
      ]).ended
      expect(code).to.equal(2)
      expect(stdout.join('\n')).not.to.match(/count|wait/)
      expect(stderr).to.have.length(3)
      expect(stderr[0]).to.match(
        /^quorate: quorate\.yaml:2: there is no setting "odd"; there are interface, /,
      )
      expect(stderr[1]).to.match(/^quorate: quorate\.yaml:1: count is 0; /)
      expect(stderr[2]).to.match(/^quorate: --wait is "long"; /)
    })

    it('tells of an interface that is refused in one line, whoever named it', async () => {
      const calls: [string, string[], RegExp][] = [
        ['', ['--interface', 'nope0'], /^quorate: --interface: there is no network interface nope0 /],
        [
          'interface: nope0\n',
          [],
          /^quorate: quorate\.yaml:1: interface: there is no network interface nope0 /,
        ],
      ]
      for (const [text, args, says] of calls) {
        const { code, stdout, stderr } = await start(project(text), ['config', ...args]).ended
        expect({ code, lines: stderr.length }).to.deep.equal({ code: 2, lines: 1 })
        expect(stderr[0]).to.match(says)
        expect(stdout).to.include('discovery: mdns')
        expect(stdout.join('\n')).not.to.contain('interface')
      }
    })

    it('takes the nearest file: of the app, of the folder and upward, of the user', async () => {
      const folder = project('count: 2\n')
      const app = cli.file(join(folder.split('/').at(-1) ?? '', 'app', 'app.ts'), '')
      const deep = join(folder, 'deep', 'deeper')
      mkdirSync(deep, { recursive: true })
      const countIn = async (where: string, ...args: string[]) =>
        of(await explain(where, args), 'count')?.value
      expect(await countIn(deep)).to.equal(2)
      expect(await countIn(deep, app)).to.equal(2)
      cli.file(join(folder.split('/').at(-1) ?? '', 'app', 'quorate.yaml'), 'count: 3')
      expect(await countIn(deep, app)).to.equal(3)
      expect(await countIn(deep)).to.equal(2)
      const users = cli.file('config/quorate/quorate.yaml', 'count: 4')
      expect(existsSync(users)).to.equal(true)
      expect(await countIn(deep)).to.equal(2)
      expect(await countIn(project())).to.equal(4)
      cli.file('config/quorate/quorate.yaml', '')
    })

    it('tells of a file that is a link to nothing, and of one that is not used', async () => {
      const folder = project()
      symlinkSync('nowhere.yaml', join(folder, 'quorate.yaml'))
      const broken = await start(folder, ['config', '--explain']).ended
      expect(broken.code).to.equal(2)
      const text = broken.stdout.join('\n')
      expect(text).to.contain('quorate.yaml: this is a link to nowhere.yaml, which is not there')
      const inner = cli.file(join(folder.split('/').at(-1) ?? '', 'inner', 'quorate.yaml'), 'count: 2')
      const used = await start(dirname(inner), ['config', '--explain']).ended
      expect(used.code).to.equal(0)
      expect(used.stdout.join('\n')).to.match(/the root of the project: there, but not used$/m)
    })

    it('of a variable that is none: says where those are that are', async () => {
      const { code, stderr } = await start(project(), ['config'], { QUORATE_BOGUS: '1' }).ended
      expect(code).to.equal(0)
      const hint = 'quorate config --help lists those of settings'
      expect(stderr).to.deep.equal([`quorate: "QUORATE_BOGUS" is the variable of no setting; ${hint}`])
      const { stdout } = await start(project(), ['config', '--help']).ended
      const help = stdout.join(' ').replaceAll(/\s+/g, ' ')
      for (const { variable } of allSettings) expect(help).to.contain(`env: ${variable}`)
    })

    it('of a folder: wrong usage', async () => {
      const { code, stderr } = await start(project(), ['config', '.']).ended
      const advice = 'give the path of a .ts or .js file in it'
      expect({ code, stderr }).to.deep.equal({ code: 2, stderr: [`quorate: . is a folder; ${advice}`] })
    })

    it('of an app that is not there: wrong usage', async () => {
      const { code, stderr } = await start(project(), ['config', 'nowhere.ts']).ended
      expect({ code, stderr }).to.deep.equal({
        code: 2,
        stderr: ['quorate: there is no app file nowhere.ts; give the path of a .ts or .js file'],
      })
    })
  })

  describe('are used', () => {
    const LIVES = fixtureApp('lives.ts')

    it('by quorate run: file, before it the environment, before that the flag', async () => {
      const folder = project('discovery: { static: [] }\njson: true\ncount: 2\n')
      const env = { TEST_APP: uniqueApp(), QUORATE_JSON: 'false' }
      const running = start(folder, ['run', LIVES, 'Plain'], env)
      await running.line(/^Plain\.0 │ .*ready/)
      await running.line(/^Plain\.1 │ .*ready/)
      running.signal('SIGTERM')
      expect(await running.ended).to.include({ code: 0 })
      const one = start(folder, ['run', LIVES, 'Plain', '--count', '1'], { TEST_APP: uniqueApp() })
      await one.line(/"ready"/)
      expect(one.events.filter(({ event }) => event === 'ready').map(({ label }) => label)).to.deep.equal([
        'Plain',
      ])
    })

    it('by quorate ps: the app, the wait, JSON', async () => {
      const app = uniqueApp()
      const running = cli.start(['run', LIVES, 'Plain'], { env: { TEST_APP: app } })
      await running.line(/ready/)
      const folder = project(`app: ${app}\njson: true\nwait: 700\n`)
      const { code, stdout } = await start(folder, ['ps']).ended
      expect(code).to.equal(0)
      const { actors }: { actors: readonly { app: string }[] } = JSON.parse(stdout[0] ?? '')
      expect(actors.map(({ app }) => app)).to.deep.equal([app])
    })

    it('by quorate doctor: an interface that is not there is a finding', async () => {
      const { code, stdout } = await start(project('interface: nope0\n'), ['doctor']).ended
      expect(code).to.equal(1)
      expect(stdout.join('\n')).to.match(/^FAIL +interface +there is no network interface nope0/m)
      expect(stdout.join('\n')).to.contain('quorate config --explain tells who named this one')
    })

    it('not with a mistake in the file: one line with its place, and exit code 2', async () => {
      const mistakes: readonly [string, RegExp][] = [
        ['interface: nope0\n', /^quorate: quorate\.yaml:1: interface: there is no network interface nope0 /],
        ['json: true\nlogLevel: loud\n', /^quorate: quorate\.yaml:2: logLevel is "loud"; give trace, /],
        [
          'directoryPort: "7000"\n',
          /^quorate: quorate\.yaml:1: directoryPort is "7000"; give a whole number/,
        ],
        ['\ndiscovery: static:\n', /^quorate: quorate\.yaml:2: a value that ends with a colon, /],
        ['directoryPort: 7000\ncount: 2\n', /^quorate: quorate\.yaml:1: directoryPort 7000 is for one actor/],
      ]
      for (const [text, says] of mistakes) {
        const { code, stdout, stderr } = await start(project(text), ['run', LIVES, 'Plain']).ended
        expect({ code, stdout, lines: stderr.length }, text).to.deep.equal({ code: 2, stdout: [], lines: 1 })
        expect(stderr[0]).to.match(says)
      }
    })

    it('not with a variable that makes no sense', async () => {
      const env = { QUORATE_DIRECTORY_PORT: 'tcp://10.0.0.1:7000' }
      const { code, stderr } = await start(project(), ['run', LIVES, 'Plain'], env).ended
      expect(code).to.equal(2)
      expect(stderr).to.deep.equal([
        'quorate: QUORATE_DIRECTORY_PORT is "tcp://10.0.0.1:7000"; give a whole number from 0 to 65535',
      ])
    })
  })
})
