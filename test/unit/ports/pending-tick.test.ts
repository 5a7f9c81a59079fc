import { expect } from 'chai'
import { PendingTick } from '../../../ports/pending-tick.js'
import type { Turns } from '../../../ports/port.js'
import { SporadicTimer } from '../../../ports/sporadic-timer.js'
import type { Tick } from '../../../ports/timer.js'

const tick = (due: number): Tick => ({ due, skipped: 0 })

describe('the tick that waits for a component', () => {
  const timer = new SporadicTimer(() => undefined)
  let waiting: (() => unknown)[]
  let handled: number[]
  let pending: PendingTick

  /** A component that is busy until the test lets it take its turns. */
  const turns: Turns = {
    run: (_port, handler, a, b) => void waiting.push(() => handler(a, b)),
    gate: () => ({ full: false, room: () => Promise.resolve() }),
  }
  const takeTurns = (): void => {
    for (const turn of waiting.splice(0)) turn()
  }

  beforeEach(() => {
    waiting = []
    handled = []
    pending = new PendingTick(timer, ({ due }) => handled.push(due))
  })

  it('is one, with one turn to come, however often it is dropped and put while the component is busy', () => {
    for (let i = 1; i <= 100; i++) {
      pending.put(tick(i), turns)
      if (i < 100) expect(pending.drop()?.due).to.equal(i)
    }
    expect(waiting).to.have.length(1)
    takeTurns()
    expect(handled).to.deep.equal([100])
    expect([pending.isThere, timer.stats.received]).to.deep.equal([false, 1])
  })

  it('calls no handler once it is dropped, and the next gets a turn again', () => {
    pending.put(tick(1), turns)
    pending.drop()
    takeTurns()
    expect([handled.length, pending.drop()]).to.deep.equal([0, undefined])
    pending.put(tick(2), turns)
    takeTurns()
    expect(handled).to.deep.equal([2])
  })

  it('is gone before its handler runs, which may cause the next', () => {
    pending = new PendingTick(timer, ({ due }) => {
      handled.push(due)
      if (due < 3) pending.put(tick(due + 1), turns)
    })
    pending.put(tick(1), turns)
    for (let i = 0; i < 4; i++) takeTurns()
    expect(handled).to.deep.equal([1, 2, 3])
  })
})
