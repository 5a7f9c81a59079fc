/** Frames that were refused: which are news, and how many. */
import { expect } from 'chai'
import { driverLimits } from '../../../../groups/driver/limits.js'
import { Refusals } from '../../../../groups/driver/refusals.js'

const stranger = { code: 'stranger', text: 'a frame of somebody who is not listed' } as const

describe('frames that a member refused', () => {
  it('are no news where their sender is soon listed', () => {
    const told: string[] = []
    const refusals = new Refusals((code) => told.push(code))
    refusals.refused('a', stranger, 0)
    refusals.refused('b', stranger, 0)
    refusals.knows('a')
    refusals.refused('b', stranger, driverLimits.strangerMs)
    expect([refusals.take(), told]).to.deep.equal([1, ['stranger']])
  })

  it('are counted, however many strangers there were before', () => {
    const refusals = new Refusals(() => undefined)
    const most = driverLimits.refusedSources
    for (let n = 0; n < most; n++) refusals.refused(`early ${n}`, stranger, n)
    expect(refusals.take()).to.equal(0)
    for (let n = 0; n < 3 * most; n++) refusals.refused(`late ${n}`, stranger, most)
    expect([refusals.take(), refusals.counts.get('stranger')]).to.deep.equal([3 * most, 4 * most])
  })
})
