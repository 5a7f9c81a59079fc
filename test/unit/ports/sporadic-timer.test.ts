import { expect } from 'chai'
import { OperationError } from '../../../ports/errors.js'
import { SporadicTimer } from '../../../ports/sporadic-timer.js'
import type { Tick } from '../../../ports/timer.js'
import { deferred, eventually } from '../../support/eventually.js'
import { TestActors } from '../../support/port-environment.js'

const wallNow = (): number => performance.timeOrigin + performance.now()

describe('sporadic timer', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function opened() {
    const ticks: Tick[] = []
    const environment = actors.add()
    const timer = await environment.open(new SporadicTimer((tick) => ticks.push(tick)))
    return { ticks, timer, environment }
  }

  it('ticks once for a launch, not before its delay has gone by', async () => {
    const { ticks, timer } = await opened()
    timer.setDelay('20ms')
    const launched = wallNow()
    timer.launch()
    expect(timer.running).to.equal(true)
    await eventually(() => ticks.length === 1, 'the tick')
    // Of two clocks; the one of the wall may have been set by a little.
    expect((ticks[0]?.due ?? 0) - launched).to.be.within(15, 100)
    expect([timer.running, timer.delay, timer.stats.received]).to.deep.equal([false, 20, 1])
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(ticks).to.have.length(1)
  })

  it('does not tick by itself, and needs a delay', async () => {
    const { timer } = await opened()
    expect([timer.running, timer.delay]).to.deep.equal([false, undefined])
    expect(() => timer.launch()).to.throw(OperationError, 'component.tim has no delay; give launch() one')
    for (const bad of [0, -1, Number.NaN, '1h']) {
      expect(() => timer.setDelay(bad)).to.throw(OperationError, 'the delay of component.tim cannot be')
      expect(() => timer.launch(bad)).to.throw(OperationError)
    }
    expect(timer.running).to.equal(false)
  })

  it('puts a tick off that is still to come, when it is launched again', async () => {
    const { ticks, timer } = await opened()
    timer.launch('1min')
    timer.launch('2ms')
    expect(timer.delay).to.equal(2)
    await eventually(() => ticks.length === 1, 'the tick')
    expect(timer.running).to.equal(false)
  })

  it('may be launched by its own handler', async () => {
    const environment = actors.add()
    let ticks = 0
    const timer = new SporadicTimer(() => {
      if (++ticks < 5) timer.launch(1)
    })
    await environment.open(timer)
    timer.launch(1)
    await eventually(() => ticks === 5, 'five ticks')
    expect(timer.running).to.equal(false)
  })

  for (const how of ['cancel', 'halt'] as const) {
    it(`${how}() drops the tick that is to come`, async () => {
      const { ticks, timer } = await opened()
      timer.launch(5)
      timer[how]()
      timer[how]()
      expect(timer.running).to.equal(false)
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(ticks).to.have.length(0)
    })

    it(`${how}() drops a tick that waits for the component, not one that is launched after it`, async () => {
      const { ticks, timer, environment } = await opened()
      const busy = deferred()
      environment.turns.run(timer, () => busy.promise, undefined, undefined)
      timer.launch(1)
      await eventually(() => !timer.running, 'a tick that waits')
      timer[how]()
      busy.resolve()
      await environment.turns.idle()
      expect(ticks).to.have.length(0)
      timer.launch(1)
      await eventually(() => ticks.length === 1, 'a tick after another launch')
    })
  }

  it('ends with its port, and knows its delay after reset()', async () => {
    const { ticks, timer } = await opened()
    timer.launch('10ms')
    await timer.reset()
    expect([timer.running, timer.delay]).to.deep.equal([false, 10])
    timer.launch()
    timer.close()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(ticks).to.have.length(0)
    expect(() => timer.launch()).to.throw(OperationError, 'not open')
  })

  it('tells what it is', async () => {
    const { timer } = await opened()
    expect(timer.info).to.include({ kind: 'tim', name: 'tim', message: 'tick', host: '', port: -1 })
  })
})
