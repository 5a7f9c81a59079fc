/** What a coordinator decides, by hand: no group, no clock. */
import { expect } from 'chai'
import { type Grid, moveAfter, nameOf } from '../../../../apps/microgrid/agreed.js'
import { Coordination, type Moved, type Situation } from '../../../../apps/microgrid/coordination.js'

const params = { limit: 20, islandAfter: 6000, reconnectAfter: 4000 }
const connected: Grid = { mode: 'connected', sequence: 0, sinceMs: 0 }
const islanded: Grid = { mode: 'islanded', sequence: 1, sinceMs: 10_000 }
const moved = (movedAtMs: number, sequence = 1): Moved => {
  return { to: sequence % 2 === 1 ? 'islanded' : 'connected', sequence, atMs: 10_000, movedAtMs }
}

describe('the coordination of a microgrid', () => {
  /** One that coordinates since then: a second before all, unless told. */
  function coordination(sinceMs = -1000): Coordination {
    const coordination = new Coordination(params)
    coordination.begin()
    coordination.decide(situation({ nowMs: sinceMs }))
    return coordination
  }
  const situation = (facts: Partial<Situation>): Situation => {
    return { nowMs: 0, grid: connected, inverters: 3, loadKW: 10, isMoving: false, ...facts }
  }

  it('shares a grid where none is shared yet', () => {
    const grid: Grid = { mode: 'connected', sequence: 0, sinceMs: 7 }
    const decision = coordination().decide(situation({ nowMs: 7, grid: undefined }))
    expect(decision).to.deep.equal({ do: 'begin', grid })
  })

  it('proposes to island after its time, and to reconnect after that of the island', () => {
    const leading = coordination()
    expect(leading.decide(situation({ nowMs: 5999 }))).to.equal(undefined)
    expect(leading.decide(situation({ nowMs: 6000 }))).to.deep.equal({
      do: 'propose',
      move: { to: 'islanded', sequence: 1 },
      why: 'connected for 6.0 s',
    })
    expect(leading.decide(situation({ nowMs: 13_999, grid: islanded }))).to.equal(undefined)
    expect(leading.decide(situation({ nowMs: 14_000, grid: islanded }))).to.deep.include({
      move: { to: 'connected', sequence: 2 },
    })
  })

  it('proposes to island at once where the load is above the limit, and not to reconnect for it', () => {
    const loaded = { loadKW: 20.1 }
    expect(coordination().decide(situation(loaded))).to.deep.include({
      do: 'propose',
      why: 'the load is above 20 kW',
    })
    expect(coordination().decide(situation({ ...loaded, nowMs: 13_000, grid: islanded }))).to.equal(undefined)
  })

  it('proposes nothing while a vote is under way or a move agreed', () => {
    expect(coordination().decide(situation({ nowMs: 9000, isMoving: true }))).to.equal(undefined)
  })

  it('waits two seconds after a vote that failed', () => {
    const leading = coordination()
    leading.fail(6000)
    expect(leading.decide(situation({ nowMs: 7999 }))).to.equal(undefined)
    expect(leading.decide(situation({ nowMs: 8000 }))).to.deep.include({ do: 'propose' })
  })

  it('listens before it proposes: what the one before agreed may be told late', () => {
    const elected = coordination(9000)
    expect(elected.decide(situation({ nowMs: 9499 }))).to.equal(undefined)
    elected.hear('a', moved(10_000.1))
    elected.hear('b', moved(10_000.3))
    elected.hear('c', moved(10_000.2))
    const decision = elected.decide(situation({ nowMs: 9500 }))
    expect(decision).to.deep.include({ do: 'conclude', grid: islanded, breakers: 3 })
    expect(decision).to.have.property('spreadMs').that.is.closeTo(0.2, 1e-6)
    expect(elected.decide(situation({ nowMs: 9500, grid: islanded }))).to.equal(undefined)
  })

  it('concludes without those that are dead, a second later', () => {
    const leading = coordination()
    leading.hear('a', moved(10_000))
    expect(leading.decide(situation({ nowMs: 10_001 }))).to.equal(undefined)
    leading.hear('a', moved(10_000))
    leading.hear('b', moved(10_001))
    expect(leading.decide(situation({ nowMs: 11_000, isMoving: true }))).to.equal(undefined)
    expect(leading.decide(situation({ nowMs: 11_001 }))).to.deep.include({ do: 'conclude', breakers: 2 })
  })

  it('reports of older moves are none any more, and those of a newer one stand alone', () => {
    const leading = coordination()
    leading.hear('a', moved(10_000, 2))
    leading.hear('b', moved(5000, 1))
    const first = leading.decide(situation({ nowMs: 11_000, grid: islanded, inverters: 1 }))
    expect(first).to.deep.include({ breakers: 1, spreadMs: 0 })
    leading.hear('b', moved(20_000, 3))
    const reconnected: Grid = { mode: 'connected', sequence: 2, sinceMs: 10_000 }
    const second = leading.decide(situation({ nowMs: 21_000, grid: reconnected, inverters: 1 }))
    expect(second).to.deep.include({ do: 'conclude', breakers: 1 })
  })

  it('names moves as people do, each the opposite of the one before', () => {
    const first = moveAfter(connected)
    expect(nameOf(first)).to.equal('islanding 1')
    expect(nameOf(moveAfter({ mode: first.to, sequence: first.sequence, sinceMs: 0 }))).to.equal(
      'reconnection 2',
    )
  })
})
