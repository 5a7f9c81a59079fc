import { expect } from 'chai'
import { Asker } from '../../../control/hub/asker.js'
import { hubLimits } from '../../../control/hub/limits.js'
import { Waiters } from '../../../control/hub/waiters.js'
import { rejectionOf } from '../../rejection.js'

const forLong = () => ({ waitMs: 60_000, asker: () => new Asker() })

describe('who waits at a hub', () => {
  it('hears of what happens while it looks', async () => {
    const waiters = new Waiters()
    let isThere = false
    const look = async (): Promise<string | undefined> => {
      const found = isThere ? 'found' : undefined
      isThere = true
      // It is on its way to the disk meanwhile.
      waiters.happened('a')
      await new Promise((resolve) => setImmediate(resolve))
      return found
    }
    expect(await waiters.first('a', forLong(), look)).to.equal('found')
  })

  it('looks again at each that happens, and finds nothing where it waits in vain, or is gone', async () => {
    const waiters = new Waiters()
    let looks = 0
    const nothing = async (): Promise<undefined> => {
      if (++looks < 4) setImmediate(() => waiters.happened('a'))
      setImmediate(() => waiters.happened('b'))
    }
    expect(await waiters.first('a', { ...forLong(), waitMs: 500 }, nothing)).to.equal(undefined)
    // Four times since something happened, and once when the time was over.
    expect(looks).to.equal(5)
    const leaving = new Asker()
    const waiting = waiters.first('a', { ...forLong(), asker: () => leaving }, async () => undefined)
    leaving.leave()
    expect(await waiting).to.equal(undefined)
  })

  it('is refused where too many wait; when those have ended there is room', async () => {
    const waiters = new Waiters()
    const none = async (): Promise<undefined> => undefined
    const leaving = Array.from({ length: hubLimits.waiting }, () => new Asker())
    const all = leaving.map((each) => waiters.first('a', { waitMs: 60_000, asker: () => each }, none))
    expect(await rejectionOf(waiters.first('b', forLong(), none))).to.include({ code: 'hub-full' })
    for (const each of leaving) each.leave()
    await Promise.all(all)
    expect(await waiters.first('b', { ...forLong(), waitMs: 1 }, none)).to.equal(undefined)
    const last = waiters.first('b', forLong(), none)
    waiters.close()
    expect(await last).to.equal(undefined)
  })
})
