import { expect } from 'chai'
import { Collected } from '../../../runtime/collected.js'
import { eventually } from '../../support/eventually.js'

const EVERY_MS = 50

describe('what is collected', () => {
  it('is done at once, and then once in a while, however often it is asked for', async () => {
    const doneAtMs: number[] = []
    let isOver = false
    const collected = new Collected(EVERY_MS, () => doneAtMs.push(performance.now()))
    const asking = setInterval(() => {
      if (!isOver) collected.ask()
    }, 1)
    collected.ask()
    collected.ask()
    expect(doneAtMs).to.deep.equal([])
    await eventually(() => doneAtMs.length === 4, 'four times')
    isOver = true
    clearInterval(asking)
    const waits = doneAtMs.slice(1).map((at, i) => at - (doneAtMs[i] ?? 0))
    // A timer may be early by what it is rounded by.
    for (const wait of waits) expect(wait).to.be.above(EVERY_MS - 2)
  })
})
