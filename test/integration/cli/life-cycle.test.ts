/**
 * How `quorate run` and its actors end, whatever the user's code and the system do to them. Real processes.
 */
import { existsSync, rmSync } from 'node:fs'
import { expect } from 'chai'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests, isAlive } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'
import { sideBySide } from '../../support/side-by-side.js'

const LIVES = fixtureApp('lives.ts')
/** No peers: these tests want one actor each. */
const ALONE = ['--discovery', 'static:']
/** The promise is 2 s, of which this machine may make twice as much. */
const STOP_MS_MAX = 4000
/** Tests at a time: half of what they take, they wait. */
const AT_ONCE = 3

describe('the life of what quorate run starts', function () {
  this.timeout(40_000)
  const cli = cliForTests('after all')
  const test = sideBySide(AT_ONCE)
  const start = (...actors: string[]): CliProcess => cli.start(['run', LIVES, ...actors, ...ALONE])

  test('SIGINT: deactivates, and ends with 0', async () => {
    const plain = start('Plain')
    await plain.line(/ready/)
    const [pid = 0] = plain.actorPids
    plain.signal('SIGINT')
    const { code, stdout, stderr } = await plain.ended
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    expect(stdout.filter((line) => line.includes('stop'))).to.deep.equal([
      'stopping; Ctrl-C again ends it at once',
      'Plain │ stopped',
    ])
    expect(stdout.join('\n')).to.match(/it: deactivated$/m)
    expect(isAlive(pid)).to.equal(false)
  })

  test('SIGTERM is as good', async () => {
    const plain = start('Plain')
    await plain.line(/ready/)
    plain.signal('SIGTERM')
    const { code, stdout } = await plain.ended
    expect(code).to.equal(0)
    expect(stdout.join('\n')).to.match(/deactivated$/m)
  })

  test('a signal before anything is ready ends it, too', async () => {
    const early = cli.start(['run', LIVES, 'Plain', ...ALONE, '--json'])
    await early.line(/"started"/)
    early.signal('SIGINT')
    expect(await early.ended).to.include({ code: 0, signal: null })
  })

  test('what is sent in onDeactivate is delivered', async () => {
    const env = { TEST_APP: uniqueApp() }
    const receiver = cli.start(['run', LIVES, 'Receiver'], { env })
    await receiver.line(/ready/)
    const sender = cli.start(['run', LIVES, 'Sender'], { env })
    await receiver.line(/heard hello/)
    sender.signal('SIGINT')
    await receiver.line(/heard goodbye/)
    expect(await sender.ended).to.include({ code: 0 })
    receiver.signal('SIGINT')
    expect(await receiver.ended).to.include({ code: 0 })
  })

  test('code that goes on sending while its actor stops is no failure', async () => {
    const restless = start('Restless')
    await restless.line(/ready/)
    restless.signal('SIGINT')
    expect(await restless.ended).to.deep.include({ code: 0, stderr: [] })
  })

  test('an onDeactivate that hangs is given up: a warning, and 0 within 2 s', async () => {
    const hung = start('Hung')
    await hung.line(/ready/)
    const signalled = performance.now()
    hung.signal('SIGINT')
    const { code, stdout } = await hung.ended
    expect(code).to.equal(0)
    expect(performance.now() - signalled).to.be.below(STOP_MS_MAX)
    expect(stdout.join('\n')).to.match(/warning: onDeactivate of it did not end within \d+ ms/)
  })

  test('a second SIGINT ends at once, with 130', async () => {
    const hung = start('Hung')
    await hung.line(/ready/)
    const [pid = 0] = hung.actorPids
    hung.signal('SIGINT')
    await hung.line(/still deactivating/)
    hung.signal('SIGINT')
    const { code, stdout } = await hung.ended
    expect(code).to.equal(130)
    expect(stdout.join('\n')).not.to.contain('did not end within')
    expect(isAlive(pid)).to.equal(false)
  })

  test('a SIGINT that comes twice at once, as from a terminal and from npm, is one', async () => {
    const plain = start('Plain')
    await plain.line(/ready/)
    plain.signal('SIGINT')
    plain.signal('SIGTERM')
    const { code, stdout } = await plain.ended
    expect(code).to.equal(0)
    expect(stdout.join('\n')).to.match(/deactivated$/m)
  })

  test('an actor that blocks its event loop is killed in the end', async () => {
    const blocked = start('Blocked')
    await blocked.line(/blocked from now on/)
    const [pid = 0] = blocked.actorPids
    blocked.signal('SIGINT')
    const { code, stderr } = await blocked.ended
    expect(code).to.equal(137)
    expect(stderr).to.deep.equal(['quorate: Blocked: was ended by SIGKILL'])
    expect(isAlive(pid)).to.equal(false)
  })

  test('process.exit(7) in a handler: 7', async () => {
    const { code, stderr } = await start('Exits').ended
    expect(code).to.equal(7)
    expect(stderr).to.deep.equal(['quorate: Exits: ended with exit code 7'])
  })

  test('a throw in a timer of the user: 1, and a line that names it', async () => {
    const { code, stderr } = await start('Throws').ended
    expect(code).to.equal(1)
    expect(stderr).to.have.length(1)
    expect(stderr[0]).to.match(
      /^quorate: Throws: an error was thrown: out of the blue \(.*lives\.ts:\d+:\d+\)$/,
    )
  })

  test('a rejected promise that nobody awaits: 1, and a line that names it', async () => {
    const { code, stderr } = await start('Rejects').ended
    expect(code).to.equal(1)
    expect(stderr).to.have.length(1)
    expect(stderr[0]).to.match(
      /^quorate: Rejects: a promise was rejected .*: nobody awaits me \(.*lives\.ts:/,
    )
  })

  test('what is thrown, or rejected with, and is no error is shown in a line', async () => {
    const source = `import { actor, app, Component } from 'quorate'
class Throws extends Component {
  onActivate() {
    setTimeout(() => { throw { a: 1 } })
  }
}
class Rejects extends Component {
  onActivate() {
    setTimeout(() => Promise.reject())
  }
}
class Listens extends Component {
  onActivate() {
    process.on('unhandledRejection', (reason) => this.log.info('heard of ' + reason))
    setTimeout(() => Promise.reject())
  }
}
const one = (type) => actor({ components: () => ({ it: type }) })
export default app('odd', { actors: { Throws: one(Throws), Rejects: one(Rejects), Listens: one(Listens) } })`
    const odd = cli.file('odd.ts', source)
    const told = async (name: string): Promise<unknown> => {
      const { code, stderr } = await cli.start(['run', odd, name, ...ALONE]).ended
      return { code, stderr }
    }
    expect(await told('Throws')).to.deep.equal({
      code: 1,
      stderr: ['quorate: Throws: an error was thrown: { a: 1 }'],
    })
    expect(await told('Rejects')).to.deep.equal({
      code: 1,
      stderr: ['quorate: Rejects: a promise was rejected and nobody looked: rejected with undefined'],
    })
    const listens = cli.start(['run', odd, 'Listens', ...ALONE])
    await listens.line(/heard of undefined/)
    listens.signal('SIGINT')
    expect(await listens.ended).to.include({ code: 0 })
  })

  test('a handler that throws is told of, and the component goes on', async () => {
    const stumbles = start('Stumbles')
    await stumbles.line(/goes on/)
    stumbles.signal('SIGINT')
    const { code, stdout } = await stumbles.ended
    expect(code).to.equal(0)
    const told = stdout.filter((line) => line.includes('stumbled'))
    expect(told).to.have.length(1)
    expect(told[0]).to.match(/error: it: the handler of it\.tick threw: stumbled \(.*lives\.ts:/)
  })

  test('an actor killed from outside: told, the others go on, and the exit code is not 0', async () => {
    const both = start('Plain', 'Stumbles')
    await both.line(/ready/, 2)
    await both.line(/goes on/)
    const [victim = 0, other = 0] = both.actorPids
    process.kill(victim, 'SIGKILL')
    await both.until(() => both.stderr.length > 0, 'a line on standard error')
    expect(both.stderr[0]).to.match(/^quorate: (Plain|Stumbles): was ended by SIGKILL$/)
    expect(isAlive(other)).to.equal(true)
    both.signal('SIGINT')
    expect(await both.ended).to.include({ code: 137 })
    expect(isAlive(other)).to.equal(false)
  })

  test('the launcher killed from outside: its actors end by themselves', async () => {
    const plain = start('Plain', 'Stumbles')
    await plain.line(/ready/, 2)
    const pids = plain.actorPids
    expect(pids).to.have.length(2)
    plain.signal('SIGKILL')
    await eventually(() => !pids.some(isAlive), 'the end of the actors')
  })

  test('the launcher killed from outside while its actor loads: the actor ends, too', async () => {
    const source = `import { actor, app, Component } from 'quorate'
class C extends Component {}
if (process.send) {
  console.log('loading')
  await new Promise((resolve) => setTimeout(resolve, 1500))
}
export default app('slow', { actors: { A: actor({ components: () => ({ c: C }) }) } })`
    const slow = cli.start(['run', cli.file('slow.ts', source), ...ALONE])
    await slow.line(/loading/)
    const [pid = 0] = slow.actorPids
    slow.signal('SIGKILL')
    await eventually(() => !isAlive(pid), 'the end of the actor')
  })

  test('the launcher killed from outside: an actor that is blocked is killed, too', async () => {
    const blocked = start('Blocked')
    await blocked.line(/blocked from now on/)
    const [pid = 0] = blocked.actorPids
    expect(isAlive(pid)).to.equal(true)
    blocked.signal('SIGKILL')
    await eventually(() => !isAlive(pid), 'the end of the actor')
  })

  test('output that is read late is not lost when all have ended', async () => {
    const gate = cli.file('gate', '')
    rmSync(gate)
    const script = `"$@" | { while [ ! -e ${gate} ]; do sleep 0.05; done; wc -l; }`
    const floods = cli.start(['run', LIVES, 'Floods', ...ALONE], { prefix: ['sh', '-c', script, 'sh'] })
    await floods.until(() => floods.stderr.length > 0, 'a line on standard error')
    cli.file('gate', '')
    const { stdout, stderr } = await floods.ended
    expect(stderr).to.deep.equal(['quorate: Floods: ended with exit code 3'])
    expect(Number(stdout[0])).to.be.at.least(20_000)
  })

  test('a signal ends it though nobody reads what it prints', async () => {
    const [pipe, flushed] = ['pipe', 'flushed'].map((name) => cli.file(name, ''))
    for (const path of [pipe, flushed]) rmSync(path ?? '')
    const source = `import { writeFileSync } from 'node:fs'
import { actor, app, Component } from 'quorate'
class Loud extends Component {
  onActivate() {
    process.stdout.write('x\\n'.repeat(1e6), () => writeFileSync('${flushed}', ''))
  }
}
export default app('loud', { actors: { A: actor({ components: () => ({ c: Loud }) }) } })`
    const script = `mkfifo ${pipe}; sleep 15 < ${pipe} > /dev/null 2>&1 & exec "$@" > ${pipe}`
    const args = ['run', cli.file('loud.ts', source), ...ALONE]
    const loud = cli.start(args, { prefix: ['sh', '-c', script, 'sh'] })
    await eventually(() => existsSync(flushed ?? ''), 'the output of the actor')
    const signalled = performance.now()
    loud.signal('SIGINT')
    expect(await loud.ended).to.deep.include({ code: 0, stderr: [] })
    expect(performance.now() - signalled).to.be.below(STOP_MS_MAX)
  })

  test('standard output closed, as by head -1: ends', async () => {
    const prints = start('Prints')
    await prints.line(/printed/)
    const pids = prints.actorPids
    prints.closeOutput()
    const { code, stderr } = await prints.ended
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    expect(pids.some(isAlive)).to.equal(false)
  })
})
