// The page of a hub in Debian's Chromium, while a fleet is played to the hub over its socket: when all of it
// is seen at first, and how many frames a second there are while it changes.

import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { load } from '../machine.mjs'
import { median, quantile, round } from '../statistics.mjs'

const FULL = { rounds: 5, settleMs: 2000, watchMs: 10_000 }
const QUICK = { rounds: 1, settleMs: 500, watchMs: 3000 }
const ACTORS = 200
const CHROMIUM = '/usr/bin/chromium'
const PATIENCE_MS = 60_000

export async function page({ processes, lab, quick, tell }) {
  if (!existsSync(CHROMIUM)) throw new Error(`the page is measured in ${CHROMIUM}, which is not there`)
  const { rounds, settleMs, watchMs } = quick ? QUICK : FULL
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const runs = []
  try {
    for (let i = 0; i < rounds; i++) {
      const run = await watched(browser, processes, lab, { settleMs, watchMs })
      runs.push({ ...run, load: load() })
      const { firstMs, framesPerS, frameP99 } = run
      tell(`page: all seen after ${firstMs} ms, then ${framesPerS} frames a second, p99 ${frameP99} ms`)
    }
  } finally {
    await browser.close()
  }
  const of = (key) => round(median(runs.map((run) => run[key])), 1)
  const keys = ['firstMs', 'framesPerS', 'frameP95', 'frameP99', 'frameMax', 'changesPerS', 'kB']
  const figures = Object.fromEntries(keys.map((key) => [key, of(key)]))
  return { unit: 'ms', actors: ACTORS, browser: browser.version(), watchMs, runs, figures }
}

async function watched(browser, processes, lab, { settleMs, watchMs }) {
  const data = mkdtempSync(join(lab.folder, 'hub-'))
  const hub = processes.tool('hub', '--open', '--json', '--port', '0', '--data', data)
  const { url } = await hub.next('ready')
  const fleet = processes.program('fleet', { port: Number(new URL(url).port), actors: ACTORS })
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  try {
    await fleet.next('ready')
    const shown = await context.newPage()
    await shown.addInitScript(firstView, ACTORS)
    await shown.goto(`${url}/ui/`)
    const first = await shown.waitForFunction(() => window.seenMs, undefined, { timeout: PATIENCE_MS })
    const firstMs = round(await first.jsonValue(), 0)
    const kB = await shown.evaluate(() => {
      const all = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
      return all.reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000
    })
    await new Promise((done) => setTimeout(done, settleMs))
    const { frames, changes } = await shown.evaluate(framesOf, watchMs)
    const seconds = watchMs / 1000
    return {
      ...{ firstMs, kB: round(kB, 0), framesPerS: round(frames.length / seconds, 1) },
      ...{ frameP95: round(quantile(frames, 0.95), 1), frameP99: round(quantile(frames, 0.99), 1) },
      ...{ frameMax: round(Math.max(...frames), 1), changesPerS: round(changes / seconds, 0) },
    }
  } finally {
    await context.close()
    await Promise.all([fleet.end(), hub.stop()])
  }
}

/** In the page, before it is there: when all cards are, and a frame after that was drawn. */
function firstView(count) {
  const look = () => {
    if (document.querySelectorAll('.card').length < count) requestAnimationFrame(look)
    else {
      requestAnimationFrame(() => {
        window.seenMs = performance.now()
      })
    }
  }
  requestAnimationFrame(look)
}

/** In the page: milliseconds of each frame, and the changes of what is shown. */
async function framesOf(ms) {
  const frames = []
  let changes = 0
  const observer = new MutationObserver((seen) => {
    changes += seen.length
  })
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  const began = performance.now()
  let before = began
  while (before - began < ms) {
    const now = await new Promise((resolve) => requestAnimationFrame(resolve))
    frames.push(now - before)
    before = now
  }
  observer.disconnect()
  return { frames: frames.slice(1), changes }
}
