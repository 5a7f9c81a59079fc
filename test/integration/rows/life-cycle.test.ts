/** What RIAPS tells of the life of components and of their process, row by row, and what is here instead. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { z } from 'zod'
import { Actor } from '../../../runtime/actor.js'
import { Component, message, QuorateError } from '../../../runtime/index.js'
import { skip } from '../../skip.js'
import { ActorProcesses } from '../../support/actor-process.js'
import { eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

const Word = message('Word', z.object({ text: z.string() }))

class Speaker extends Component {
  readonly word = this.pub(Word)
}

class Listener extends Component {
  readonly heard: string[] = []
  readonly word = this.sub(Word, ({ text }) => this.heard.push(text))
}

describe('the life of a component', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  it('life-cycle states, StateError: ports work from Ready to Inactive, and refuse else', async () => {
    const states: string[] = []
    class Living extends Speaker {
      readonly tick = this.timer(1, () => this.try('Active'))
      constructor() {
        super()
        this.try('Initial')
      }
      override onActivate(): void {
        this.try('Ready')
      }
      override onDeactivate(): void {
        this.try('Inactive')
      }
      try(state: string): void {
        const said = codeOf(() => this.word.send({ text: state }))
        if (states.at(-1) !== `${state} ${said}`) states.push(`${state} ${said}`)
      }
    }
    const { it, actor } = await actors.start(Living)
    await eventually(() => states.includes('Active sent'), 'a tick')
    await actor.stop()
    it.try('Destroyed')
    expect(states).to.deep.equal([
      'Initial not-open',
      'Ready sent',
      'Active sent',
      'Inactive sent',
      'Destroyed not-open',
    ])
    expect(codeOf(() => new Living())).to.equal('outside-actor')
  })

  it('handlePassivate() exists, and nothing ever calls it: so it is here', async () => {
    const called: string[] = []
    class Passive extends Speaker {
      override onDeactivate(): void {
        called.push('onDeactivate')
      }
      handlePassivate(): void {
        called.push('handlePassivate')
      }
      onPassivate(): void {
        called.push('onPassivate')
      }
    }
    const { actor } = await actors.start(Passive)
    await actor.stop()
    expect(called).to.deep.equal(['onDeactivate'])
  })

  it('__destroy__() is called last: here onDeactivate is, once, and no handler runs after it', async () => {
    const order: string[] = []
    class Ending extends Component {
      readonly tick = this.timer(1, () => order.push('tick'))
      override async onDeactivate(): Promise<void> {
        order.push('onDeactivate')
        // Ticks come due in the meantime.
        await new Promise((resolve) => setTimeout(resolve, 10))
        order.push('its end')
      }
      __destroy__(): void {
        order.push('__destroy__')
      }
    }
    const { it, actor } = await actors.start(Ending)
    await eventually(() => order.length > 0, 'a tick')
    await actor.stop()
    expect(it.tick.isOpen).to.equal(false)
    expect(order.slice(order.lastIndexOf('tick') + 1)).to.deep.equal(['onDeactivate', 'its end'])
  })

  it('handleNICStateChange(): no hook; ports follow the host to its new address', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux has more than one address on loopback')
    const listener = await actors.start(Listener)
    const { it, actor, log } = await actors.start(Speaker)
    if (!(actor instanceof Actor)) throw new Error('discovery tells actors that their host moved')
    await it.word.ready()
    it.word.send({ text: 'from 1' })
    await eventually(() => listener.it.heard.length === 1, 'a word from the first address')
    await actor.moved('127.0.0.2')
    expect(it.word.info.host).to.equal('127.0.0.2')
    expect(await log.saying('this host has the address 127.0.0.2 now')).to.include({ level: 'warn' })
    await it.word.ready()
    it.word.send({ text: 'from 2' })
    await eventually(() => listener.it.heard.length === 2, 'a word from the second address')
    expect(listener.it.heard).to.deep.equal(['from 1', 'from 2'])
  })

  it('real-time actor: the scheduler that chrt gives, it has in all its threads', async function () {
    if (!hasChrt()) skip(this, 'needs Linux and chrt')
    const processes = new ActorProcesses()
    try {
      // Real-time needs rights; that of batches is given in the same way to anybody.
      const args = ['Plain', '--discovery', 'static:']
      const place = (...command: string[]): [string, string[]] => ['chrt', ['--batch', '0', ...command]]
      const { log, pid } = await processes.start('test/fixtures/apps/lives.ts', args, place)
      await log.named('ready')
      const threads = readdirSync(`/proc/${pid}/task`)
      expect(threads.length).to.be.above(1)
      for (const thread of threads) expect(policyOf(`/proc/${pid}/task/${thread}`)).to.equal(SCHED_BATCH)
    } finally {
      await processes.end()
    }
  }).timeout(30_000)
})

const SCHED_BATCH = 3

/** Of a process or thread, as sched(7) numbers them: the 41st field of its stat. */
function policyOf(folder: string): number {
  // The second field is its name in parentheses, which may have anything in it.
  const [, rest = ''] = /.*\) (.*)/s.exec(readFileSync(`${folder}/stat`, 'utf8')) ?? []
  return Number(rest.split(' ')[38])
}

function hasChrt(): boolean {
  try {
    execFileSync('chrt', ['--batch', '0', 'true'], { stdio: 'ignore' })
    return process.platform === 'linux'
  } catch {
    return false
  }
}

/** What a call throws. */
function codeOf(call: () => unknown): string {
  try {
    call()
    return 'sent'
  } catch (error) {
    return error instanceof QuorateError ? error.code : String(error)
  }
}
