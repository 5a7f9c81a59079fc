import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { driverLimits, threadLink } from '../../../../groups/driver/index.js'
import { type GroupTiming, timings } from '../../../../groups/index.js'
import { openIoChannel } from '../../../../runtime/io/io-thread.js'
import { bundled } from '../../../support/bundled.js'
import { eventually } from '../../../support/eventually.js'
import { introduce, TestMember } from './members.js'

const PROGRAM = fileURLToPath(new URL('./programs/ends.ts', import.meta.url))

describe('the driver of groups, in threads', function () {
  this.timeout(30_000)
  let members: TestMember[]
  beforeEach(() => {
    members = []
  })
  afterEach(() => {
    for (const { link } of members) link.close()
  })

  async function group(stallMs?: number, timing?: GroupTiming): Promise<TestMember> {
    for (let i = 0; i < 3; i++) {
      const open = threadLink(openIoChannel, stallMs === undefined ? {} : { stallMs })
      members.push(new TestMember({ open, quorum: 2, ...(timing ? { timing } : {}) }))
    }
    await eventually(() => members.every(({ peer }) => peer), 'all are bound')
    introduce(members)
    await eventually(() => members.every(({ connected }) => connected.length === 2), 'all are connected')
    await eventually(() => members.every(({ participants }) => participants.length === 3), 'all take part')
    await eventually(() => members.some(({ leads }) => leads), 'one leads')
    return members.find(({ leads }) => leads) ?? expect.fail('none leads')
  }

  it('elects a leader, decides polls and brings messages', async () => {
    const leader = await group()
    const other = members.find((each) => each !== leader) ?? expect.fail('there are three')
    const tag = other.poll()
    await eventually(() => other.effects('settled').some((each) => each.tag === tag), 'the poll is settled')
    const large = 'x'.repeat(100_000)
    other.say('all', 'hello')
    other.say('all', large)
    other.say('to-leader', 'please')
    await eventually(() => leader.messages.length === 3, 'the leader hears it')
    expect(leader.messages.map(({ text }) => text)).to.have.members(['hello', large, 'please'])
  })

  it('tells what is more than the thread can be given at once', async () => {
    await group()
    const [one, other] = members
    if (!one || !other) expect.fail('there are three')
    const part = Buffer.alloc(driverLimits.crossingBytes / 8, 'x')
    for (let i = 0; i < 10; i++) {
      one.link.send({ do: 'send', member: 1, route: 'all', to: undefined, parts: [part], count: 5 })
    }
    const unsent = (): number => one.told('unsent').reduce((sum, { count }) => sum + count, 0)
    const heard = (): number => other.told('message').reduce((sum, { count }) => sum + count, 0)
    await eventually(() => unsent() + heard() === 50, 'each is heard, or told to be unsent')
    expect(unsent()).to.be.at.least(10)
    one.say('all', 'and on')
    await eventually(() => other.messages.at(-1)?.text === 'and on', 'it goes on')
  })

  /** Blocks this thread. */
  function block(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }

  it('keeps its leader while the main threads are blocked', async () => {
    // A thread that gets no time for the 120 ms of a lease of lan-fast would tell nothing of main threads.
    const leader = await group(60_000, timings.lan)
    block(3000)
    expect(leader.leads).to.equal(true)
    const ballot = leader.reader.read()
    leader.say('to-leader', 'still there')
    await eventually(() => leader.messages.length === 1, 'the leader hears it')
    expect(leader.reader.read()).to.deep.equal(ballot)
  })

  it('hands over where a main thread is blocked for too long', async () => {
    const leader = await group(500)
    block(3000)
    await eventually(() => leader.effects('leader').some(({ id }) => id === undefined), 'it has stepped down')
  })

  async function end(way: string, kill = false): Promise<{ code: unknown; said: unknown[]; errors: string }> {
    const child = fork(bundled(PROGRAM), [way], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const said: unknown[] = []
    let errors = ''
    child.stderr?.on('data', (text) => {
      errors += text
    })
    child.on('message', (message) => {
      said.push(message)
      if (kill) child.kill('SIGKILL')
    })
    const code = await new Promise((resolve) =>
      child.once('close', (exit, signal) => resolve(exit ?? signal)),
    )
    return { code, said, errors }
  }

  for (const way of ['exits', 'exits at once', 'exits under load', 'closes', 'has nothing more to do']) {
    it(`lets a process that ${way} end with its exit code`, async () => {
      const { code, errors } = await end(way)
      expect({ code, errors }).to.deep.equal({ code: 7, errors: '' })
    })
  }

  it('lets a process that throws end with exit code 1', async () => {
    const { code, errors } = await end('throws')
    expect(code).to.equal(1)
    expect(errors).to.contain('thrown')
  })

  it('lets a process that is killed end', async () => {
    const { code } = await end('waits to be killed', true)
    expect(code).to.equal('SIGKILL')
  })

  it('tells when its thread has ended, and voids its leases', async () => {
    const { code, said } = await end('has a thread that throws')
    expect({ code, said }).to.deep.equal({ code: 7, said: ['thread-ended, leads no more'] })
  })
})
