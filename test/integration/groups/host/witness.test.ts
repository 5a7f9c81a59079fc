/** The witness, asked of real processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import {
  holderOf,
  hostNowMs,
  identity,
  isGone,
  untilBroken,
  untilGone,
} from '../../../../groups/host/index.js'
import { hostProcesses } from '../../../../groups/host/process-table.js'
import { skip } from '../../../skip.js'
import { Holders, newSeat } from './seat-holders.js'

/** Ends its first thread by the system call, when a second one runs. Then the second says so. */
const FIRST_THREAD_ENDS = `
import ctypes, platform, threading, time
def rest():
    while open('/proc/self/stat').read().rsplit(')', 1)[1].split()[0] != 'Z': time.sleep(0.001)
    print('ended', flush=True)
    time.sleep(1000)
threading.Thread(target=rest).start()
ctypes.CDLL(None).syscall({'x86_64': 60, 'aarch64': 93}[platform.machine()], 0)
`

describe('the witness of a host, of real processes', function () {
  this.timeout(30_000)
  const holders = new Holders()
  const children: ChildProcess[] = []
  const never = new AbortController().signal
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await holders.end()
  })

  it('says that this process is alive, and another of its number is gone', () => {
    const own = identity()
    if (!own) return expect.fail('no identity')
    expect(own).to.include({ pid: process.pid })
    expect(isGone(own)).to.equal('alive')
    expect(isGone({ ...own, startTicks: own.startTicks - 1 })).to.equal('gone')
    expect(isGone({ ...own, bootId: 'other' })).to.equal('unknown')
  })

  it('says that one is gone that was killed, before its parent has taken notice', async () => {
    const { program, identity: victim } = await holders.start(newSeat(), 'victim')
    expect(isGone(victim)).to.equal('alive')
    const reaped = program.kill()
    // This thread, which is to take notice, does not get to it in here.
    const untilMs = hostNowMs() + 20_000
    while (isGone(victim) === 'alive' && hostNowMs() < untilMs);
    expect(isGone(victim)).to.equal('gone')
    expect(hostProcesses.facts(victim.pid)?.state).to.equal('Z')
    await reaped
    expect(isGone(victim)).to.equal('gone')
    expect(hostProcesses.facts(victim.pid)).to.equal(undefined)
  })

  it('knows of a death from its first sign on', async () => {
    const name = newSeat()
    const { program, identity: victim } = await holders.start(name, 'victim')
    const sign = untilBroken(name, never)
    // Whoever asks after it is answered after it.
    expect((await holderOf(name))?.process).to.deep.equal(victim)
    const dead = program.kill()
    expect(await sign).to.equal('broken')
    expect(await untilGone(victim, never)).to.equal('gone')
    await dead
  })

  it('says that one is alive that is stopped', async () => {
    const { program, identity: stopped } = await holders.start(newSeat(), 'stopped')
    program.pause()
    expect(await untilGone(stopped, never)).to.equal('alive')
    expect(hostProcesses.facts(stopped.pid)?.state).to.equal('T')
  })

  it('says that one is alive whose first thread has ended', async function () {
    const child = spawn('python3', ['-c', FIRST_THREAD_ENDS], { stdio: ['ignore', 'pipe', 'ignore'] })
    children.push(child)
    const began = await Promise.race([
      once(child.stdout, 'data').then(() => true),
      once(child, 'exit').then(
        () => false,
        () => false,
      ),
    ])
    const own = identity()
    const facts = child.pid === undefined ? undefined : hostProcesses.facts(child.pid)
    if (!began || !own || !facts || child.pid === undefined) skip(this, 'needs python3 for such a process')
    expect(facts).to.include({ state: 'Z', threads: 2 })
    const victim = { ...own, pid: child.pid, startTicks: facts.startTicks }
    expect(isGone(victim)).to.equal('alive')
    child.kill('SIGKILL')
    expect(await untilGone(victim, never)).to.equal('gone')
  })
})
