import { setImmediate as immediate } from 'node:timers'
import { setImmediate as nextTurn, scheduler, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { VirtualClock } from '../../../testing/clock/virtual-clock.js'
import { rejectionOf } from '../../rejection.js'

const REAL = { setTimeout, setInterval, setImmediate, Date }

describe('the virtual clock', () => {
  let clock: VirtualClock
  beforeEach(() => {
    clock = new VirtualClock()
  })
  afterEach(() => clock.end())

  it('lets everything settle between two timers', async () => {
    const order: string[] = []
    const note = (what: string) => () => void order.push(`${clock.nowMs} ${what}`)
    setTimeout(() => {
      note('timer a')()
      process.nextTick(note('tick'))
      setImmediate(() => {
        note('immediate')()
        Promise.resolve().then(note('promise'))
        setImmediate(note('another'))
      })
    }, 10)
    setTimeout(note('timer b'), 10)
    setTimeout(note('at the end'), 20)
    await clock.advance(20)
    expect(order).to.deep.equal([
      '10 timer a',
      '10 tick',
      '10 immediate',
      '10 promise',
      '10 another',
      '10 timer b',
      '20 at the end',
    ])
    expect(clock.nowMs).to.equal(20)
  })

  it('rules intervals, dates and the timers that promise, too', async () => {
    const ticks: number[] = []
    const interval = setInterval(() => ticks.push(Date.now()), 250)
    const slept = sleep(600).then(() => clock.nowMs)
    const waited = scheduler.wait(700).then(() => clock.nowMs)
    const start = Date.now()
    await clock.advance(1000)
    clearInterval(interval)
    expect(ticks.map((at) => at - start)).to.deep.equal([250, 500, 750, 1000])
    expect(await slept).to.equal(600)
    expect(await waited).to.equal(700)
  })

  const short: Record<string, (again: () => void) => unknown> = {
    'setTimeout(0)': (again) => setTimeout(again, 0),
    'setTimeout(0.5)': (again) => setTimeout(again, 0.5),
    'sleep(0)': (again) => sleep(0).then(again),
    'scheduler.wait(0)': (again) => scheduler.wait(0).then(again),
    'promisify(setTimeout)(0)': (again) => promisify(setTimeout)(0).then(again),
  }
  for (const [name, wait] of Object.entries(short)) {
    it(`takes a millisecond for ${name}, as Node does, so that time passes`, async () => {
      let rounds = 0
      let isOn = true
      const again = (): void => {
        rounds++
        if (isOn && rounds < 1000) wait(again)
      }
      Promise.resolve().then(again)
      await clock.advance(50)
      isOn = false
      expect([rounds, clock.nowMs]).to.deep.equal([51, 50])
    })
  }

  it('lets an interval of nothing tick each millisecond', async () => {
    let ticks = 0
    const interval = setInterval(() => {
      if (++ticks === 1000) clearInterval(interval)
    }, 0)
    await clock.advance(50)
    clearInterval(interval)
    expect([ticks, clock.nowMs]).to.deep.equal([50, 50])
  })

  const turns: Record<string, () => Promise<unknown>> = {
    'setImmediate of node:timers': () => new Promise<void>((resolve) => void immediate(resolve)),
    'setImmediate of node:timers/promises': () => nextTurn(),
    'scheduler.yield': () => scheduler.yield(),
    'promisify(setImmediate)': () => promisify(setImmediate)(),
  }
  for (const [name, turn] of Object.entries(turns)) {
    it(`stands still for ${name}`, async () => {
      const at: number[] = []
      setTimeout(async () => {
        for (let round = 0; round < 10; round++) await turn()
        at.push(clock.nowMs)
      }, 10)
      for (const ms of [11, 12, 13]) setTimeout(() => undefined, ms)
      await clock.advance(20)
      expect(at).to.deep.equal([10])
    })
  }

  it('lets everything settle between two timers, too, where several wait', async () => {
    const seen = new Set<number>()
    for (let ms = 1; ms <= 20; ms++) setTimeout(() => nextTurn().then(() => seen.add(ms)), ms)
    const cameTo = async (ms: number): Promise<number> => {
      await clock.until(() => seen.has(ms), 100)
      for (let hop = 0; hop < 10; hop++) await undefined
      return clock.nowMs
    }
    expect(await Promise.all([5, 5, 12, 11, 3].map(cameTo))).to.deep.equal([5, 5, 12, 11, 3])
  })

  it('gives back what it replaced', () => {
    const replaced = Object.keys(REAL).map(
      (name) => Reflect.get(globalThis, name) !== Reflect.get(REAL, name),
    )
    expect(replaced).to.deep.equal([true, true, true, true])
    const { wait } = scheduler
    clock.end()
    for (const [name, value] of Object.entries(REAL)) expect(Reflect.get(globalThis, name)).to.equal(value)
    expect(scheduler.wait).not.to.equal(wait)
    expect(immediate).to.equal(setImmediate)
    expect(nextTurn).to.equal(promisify(setImmediate))
  })

  it('clears an immediate as Node does', async () => {
    let called = false
    clearImmediate(
      setImmediate(() => {
        called = true
      }),
    )
    await clock.advance(1)
    expect(called).to.equal(false)
  })

  it('says so where a moment never ends', async () => {
    let isOver = false
    const again = (): void => {
      if (!isOver) setImmediate(again)
    }
    again()
    const error = await rejectionOf(clock.advance(1))
    isOver = true
    expect(error).to.have.property('code', 'never-idle')
  })
})
