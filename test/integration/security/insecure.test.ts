/**
 * Actors without keys: only where somebody says so, never in silence, and on a network only if that is said
 * twice.
 */
import { expect } from 'chai'
import { actor, app, Component, message, startActor } from '../../../runtime/index.js'
import { ownKeys } from '../../../runtime/own-keys.js'
import { rejectionOf } from '../../rejection.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { EventLog } from '../../support/events.js'
import { lanForTests } from '../../support/lan.js'

const LIVES = fixtureApp('lives.ts')
const PAIR = fixtureApp('pair.ts')
const OPEN =
  /would be open to everybody who reaches 10\.77\.0\.1, without keys; leave --insecure out, name the/

describe('actors without keys', function () {
  this.timeout(60_000)
  const cli = cliForTests()

  const warningsOf = ({ events }: CliProcess): string[] =>
    events.flatMap(({ level, msg }) => (level === 'warn' ? [String(msg)] : []))

  it('run where --insecure says so, and each says at its start what that means', async () => {
    const env = { TEST_APP: uniqueApp() }
    const running = cli.start(['run', LIVES, 'Sender', 'Receiver', '--insecure', '--json'], { env })
    await running.line(/heard hello/)
    const means = 'runs without keys: whoever reaches 127.0.0.1 can talk to it'
    expect(warningsOf(running).sort()).to.deep.equal([`Receiver ${means}`, `Sender ${means}`])
    for (const actor of ['Sender', 'Receiver']) {
      const own = running.events.filter((event) => event.actor === actor).map(({ event }) => event)
      expect(own.slice(0, 2)).to.deep.equal(['started', 'log'])
    }
    const { code, stdout } = await cli.run(['ps', '--app', env.TEST_APP, '--json'])
    expect({ code, shown: JSON.parse(stdout[0] ?? '').actors.length }).to.deep.equal({ code: 0, shown: 2 })
  })

  it('run where the environment says so, or a settings file', async () => {
    const env = { TEST_APP: uniqueApp(), QUORATE_INSECURE: 'true' }
    const running = cli.start(['run', LIVES, 'Plain', '--json'], { env })
    await running.line(/"ready"/)
    expect(warningsOf(running)).to.have.length(1)
    const file = cli.file('told/quorate/quorate.yaml', 'insecure: true\n')
    const home = { TEST_APP: uniqueApp(), XDG_CONFIG_HOME: file.replace(/\/quorate\/quorate\.yaml$/, '') }
    const other = cli.start(['run', LIVES, 'Plain', '--json'], { env: home })
    await other.line(/"ready"/)
    expect(warningsOf(other)).to.have.length(1)
  })

  it('and those with keys do not talk to each other, and those with keys say so', async () => {
    const env = { TEST_APP: uniqueApp() }
    const locked = cli.start(['run', LIVES, 'Receiver', '--json'], { env })
    await locked.line(/"ready"/)
    const open = cli.start(['run', LIVES, 'Sender', '--insecure', '--json'], { env })
    await locked.line(/was refused: it bears no certificate/)
    const isConnected = ({ events }: CliProcess) => events.some(({ event }) => event === 'connected')
    expect([isConnected(locked), isConnected(open)]).to.deep.equal([false, false])
  })

  it('are what startActor() starts where `insecure` is given, and nothing else is without keys', async () => {
    const Word = message('Word')
    class Speaks extends Component {
      readonly out = this.pub(Word)
    }
    const lab = app(uniqueApp(), { actors: { A: actor({ components: () => ({ it: Speaks }) }) } })
    for (const [insecure, warnings] of [
      [true, /^A runs without keys: whoever reaches 127\.0\.0\.1 can talk to it$/],
      [false, /^made the app key of /],
    ] as const) {
      const sink = new EventLog()
      const running = await startActor(lab, 'A', { discovery: 'static:', sink, insecure })
      const said = sink.events.filter(({ level }) => level === 'warn').map(({ msg }) => String(msg))
      expect(said).to.have.length(1)
      expect(said[0]).to.match(warnings)
      await running.stop()
    }
  })

  it('are refused on any address that is no loopback, unless that is said, too', async () => {
    for (const host of ['10.0.0.5', '0.0.0.0', '169.254.1.1', '203.0.113.9']) {
      const refused = await rejectionOf(ownKeys('cell', 'Meter', { insecure: true }, host))
      expect(refused).to.include({ code: 'insecure-network', retryable: false })
      const { keys, told } = await ownKeys('cell', 'Meter', { insecure: 'network' }, host)
      expect({ keys, told }).to.deep.equal({
        keys: undefined,
        told: `Meter runs without keys: whoever reaches ${host} can talk to it`,
      })
    }
    for (const host of ['127.0.0.1', '127.3.2.1']) {
      expect(await ownKeys('cell', 'Meter', { insecure: true }, host)).to.have.property('keys', undefined)
    }
  })

  describe('on a network', () => {
    const hosts = lanForTests(2)

    function on(host: number, ...args: string[]): CliProcess {
      const [program, prefix] = hosts.lan.on(host)
      return cli.start(args, { prefix: [program, ...prefix], env: { QUORATE_INTERFACE: '' } })
    }

    it('are refused, whether the interface was named or not, and nothing is started', async () => {
      for (const named of [[], ['--interface', 'eth0'], ['--interface', '10.77.0.1']]) {
        const { code, stdout, stderr } = await on(1, 'run', PAIR, 'Left', '--insecure', ...named).ended
        expect({ code, stdout, lines: stderr.length }).to.deep.equal({ code: 2, stdout: [], lines: 1 })
        expect(stderr[0]).to.match(OPEN)
      }
      // It allows what --insecure asks for, and asks for nothing itself.
      const locked = on(1, 'run', PAIR, 'Left', '--yes-insecure-network', '--json')
      await locked.line(/"ready"/)
      expect(warningsOf(locked).filter((text) => /without keys/.test(text))).to.deep.equal([])
    })

    it('run where it is said twice, and warn', async () => {
      const twice = ['--insecure', '--yes-insecure-network']
      const left = on(1, 'run', PAIR, 'Left', ...twice, '--json')
      const right = on(2, 'run', PAIR, 'Right', ...twice, '--json')
      await left.line(/all ports work/)
      for (const [at, { each, actor }] of [
        { each: left, actor: 'Left' },
        { each: right, actor: 'Right' },
      ].entries()) {
        const means = `runs without keys: whoever reaches 10.77.0.${at + 1} can talk to it`
        expect(warningsOf(each)).to.deep.equal([`${actor} ${means}`])
      }
    })
  })
})
