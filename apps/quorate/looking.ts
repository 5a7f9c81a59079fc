/**
 * Commands that look at a network and show what is there: once, or again each second. What they show is
 * theirs: text for people, objects for programs.
 */
import type { Command } from 'commander'
import { exitCodes } from './failure.js'
import { commandLimits } from './limits.js'
import { Observatory, type Sighting } from './observatory.js'
import { appNamed, noneOf } from './other-apps.js'
import { Redrawn } from './redrawn.js'
import { settingsOf } from './settings/find.js'
import { interfacesShown } from './settings/interface.js'
import { known } from './settings/known.js'
import { observedBy } from './settings/observed.js'
import { complain, type Screen, screenOf } from './terminal.js'

/** How what was seen is shown. */
export interface Look {
  /** For programs: one object. */
  sampleOf(sightings: readonly Sighting[], t: number): object
  linesOf(sightings: readonly Sighting[], screen: Screen): string[]
  /** In a word or two, what there is: `3 actors`. */
  countOf(sightings: readonly Sighting[]): string
  /** What to say where actors answer, and there is nothing to show of them; '' where there is. */
  nothingOf(sightings: readonly Sighting[]): string
}

/** The settings of such a command, in the order of its help. */
export const lookSettings = [
  known.discovery,
  known.interface,
  known.app,
  known.keys,
  known.wait,
  known.watch,
  known.json,
]

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Runs a command whose arguments were read; resolves with the exit code. */
export async function lookAtNetwork(command: Command, look: Look): Promise<number> {
  const settings = settingsOf(command)
  const options = { wait: settings.of(known.wait), json: settings.of(known.json), look }
  const observed = observedBy(settings)
  const { discovery, interfaces } = observed
  const observatory = new Observatory(observed)
  await observatory.open()
  try {
    if (settings.of(known.watch)) return await watch(observatory, options)
    await observatory.settle(options.wait)
    const sightings = await observatory.look()
    if (options.json) print(JSON.stringify(look.sampleOf(sightings, Date.now())))
    else for (const line of look.linesOf(sightings, screenOf(process.stdout))) print(line)
    if (sightings.some(({ status }) => status)) {
      const nothing = look.nothingOf(sightings)
      if (nothing) complain(nothing)
      return exitCodes.ok
    }
    const { otherApps } = observatory
    if (otherApps.length > 0 && !sightings.some(({ record }) => record)) {
      const app = appNamed(settings.of(known.app), settings.sourceOf(known.app))
      complain(noneOf(app, otherApps))
      return exitCodes.unreachable
    }
    const where = discovery === 'mdns' ? `on ${interfacesShown(interfaces)}` : 'at these addresses'
    const what = sightings.length > 0 ? 'no actor answers' : 'no actors were found'
    complain(`${what} ${where}; quorate doctor finds out why`)
    return exitCodes.unreachable
  } finally {
    await observatory.close()
  }
}

interface WatchOptions {
  readonly wait: number
  readonly json: boolean
  readonly look: Look
}

async function watch(observatory: Observatory, { wait, json, look }: WatchOptions): Promise<number> {
  let isOver = false
  let wake: () => void = () => undefined
  const end = (): void => {
    isOver = true
    wake()
  }
  for (const signal of SIGNALS) process.on(signal, end)
  process.stdout.on('error', end)
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const redrawn = json ? undefined : Redrawn.on(process.stdout)
  const show = (sightings: readonly Sighting[]): void => {
    if (json) print(JSON.stringify(look.sampleOf(sightings, Date.now())))
    else if (redrawn) redrawn.draw(blockOf(look, sightings, true))
    else print(`${blockOf(look, sightings, false).join('\n')}\n`)
  }
  try {
    // The first block has what answers within a moment; later ones what came since.
    await Promise.race([
      observatory.settle(Math.min(wait, commandLimits.watchMs)),
      pause(commandLimits.watchMs),
    ])
    while (!isOver) {
      const sightings = await observatory.look()
      if (isOver) break
      // Who has not read the last block gets a newer one later.
      if (!process.stdout.writableNeedDrain) show(sightings)
      await pause(commandLimits.watchMs)
    }
  } finally {
    redrawn?.restore()
    for (const signal of SIGNALS) process.off(signal, end)
  }
  return exitCodes.ok
}

function blockOf(look: Look, sightings: readonly Sighting[], isTerminal: boolean): string[] {
  const time = new Date().toTimeString().slice(0, 8)
  return [
    `${time}  ${look.countOf(sightings)}${isTerminal ? '  (Ctrl-C ends)' : ''}`,
    '',
    ...look.linesOf(sightings, screenOf(process.stdout)),
  ]
}

function print(line: string): void {
  if (process.stdout.writable) process.stdout.write(`${line}\n`)
}
