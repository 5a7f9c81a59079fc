import { expect } from 'chai'
import { portLimits } from '../../../ports/index.js'
import { Schedule, type Scheduler } from '../../../runtime/schedule.js'

/** Items as `a1`: the lane that the letter names, in the order in which they come. */
const LANES: Readonly<Record<string, number>> = { first: 0, a: 1, b: 2, c: 3 }

function scheduled(scheduler: Scheduler, ...items: string[]): Schedule<string> {
  const schedule = new Schedule<string>(scheduler)
  for (const item of items) put(schedule, item)
  return schedule
}

function put(schedule: Schedule<string>, item: string): void {
  schedule.push(item, LANES[item.replace(/\d+$/, '')] ?? 0)
}

function take(schedule: Schedule<string>, count = schedule.size): string {
  return Array.from({ length: count }, () => schedule.shift()).join(' ')
}

describe('a schedule', () => {
  it('fifo gives what is in its one lane in the order in which it came', () => {
    const schedule = new Schedule<number>('fifo')
    for (let i = 0; i < 5; i++) schedule.push(i, 1)
    expect([schedule.shift(), schedule.shift(), schedule.size]).to.deep.equal([0, 1, 3])
  })

  it('rr gives one of each port in turn, in the order of their fields', () => {
    expect(take(scheduled('rr', 'c1', 'a1', 'a2', 'a3', 'b1', 'b2'))).to.equal('a1 b1 c1 a2 b2 a3')
  })

  it('rr goes on behind the port that was served last', () => {
    const schedule = scheduled('rr', 'b1', 'b2')
    expect(take(schedule, 1)).to.equal('b1')
    put(schedule, 'a1')
    put(schedule, 'c1')
    expect(take(schedule)).to.equal('c1 a1 b2')
  })

  it('priority gives what is of the port that stands first', () => {
    const schedule = scheduled('priority', 'c1', 'b1', 'b2')
    expect(take(schedule, 2)).to.equal('b1 b2')
    put(schedule, 'a1')
    expect(take(schedule)).to.equal('a1 c1')
  })

  for (const scheduler of ['fifo', 'rr', 'priority'] as const) {
    it(`${scheduler} gives what is in the first lane before all else, and keeps the turn`, () => {
      const schedule = scheduled(scheduler, 'a1', 'b1', 'first1', 'first2')
      expect(take(schedule)).to.equal('first1 first2 a1 b1')
      expect(schedule.shift()).to.equal(undefined)
      expect(schedule.size).to.equal(0)
    })
  }

  it('is full by lane, and has room as soon as one was taken', () => {
    const schedule = new Schedule<number>('rr')
    for (let i = 0; i < portLimits.mailboxMessages; i++) schedule.push(i, 1)
    expect([1, 2, 0].map((lane) => schedule.isFull(lane))).to.deep.equal([true, false, false])
    schedule.shift()
    expect(schedule.isFull(1)).to.equal(false)
  })

  it('keeps order over many more than its bound, as they come and go', () => {
    const schedule = new Schedule<number>('priority')
    let next = 0
    let expected = 0
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 173; i++) schedule.push(next++, 1)
      for (let i = 0; i < 131; i++) expect(schedule.shift()).to.equal(expected++)
    }
    while (schedule.size > 0) expect(schedule.shift()).to.equal(expected++)
    expect(expected).to.equal(next)
  })
})
