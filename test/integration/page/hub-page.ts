/** The page of a hub as somebody uses it: by the names and roles of what is there. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { projectRoot } from '../../project.js'
import type { HubProcess } from '../../support/hub-processes.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Pictures for the docs are wanted. */
export const isPictured = process.env.QUORATE_SCREENSHOTS === '1'
const IMAGES = join(projectRoot, 'docs', 'images')

export interface Ballot {
  readonly leader: string
  readonly epoch: number
  readonly term: number
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
  }[]
}

export class HubPage {
  readonly page: Page
  readonly #hub: Pick<HubProcess, 'url' | 'token'>

  constructor(page: Page, hub: Pick<HubProcess, 'url' | 'token'>) {
    this.page = page
    this.#hub = hub
  }

  /** Signs in, and waits until the fleet is there. */
  async enter(hash = ''): Promise<void> {
    await this.page.goto(`${this.#hub.url}/ui/${hash}`)
    await this.page.getByLabel('Token of this hub').fill(this.#hub.token)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await this.page.getByText('Live').waitFor()
  }

  view(name: 'Fleet' | 'Groups' | 'Rates'): Promise<void> {
    return this.page.getByRole('navigation').getByRole('link', { name }).click()
  }

  /** Cards of the picture. */
  cards(name: RegExp): Locator {
    return this.page.getByLabel('Picture of the fleet').getByRole('button', { name })
  }

  /** Resolves when there are so many of them. */
  async untilCards(name: RegExp, count: number): Promise<void> {
    const cards = this.cards(name)
    while ((await cards.count()) !== count) {
      await cards.nth(count - 1).waitFor()
      await cards.nth(count).waitFor({ state: 'detached' })
    }
  }

  async open(name: RegExp, tab?: 'Log' | 'Commands'): Promise<Locator> {
    await this.cards(name).first().click()
    if (tab) await this.page.getByRole('tab', { name: tab }).click()
    return this.page.locator('section.details')
  }

  /** Who leads the group that is shown, as its panel says. */
  async ballot(): Promise<Ballot> {
    const fact = (name: string): Promise<string | null> =>
      this.page.locator('.panel dl > div', { hasText: name }).first().locator('dd').textContent()
    const [leader, epoch, term] = [await fact('Leader'), await fact('Epoch'), await fact('Term')]
    return { leader: /Inverter i\d/.exec(leader ?? '')?.[0] ?? '', epoch: Number(epoch), term: Number(term) }
  }

  /** Resolves when another leads. */
  async untilLedByAnother({ leader }: Ballot): Promise<Ballot> {
    const shown = this.page.locator('.panel dl > div', { hasText: 'Leader' }).locator('dd')
    await shown.filter({ hasText: /Inverter i\d/, hasNotText: leader }).waitFor()
    return this.ballot()
  }

  /** What axe finds wrong with names, roles and contrast of what is shown. */
  async flaws(): Promise<string[]> {
    await this.page.evaluate(AXE)
    const run = "axe.run({ resultTypes: ['violations'] })"
    const { violations } = await this.page.evaluate<AxeResults>(run)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    )
  }

  /** Pixels by which the page is wider than its window. */
  overhang(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - innerWidth')
  }

  /** For the docs, where they are asked for: so many pixels from above. */
  async picture(name: string, height: number): Promise<void> {
    if (!isPictured) return
    const { width = 0 } = this.page.viewportSize() ?? {}
    const clip = { x: 0, y: 0, width, height }
    await this.page.screenshot({ path: join(IMAGES, `page-${name}.png`), animations: 'disabled', clip })
  }
}
