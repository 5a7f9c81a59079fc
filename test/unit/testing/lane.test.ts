import { expect } from 'chai'
import { VirtualClock } from '../../../testing/clock/virtual-clock.js'
import { Lane } from '../../../testing/lane.js'
import { Wire } from '../../../testing/wire.js'

describe('a connection in memory', () => {
  let clock: VirtualClock
  beforeEach(() => {
    clock = new VirtualClock()
  })
  afterEach(() => clock.end())

  /** Puts numbers in, and notes when they come out. */
  function noting(lane: Lane) {
    const out: [number, number][] = []
    return { out, put: (n: number) => lane.put(() => out.push([n, clock.nowMs])) }
  }

  it('takes its time, and lets nothing overtake', async () => {
    const delays = [9, 1, 20, 5]
    const { out, put } = noting(new Lane(() => delays.shift() ?? 0))
    for (const n of [1, 2, 3]) put(n)
    await clock.advance(12)
    put(4)
    await clock.advance(100)
    expect(out).to.deep.equal([
      [1, 9],
      [2, 9],
      [3, 20],
      [4, 20],
    ])
  })

  it('without a delay delivers at the same moment, but not within the call', async () => {
    const { out, put } = noting(new Lane(() => 0))
    put(1)
    expect(out).to.deep.equal([])
    await clock.advance(0)
    expect(out).to.deep.equal([[1, 0]])
  })

  it('holds back what is under way, and delivers it a delay after the release', async () => {
    const lane = new Lane(() => 3)
    const { out, put } = noting(lane)
    put(1)
    await clock.advance(2)
    lane.hold()
    put(2)
    await clock.advance(98)
    lane.release()
    await clock.advance(10)
    expect(out).to.deep.equal([
      [1, 103],
      [2, 103],
    ])
    put(3)
    lane.end()
    put(4)
    await clock.advance(10)
    expect(out).to.have.length(2)
  })

  it('breaks where it is cut for 15 seconds, and says so once', async () => {
    let broken = 0
    let over = 0
    const wire = new Wire({ delayMs: () => 1, broke: () => broken++, over: () => over++ })
    const { out, put } = noting(wire.there)
    wire.cut()
    await clock.advance(14_999)
    wire.heal()
    await clock.advance(20_000)
    expect(broken).to.equal(0)
    wire.cut()
    put(1)
    await clock.advance(15_000)
    wire.break()
    wire.heal()
    await clock.advance(10)
    expect([broken, over, out.length]).to.deep.equal([1, 1, 0])
  })
})
