/**
 * The page of a hub with a microgrid on two nodes: hub, agents and actors as a user starts them, in a browser
 * that gets all of it from the hub.
 */
import { expect } from 'chai'
import { agentsForTests } from '../../support/agents.js'
import { browserForTests } from '../../support/browser.js'
import { cliForTests } from '../../support/cli.js'
import { type HubProcess, hubProcesses } from '../../support/hub-processes.js'
import { HubPage } from './hub-page.js'
import { MicrogridPlant } from './microgrid-plant.js'

describe('the page of a hub', function () {
  this.timeout(240_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const agents = agentsForTests(cli)
  const browser = browserForTests()

  it('shows a microgrid, its next leader when the first is killed, and has it do things', async () => {
    const hub = await hubs.start()
    const plant = new MicrogridPlant(cli, agents)
    await plant.node(hub, 'north')
    await plant.node(hub, 'south')
    await plant.start(['i0', 'i1', 'i2', 'i3'])
    const { page, complaints } = await browser.open()
    const shown = new HubPage(page, hub)
    await seeMicrogrid(shown)
    await killLeader(shown, plant)
    await sendCommand(shown)
    await followLog(shown, hub)
    await stopAndStart(shown)
    await startAnother(shown, plant)
    await shown.view('Rates')
    await page.getByRole('figure', { name: 'Messages, a second' }).waitFor()
    expect(await shown.flaws()).to.deep.equal([])
    expect(complaints).to.deep.equal([])
  })
})

async function seeMicrogrid(shown: HubPage): Promise<void> {
  const { page } = shown
  await shown.enter()
  await shown.untilCards(/^Inverter i\d active/, 4)
  await shown.untilCards(/leads Microgrid\.north/, 1)
  expect(await page.getByRole('heading', { level: 3 }).allTextContents()).to.deep.equal(['north', 'south'])
  await page.getByRole('list', { name: 'Groups' }).getByText('4 members, quorum 3').waitFor()
  expect(await shown.flaws()).to.deep.equal([])
  await shown.picture('light', 420)
}

async function killLeader(shown: HubPage, plant: MicrogridPlant): Promise<void> {
  const { page } = shown
  await shown.view('Groups')
  // Polls run meanwhile, and end.
  await page
    .getByText(/majority, asked by Inverter/)
    .first()
    .waitFor()
  expect(await shown.flaws()).to.deep.equal([])
  const before = await shown.ballot()
  await plant.kill(before.leader)
  const after = await shown.untilLedByAnother(before)
  const isHigher = after.epoch > before.epoch || (after.epoch === before.epoch && after.term > before.term)
  expect(isHigher, JSON.stringify([before, after])).to.equal(true)
  await shown.picture('groups', 420)
  await shown.view('Fleet')
  await page.getByRole('list', { name: 'Groups' }).getByText(after.leader).waitFor()
  // Its agent starts the dead one again.
  await shown.untilCards(/^Inverter i\d active/, 4)
}

/** By its form: first with what the form refuses. */
async function sendCommand(shown: HubPage): Promise<void> {
  const details = await shown.open(/^Inverter i0/, 'Commands')
  const percent = details.getByLabel('percent')
  const send = details.getByRole('button', { name: 'Send derate' })
  await details.getByText('of what it is rated for. From 0 to 100.').waitFor()
  await percent.fill('500')
  await send.click()
  await details.getByText('Give 100 or less.').waitFor()
  await details.locator(':focus[aria-invalid="true"]').waitFor()
  await percent.fill('50')
  await details.getByLabel('why').fill('a hot day')
  await send.click()
  await details.getByText('"ratedKW": 2.5').waitFor()
  expect(await shown.flaws()).to.deep.equal([])
  await shown.page.emulateMedia({ colorScheme: 'dark' })
  await shown.picture('dark', 600)
  await shown.page.emulateMedia({ colorScheme: 'light' })
}

/** What was written before, and what comes while one looks. */
async function followLog(shown: HubPage, hub: HubProcess): Promise<void> {
  const { page } = shown
  await page.getByRole('tab', { name: 'Log' }).click()
  const log = page.getByRole('log')
  await log.getByText('feeds no more than 2.5 kW now: a hot day').waitFor()
  const worker = await page.locator('.card.is-chosen').getAttribute('data-worker')
  const derate = { object: 'inverter', method: 'derate', kwargs: { percent: 80, why: 'a cooler one' } }
  await hub.ask('POST', '/v1/commands', { to: [worker], ...derate })
  await log.getByText('feeds no more than 4.0 kW now: a cooler one').waitFor()
  await page.getByLabel('Find in the log').fill('COOLER')
  await page.getByText('1 line of the last').waitFor()
  expect(await log.locator('mark').allTextContents()).to.deep.equal(['cooler'])
  await page.getByLabel('Find in the log').fill('')
  // Held still, until one goes on.
  const pause = page.getByRole('button', { name: 'Pause' })
  await pause.click()
  await page.getByText('Held still').waitFor()
  await hub.ask('POST', '/v1/commands', { to: [worker], ...derate, kwargs: { percent: 90 } })
  await pause.click()
  await log.getByText('feeds no more than 4.5 kW now').waitFor()
  expect(await shown.flaws()).to.deep.equal([])
}

/** When one has read what it means. */
async function stopAndStart(shown: HubPage): Promise<void> {
  const { page } = shown
  const details = page.locator('section.details')
  await details.getByRole('button', { name: 'Stop' }).click()
  const dialog = page.getByRole('dialog', { name: 'Stop Inverter i0?' })
  await dialog.getByText('on north ends').waitFor()
  expect(await shown.flaws()).to.deep.equal([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.evaluate('document.activeElement?.textContent')).to.equal('Stop')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Stop Inverter i0' }).click()
  await details.getByText('ended', { exact: true }).waitFor()
  await details.getByRole('button', { name: 'Start again' }).click()
  await details.getByText('active', { exact: true }).waitFor()
}

/** By a form of its parameters. */
async function startAnother(shown: HubPage, plant: MicrogridPlant): Promise<void> {
  const { page } = shown
  await page.getByRole('button', { name: 'Start an actor' }).click()
  const dialog = page.getByRole('dialog', { name: 'Start an actor' })
  await dialog.getByLabel('Node').selectOption('south')
  await dialog.getByLabel('Actor').selectOption({ label: `Inverter of ${plant.app}` })
  await dialog.getByLabel('instance').fill('4')
  expect(await shown.flaws()).to.deep.equal([])
  await dialog.getByRole('button', { name: 'Start Inverter on south' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await shown.untilCards(/^Inverter .* active/, 5)
}
