import { expect } from 'chai'
import { OperationError } from '../../../ports/errors.js'
import { type Period, periodMs } from '../../../ports/period.js'
import { type Tick, Timer } from '../../../ports/timer.js'
import { wallTime } from '../../../ports/wall-time.js'
import { deferred, eventually } from '../../support/eventually.js'
import { TestActors } from '../../support/port-environment.js'

function blockFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('timer', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function ticking(period: Period, onTick: (tick: Tick, ticks: Tick[]) => unknown = () => undefined) {
    const ticks: Tick[] = []
    const environment = actors.add()
    const timer = new Timer(period, (tick) => {
      ticks.push(tick)
      return onTick(tick, ticks)
    })
    const from = performance.now()
    await environment.open(timer)
    return { ticks, timer, from, environment }
  }

  it('does not drift: ticks and late ticks together are the periods that went by', async () => {
    const { ticks, timer, from } = await ticking(5)
    await eventually(() => ticks.length >= 200, '200 ticks')
    const [first, last] = [ticks[0], ticks.at(-1)]
    if (!first || !last) throw new Error('no ticks')
    const steps = (last.due - first.due) / 5
    expect(steps).to.be.closeTo(Math.round(steps), 1e-3)
    expect(Math.round(steps)).to.equal(ticks.slice(1).reduce((sum, { skipped }) => sum + 1 + skipped, 0))
    // From the first to the last: on a busy machine that one was late, and the next is.
    expect(ticks.length + timer.late - first.skipped).to.equal(Math.round(steps) + 1)
    expect(performance.now() - from).to.be.at.least(last.due - first.due)
  })

  it('never ticks before its time', async () => {
    const { ticks } = await ticking(3, (tick) => {
      expect(performance.timeOrigin + performance.now()).to.be.at.least(tick.due - 0.01)
    })
    await eventually(() => ticks.length >= 30, '30 ticks')
  })

  it('counts the ticks for which the event loop was late, and does not bunch them', async () => {
    const { ticks, timer } = await ticking(5)
    await eventually(() => ticks.length >= 3, 'ticks')
    const { late } = timer
    const { length } = ticks
    blockFor(100)
    await eventually(() => ticks.length > length, 'the tick after the block')
    expect(ticks[length]?.skipped).to.be.at.least(18)
    expect(ticks.slice(length).reduce((sum, { skipped }) => sum + skipped, late)).to.equal(timer.late)
    await eventually(() => ticks.length >= length + 2, 'the next tick')
    expect((ticks[length + 1]?.due ?? 0) - (ticks[length]?.due ?? 0)).to.be.at.least(4.9)
  })

  it('skips and counts ticks while the component is busy with something else', async () => {
    const busy = deferred()
    const { ticks, timer, environment } = await ticking(2)
    await eventually(() => ticks.length >= 1, 'a tick')
    environment.turns.run(timer, () => busy.promise, undefined, undefined)
    const { late } = timer
    const { length } = ticks
    await eventually(() => timer.late >= late + 5, 'late ticks')
    expect(ticks).to.have.length(length)
    busy.resolve()
    await eventually(() => ticks.length >= length + 2, 'ticks again')
    expect(ticks.slice(length, length + 2).reduce((sum, { skipped }) => sum + skipped, 0)).to.be.at.least(5)
  })

  it('never calls an async handler again before it has settled', async () => {
    let running = 0
    let most = 0
    const { ticks } = await ticking(1, async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
    })
    await eventually(() => ticks.length >= 10, '10 ticks')
    expect(most).to.equal(1)
  })

  it('takes a new period from the next tick on', async () => {
    const { ticks, timer } = await ticking(2, (_, { length }) => {
      if (length === 2) timer.setPeriod('20ms')
    })
    await eventually(() => ticks.length >= 5, '5 ticks')
    expect(timer.period).to.equal(20)
    const [, , third, fourth] = ticks
    const steps = ((fourth?.due ?? 0) - (third?.due ?? 0)) / 20
    expect(steps).to.be.closeTo(1 + (fourth?.skipped ?? 0), 1e-3)
  })

  it('ticks no more once halted, and a period after it is launched again', async () => {
    const { ticks, timer } = await ticking(2, (_, { length }) => {
      if (length === 3) timer.halt()
    })
    await eventually(() => ticks.length >= 3, '3 ticks')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(ticks).to.have.length(3)
    expect(timer.running).to.equal(false)
    const launched = wallTime()
    timer.launch()
    timer.launch()
    await eventually(() => ticks.length >= 4, 'a tick after launch()')
    expect((ticks[3]?.due ?? 0) - launched).to.be.at.least(1.9)
  })

  it('once halted calls no handler for a tick that waits, though it is launched again', async () => {
    const busy = deferred()
    const { ticks, timer, environment } = await ticking(2)
    await eventually(() => ticks.length >= 1, 'a tick')
    environment.turns.run(timer, () => busy.promise, undefined, undefined)
    const { late } = timer
    await eventually(() => timer.late > late, 'a tick waits, and the next is skipped')
    const { length } = ticks
    timer.halt()
    timer.setPeriod('1min')
    timer.launch()
    busy.resolve()
    await environment.turns.idle()
    expect(ticks).to.have.length(length)
    expect(timer.stats.received).to.equal(length)
  })

  it('stops with its port, and starts afresh on reset()', async () => {
    const { ticks, timer } = await ticking(2)
    await eventually(() => ticks.length >= 2, 'ticks')
    await timer.reset()
    await eventually(() => ticks.length >= 4, 'ticks after reset()')
    timer.close()
    const { length } = ticks
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(ticks).to.have.length(length)
    expect(() => timer.launch()).to.throw(OperationError, 'not open')
  })

  it('counts from the end of onActivate on, however long that takes', async () => {
    const activated = deferred()
    const ticks: Tick[] = []
    const environment = actors.add()
    void environment.turns.hook(() => activated.promise)
    const timer = await environment.open(new Timer(1, (tick) => void ticks.push(tick)))
    expect(timer.running).to.equal(true)
    await new Promise((resolve) => setTimeout(resolve, 30))
    const from = wallTime()
    activated.resolve()
    await eventually(() => ticks.length > 0, 'a tick')
    const after = (ticks[0]?.due ?? 0) - from
    expect(after).to.be.at.least(0.9)
    expect(ticks[0]?.skipped).to.be.at.most(after - 0.9)
  })

  it('does not tick where onActivate has halted it, until it is launched', async () => {
    const ticks: Tick[] = []
    const environment = actors.add()
    const activated = deferred()
    const activation = environment.turns.hook(() => activated.promise)
    const timer = await environment.open(new Timer(1, (tick) => void ticks.push(tick)))
    timer.halt()
    expect(timer.running).to.equal(false)
    activated.resolve()
    await activation
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(ticks).to.have.length(0)
    timer.launch()
    await eventually(() => ticks.length > 0, 'a tick after launch()')
  })

  it('goes on when its handler throws', async () => {
    const { ticks, environment } = await ticking(2, () => {
      throw new Error('broken')
    })
    await eventually(() => ticks.length >= 3, 'ticks')
    expect(environment.failures.length).to.be.at.least(2)
  })

  it('takes milliseconds or a text for a period, and refuses everything else', () => {
    expect(
      ['10ms', '10 msec', '2.5s', '1 sec', '1min', 7, 0.1].map((period) => periodMs(period, 'it')),
    ).to.deep.equal([10, 10, 2500, 1000, 60_000, 7, 0.1])
    for (const bad of [
      0,
      -1,
      0.05,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 31,
      '',
      '10',
      'ms',
      '-1s',
      '1h',
      '1e3ms',
    ]) {
      expect(() => periodMs(bad, 'the period'), String(bad)).to.throw(OperationError, 'the period cannot be')
    }
  })

  it('shows the value that it refuses, also what is no number and the infinite', async () => {
    const { timer } = await ticking(50)
    const shown = [Number.NaN, Number.POSITIVE_INFINITY, -5, '10 parsecs'].map((bad: number | string) => {
      try {
        timer.setPeriod(bad)
      } catch (error) {
        return /cannot be (.+); give/.exec(String(error))?.[1]
      }
      return undefined
    })
    expect(shown).to.deep.equal(['NaN', 'Infinity', '-5', '"10 parsecs"'])
  })

  it('keeps its period where a new one is refused', async () => {
    const { timer } = await ticking(50)
    expect(() => timer.setPeriod(-5)).to.throw(OperationError)
    expect(timer.period).to.equal(50)
  })

  it('tells what it is', async () => {
    const { timer } = await ticking('10ms')
    expect(timer.info).to.deep.equal({
      kind: 'tim',
      scope: 'internal',
      name: 'tim',
      message: 'tick',
      host: '',
      port: -1,
    })
  })
})
