import { expect } from 'chai'
import { SilenceWatch } from '../../../discovery/silence.js'

describe('SilenceWatch', () => {
  const TIMEOUT_MS = 3000

  /** Looks regularly from one time to another; gives the time at which it first says silent. */
  function silentAt(watch: SilenceWatch, fromMs: number, toMs: number): number | undefined {
    for (let now = fromMs; now <= toMs; now += watch.lookMs) if (watch.isSilent(now)) return now
    return undefined
  }

  it('says silent before the time is over, and not much before', () => {
    const watch = new SilenceWatch(TIMEOUT_MS)
    watch.isSilent(0)
    watch.heard(0)
    expect(silentAt(watch, 0, 10_000)).to.be.within(TIMEOUT_MS - 2 * watch.lookMs, TIMEOUT_MS)
  })

  it('grants another period when its own look comes late', () => {
    const watch = new SilenceWatch(TIMEOUT_MS)
    watch.isSilent(0)
    watch.heard(0)
    expect(watch.isSilent(8000)).to.equal(false)
    expect(silentAt(watch, 8000 + watch.lookMs, 20_000)).to.be.within(
      8000 + TIMEOUT_MS - 500,
      8000 + TIMEOUT_MS,
    )
  })

  it('counts two looks of the time in which it did not look, each time', () => {
    const watch = new SilenceWatch(TIMEOUT_MS)
    watch.isSilent(0)
    watch.heard(0)
    const looks = TIMEOUT_MS / (2 * watch.lookMs)
    for (let look = 1; look < looks; look++)
      expect(watch.isSilent(look * 8000), `look ${look}`).to.equal(false)
    expect(watch.isSilent(looks * 8000)).to.equal(true)
    watch.heard(looks * 8000)
    expect(watch.isSilent((looks + 1) * 8000)).to.equal(false)
  })

  it('says whether the last look came late', () => {
    const watch = new SilenceWatch(TIMEOUT_MS)
    watch.isSilent(0)
    watch.isSilent(watch.lookMs)
    expect(watch.isLate).to.equal(false)
    watch.isSilent(watch.lookMs * 4)
    expect(watch.isLate).to.equal(true)
  })
})
