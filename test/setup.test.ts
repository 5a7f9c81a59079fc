/**
 * What `npm start` and its like do before their work, with stubs for npm and the compiler. The real ones
 * are at work in test/package.
 */

import { mkdirSync, statSync, utimesSync } from 'node:fs'
import { expect } from 'chai'
import { Checkout } from './setup/checkout.js'

describe('the set-up', () => {
  let checkout: Checkout

  beforeEach(() => {
    checkout = new Checkout()
  })

  afterEach(() => checkout.dispose())

  it('installs and compiles a fresh clone, and tells each step in a line on stderr', async () => {
    const { code, stdout, stderr } = await checkout.setUp().ended
    expect(code, stderr).to.equal(0)
    expect(stdout).to.equal('')
    expect(stderr).to.match(/^quorate: installing packages … [\d.]+ s\nquorate: compiling … [\d.]+ s\n$/)
    expect(checkout.read('calls')).to.match(/^npm install --no-save --ignore-scripts --no-audit --no-fund /)
    expect(checkout.calls()).to.deep.equal(['npm', 'tsc'])
    expect(checkout.leftovers()).to.deep.equal([])
  })

  it('does nothing and says nothing the second time', async () => {
    await checkout.setUp().ended
    checkout.calls()
    expect(await checkout.setUp().ended).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    expect(checkout.calls()).to.deep.equal([])
  })

  it('leaves the lock file as it is, byte for byte', async () => {
    const before = checkout.read('package-lock.json')
    const { mtimeMs } = statSync(checkout.path('package-lock.json'))
    await checkout.setUp().ended
    expect(checkout.read('package-lock.json')).to.equal(before)
    expect(statSync(checkout.path('package-lock.json')).mtimeMs).to.equal(mtimeMs)
  })

  it('compiles again when a source was changed, added or removed, and installs nothing', async () => {
    await checkout.setUp().ended
    checkout.calls()
    for (const change of [
      () => checkout.write('ports/errors.ts', '// changed'),
      () => checkout.write('ports/added.ts'),
      () => checkout.remove('ports/added.ts'),
    ]) {
      change()
      await checkout.setUp().ended
      expect(checkout.calls()).to.deep.equal(['tsc'])
    }
  })

  it('installs again once when the lock file is newer, even one from the future', async () => {
    await checkout.setUp().ended
    checkout.calls()
    const tomorrow = Date.now() / 1000 + 86_400
    utimesSync(checkout.path('package-lock.json'), tomorrow, tomorrow)
    await checkout.setUp().ended
    await checkout.setUp().ended
    expect(checkout.calls()).to.deep.equal(['npm'])
  })

  it('only installs for --packages-only', async () => {
    await checkout.setUp('--packages-only').ended
    expect(checkout.calls()).to.deep.equal(['npm'])
  })

  it('then becomes the script that it is given, with its arguments and exit code', async () => {
    checkout.write('script.mjs', 'console.log(process.argv.slice(2).join()); process.exitCode = 3')
    const { code, stdout } = await checkout.setUp('script.mjs', 'a', '--json').ended
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: 'a,--json\n' })
    const missing = await checkout.setUp('no-such.mjs').ended
    expect(missing).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: 'quorate: there is no no-such.mjs to run\n',
    })
  })

  describe('when two run at once', () => {
    it('lets one work and the other wait for it', async () => {
      checkout.write('hold')
      const first = checkout.setUp()
      await checkout.npmHolding()
      const second = checkout.setUp()
      await second.says(`waiting for the set-up that process ${first.process.pid} is doing`)
      checkout.remove('hold')
      const outcomes = await Promise.all([first.ended, second.ended])
      expect(outcomes.map(({ code }) => code)).to.deep.equal([0, 0])
      expect(checkout.calls()).to.deep.equal(['npm', 'tsc'])
      expect(checkout.leftovers()).to.deep.equal([])
    })

    it('installs once when eight find the lock of a crashed one', async () => {
      leaveLock(checkout, `${process.pid}-1`)
      const all = await Promise.all(Array.from({ length: 8 }, () => checkout.setUp().ended))
      expect(all.map(({ code }) => code)).to.deep.equal(new Array(8).fill(0))
      expect(checkout.calls()).to.deep.equal(['npm', 'tsc'])
      expect(checkout.leftovers()).to.deep.equal([])
    }).timeout(30_000)
  })

  describe('after one that was killed', () => {
    it('takes over at once', async () => {
      checkout.write('hold')
      const killed = checkout.setUp()
      const npm = await checkout.npmHolding()
      killed.process.kill('SIGKILL')
      process.kill(npm, 'SIGKILL')
      await killed.ended
      expect(checkout.leftovers()).to.deep.equal(['.setup-lock'])
      checkout.remove('hold')
      checkout.calls()
      expect((await checkout.setUp().ended).code).to.equal(0)
      expect(checkout.calls()).to.deep.equal(['npm', 'tsc'])
      expect(checkout.leftovers()).to.deep.equal([])
    })

    it('waits for the npm that it left at work, and uses what that did', async () => {
      checkout.write('hold')
      const killed = checkout.setUp()
      await checkout.npmHolding()
      killed.process.kill('SIGKILL')
      const next = checkout.setUp()
      await next.says('waiting for the set-up')
      checkout.remove('hold')
      expect((await next.ended).code).to.equal(0)
      expect(checkout.calls()).to.deep.equal(['npm', 'tsc'])
    })

    it('is not deceived by a process that was given the same id', async () => {
      leaveLock(checkout, `${process.pid}-1`)
      expect((await checkout.setUp().ended).code).to.equal(0)
      expect(checkout.leftovers()).to.deep.equal([])
    })
  })

  describe('when a step fails', () => {
    it("shows npm's own words, then one line, exits with 1, and works the next time", async () => {
      checkout.write('npm-fails')
      const { code, stderr } = await checkout.setUp().ended
      expect(code).to.equal(1)
      expect(stderr.split('\n').slice(1)).to.deep.equal([
        'npm error: no network here',
        'quorate: installing packages failed (7): what it printed is above',
        '',
      ])
      checkout.remove('npm-fails')
      expect((await checkout.setUp().ended).code).to.equal(0)
    })

    it('says what ended npm, and that there is none', async () => {
      checkout.write('hold')
      const stopped = checkout.setUp()
      process.kill(await checkout.npmHolding(), 'SIGKILL')
      const { code, stderr } = await stopped.ended
      expect(code).to.equal(1)
      expect(stderr).to.match(/\nquorate: installing packages failed \(SIGKILL\)\n$/)
      const without = await checkout.setUpWithoutNpm().ended
      expect(without.code).to.equal(1)
      expect(without.stderr).to.match(
        /\nquorate: installing packages failed \(`npm` could not be run: spawn npm ENOENT\)\n$/,
      )
    })

    it('keeps the last good dist when the sources do not compile', async () => {
      await checkout.setUp().ended
      checkout.write('tsc-fails')
      checkout.write('ports/added.ts')
      const { code, stderr } = await checkout.setUp().ended
      expect(code).to.equal(1)
      expect(stderr).to.contain(
        'error TS1: not like this\nquorate: compiling failed (2): what it printed is above\n',
      )
      expect(checkout.read('dist/.stamp')).to.not.equal('')
      checkout.remove('ports/added.ts')
      checkout.calls()
      expect((await checkout.setUp().ended).code).to.equal(0)
      expect(checkout.calls()).to.deep.equal([])
    })

    it('ends npm with itself on a signal, and gives the lock back', async () => {
      checkout.write('hold')
      const interrupted = checkout.setUp()
      await checkout.npmHolding()
      interrupted.process.kill('SIGTERM')
      const { code, stderr } = await interrupted.ended
      expect(code).to.equal(143)
      expect(stderr).to.contain('quorate: installing packages was interrupted\n')
      expect(checkout.leftovers()).to.deep.equal([])
    })
  })
})

/** The lock as a process of this identity left it when it crashed. */
function leaveLock(checkout: Checkout, identity: string): void {
  mkdirSync(checkout.path('.setup-lock'))
  checkout.write(`.setup-lock/${identity}`)
}
