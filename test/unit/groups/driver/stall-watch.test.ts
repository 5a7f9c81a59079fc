import { expect } from 'chai'
import { driverLimits } from '../../../../groups/driver/index.js'
import { StallWatch } from '../../../../groups/driver/stall-watch.js'

describe('the watch of a main thread', () => {
  const STALL_MS = 1000
  let watch: StallWatch
  beforeEach(() => {
    watch = new StallWatch(STALL_MS)
  })

  /** Looks as often as the driver does. */
  function lookUntil(toMs: number, fromMs = 0): boolean {
    let isStalled = false
    for (let ms = fromMs; ms <= toMs; ms += driverLimits.watchMs) isStalled = watch.isStalled(ms)
    return isStalled
  }

  it('expects nothing before the first sign of life', () => {
    expect(lookUntil(100_000)).to.equal(false)
  })

  it('finds it stalled without one for so long, until the next', () => {
    watch.alive(0)
    expect(lookUntil(STALL_MS - driverLimits.watchMs)).to.equal(false)
    expect(watch.isStalled(STALL_MS)).to.equal(true)
    expect(watch.isStalled(STALL_MS + driverLimits.watchMs)).to.equal(true)
    watch.alive(2 * STALL_MS)
    expect(watch.isStalled(2 * STALL_MS + driverLimits.watchMs)).to.equal(false)
  })

  it('does not count time in which the whole process stood still', () => {
    watch.alive(0)
    expect(watch.isStalled(100_000)).to.equal(false)
    watch.alive(100_001)
    expect(watch.isStalled(100_000 + driverLimits.watchMs)).to.equal(false)
  })
})
