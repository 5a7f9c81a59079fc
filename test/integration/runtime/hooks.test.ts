/** The hooks of components: what is told, and what is waited for, when one throws or hangs. */
import { expect } from 'chai'
import { z } from 'zod'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { actor, app, Component, message, type RunningActor } from '../../../runtime/index.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { EventLog, until } from '../../support/events.js'

const Reading = message('Reading', z.object({ n: z.number() }))

describe('hooks of components', function () {
  this.timeout(15_000)
  const actors = new ActorsForTests()
  let log = new EventLog()

  beforeEach(() => {
    log = new EventLog()
  })

  async function start(type: new () => Component, other: new () => Component = type): Promise<RunningActor> {
    const definition = app('lab', {
      actors: { Actor: actor({ components: () => ({ meter: type, other }) }) },
    })
    const discovery = memoryDiscovery(createMemoryNetwork())
    return actors.start(definition, 'Actor', { discovery, sink: log })
  }

  class Plain extends Component {}

  class Hanging extends Component {
    override onActivate(): Promise<void> {
      return new Promise(() => undefined)
    }
    override onDeactivate(): void {
      this.log.info('deactivated')
    }
  }

  it('that throw in onActivate let no actor start, and nothing run on', async () => {
    const ran: string[] = []
    class Throwing extends Component {
      readonly tick = this.timer(1, () => ran.push('tick'))
      override async onActivate(): Promise<void> {
        throw new Error('no such device')
      }
    }
    const error = await rejectionOf(start(Throwing, Plain))
    expect(error).to.include({ code: 'not-activated' })
    expect(error)
      .property('message')
      .to.match(/^meter: onActivate threw: no such device/)
    const before = ran.length
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(ran).to.have.length(before)
    expect(log.events.map(({ event }) => event)).to.deep.equal(['started'])
  })

  it('that throw later are told by name, and the actor goes on', async () => {
    class Throwing extends Component {
      override onDeactivate(): void {
        throw new Error('not now')
      }
    }
    await (await start(Throwing, Plain)).stop()
    const error = await log.named('error')
    expect(error.msg).to.match(/^onDeactivate of meter threw: not now/)
    expect(error.component).to.equal('meter')
    await log.named('stopped')
  })

  it('that hang in onActivate are warned of once, and not waited for at the stop', async () => {
    void start(Hanging, Plain)
    const warning = await log.saying('has not ended after')
    expect(warning.msg).to.match(/^onActivate of meter has not ended after 2000 ms; /)
    await actors.starting?.stop()
    const told = log.events.map(({ msg }) => String(msg ?? '')).filter(Boolean)
    expect(told).to.deep.equal([
      warning.msg,
      'onActivate of meter still has not ended; stopping without its onDeactivate',
    ])
    expect(log.events.map(({ event }) => event)).not.to.include('ready')
  })

  it('that hang at a stop are told by the name of the hook that hangs', async () => {
    class HangingSoon extends Hanging {
      override onActivate(): Promise<void> {
        this.log.info('activating')
        return super.onActivate()
      }
    }
    void start(HangingSoon, Plain)
    await log.saying('activating')
    await actors.starting?.stop()
    expect((await log.saying('did not end')).msg).to.match(/^onActivate of meter did not end within \d+ ms/)
  })

  it('that end late make no actor ready that stops', async () => {
    let end = (): void => undefined
    class Slow extends Component {
      override onActivate(): Promise<void> {
        return new Promise((resolve) => {
          end = resolve
          this.log.info('activating')
        })
      }
    }
    const started = start(Slow, Plain)
    await log.saying('activating')
    const stopped = actors.starting?.stop()
    end()
    await Promise.all([started, stopped])
    expect(log.events.map(({ event }) => event)).to.deep.equal(['started', 'log', 'stopping', 'stopped'])
  })

  it('wait for a handler, which is named where it hangs', async () => {
    class Busy extends Component {
      readonly tick = this.timer(1, () => {
        this.log.info('ticking')
        return new Promise(() => undefined)
      })
    }
    const busy = await start(Busy, Plain)
    await log.saying('ticking')
    await busy.stop()
    expect((await log.saying('did not end')).msg).to.match(/^a handler of meter did not end within \d+ ms/)
  })

  it('do not tell of the same failure of a handler again and again', async () => {
    let ticks = 0
    class Failing extends Component {
      readonly tick = this.timer(1, () => {
        ticks++
        throw new Error(ticks === 10 ? 'another' : 'the same')
      })
    }
    await start(Failing, Plain)
    await until(() => ticks > 20)
    const told = log.events.filter(({ event }) => event === 'error').map(({ msg }) => String(msg))
    expect(told.map((each) => each.replace(/ \(.*/, ''))).to.deep.equal([
      'the handler of meter.tick threw: the same',
      'the handler of meter.tick threw: another',
    ])
  })

  it('leave no rejection behind when nobody awaits a recv() of an ans any more', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    class Waiting extends Component {
      readonly answers = this.ans(Reading, Reading)
      override onActivate(): void {
        void this.answers.recv()
        void this.answers.recvBytes()
      }
    }
    const waiting = await start(Waiting, Plain)
    process.on('unhandledRejection', note)
    try {
      await waiting.stop()
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('unhandledRejection', note)
    }
    expect(unhandled).to.deep.equal([])
  })
})
