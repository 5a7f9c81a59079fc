import { expect } from 'chai'
import { Tally } from '../../../../apps/groupie/tally.js'

describe('a tally', () => {
  it('tells what was counted, always in the same order, and why what failed did', () => {
    const tally = new Tally()
    expect(tally.text).to.equal('nothing so far')
    tally.count('received', 3)
    tally.count('sent')
    tally.fail(Object.assign(new Error('no'), { code: 'no-leader' }))
    tally.fail(Object.assign(new Error('no'), { code: 'no-leader' }))
    tally.fail('odd')
    expect(tally.text).to.equal('sent 1, received 3, failed 3 (no-leader 2, odd 1)')
    for (const ms of [0.1, 0.3, 0.2]) tally.wasLate(ms)
    expect(tally.text).to.match(/; actions at most 0\.30 ms late$/)
    expect(tally.counts).to.deep.equal({ received: 3, sent: 1, failed: 3 })
  })
})
