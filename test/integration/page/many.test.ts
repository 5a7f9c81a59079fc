/** The page with 200 actors: bench/measures/page.mjs measures it, here it only may not be out of hand. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../project.js'
import { browserForTests } from '../../support/browser.js'
import { cliForTests } from '../../support/cli.js'
import { hubProcesses } from '../../support/hub-processes.js'
import { HubPage } from './hub-page.js'

const ACTORS = 200
/** A fifth of what is wanted of it: 30 a second. */
const FRAMES_MIN = 6
const WATCH_MS = 4000

/** In the page: how often it is drawn meanwhile. */
const FRAMES = `(async () => {
  const until = performance.now() + ${WATCH_MS}
  let frames = 0
  while ((await new Promise(requestAnimationFrame)) < until) frames++
  return frames
})()`

describe('the page of a hub with many actors', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const browser = browserForTests()

  it(`shows ${ACTORS} as they change, and where they stand stays`, async () => {
    const hub = await hubs.start()
    const options = { port: Number(new URL(hub.url).port), token: hub.token, actors: ACTORS }
    const fleet = fork(join(projectRoot, 'bench', 'programs', 'fleet.mjs'), [JSON.stringify(options)])
    try {
      await once(fleet, 'message')
      const { page, complaints } = await browser.open({ viewport: { width: 1440, height: 900 } })
      const shown = new HubPage(page, hub)
      await shown.enter()
      await shown.untilCards(/^Cell/, ACTORS)
      await page
        .getByText(/^\d+ msg\/s$/)
        .first()
        .waitFor({ state: 'attached' })
      const places = (): Promise<string> =>
        page.evaluate(`[...document.querySelectorAll('.card')].map((card) => card.style.transform).join()`)
      const before = await places()
      const terms = page.getByRole('list', { name: 'Groups' })
      const told = await terms.textContent()
      expect(await page.evaluate<number>(FRAMES)).to.be.at.least((FRAMES_MIN * WATCH_MS) / 1000)
      expect(await terms.textContent()).to.not.equal(told)
      expect(await places()).to.equal(before)
      expect(await shown.flaws()).to.deep.equal([])
      expect(complaints).to.deep.equal([])
    } finally {
      fleet.disconnect()
    }
  })
})
