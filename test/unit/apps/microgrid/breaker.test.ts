import { expect } from 'chai'
import { Breaker } from '../../../../apps/microgrid/breaker.js'

describe('a breaker', () => {
  it('makes each move once, however often it is told of it', () => {
    const breaker = new Breaker()
    expect(breaker.isOpen).to.equal(false)
    expect(breaker.make({ to: 'islanded', sequence: 1 })).to.equal(true)
    expect(breaker.make({ to: 'islanded', sequence: 1 })).to.equal(false)
    expect([breaker.isOpen, breaker.sequence]).to.deep.equal([true, 1])
    expect(breaker.make({ to: 'connected', sequence: 2 })).to.equal(true)
    expect(breaker.make({ to: 'islanded', sequence: 1 })).to.equal(false)
    expect(breaker.isOpen).to.equal(false)
  })

  it('takes the place of the others where it comes late, and needs no move before the first', () => {
    const breaker = new Breaker()
    expect(breaker.follow({ mode: 'connected', sequence: 0, sinceMs: 0 })).to.equal(false)
    expect(breaker.follow({ mode: 'islanded', sequence: 3, sinceMs: 0 })).to.equal(true)
    expect(breaker.follow({ mode: 'islanded', sequence: 3, sinceMs: 0 })).to.equal(false)
    expect([breaker.isOpen, breaker.sequence]).to.deep.equal([true, 3])
  })
})
