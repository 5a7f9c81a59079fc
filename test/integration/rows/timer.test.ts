/** What RIAPS tells of timer ports, row by row, within an actor. */
import { expect } from 'chai'
import { Component, type Tick } from '../../../runtime/index.js'
import { eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

class Clock extends Component {
  readonly ticks: Tick[] = []
  readonly tick = this.timer('20ms', (tick) => this.onTick(this.ticks.push(tick)))
  protected onTick(_count: number): void {}
}

/** A clock that does something at its tick of this number. */
function clockThat(act: (clock: Clock) => void, atTick: number): typeof Clock {
  return class Acting extends Clock {
    protected override onTick(count: number): void {
      if (count === atTick) act(this)
    }
  }
}

class Alarm extends Component {
  readonly ticks: Tick[] = []
  readonly alarm = this.timer('sporadic', (tick) => this.ticks.push(tick))
}

/** Periods from the tick before, without those that were skipped because the machine was late. */
function steps(ticks: readonly Tick[], i: number, periodMs: number): number {
  const ms = (ticks[i]?.due ?? 0) - (ticks[i - 1]?.due ?? 0)
  return Math.round(ms / periodMs) - (ticks[i]?.skipped ?? 0)
}

describe('periodic timer', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  it('starts at activation and ticks every N ms; a tick says when it was due', async () => {
    const before = Date.now()
    const { it } = await actors.start(Clock)
    await eventually(() => it.ticks.length >= 5, '5 ticks')
    expect(it.ticks[0]?.due).to.be.within(before, Date.now())
    for (let i = 1; i < 5; i++) expect(steps(it.ticks, i, 20)).to.equal(1)
  })

  it('setPeriod() takes effect after the next firing, and period tells it', async () => {
    const { it } = await actors.start(clockThat(({ tick }) => tick.setPeriod('0.06s'), 2))
    await eventually(() => it.ticks.length >= 5, '5 ticks')
    expect(it.tick.period).to.equal(60)
    for (const [i, periodMs] of [20, 20, 60, 60].entries()) {
      const [before, tick] = [it.ticks[i], it.ticks[i + 1]]
      // What is skipped because the machine was late, from the second tick on, are periods of 60 ms.
      const skippedMs = (tick?.skipped ?? 0) * (i === 0 ? 20 : 60)
      expect((tick?.due ?? 0) - (before?.due ?? 0) - skippedMs).to.be.closeTo(periodMs, 3)
    }
  })

  it('cancel() skips the next firing', async () => {
    const { it } = await actors.start(clockThat(({ tick }) => tick.cancel(), 2))
    await eventually(() => it.ticks.length >= 4, '4 ticks')
    expect([1, 2, 3].map((i) => steps(it.ticks, i, 20))).to.deep.equal([1, 2, 1])
    expect(it.tick.running).to.equal(true)
  })

  it('halt() stops it until launch()', async () => {
    const { it } = await actors.start(clockThat(({ tick }) => tick.halt(), 1))
    await eventually(() => !it.tick.running, 'halted')
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(it.ticks).to.have.length(1)
    it.tick.launch()
    expect(it.tick.running).to.equal(true)
    await eventually(() => it.ticks.length >= 2, 'a tick')
  })

  it('has scope internal, host empty, port -1 and message tick', async () => {
    const { it } = await actors.start(Clock)
    const info = { kind: 'tim', scope: 'internal', message: 'tick', host: '', port: -1 }
    expect(it.tick.info).to.deep.equal({ name: 'tick', ...info })
    expect((await actors.start(Alarm)).it.alarm.info).to.deep.equal({ name: 'alarm', ...info })
  })

  it('is late where a handler takes longer than its period: counted, and not bunched', async () => {
    const blocking = clockThat(() => {
      const until = performance.now() + 110
      while (performance.now() < until);
    }, 2)
    const { it } = await actors.start(blocking)
    await eventually(() => it.ticks.length >= 4, '4 ticks')
    expect(it.ticks[2]?.skipped).to.be.at.least(4)
    expect(it.tick.late).to.be.at.least(4)
    expect(it.tick.stats).to.include({ received: it.ticks.length, late: it.tick.late })
    expect(steps(it.ticks, 3, 20)).to.equal(1)
  })
})

describe('sporadic timer', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  it('launch() starts one shot after its delay: one tick per launch', async () => {
    const { it } = await actors.start(Alarm)
    it.alarm.setDelay('15ms')
    const launchedAt = Date.now()
    it.alarm.launch()
    await eventually(() => it.ticks.length === 1, 'a tick')
    expect(Date.now() - launchedAt).to.be.at.least(14)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(it.ticks).to.have.length(1)
    it.alarm.launch()
    await eventually(() => it.ticks.length === 2, 'another')
  })

  it('setDelay() takes a delay above 0, which getDelay, here delay, tells', async () => {
    const { it } = await actors.start(Alarm)
    expect(it.alarm.delay).to.equal(undefined)
    it.alarm.setDelay(2500)
    expect(it.alarm.delay).to.equal(2500)
    expect(() => it.alarm.setDelay(0)).to.throw('the delay of it.alarm cannot be 0')
    expect(it.alarm.delay).to.equal(2500)
  })

  for (const drop of ['cancel', 'halt'] as const) {
    it(`${drop}() drops the shot; running tells whether one is to come`, async () => {
      const { it } = await actors.start(Alarm)
      expect(it.alarm.running).to.equal(false)
      it.alarm.launch('10ms')
      expect(it.alarm.running).to.equal(true)
      it.alarm[drop]()
      expect(it.alarm.running).to.equal(false)
      await new Promise((resolve) => setTimeout(resolve, 40))
      expect(it.ticks).to.have.length(0)
    })
  }

  it('that is launched keeps no actor from stopping, and does not tick after it', async () => {
    const { it, actor } = await actors.start(Alarm)
    it.alarm.launch('300ms')
    await actor.stop()
    expect([it.alarm.running, it.ticks.length]).to.deep.equal([false, 0])
  })
})
