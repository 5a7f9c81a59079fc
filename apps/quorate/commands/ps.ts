/** `quorate ps`: what is on the network: actors, their ports, and who is connected to whom. */
import { Command } from 'commander'
import { actorLines, sampleOf } from '../actor-list.js'
import { exitCodes } from '../failure.js'
import { commandLimits } from '../limits.js'
import { Observatory, type Sighting } from '../observatory.js'
import { parseOptions, withSettings } from '../options.js'
import { Redrawn } from '../redrawn.js'
import { settingsOf } from '../settings/find.js'
import { interfaceOf } from '../settings/interface.js'
import { known } from '../settings/known.js'
import { complain, screenOf } from '../terminal.js'

interface PsOptions {
  readonly wait: number
  readonly json: boolean
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export function psCommand(): Command {
  const command = new Command('quorate ps').description('list what is on the network')
  const { discovery, interface: network, app, wait, watch, json } = known
  const help = { json: 'one JSON object a look, with everything' }
  return withSettings(command, [discovery, network, app, wait, watch, json], help)
}

/** Runs the command; resolves with the exit code. */
export async function ps(args: readonly string[]): Promise<number> {
  const command = psCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const options = { wait: settings.of(known.wait), json: settings.of(known.json) }
  const discovery = settings.of(known.discovery)
  const choice = interfaceOf(settings)
  const observatory = new Observatory({
    discovery,
    interface: choice,
    app: settings.of(known.app) || undefined,
    notice: (what, text) => complain(`${what}: ${text}`),
  })
  await observatory.open()
  try {
    if (settings.of(known.watch)) return await watch(observatory, options)
    await observatory.settle(options.wait)
    const sightings = await observatory.look()
    if (options.json) print(JSON.stringify(sampleOf(sightings, Date.now())))
    else for (const line of actorLines(sightings, screenOf(process.stdout))) print(line)
    if (sightings.some(({ status }) => status)) return exitCodes.ok
    const where = discovery === 'mdns' ? `on ${choice.name} (${choice.address})` : 'at these addresses'
    const what = sightings.length > 0 ? 'no actor answers' : 'no actors were found'
    complain(`${what} ${where}; quorate doctor finds out why`)
    return exitCodes.unreachable
  } finally {
    await observatory.close()
  }
}

async function watch(observatory: Observatory, options: PsOptions): Promise<number> {
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
  const redrawn = options.json ? undefined : Redrawn.on(process.stdout)
  const show = (sightings: readonly Sighting[]): void => {
    if (options.json) print(JSON.stringify(sampleOf(sightings, Date.now())))
    else if (redrawn) redrawn.draw(block(sightings, true))
    else print(`${block(sightings, false).join('\n')}\n`)
  }
  try {
    // The first block has what answers within a moment; later ones what came since.
    await Promise.race([
      observatory.settle(Math.min(options.wait, commandLimits.watchMs)),
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

function block(sightings: readonly Sighting[], isTerminal: boolean): string[] {
  const answering = sightings.filter(({ status }) => status).length
  const time = new Date().toTimeString().slice(0, 8)
  const count = `${answering} ${answering === 1 ? 'actor' : 'actors'}`
  return [
    `${time}  ${count}${isTerminal ? '  (Ctrl-C ends)' : ''}`,
    '',
    ...actorLines(sightings, screenOf(process.stdout)),
  ]
}

function print(line: string): void {
  if (process.stdout.writable) process.stdout.write(`${line}\n`)
}
