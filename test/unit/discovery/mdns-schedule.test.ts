import { expect } from 'chai'
import { discoveryLimits } from '../../../discovery/limits.js'
import { QuerySchedule } from '../../../discovery/mdns-schedule.js'

const { firstQuestionMs, firstQuestionMaxMs, crowdQuestionMs } = discoveryLimits

function scheduleOf(random: number, isCrowd = false): QuerySchedule {
  return new QuerySchedule(
    () => isCrowd,
    () => random,
  )
}

describe('QuerySchedule', () => {
  it('waits twice as long after each question: 1, 2, 4, 8, 16 and then always 30 seconds', () => {
    const schedule = scheduleOf(0)
    schedule.restart(0)
    const asked: number[] = []
    for (let i = 0; i < 7; i++) {
      asked.push(schedule.dueAt)
      schedule.heard(schedule.dueAt)
    }
    expect(asked).to.deep.equal([1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000])
  })

  it('counts what others ask, unless it comes early in a wait', () => {
    const schedule = scheduleOf(0)
    schedule.restart(0)
    schedule.heard(5)
    schedule.heard(499)
    expect(schedule.dueAt).to.equal(1000)
    schedule.heard(700)
    expect(schedule.dueAt).to.equal(2700)
  })

  it('lengthens each wait by up to half, that a crowd does not ask at once', () => {
    const schedule = scheduleOf(1)
    schedule.restart(0)
    expect(schedule.dueAt).to.equal(1500)
  })

  it('begins over when asked to', () => {
    const schedule = scheduleOf(0)
    schedule.restart(0)
    for (let i = 0; i < 5; i++) schedule.heard(schedule.dueAt)
    schedule.restart(100_000)
    expect(schedule.dueAt).to.equal(101_000)
  })

  it('asks at once where nothing is announced', () => {
    const schedule = scheduleOf(0)
    schedule.askAtOnce(500)
    expect(schedule.dueAt).to.equal(500)
    expect(schedule.isDue(500)).to.equal(true)
  })

  it('waits with the first question while news comes, but not for ever', () => {
    const schedule = scheduleOf(0)
    schedule.askAtOnce(0)
    schedule.announced(0)
    expect(schedule.dueAt).to.equal(firstQuestionMs)
    for (let now = 0; now < firstQuestionMaxMs; now += firstQuestionMs / 2) schedule.learned(now)
    expect(schedule.dueAt).to.equal(firstQuestionMaxMs)
    expect(schedule.isDue(firstQuestionMaxMs)).to.equal(true)
    schedule.heard(firstQuestionMaxMs)
    schedule.learned(firstQuestionMaxMs + 900)
    expect(schedule.dueAt).to.equal(firstQuestionMaxMs + 1000)
  })

  it('waits longer with the first question in a crowd', () => {
    const schedule = scheduleOf(0, true)
    schedule.announced(0)
    expect(schedule.dueAt).to.equal(crowdQuestionMs)
    expect(crowdQuestionMs).to.be.greaterThan(firstQuestionMs)
  })

  it('asks twice in the first five seconds where no news comes: packets may be lost', () => {
    const schedule = scheduleOf(0.99)
    schedule.announced(0)
    const asked: number[] = []
    while (schedule.dueAt < 5000) {
      asked.push(schedule.dueAt)
      schedule.heard(schedule.dueAt)
    }
    expect(asked).to.have.length(2)
  })

  it('waits on with the first question where the process is too busy to be in time', () => {
    const schedule = scheduleOf(0)
    schedule.announced(0)
    const late = firstQuestionMs + 500
    expect(schedule.isDue(late)).to.equal(false)
    expect(schedule.dueAt).to.equal(late + firstQuestionMs)
    expect(schedule.isDue(firstQuestionMaxMs + 500)).to.equal(true)
  })

  it('does not wait again for what is announced after the first question', () => {
    const schedule = scheduleOf(0)
    schedule.askAtOnce(0)
    schedule.heard(0)
    schedule.announced(100)
    expect(schedule.dueAt).to.equal(1000)
  })
})
