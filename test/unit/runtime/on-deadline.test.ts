/** onDeadline of a component whose handlers, or whose onDeadline itself, do what they should not. */
import { expect } from 'chai'
import { Component, type DeadlineEvent } from '../../../runtime/index.js'
import { eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

function blockFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

class Late extends Component {
  readonly told: DeadlineEvent[] = []
  readonly order: string[] = []
  readonly tick = this.timer(
    1,
    () => {
      this.order.push('tick')
      blockFor(2)
    },
    { deadline: '1ms' },
  )
  override onDeadline(event: DeadlineEvent): unknown {
    this.told.push(event)
    return this.order.push('deadline')
  }
}

describe('onDeadline', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  it('is told right after each handler that took too long, and the log once', async () => {
    const { it, log } = await actors.start(Late)
    await eventually(() => it.told.length >= 10, '10 overruns')
    expect(it.order.slice(0, 6).join(' ')).to.equal('tick deadline tick deadline tick deadline')
    expect(it.told[0]).to.include({ port: 'tick', deadline: 1 })
    expect(it.told[0]?.took).to.be.above(1)
    const warned = log.events.filter(({ msg }) => String(msg).includes('deadline'))
    expect(warned).to.have.length(1)
    expect(warned[0]).to.include({
      msg: 'a handler of it.tick took longer than its deadline of 1 ms',
      port: 'it.tick',
    })
  })

  it('that throws is told of once, however often it does, and the component goes on', async () => {
    class Throwing extends Late {
      override onDeadline(event: DeadlineEvent): never {
        super.onDeadline(event)
        throw new Error('not that, too')
      }
    }
    const { it, log } = await actors.start(Throwing)
    await eventually(() => it.told.length >= 10, '10 overruns')
    const errors = log.events.filter(({ event }) => event === 'error').map(({ msg }) => String(msg))
    expect(errors.map((each) => each.replace(/ \(.*/, ''))).to.deep.equal([
      'onDeadline of it threw: not that, too',
    ])
  })

  it('is waited for where it takes its time, like any handler', async () => {
    class Slow extends Late {
      override async onDeadline(event: DeadlineEvent): Promise<void> {
        this.order.push('begins')
        await new Promise((resolve) => setTimeout(resolve, 5))
        super.onDeadline(event)
      }
    }
    const { it } = await actors.start(Slow)
    await eventually(() => it.told.length >= 3, '3 overruns')
    expect(it.order.slice(0, 6).join(' ')).to.equal('tick begins deadline tick begins deadline')
  })
})
