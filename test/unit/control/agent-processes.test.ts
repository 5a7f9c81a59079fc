import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { identityOf, isThere, signalTo, usageOf } from '../../../control/agent/processes.js'
import { readRun, runDetached, takeBack } from '../../../control/agent/runner.js'

describe('processes, as an agent knows them', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-runs-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs a script to its end; what its run file tells. */
  async function runOf(script: string, runFile = join(folder, 'run')) {
    const program = { command: ['/bin/sh', '-c', script], environment: { WORD: 'hello' } }
    await new Promise<void>((resolve) => runDetached(program, runFile, join(folder, 'log'), resolve))
    return readRun(runFile)
  }

  it('are known by id, start and boot', () => {
    const me = identityOf(process.pid)
    if (!me) throw new Error('this process is not known')
    expect(isThere(me)).to.equal(true)
    expect(usageOf(me)?.memoryBytes).to.be.above(1_000_000)
    for (const other of [{ started: '1' }, { boot: 'another' }, { pid: 4_194_304 }]) {
      expect(isThere({ ...me, ...other })).to.equal(false)
      expect(usageOf({ ...me, ...other })).to.equal(undefined)
    }
  })

  it('are never sent what was meant for one that had their id', async () => {
    const child = spawn('/bin/sleep', ['60'])
    const ended = once(child, 'exit')
    const identity = identityOf(child.pid ?? 0)
    if (!identity) throw new Error('the child is not known')
    expect(signalTo({ ...identity, started: '1' }, 'SIGKILL')).to.equal(false)
    expect(signalTo({ ...identity, boot: 'before' }, 'SIGKILL')).to.equal(false)
    expect(isThere(identity)).to.equal(true)
    expect(signalTo(identity, 'SIGTERM')).to.equal(true)
    expect((await ended)[1]).to.equal('SIGTERM')
    expect(signalTo(identity, 'SIGKILL')).to.equal(false)
  })

  it('are told of with how they ended', async () => {
    const ended = await runOf('echo $WORD; echo told >&3; exit 7')
    expect(ended?.exit).to.deep.equal({ code: 7, signal: null })
    expect(ended?.identity?.pid).to.be.above(0)
    expect(ended?.identity && isThere(ended.identity)).to.equal(false)
    expect(readFileSync(join(folder, 'log'), 'utf8')).to.equal('hello\ntold\n')
    const killed = await runOf('kill -SEGV $$', join(folder, 'killed'))
    expect(killed?.exit).to.deep.equal({ code: null, signal: 'SIGSEGV' })
  })

  it('are not started where the start was taken back, and not twice', async () => {
    const run = join(folder, 'run')
    expect(takeBack(run)).to.equal(true)
    expect(await runOf(`touch ${folder}/was-here`)).to.deep.equal({})
    expect(existsSync(join(folder, 'was-here'))).to.equal(false)
    expect(takeBack(run)).to.equal(false)
  })

  it('are not known by a file that was not written to its end', () => {
    const run = join(folder, 'run')
    expect(readRun(run)).to.equal(undefined)
    for (const text of ['', '47', '47 8812', '47 8812 0a1b', 'x y z\n']) {
      writeFileSync(run, text)
      expect(readRun(run), text).to.deep.equal({})
    }
    writeFileSync(run, '47 8812 0a1b\nexit 13')
    expect(readRun(run)).to.deep.equal({ identity: { pid: 47, started: '8812', boot: '0a1b' } })
  })
})
