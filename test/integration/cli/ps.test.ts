/** `quorate ps`: shows what is there, says what does not answer, and lets no stranger steer the terminal. */
import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { createSockets, type Sockets } from '../../../ports/index.js'
import { skip } from '../../skip.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { toldDirectory } from '../../support/told-directory.js'

const LIVES = fixtureApp('lives.ts')
const ESCAPE = String.fromCharCode(27)

describe('quorate ps', function () {
  this.timeout(40_000)
  const cli = cliForTests()
  let sockets: Sockets

  beforeEach(() => {
    sockets = createSockets()
  })
  afterEach(() => sockets.closeAll())

  /** An app of a Sender and a Receiver that are connected. */
  async function pair(): Promise<{ app: string; running: CliProcess; directories: string[] }> {
    const app = uniqueApp()
    const running = cli.start(['run', LIVES, 'Sender', 'Receiver', '--json'], { env: { TEST_APP: app } })
    await running.line(/heard hello/)
    await running.line(/"connected"/, 2)
    const ready = running.events.filter(({ event }) => event === 'ready')
    return { app, running, directories: ready.map(({ directory }) => String(directory)) }
  }

  /** A directory with any status at all; gives its address. */
  function directory(status: unknown): Promise<string> {
    return toldDirectory(sockets, { id: '00112233aabbccdd', app: 'strange', actor: 'Stranger' }, status)
  }

  it('lists actors, their ports, and by name who is connected to whom', async () => {
    const { app } = await pair()
    const { code, stdout, stderr } = await cli.run(['ps', '--app', app, '--wait', '400'])
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    const heads = stdout.filter((line) => /^\S/.test(line))
    expect(heads).to.have.length(2)
    expect(heads[0]).to.match(
      new RegExp(
        `^Receiver {2}[0-9a-f]{8} {2}${app} 1\\.0\\.0 {2}127\\.0\\.0\\.1:\\d+ {2}pid \\d+ {2}up \\d+ s$`,
      ),
    )
    expect(stdout.join('\n')).to.match(
      /^ {2}it\.heard +sub +Word +global +1 {2}\d+ received +Sender [0-9a-f]{8}$/m,
    )
    expect(stdout.join('\n')).to.match(
      /^ {2}it\.out +pub +Word +global +127\.0\.0\.1:\d+ +1 {2}\d+ sent +Receiver [0-9a-f]{8}$/m,
    )
    expect(stdout.join('\n')).to.match(/^ {2}it\.tick +tim +\d+ ticks(, \d+ late)?$/m)
  })

  it('--json: one object with everything', async () => {
    const { app, running } = await pair()
    const { code, stdout } = await cli.run(['ps', '--app', app, '--json', '--wait', '400'])
    expect(code).to.equal(0)
    expect(stdout).to.have.length(1)
    const sample = JSON.parse(stdout[0] ?? '')
    expect(sample).to.include({ v: 1 })
    expect(sample.t).to.be.above(1.7e12)
    const [receiver, sender] = sample.actors
    expect(receiver).to.include({
      answers: true,
      app,
      actor: 'Receiver',
      version: '1.0.0',
      host: '127.0.0.1',
    })
    expect(running.actorPids).to.include(receiver.pid)
    const [heard] = receiver.ports
    expect(heard).to.include({ component: 'it', name: 'heard', kind: 'sub', message: 'Word', connected: 1 })
    expect(heard.peers).to.deep.equal([{ actor: 'Sender', id: sender.id }])
    expect(heard.stats.received).to.be.above(0)
    expect(sender.ports.map(({ kind }: { kind: string }) => kind)).to.deep.equal(['pub', 'tim'])
  })

  it('shows the ticks that a timer skipped: late', async () => {
    const late = cli.file(
      'late.ts',
      `import { actor, app, Component } from 'quorate'
class Busy extends Component {
  tick = this.timer('10ms', ({ skipped }) => {
    const until = performance.now() + (this.tick.late === 0 ? 55 : 0)
    while (performance.now() < until);
    if (skipped > 0) this.log.info('was late')
  })
}
export default app('late', { actors: { Busy: actor({ components: () => ({ it: Busy }) }) } })`,
    )
    const running = cli.start(['run', late, '--json', '--discovery', 'static:'])
    await running.line(/was late/)
    const directory = running.events.find(({ event }) => event === 'ready')?.directory
    const list = ['ps', '--discovery', `static:${String(directory)}`]
    const [text, json] = await cli.runAll([list, [...list, '--json']])
    expect(text?.stdout.join('\n')).to.match(/^ {2}it\.tick +tim +\d+ ticks, \d+ late$/m)
    const { stats } = JSON.parse(json?.stdout[0] ?? '').actors[0].ports[0]
    expect(stats.late).to.be.above(0)
  })

  it('shows where an actor takes commands', async () => {
    const running = cli.start(['run', LIVES, 'Sender', '--json', '--discovery', 'static:', '--rpc', '0:0'])
    await running.until(() => running.events.some(({ event }) => event === 'ready'), 'ready')
    const directory = running.events.find(({ event }) => event === 'ready')?.directory
    const list = ['ps', '--discovery', `static:${String(directory)}`]
    const [text, json] = await cli.runAll([list, [...list, '--json']])
    const [, host, subscriber, command] =
      /^ {2}commands at (\S+):(\d+):(\d+) from anybody$/m.exec(text?.stdout.join('\n') ?? '') ?? []
    expect(JSON.parse(json?.stdout[0] ?? '').actors[0].doors).to.deep.equal([
      { host, subscriber: Number(subscriber), command: Number(command), locked: false },
    ])
    expect(host).to.equal('127.0.0.1')
  })

  it('finds the same by a list of addresses, at once, and shows what does not answer there', async () => {
    const { directories } = await pair()
    const list = ['--discovery', `static:${directories.join()}`]
    const { code, stdout } = await cli.run(['ps', '--json', '--wait', '5000', ...list])
    expect(code).to.equal(0)
    expect(JSON.parse(stdout[0] ?? '').actors).to.have.length(2)
    const withDead = await cli.run([
      'ps',
      '--wait',
      '300',
      '--discovery',
      `static:${directories[0]},127.0.0.1:9`,
    ])
    expect(withDead.code).to.equal(0)
    expect(withDead.stdout).to.include('127.0.0.1:9  its directory does not answer')
  })

  it('says where nothing was found, hints at the doctor, and ends with 3', async () => {
    const { code, stdout, stderr } = await cli.run(['ps', '--app', uniqueApp(), '--wait', '200'])
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: [] })
    expect(stderr).to.have.length(1)
    // On this machine others may run.
    const nobody = 's were found on lo \\(127\\.0\\.0\\.1\\); quorate doctor finds out why$'
    expect(stderr[0]).to.match(new RegExp(`^quorate: no actor(${nobody}| of \\S+ was found; there )`))
    const dead = await cli.run(['ps', '--discovery', 'static:127.0.0.1:9', '--wait', '200'])
    expect(dead.code).to.equal(3)
    expect(dead.stderr[0]).to.match(/no actor answers at these addresses; quorate doctor/)
    const json = await cli.run(['ps', '--app', uniqueApp(), '--wait', '200', '--json'])
    expect(json.code).to.equal(3)
    expect(JSON.parse(json.stdout[0] ?? '').actors).to.deep.equal([])
  })

  it('names the apps that are there, where the one that is asked for is not', async () => {
    const { app, directories } = await pair()
    const other = await toldDirectory(sockets, { id: '00112233aabbccdd', app: 'strange', actor: 'X' }, {})
    const nope = uniqueApp()
    const at = ['--wait', '200', '--discovery']
    const [one, several, found, env] = await Promise.all([
      cli.run(['ps', '--app', nope, ...at, `static:${directories[0]}`]),
      cli.run([
        'groups',
        '--app',
        nope,
        '--json',
        ...at,
        `static:${directories.join()},${other},127.0.0.1:9`,
      ]),
      cli.run(['ps', '--app', nope, '--wait', '400']),
      cli.run(['ps', ...at, `static:${directories[0]}`], { env: { QUORATE_APP: nope } }),
    ])
    expect(one).to.deep.include({
      ...{ code: 3, stdout: [] },
      stderr: [`quorate: no actor of ${nope} was found; there is ${app}`],
    })
    expect(env.stderr).to.deep.equal([
      `quorate: no actor of ${nope} (QUORATE_APP) was found; there is ${app}`,
    ])
    const both = [app, 'strange'].sort().join(', ')
    expect(several).to.deep.include({
      ...{ code: 3, stderr: [`quorate: no actor of ${nope} was found; there are ${both}`] },
    })
    expect(found.code).to.equal(3)
    expect(found.stderr[0]).to.match(/^quorate: no actor of \S+ was found; there (is|are) /)
  })

  it('lets no stranger steer the terminal, and takes no status that is none', async () => {
    const port = {
      component: `${ESCAPE}[2Jevil`,
      name: 'out\nquorate: all is well',
      kind: 'pub',
      scope: 'global',
      message: 'M',
      host: '',
      port: -1,
      connected: 1,
      peers: [`${ESCAPE}]0;t`],
      stats: {},
    }
    const status = {
      app: 'strange',
      version: `1${ESCAPE}[m`,
      actor: 'A',
      id: 'x',
      pid: 1,
      uptimeS: 1,
      peers: [],
      doors: [{ host: `${ESCAPE}[2J`, subscriber: 1, command: 2, locked: false }],
    }
    const hostile = await directory({ ...status, ports: [port] })
    const garbage = await directory({ app: 7 })
    const { code, stdout } = await cli.run(['ps', '--discovery', `static:${hostile},${garbage}`])
    expect(code).to.equal(0)
    expect(stdout.join('\n')).not.to.contain(ESCAPE)
    expect(stdout.join('\n')).to.contain('commands at ?[2J:1:2 from anybody')
    expect(stdout.join('\n')).to.contain('?[2Jevil.out?quorate: all is well')
    expect(stdout.join('\n')).to.contain(`${garbage}  its directory answers, but with no status`)
  })

  it('--watch without a terminal: a block each second, and 0 on Ctrl-C', async () => {
    const { app } = await pair()
    const watch = cli.start(['ps', '--watch', '--app', app])
    await watch.line(/2 actors/, 2)
    watch.signal('SIGINT')
    const { code, stdout, stderr } = await watch.ended
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    expect(stdout.join('\n')).not.to.contain(ESCAPE)

    const json = cli.start(['ps', '--watch', '--json', '--app', app])
    await json.line(/"v":1/, 2)
    json.signal('SIGINT')
    expect((await json.ended).code).to.equal(0)
  })

  it('--watch on a terminal: draws on its second screen, and gives back the first', async function () {
    if (!has('script')) skip(this, 'needs script of util-linux')
    const watch = cli.start(['ps', '--watch', '--app', uniqueApp()], { pty: true })
    await watch.line(/0 actors/)
    expect(watch.stdout.join('\n')).to.contain(`${ESCAPE}[?1049h${ESCAPE}[?25l`)
    // As the terminal does for Ctrl-C: to the process group in the foreground.
    for (const pid of watch.actorPids) process.kill(pid, 'SIGINT')
    const { code, stdout, stderr } = await watch.ended
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    expect(stdout.at(-1)).to.match(/\[\?25h.*\[\?1049l$/)
  })

  it('a reader that has read enough is no failure', async () => {
    const { app } = await pair()
    const watch = cli.start(['ps', '--watch', '--app', app])
    await watch.line(/2 actors/)
    watch.closeOutput()
    expect(await watch.ended).to.deep.include({ code: 0, stderr: [] })
  })
})

function has(program: string): boolean {
  try {
    execFileSync('which', [program])
    return true
  } catch {
    return false
  }
}
