import { expect } from 'chai'
import { z } from 'zod'
import { jsonText } from '../../../control/fastapi/json.js'
import { HubCore } from '../../../control/hub/core.js'
import { hubLimits } from '../../../control/hub/limits.js'
import { workerView } from '../../../control/hub/v1-models.js'

const { silentMs } = hubLimits

describe('a worker, as a hub tells of it', () => {
  it('is there until it was not heard of for long: an actor that was killed', () => {
    const journal = { records: () => [], put: () => undefined, remove: () => undefined }
    const core = new HubCore(journal, { queued: () => undefined, answered: () => undefined })
    const isThere = (nowMs: number): boolean => {
      const worker = core.workers.get('W')
      if (!worker) throw new Error('it is registered')
      return z.object({ there: z.boolean() }).parse(JSON.parse(jsonText(workerView(worker, 0, nowMs)))).there
    }
    core.register('W', 0)
    expect([isThere(silentMs), isThere(silentMs + 1)]).to.deep.equal([true, false])
    // It asks for commands, or is busy and registers again.
    core.seen('W', silentMs + 1)
    expect(isThere(2 * silentMs)).to.equal(true)
    core.register('W', 3 * silentMs)
    expect([isThere(4 * silentMs), isThere(4 * silentMs + 1)]).to.deep.equal([true, false])
  })

  it('registers again well before it would be told as gone', () => {
    expect(hubLimits.presenceMs + hubLimits.askMs).to.be.lessThan(silentMs)
  })
})
