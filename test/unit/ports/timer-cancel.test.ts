import { expect } from 'chai'
import { type Tick, Timer } from '../../../ports/timer.js'
import { deferred, eventually } from '../../support/eventually.js'
import { TestActors } from '../../support/port-environment.js'

describe('cancel() of a periodic timer', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function ticking(periodMs: number, onTick: (length: number) => void = () => undefined) {
    const ticks: Tick[] = []
    const environment = actors.add()
    const timer = new Timer(periodMs, (tick) => onTick(ticks.push(tick)))
    await environment.open(timer)
    return { ticks, timer, environment }
  }

  const periodsBetween = (ticks: readonly Tick[], i: number, periodMs: number): number =>
    Math.round(((ticks[i]?.due ?? 0) - (ticks[i - 1]?.due ?? 0)) / periodMs)

  it('passes over one tick, however often it is called, and does not count it as late', async () => {
    const { ticks, timer } = await ticking(20, (length) => {
      if (length !== 2) return
      timer.cancel()
      timer.cancel()
    })
    await eventually(() => ticks.length >= 4, '4 ticks')
    expect(timer.running).to.equal(true)
    const steps = [2, 3].map((i) => periodsBetween(ticks, i, 20) - (ticks[i]?.skipped ?? 0))
    expect(steps).to.deep.equal([2, 1])
  })

  it('drops the tick that waits for the component, and the one after it comes', async () => {
    const { ticks, timer, environment } = await ticking(5)
    await eventually(() => ticks.length >= 1, 'a tick')
    const busy = deferred()
    environment.turns.run(timer, () => busy.promise, undefined, undefined)
    const { late } = timer
    await eventually(() => timer.late > late, 'a tick waits, and the next is skipped')
    const { length } = ticks
    timer.cancel()
    timer.setPeriod('1min')
    busy.resolve()
    await environment.turns.idle()
    expect(ticks).to.have.length(length)
    await eventually(() => ticks.length === length + 1, 'the tick that was due next')
  })

  it('does nothing to a timer that is halted: the first tick after launch() comes', async () => {
    const { ticks, timer } = await ticking(20)
    await eventually(() => ticks.length >= 1, 'a tick')
    timer.halt()
    timer.cancel()
    const { length } = ticks
    const launched = performance.timeOrigin + performance.now()
    timer.launch()
    await eventually(() => ticks.length > length, 'the first tick after launch()')
    const tick = ticks[length]
    expect(Math.round(((tick?.due ?? 0) - launched) / 20) - (tick?.skipped ?? 0)).to.equal(1)
  })
})
