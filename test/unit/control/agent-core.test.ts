import { expect } from 'chai'
import {
  backOffMs,
  type Input,
  type Restart,
  type Supervised,
  step,
  unstarted,
} from '../../../control/agent/core.js'
import { agentLimits } from '../../../control/agent/limits.js'

const CRASH: Input = { kind: 'ended', exit: { code: 1, signal: null } }
const DONE: Input = { kind: 'ended', exit: { code: 0, signal: null } }

/** One actor, and what it was said to be done. */
class Story {
  state: Supervised
  nowMs = 1000
  done: string[] = []

  constructor(restart: Restart = 'on-failure') {
    this.state = unstarted(restart, this.nowMs, { activeMs: 500, graceMs: 200 })
  }

  tell(...inputs: (Input | Input['kind'])[]): this {
    for (const input of inputs) {
      const whole = typeof input === 'string' ? kindOnly(input) : input
      const { state, effects } = step(this.state, whole, this.nowMs)
      this.state = state
      this.done.push(...effects.map((effect) => (effect.kind === 'signal' ? effect.signal : effect.kind)))
    }
    return this
  }

  /** To the time at which something is due. */
  due(): this {
    this.nowMs = this.state.dueMs
    return this.tell('due')
  }

  after(ms: number): this {
    this.nowMs += ms
    return this
  }
}

function kindOnly(kind: Input['kind']): Input {
  if (kind === 'over') return { kind, why: 'it used too much' }
  return kind === 'ended' ? DONE : { kind }
}

describe('the core of an agent', () => {
  it('starts an actor once, and has it active when it says so', () => {
    const story = new Story().tell('start', 'start', 'ready', 'ready')
    expect(story.state).to.include({ phase: 'active', starts: 1, dueMs: 0 })
    expect(story.done).to.deep.equal(['spawn'])
  })

  it('starts one again by its policy', () => {
    for (const [restart, afterCrash, afterEnd] of [
      ['never', 'failed', 'ended'],
      ['on-failure', 'waiting', 'ended'],
      ['always', 'waiting', 'waiting'],
    ] as const) {
      expect(new Story(restart).tell('start', 'ready', CRASH).state.phase, restart).to.equal(afterCrash)
      expect(new Story(restart).tell('start', 'ready', DONE).state.phase, restart).to.equal(afterEnd)
    }
  })

  it('waits twice as long after each failure, up to a bound', () => {
    const story = new Story().tell('start', 'ready', CRASH)
    expect(story.state.dueMs - story.nowMs).to.equal(agentLimits.backOffMs)
    expect(story.after(1).tell('due').state.phase).to.equal('waiting')
    expect(story.due().state).to.include({ phase: 'starting', starts: 2 })
    story.tell('ready', CRASH)
    expect(story.state.dueMs - story.nowMs).to.equal(2 * agentLimits.backOffMs)
    expect(backOffMs(100)).to.equal(agentLimits.backOffMaxMs)
  })

  it('gives up one that crashes in a loop, and says how it ended last', () => {
    const story = new Story().tell('start')
    for (let i = 1; i < agentLimits.crashes; i++) story.tell('ready', CRASH).due()
    story.tell('ready', { kind: 'ended', exit: { code: null, signal: 'SIGSEGV' } })
    expect(story.state).to.include({ phase: 'failed', starts: agentLimits.crashes, dueMs: 0 })
    expect(story.state.why).to.match(/5 times in a row.*SIGSEGV/)
    expect(story.tell('start').state).to.include({ phase: 'starting', failures: 0 })
  })

  it('forgets failures of one that was active for a while', () => {
    const story = new Story().tell('start')
    for (let i = 0; i < 3 * agentLimits.crashes; i++) {
      story.tell('ready').after(agentLimits.calmMs).tell(CRASH).due()
    }
    expect(story.state).to.include({ phase: 'starting', failures: 1 })
  })

  it('stops one with SIGTERM, and with SIGKILL after the grace; then it stays down', () => {
    const story = new Story('always').tell('start', 'ready', 'stop')
    expect(story.state).to.include({ phase: 'stopping', signalled: 'SIGTERM' })
    expect(story.state.dueMs - story.nowMs).to.equal(200)
    story.due().due()
    expect(story.done).to.deep.equal(['spawn', 'SIGTERM', 'SIGKILL', 'SIGKILL'])
    story.tell({ kind: 'ended', exit: { code: null, signal: 'SIGKILL' } })
    expect(story.state).to.include({ phase: 'ended', signalled: 'SIGKILL' })
  })

  it('hurries up where a second stop gives less time, and never takes longer', () => {
    const story = new Story().tell('start', 'ready', { kind: 'stop', graceMs: 1000 })
    expect(story.tell({ kind: 'stop', graceMs: 10 }).state.dueMs).to.equal(story.nowMs + 10)
    expect(story.tell({ kind: 'stop', graceMs: 5000 }).state.dueMs).to.equal(story.nowMs + 10)
    expect(story.done).to.deep.equal(['spawn', 'SIGTERM'])
  })

  it('starts no process for one that is stopped while it waits', () => {
    const story = new Story().tell('start', CRASH, 'stop')
    expect(story.state).to.include({ phase: 'ended', dueMs: 0 })
    expect(story.after(60_000).tell('due', 'ready').state.phase).to.equal('ended')
    expect(story.done).to.deep.equal(['spawn'])
  })

  it('ends one that never becomes active, which is a failure whatever its exit code', () => {
    const story = new Story('never').tell('start').due()
    expect(story.done).to.deep.equal(['spawn', 'SIGTERM'])
    expect(story.tell(DONE).state).to.include({ phase: 'failed', why: 'it was not active after 500 ms' })
    const stopped = new Story('always').tell('start').due().tell('stop', DONE)
    expect(stopped.state.phase).to.equal('ended')
  })

  it('takes a process of which nobody saw the end for one that failed', () => {
    const gone: Input = { kind: 'ended', exit: { code: null, signal: null } }
    expect(new Story('never').tell('start', 'ready', gone).state.phase).to.equal('failed')
    expect(new Story().tell('start', 'ready', gone).state.phase).to.equal('waiting')
  })

  it('ends one that uses more than it may, which has failed however it ends', () => {
    const story = new Story().tell('start', 'ready', 'over', 'over')
    expect(story.state).to.include({ phase: 'stopping', why: 'it used too much', wanted: 'up' })
    expect(story.done).to.deep.equal(['spawn', 'SIGTERM'])
    story.tell('ended')
    expect(story.state).to.include({ phase: 'waiting', why: 'it used too much', failures: 1 })
    expect(story.due().done.at(-1)).to.equal('spawn')
  })

  it('gives up one that uses too much again and again, but not one that does so now and then', () => {
    const loop = new Story().tell('start')
    for (let i = 1; i < agentLimits.crashes; i++) loop.tell('ready', 'over', 'ended').due()
    expect(loop.tell('over', 'ended').state).to.include({ phase: 'failed' })
    const leaks = new Story().tell('start')
    for (let i = 0; i < 3 * agentLimits.crashes; i++) {
      leaks.tell('ready').after(agentLimits.calmMs).tell('over', 'ended').due()
    }
    expect(leaks.state).to.include({ phase: 'starting', failures: 1 })
  })
})
