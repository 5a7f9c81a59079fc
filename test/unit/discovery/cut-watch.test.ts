import { expect } from 'chai'
import { CutWatch, type Trial } from '../../../discovery/cut-watch.js'
import { discoveryLimits } from '../../../discovery/limits.js'
import { Conditions } from '../../support/conditions.js'

const BEAT_MS = 20
const { cutMs } = discoveryLimits

describe('CutWatch', () => {
  const conditions = new Conditions()
  let dialled: Trial[]
  let ended: Trial[]
  let healed: { readonly silentMs: number; readonly by: Trial | undefined }[]
  let watch: CutWatch
  let begunMs: number

  beforeEach(() => {
    dialled = []
    ended = []
    healed = []
    watch = new CutWatch({
      dial: () => {
        const trial: Trial = { end: () => ended.push(trial) }
        dialled.push(trial)
        conditions.changed()
        return trial
      },
      healed: (silentMs, by) => healed.push({ silentMs, by }),
    })
    begunMs = performance.now()
    watch.begin(BEAT_MS, begunMs)
  })

  afterEach(() => watch.end())

  async function overdue(count = 1): Promise<Trial> {
    await conditions.until(() => dialled.length >= count)
    return dialled[count - 1] ?? expect.fail('nothing was dialled')
  }

  it('tries a second connection when a beat is late, and goes on with it where the way was cut', async () => {
    const trial = await overdue()
    expect(performance.now() - begunMs).to.be.at.least(BEAT_MS)
    watch.failed(trial)
    watch.through(trial, begunMs + 2 * cutMs)
    expect(healed.map(({ by }) => by)).to.deep.equal([trial])
    expect(healed[0]?.silentMs).to.be.closeTo(2 * cutMs, 1)
    expect(ended).to.deep.equal([])
  })

  it('tells nothing where it connects at once: the peer is busy', async () => {
    const trial = await overdue()
    watch.through(trial, begunMs + 2 * cutMs)
    expect(ended).to.deep.equal([])
    watch.greeted(trial, begunMs + 2 * cutMs)
    expect([healed, ended]).to.deep.equal([[], [trial]])
    await overdue(2)
  })

  it('tells nothing of a cut that TCP gets over by itself', async () => {
    const trial = await overdue()
    watch.failed(trial)
    watch.through(trial, begunMs + cutMs - 1)
    watch.greeted(trial, begunMs + cutMs - 1)
    expect([healed, ended]).to.deep.equal([[], [trial]])
  })

  it('ends the trial where the peer is heard, and tells of the cut where it was one', async () => {
    const first = await overdue()
    watch.heard(performance.now())
    expect([healed, ended]).to.deep.equal([[], [first]])
    const second = await overdue(2)
    watch.failed(second)
    watch.heard(performance.now() + cutMs)
    expect(healed.map(({ by }) => by)).to.deep.equal([undefined])
    expect(ended).to.deep.equal([first, second])
  })

  it('takes an attempt that is not through when the peer is heard for one that failed', async () => {
    await overdue()
    watch.heard(performance.now() + cutMs)
    expect(healed).to.have.length(1)
  })

  it('gives a peer that beats half as often, as in a crowd, the time for it', async () => {
    const from = performance.now()
    watch.heard(begunMs + 2 * BEAT_MS)
    await overdue()
    expect(performance.now() - from).to.be.at.least(2 * BEAT_MS)
  })

  it('takes no notice of a trial that is over, and tries nothing after its end', async () => {
    const trial = await overdue()
    watch.heard(performance.now())
    watch.failed(trial)
    watch.through(trial, begunMs + 2 * cutMs)
    watch.greeted(trial, begunMs + 2 * cutMs)
    watch.end()
    watch.heard(begunMs + 3 * cutMs)
    expect(healed).to.deep.equal([])
  })
})
