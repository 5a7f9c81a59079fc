import { expect } from 'chai'
import { Arrivals } from '../../../../../apps/quorate/console/arrivals.js'
import { commandLimits } from '../../../../../apps/quorate/limits.js'
import { ApiTopic } from '../../../../../control/index.js'

/** Time enough, where nothing is to come. */
const SOON_MS = 1

function take(arrivals: Arrivals, kind: number): void {
  arrivals.take({ topic: ApiTopic.EVENT, bytes: Buffer.alloc(0), value: { kind } })
}

describe('what the console waits for', () => {
  it('may come', async () => {
    const arrivals = new Arrivals()
    const named = arrivals.next('Acquisition-Started', 1000)
    take(arrivals, 305)
    take(arrivals, 301)
    expect(await named).to.equal(true)
    expect(await arrivals.next('301', SOON_MS)).to.equal(false)
  })

  it('may have come since the last line began, and is waited for once', async () => {
    const arrivals = new Arrivals()
    for (const kind of [9100, 305, 301]) take(arrivals, kind)
    expect(await arrivals.next('acquisition-started', SOON_MS)).to.equal(true)
    expect(await arrivals.next('305', SOON_MS)).to.equal(true)
    expect(await arrivals.next('305', SOON_MS)).to.equal(false)
    arrivals.lineBegins()
    expect(await arrivals.next('9100', SOON_MS)).to.equal(false)
  })

  it('is named by its topic, too, as people type it', async () => {
    for (const name of ['command-result', 'COMMAND_RESULT', '6001']) {
      const arrivals = new Arrivals()
      arrivals.take({ topic: ApiTopic.COMMAND_RESULT, bytes: Buffer.alloc(0), value: {} })
      expect(await arrivals.next(name, SOON_MS), name).to.equal(true)
    }
  })

  it('is forgotten where too much comes', async () => {
    const arrivals = new Arrivals()
    take(arrivals, 301)
    for (let kind = 0; kind < commandLimits.pastEvents; kind++) take(arrivals, 9100 + kind)
    expect(await arrivals.next('301', SOON_MS)).to.equal(false)
    expect(await arrivals.next('9100', SOON_MS)).to.equal(true)
  })
})
