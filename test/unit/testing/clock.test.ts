import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { VirtualClock } from '../../../testing/clock/virtual-clock.js'
import { rejectionOf } from '../../rejection.js'

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
    const start = Date.now()
    await clock.advance(1000)
    clearInterval(interval)
    expect(ticks.map((at) => at - start)).to.deep.equal([250, 500, 750, 1000])
    expect(await slept).to.equal(600)
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
