/**
 * The page of a hub with a microgrid on two nodes: hub, agents and actors as a user starts them, in a browser that
 * gets all of it from the hub.
 */
import { expect } from 'chai'
import { agentsForTests } from '../../support/agents.js'
import { browserForTests } from '../../support/browser.js'
import { cliForTests } from '../../support/cli.js'
import { hubProcesses } from '../../support/hub-processes.js'
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

    // Open, and see the microgrid with its leader.
    await shown.enter()
    await shown.untilCards(/^Inverter i\d active/, 4)
    await shown.untilCards(/leads Microgrid\.north/, 1)
    expect(await page.getByRole('heading', { level: 3 }).allTextContents()).to.deep.equal(['north', 'south'])
    expect(await page.getByRole('list', { name: 'Groups' }).textContent()).to.match(/4 members, quorum 3/)
    expect(await shown.flaws()).to.deep.equal([])
    await shown.picture('light')

    // Polls run, and end.
    await shown.view('Groups')
    await page
      .getByText(/majority, asked by Inverter/)
      .first()
      .waitFor()
    expect(await shown.flaws()).to.deep.equal([])

    // Kill the leader, and see another, with a higher ballot.
    const before = await shown.ballot()
    await plant.kill(before.leader)
    const after = await shown.untilLedByAnother(before)
    expect([after.epoch, after.term], JSON.stringify([before, after])).to.satisfy(
      ([epoch, term]: [number, number]) =>
        epoch > before.epoch || (epoch === before.epoch && term > before.term),
    )
    await shown.view('Fleet')
    await page
      .getByText(new RegExp(`^${after.leader}$`))
      .first()
      .waitFor()
    await shown.untilCards(/^Inverter i\d active/, 4)

    // Send a command by its form: first one that the form refuses.
    const details = await shown.open(/^Inverter i0/, 'Commands')
    await details.getByLabel('percent').fill('500')
    await details.getByRole('button', { name: 'Send derate' }).click()
    await details.getByText('Give 100 or less.').waitFor()
    expect(await details.getByLabel('percent').getAttribute('aria-invalid')).to.equal('true')
    await page.locator(':focus[aria-invalid="true"]').waitFor()
    await details.getByLabel('percent').fill('50')
    await details.getByLabel('why').fill('a hot day')
    await details.getByRole('button', { name: 'Send derate' }).click()
    await details.getByText('"ratedKW": 2.5').waitFor()
    expect(await shown.flaws()).to.deep.equal([])
    await shown.picture('command')

    // Follow a log: what was written before, and what comes while one looks.
    await page.getByRole('tab', { name: 'Log' }).click()
    await details.getByText('feeds no more than 2.5 kW now: a hot day').waitFor()
    await hub.ask('POST', '/v1/commands', {
      to: [new URL(page.url().replace('#/', '')).searchParams.get('actor')],
      ...{ object: 'inverter', method: 'derate', kwargs: { percent: 80, why: 'a cooler one' } },
    })
    await details.getByText('feeds no more than 4.0 kW now: a cooler one').waitFor()
    await details.getByLabel('Find in the log').fill('COOLER')
    await details.getByText('1 line of the last').waitFor()
    expect(await details.locator('mark').allTextContents()).to.deep.equal(['cooler'])
    expect(await shown.flaws()).to.deep.equal([])
    await details.getByLabel('Find in the log').fill('')

    // Stop it, when one has read what that means; and start it again.
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

    // Start another by a form of its parameters.
    await page.getByRole('button', { name: 'Start an actor' }).click()
    const start = page.getByRole('dialog', { name: 'Start an actor' })
    await start.getByLabel('Node').selectOption('south')
    await start.getByLabel('Actor').selectOption({ label: `Inverter of ${plant.app}` })
    await start.getByLabel('instance').fill('4')
    expect(await shown.flaws()).to.deep.equal([])
    await start.getByRole('button', { name: 'Start Inverter on south' }).click()
    await start.waitFor({ state: 'hidden' })
    await shown.untilCards(/^Inverter .* active/, 5)

    await shown.view('Rates')
    await page.getByRole('figure', { name: 'Messages, a second' }).waitFor()
    expect(await shown.flaws()).to.deep.equal([])
    expect(complaints).to.deep.equal([])
  })
})
