/**
 * Debian's Chromium, for tests of pages: one for a suite, each page as of somebody who was never there. What
 * a page writes into the console as an error or a warning is kept: violations of its policy are there, too.
 */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { needed } from './needed.js'

const CHROMIUM = '/usr/bin/chromium'
/** For what has to come, on a machine that does five other things. */
export const PAGE_PATIENCE_MS = 60_000

export interface OpenedPage {
  readonly page: Page
  /** Errors and warnings of the console, and errors that nobody caught. */
  readonly complaints: readonly string[]
}

/** Registers its hooks with the suite that calls it, whose tests are skipped without a Chromium. */
export function browserForTests(): { open(options?: BrowserContextOptions): Promise<OpenedPage> } {
  let browser: Browser | undefined
  before(async function () {
    this.timeout(PAGE_PATIENCE_MS)
    needed(this, existsSync(CHROMIUM) ? undefined : 'needs chromium, of the Debian package of that name')
    // As root it can only run without its sandbox; what it opens here is ours.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  })
  after(() => browser?.close())
  return {
    open: async (options = {}) => {
      if (!browser) throw new Error('there is no browser before the tests')
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      context.setDefaultTimeout(PAGE_PATIENCE_MS)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      return { page, complaints }
    },
  }
}
