import { expect } from 'chai'
import { QuerySchedule } from '../../../discovery/mdns-schedule.js'

describe('QuerySchedule', () => {
  it('asks after 1, 3 and 9 seconds, and then every 30', () => {
    const schedule = new QuerySchedule(() => 0)
    schedule.restart(0)
    const asked: number[] = []
    for (let i = 0; i < 5; i++) {
      asked.push(schedule.dueAt)
      schedule.heard(schedule.dueAt)
    }
    expect(asked).to.deep.equal([1000, 3000, 9000, 39_000, 69_000])
  })

  it('counts what others ask, unless it comes early in a wait', () => {
    const schedule = new QuerySchedule(() => 0)
    schedule.restart(0)
    schedule.heard(5)
    schedule.heard(499)
    expect(schedule.dueAt).to.equal(1000)
    schedule.heard(700)
    expect(schedule.dueAt).to.equal(2700)
  })

  it('lengthens each wait by up to a quarter, that a crowd does not ask at once', () => {
    const schedule = new QuerySchedule(() => 1)
    schedule.restart(0)
    expect(schedule.dueAt).to.equal(1250)
  })

  it('begins over when asked to', () => {
    const schedule = new QuerySchedule(() => 0)
    schedule.restart(0)
    for (let i = 0; i < 5; i++) schedule.heard(schedule.dueAt)
    schedule.restart(100_000)
    expect(schedule.dueAt).to.equal(101_000)
  })
})
