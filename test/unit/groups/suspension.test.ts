import { expect } from 'chai'
import { wasSuspended } from '../../../groups/suspension.js'

const start = { monoMs: 1000, wallUs: 7_000_000 }
const later = (monoMs: number, wallMs: number) => ({
  monoMs: 1000 + monoMs,
  wallUs: 7_000_000 + wallMs * 1000,
})

describe('a suspension', () => {
  it('shows by a wall clock that ran ahead by more than 50 ms and a tenth of the time', () => {
    expect(wasSuspended(start, later(0, 50))).to.equal(false)
    expect(wasSuspended(start, later(0, 51))).to.equal(true)
    expect(wasSuspended(start, later(1000, 1150))).to.equal(false)
    expect(wasSuspended(start, later(1000, 1151))).to.equal(true)
  })

  it('cannot be told from a wall clock that was set, forwards or back', () => {
    expect(wasSuspended(start, later(10, 3_600_000))).to.equal(true)
    expect(wasSuspended(start, later(10, -3_600_000))).to.equal(true)
  })
})
