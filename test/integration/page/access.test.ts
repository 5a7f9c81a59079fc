/**
 * Whom the page is for: those who use keys, who hear it, who have a small screen; and whom it does not serve.
 */
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { agentsForTests } from '../../support/agents.js'
import { browserForTests } from '../../support/browser.js'
import { cliForTests } from '../../support/cli.js'
import { type HubProcess, hubProcesses } from '../../support/hub-processes.js'
import { HostileTeller } from './hostile-teller.js'
import { HubPage } from './hub-page.js'
import { MicrogridPlant } from './microgrid-plant.js'

/** More than there are before the picture. */
const STOPS_MAX = 30
/** What would run if it were taken for HTML. */
const HOSTILE = '<img src=x onerror="hacked=1"><script>hacked=1</script>'

describe('the page of a hub, for everybody', function () {
  this.timeout(240_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const agents = agentsForTests(cli)
  const browser = browserForTests()

  /** A hub with three inverters on a node of that name. */
  async function fleet(name: string): Promise<HubProcess> {
    const hub = await hubs.start()
    const plant = new MicrogridPlant(cli, agents)
    await plant.node(hub, name)
    await plant.start(['i0', 'i1', 'i2'])
    return hub
  }

  const focused = (page: Page): Promise<string> => {
    const text = `(({ activeElement: it }) =>
      it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent)(document)`
    return page.evaluate<string>(text).then((found) => found.trim())
  }

  it('can be used with keys alone, and shows where one is', async () => {
    const hub = await fleet('north')
    const { page, complaints } = await browser.open()
    const shown = new HubPage(page, hub)
    // The token is asked for where one types.
    await page.goto(`${hub.url}/ui/`)
    await page.getByLabel('Token of this hub').waitFor()
    await page.keyboard.type(hub.token)
    await page.keyboard.press('Enter')
    await shown.untilCards(/^Inverter i\d active/, 3)

    const passed: string[] = []
    while (!/^Inverter/.test(passed.at(-1) ?? '') && passed.length < STOPS_MAX) {
      await page.keyboard.press('Tab')
      passed.push(await focused(page))
      const look = 'getComputedStyle(document.activeElement).outlineStyle'
      expect(await page.evaluate(look), passed.at(-1)).to.not.equal('none')
    }
    expect(passed[0]).to.equal('Skip to the content')
    expect(passed).to.include.members(['Fleet', 'Groups', 'Rates', 'Picture', 'Table', 'Start an actor'])
    // All cards are one stop, and arrows go on from there.
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).to.match(/^Inverter\s*i1/)
    await page.keyboard.press('Enter')
    const details = page.getByRole('region', { name: /^Inverter i1/ })
    await details.waitFor()
    await page.locator('#details-title:focus').waitFor()
    await page.keyboard.press('Escape')
    await details.waitFor({ state: 'hidden' })
    await page.locator('[data-worker*=".i1@"]:focus').waitFor()
    // Seek from anywhere.
    await page.keyboard.press('/')
    await page.locator('#sought:focus').waitFor()
    await page.keyboard.type('i2')
    await page.getByText('1 of 3 actors').waitFor()
    expect(new URL(page.url()).hash).to.equal('#/map?q=i2')
    await page.keyboard.press('Escape')
    expect(await page.locator('#sought').inputValue()).to.equal('')
    // The table has the same, by arrows too.
    await page.getByRole('button', { name: 'Table' }).press('Enter')
    await page.getByRole('table').getByRole('button', { name: 'Inverter i0' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).to.equal('Inverter i1')
    expect(await page.getByRole('row', { name: /^Inverter i1 active/ }).count()).to.equal(1)
    expect(await shown.flaws()).to.deep.equal([])
    expect(complaints).to.deep.equal([])
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`fits a small screen, and can be read there, ${colorScheme}`, async () => {
      const hub = await fleet('north')
      const { page, complaints } = await browser.open({ viewport: { width: 390, height: 844 }, colorScheme })
      const shown = new HubPage(page, hub)
      await shown.enter()
      await shown.untilCards(/leads Microgrid\.north/, 1)
      if (colorScheme === 'light') await shown.picture('small', 844)
      const views = ['#/map', '#/table', '#/groups', '#/rates']
      const worker = await page.locator('.card').first().getAttribute('data-worker')
      const tabs = ['about', 'log', 'commands'].map((tab) => `#/map?actor=${worker}&tab=${tab}`)
      for (const hash of [...views, ...tabs]) {
        await page.goto(`${hub.url}/ui/${hash}`)
        await page.locator('.header').waitFor()
        expect(await shown.overhang(), hash).to.be.at.most(0)
        expect(await shown.flaws(), hash).to.deep.equal([])
      }
      // Whoever chooses the other colours has them, and keeps them.
      const ground = (): Promise<string> =>
        page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
      const before = await ground()
      const change = page.getByRole('button', { name: /^Colours: / })
      while (
        !(await change.textContent())?.includes(`Colours: ${colorScheme === 'light' ? 'dark' : 'light'}`)
      ) {
        await change.click()
      }
      expect(await ground()).to.not.equal(before)
      await page.reload()
      await page.locator('.header').waitFor()
      expect(await ground()).to.not.equal(before)
      expect(complaints).to.deep.equal([])
    })
  }

  it('shows what nodes and actors say as text, whatever it is', async () => {
    const hub = await hubs.start()
    const teller = new HostileTeller(hub)
    const worker = await teller.tell(HOSTILE)
    const { page, complaints } = await browser.open()
    const shown = new HubPage(page, hub)
    await shown.enter()
    await shown.untilCards(/img src=x/, 1)
    expect(await page.getByRole('heading', { level: 3 }).allTextContents()).to.deep.equal([HOSTILE])
    const views = ['#/table', '#/groups', '#/rates', `#/map?actor=${encodeURIComponent('<b>none</b>')}`]
    for (const hash of [
      ...views,
      ...['about', 'log', 'commands'].map((tab) => `#/map?actor=${worker}&tab=${tab}`),
    ]) {
      await page.goto(`${hub.url}/ui/${hash}`)
      await page.locator('.header').waitFor()
      if (hash.includes('none')) await page.getByText('There is no actor <b>none</b>').waitFor()
    }
    await page.getByRole('tabpanel').getByText(HOSTILE).first().waitFor()
    expect(await page.locator('img, #page script').count()).to.equal(0)
    expect(await page.evaluate('typeof hacked')).to.equal('undefined')
    expect(complaints).to.deep.equal([])
    teller.close()
  })

  it('says that the hub is away, and asks for the token again where it has begun anew', async () => {
    const hub = await fleet('north')
    // Away, the browser itself writes into the console that nobody answers.
    const { page } = await browser.open()
    const shown = new HubPage(page, hub)
    await shown.enter()
    await shown.untilCards(/^Inverter i\d active/, 3)
    await hub.kill()
    await page.getByText('The hub is away.').waitFor()
    await shown.untilCards(/^Inverter i\d active/, 3)
    await hub.start()
    await page.getByLabel('Token of this hub').fill('not this one')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('This is not the token of this hub.').waitFor()
    await page.getByLabel('Token of this hub').fill(hub.token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await shown.untilCards(/^Inverter i\d active/, 3)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Token of this hub').waitFor()
    await page.reload()
    await page.getByLabel('Token of this hub').waitFor()
  })
})
