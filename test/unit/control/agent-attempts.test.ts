import { expect } from 'chai'
import { Attempts } from '../../../control/agent/attempts.js'
import { agentLimits } from '../../../control/agent/limits.js'

const { attempts: most, attemptsMs, attemptAddresses } = agentLimits

describe('attempts at a password', () => {
  it('are so many for each address, and then no more until their time is over', () => {
    const attempts = new Attempts()
    for (let i = 0; i < most; i++) expect(attempts.begin('a', i)).to.equal(true)
    expect(attempts.begin('a', attemptsMs - 1)).to.equal(false)
    expect(attempts.begin('b', attemptsMs - 1)).to.equal(true)
    expect(attempts.begin('a', attemptsMs)).to.equal(true)
  })

  it('do not count where they were right', () => {
    const attempts = new Attempts()
    for (let i = 0; i < 3 * most; i++) {
      expect(attempts.begin('a', 0)).to.equal(true)
      attempts.succeeded('a')
    }
  })

  it('count while nobody knows yet whether they are right', () => {
    const attempts = new Attempts()
    const begun = Array.from({ length: 3 * most }, () => attempts.begin('a', 0))
    expect(begun.filter(Boolean)).to.have.length(most)
  })

  it('are remembered of so many addresses, and the oldest are forgotten', () => {
    const attempts = new Attempts()
    for (let i = 0; i < most; i++) attempts.begin('a', 0)
    for (let i = 0; i < attemptAddresses - 1; i++) attempts.begin(`b${i}`, 0)
    expect(attempts.begin('a', 0)).to.equal(false)
    attempts.begin('one more', 0)
    expect(attempts.begin('a', 0)).to.equal(true)
  })
})
