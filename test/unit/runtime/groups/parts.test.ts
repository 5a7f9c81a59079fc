/** Arrivals, alarms, actions, the clock and the places of seats: the small parts of a membership. */
import { expect } from 'chai'
import { hostNowMs } from '../../../../groups/index.js'
import { message, Sub } from '../../../../ports/index.js'
import { Actions } from '../../../../runtime/groups/actions.js'
import { alarmAt } from '../../../../runtime/groups/alarm.js'
import { Arrivals } from '../../../../runtime/groups/arrivals.js'
import { SharedClock } from '../../../../runtime/groups/clock.js'
import { seatNumbers } from '../../../../runtime/groups/group-place.js'
import { seatsGiven } from '../../../../runtime/groups/seats-given.js'
import { seatsIn } from '../../../../runtime/groups/seats-text.js'
import { runtimeLimits } from '../../../../runtime/limits.js'
import { ComponentTurns } from '../../../../runtime/turns.js'
import { deferred } from '../../../support/eventually.js'

describe('arrivals of a group', () => {
  /** A gate that is opened by hand. */
  function gate() {
    let opened = deferred()
    const it = {
      full: false,
      room: () => opened.promise,
      open: async () => {
        it.full = false
        opened.resolve()
        opened = deferred()
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
    return it
  }

  it('are handed on at once while there is room, else in their order when there is', async () => {
    const door = gate()
    const arrivals = new Arrivals(door)
    const taken: number[] = []
    const add = (n: number): boolean => arrivals.add(1, () => taken.push(n))
    add(1)
    expect(taken).to.deep.equal([1])
    door.full = true
    for (const n of [2, 3, 4]) add(n)
    expect(taken).to.deep.equal([1])
    await door.open()
    expect(taken).to.deep.equal([1, 2, 3, 4])
  })

  it('beyond a bound are dropped, by number and by bytes', async () => {
    const door = gate()
    const arrivals = new Arrivals(door)
    door.full = true
    let taken = 0
    for (let n = 0; n < runtimeLimits.groupArrivals; n++) arrivals.add(1, () => taken++)
    expect(arrivals.add(1, () => taken++)).to.equal(false)
    await door.open()
    expect(taken).to.equal(runtimeLimits.groupArrivals)
    door.full = true
    expect(arrivals.add(runtimeLimits.groupArrivalBytes, () => taken++)).to.equal(true)
    expect(arrivals.add(1, () => taken++)).to.equal(false)
  })

  it('that were decided are kept, to a bound of their own; and some beyond it', async () => {
    const door = gate()
    const arrivals = new Arrivals(door)
    const taken: string[] = []
    door.full = true
    for (let n = 0; n < runtimeLimits.groupArrivals; n++) arrivals.add(1, () => undefined)
    for (let n = 0; n < runtimeLimits.decidedArrivals - 1; n++) arrivals.keep(1, () => undefined)
    expect(arrivals.keep(runtimeLimits.decidedArrivalBytes, () => undefined)).to.equal(false)
    expect(arrivals.keep(1, () => taken.push('last'))).to.equal(true)
    expect(arrivals.keep(1, () => taken.push('never'))).to.equal(false)
    arrivals.surely(() => taken.push('sure'))
    const drained = arrivals.drained()
    await door.open()
    await drained
    expect(taken).to.deep.equal(['last', 'sure'])
  })

  it('after the end are no matter', async () => {
    const door = gate()
    const arrivals = new Arrivals(door)
    door.full = true
    let taken = 0
    arrivals.add(1, () => taken++)
    arrivals.close()
    await door.open()
    expect([arrivals.add(1, () => taken++), taken]).to.deep.equal([true, 0])
  })
})

describe('an alarm', () => {
  it('rings at its moment, and not before', async () => {
    const late: number[] = []
    for (const ms of [0, 1, 3, 7.5, 20]) {
      const atMs = hostNowMs() + ms
      await new Promise<void>((resolve) => alarmAt(atMs, resolve))
      late.push(hostNowMs() - atMs)
    }
    for (const ms of late) expect(ms).to.be.at.least(0)
    expect(Math.min(...late)).to.be.below(1)
  })

  it('that was taken back does not', async () => {
    let hasRung = false
    const cancel = alarmAt(hostNowMs() + 1, () => {
      hasRung = true
    })
    cancel()
    await new Promise<void>((resolve) => alarmAt(hostNowMs() + 3, resolve))
    expect(hasRung).to.equal(false)
  })
})

describe('the clock of a group, and actions by it', () => {
  const FIRST = { epoch: 1, term: 1 }
  const SECOND = { epoch: 1, term: 2 }
  const at = (ms: number, clock = FIRST) => ({ ms, clock })

  /** A host whose time is set by hand, with its alarms. */
  function host() {
    let nowMs = 1000
    const alarms = new Map<object, { atMs: number; ring: () => void }>()
    const told: unknown[] = []
    const clock = new SharedClock('the group', () => nowMs)
    const setAlarm = (atMs: number, ring: () => void): (() => void) => {
      const key = {}
      alarms.set(key, { atMs, ring })
      return () => alarms.delete(key)
    }
    const actions = new Actions(clock, () => nowMs, setAlarm, {
      due: ({ action }, atMs) => told.push(['due', action, atMs]),
      missed: ({ action }, lateBy) => told.push(['missed', action, lateBy]),
      full: ({ action }) => told.push(['full', action]),
    })
    const set = (offsetMs: number | undefined, begun = FIRST): void => {
      clock.set(offsetMs === undefined ? undefined : { begun, offsetMs, errorMs: 1, atMs: nowMs })
      actions.clockChanged()
    }
    const go = (toMs: number): void => {
      nowMs = toMs
      for (const [key, { atMs, ring }] of alarms) {
        if (atMs > nowMs) continue
        alarms.delete(key)
        ring()
      }
    }
    return { clock, actions, told, set, go }
  }

  it('is not known at first, then goes with the host, and never back', () => {
    const { clock, set, go } = host()
    expect(() => clock.now())
      .to.throw(/it has had no leader yet/)
      .with.property('code', 'no-clock')
    expect([clock.isKnown, clock.error]).to.deep.equal([false, Number.POSITIVE_INFINITY])
    set(500)
    expect(clock.now()).to.equal(1500)
    go(1100)
    set(300)
    expect(clock.now()).to.equal(1500)
    go(1300)
    expect(clock.now()).to.equal(1600)
    expect(clock.error).to.be.closeTo(1.04, 1e-9)
  })

  it('an action follows the clock as it is measured, until the leader is another', () => {
    const { actions, told, set, go } = host()
    actions.add({ id: 'p', action: 'x', at: at(2000), bytes: 1 })
    set(500)
    set(480)
    go(1510)
    expect(told).to.deep.equal([])
    actions.leaderChanged()
    set(0)
    go(1520)
    expect(told).to.deep.equal([['due', 'x', 1520]])
  })

  it('is not known while the machine has stood still since, nor is the moment of an action', () => {
    const { clock, actions, told, set, go } = host()
    set(500)
    actions.add({ id: 'p', action: 'late', at: at(2000), bytes: 1 })
    actions.add({ id: 'q', action: 'in time', at: at(9000), bytes: 1 })
    actions.leaderChanged()
    set(undefined)
    expect([clock.isKnown, clock.error]).to.deep.equal([false, Number.POSITIVE_INFINITY])
    expect(() => clock.now())
      .to.throw(/this machine stood still/)
      .with.property('code', 'no-clock')
    go(1600)
    expect(told).to.deep.equal([])
    set(5000)
    expect(told).to.deep.equal([['missed', 'late', 4600]])
    go(4000)
    expect(told[1]).to.deep.equal(['due', 'in time', 4000])
  })

  it('an action is by its own clock: of one that another replaced nobody knows the moment (G21.13)', () => {
    const { actions, told, set, go } = host()
    set(500)
    actions.add({ id: 'p', action: 'known', at: at(2000), bytes: 1 })
    actions.add({ id: 'q', action: 'to come', at: at(2100, SECOND), bytes: 1 })
    actions.leaderChanged()
    set(400, SECOND)
    actions.add({ id: 'r', action: 'replaced', at: at(9000), bytes: 1 })
    expect(told).to.deep.equal([['missed', 'replaced', 0]])
    go(1500)
    go(1700)
    expect(told.slice(1)).to.deep.equal([
      ['due', 'known', 1500],
      ['due', 'to come', 1700],
    ])
    set(undefined)
    actions.add({ id: 's', action: 'forgotten', at: at(9000, SECOND), bytes: 1 })
    set(100, { epoch: 2, term: 1 })
    expect(told.slice(3)).to.deep.equal([['missed', 'forgotten', 0]])
  })

  it('an action beyond the bound of those that wait is told, and not run', () => {
    const { actions, told, set } = host()
    set(0)
    const { waitingActions, waitingActionBytes } = runtimeLimits
    actions.add({ id: 'p', action: 'long', at: at(9000), bytes: waitingActionBytes })
    actions.add({ id: 'q', action: 'too long', at: at(9000), bytes: 1 })
    for (let n = 1; n < waitingActions; n++) actions.add({ id: `${n}`, action: n, at: at(9000), bytes: 0 })
    expect(told).to.deep.equal([['full', 'too long']])
    actions.add({ id: 'r', action: 'one more', at: at(9000), bytes: 0 })
    expect([told[1], actions.size]).to.deep.equal([['full', 'one more'], waitingActions])
  })

  it('an action whose moment has passed is missed, unless by little', () => {
    const { actions, told, set } = host()
    set(0)
    actions.add({ id: 'p', action: 'old', at: at(1000 - runtimeLimits.actionLateMs - 1), bytes: 1 })
    actions.add({ id: 'q', action: 'just', at: at(999), bytes: 1 })
    expect(told).to.deep.equal([['missed', 'old', runtimeLimits.actionLateMs + 1]])
    expect(actions.size).to.equal(1)
    actions.close()
    expect(actions.size).to.equal(0)
  })
})

describe('the seats of a group on a host', () => {
  const group = { name: 'Cell.north', type: 'Cell', quorum: 2 }

  it('are all, those that are given for it, for its type or for every group, or not known', () => {
    expect(seatNumbers('all', group)).to.deep.equal([0, 1, 2])
    expect(seatNumbers([1, 7], group)).to.deep.equal([1])
    expect(seatNumbers({ 'Cell.north': [2], Cell: [0] }, group)).to.deep.equal([2])
    expect(seatNumbers({ Cell: [0] }, group)).to.deep.equal([0])
    expect(seatNumbers({ Other: [0] }, group)).to.equal(undefined)
    expect(seatNumbers(undefined, group)).to.equal(undefined)
  })
})

describe('the seats of a host, as text', () => {
  it('are of all groups, or of each', () => {
    expect(seatsIn('0,1')).to.deep.equal([0, 1])
    expect(seatsIn(' Cell.north=0  Plant=1,2 ')).to.deep.equal({ 'Cell.north': [0], Plant: [1, 2] })
    expect([seatsIn('all'), seatsIn(''), seatsIn(undefined)]).to.deep.equal(['all', undefined, undefined])
    for (const text of ['x', '0,', 'Cell=', 'Cell=a', '0 1', 'Cell.north=0,,1', '-1']) {
      expect(() => seatsIn(text), text)
        .to.throw(/says not which seats/)
        .with.property('code', 'bad-parameter')
    }
  })

  it('are each named once, and none that no group has', () => {
    const wrong = { '0,0': '0 twice', 'Cell=1,2,1': '1 twice', 'Cell=0 Cell=1': 'Cell twice', '0,255': '255' }
    for (const [text, why] of Object.entries(wrong)) {
      expect(() => seatsIn(text), text)
        .to.throw(why)
        .with.property('code', 'bad-parameter')
    }
    expect(seatsIn('254')).to.deep.equal([254])
  })
})

describe('the seats of a host, as a program gives them', () => {
  it('are all, a list, or lists by the names of groups; none is a list, too', () => {
    for (const seats of ['all', [0, 2], [], { 'Cell.north': [0], Plant: [] }, undefined]) {
      expect(seatsGiven(seats)).to.deep.equal(seats)
    }
  })

  it('are whole numbers from 0 on, each once', () => {
    for (const [seats, why] of [
      [[0.5], /^the option seats has 0\.5; give a list of whole numbers from 0 to 254, each once/],
      [[-1], /has -1/],
      [[255], /has 255/],
      [['0'], /has "0"/],
      [[0, 1, 0], /has 0 twice/],
      [{ Cell: [0], Plant: [Number.NaN] }, /^the option seats: Plant has NaN/],
      [{ Cell: 0 }, /^the option seats: Cell is 0; give a list/],
      ['0,1', /is "0,1"; give 'all', \[0, 1\] of every group, or /],
      [null, /is null/],
      [7, /is 7/],
    ] as const) {
      expect(() => seatsGiven(seats), String(seats))
        .to.throw(why)
        .with.property('code', 'bad-parameter')
    }
  })
})

describe('the turns of a component with a group', () => {
  const M = message('M')
  const [one, two] = [new Sub(M), new Sub(M)]
  const cell = { path: 'c.Cell.north', name: 'Cell.north', deadlineMs: Number.POSITIVE_INFINITY }

  for (const [after, order] of [
    [0, ['cell', 'one', 'two']],
    [1, ['one', 'cell', 'two']],
    [9, ['one', 'two', 'cell']],
  ] as const) {
    it(`priority: it stands behind ${after} ports`, async () => {
      const turns = new ComponentTurns(
        (error) => {
          throw error
        },
        { scheduler: 'priority', ports: [one, two] },
      )
      turns.add(cell, after)
      const seen: string[] = []
      turns.run(two, () => seen.push('two'), undefined, undefined)
      turns.run(cell, () => seen.push('cell'), undefined, undefined)
      turns.run(one, () => seen.push('one'), undefined, undefined)
      await turns.idle()
      expect(seen).to.deep.equal(order)
    })
  }

  it('what its handlers throw is told with its path', async () => {
    const told: unknown[] = []
    const turns = new ComponentTurns((_error, source) => told.push(source?.path))
    turns.run(
      cell,
      () => {
        throw new Error('x')
      },
      undefined,
      undefined,
    )
    await turns.idle()
    expect(told).to.deep.equal(['c.Cell.north'])
  })
})
