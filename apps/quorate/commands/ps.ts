/** `quorate ps`: what is on the network: actors, their ports, and who is connected to whom. */
import { Command } from 'commander'
import { chooseInterface } from '../../../discovery/index.js'
import { actorLines, sampleOf } from '../actor-list.js'
import { exitCodes } from '../failure.js'
import { commandLimits } from '../limits.js'
import { Observatory, type Sighting } from '../observatory.js'
import { type NetworkOptions, parseOptions, wholeNumber, withNetworkOptions } from '../options.js'
import { Redrawn } from '../redrawn.js'
import { complain, screenOf } from '../terminal.js'

interface PsOptions extends NetworkOptions {
  readonly app?: string
  readonly wait: number
  readonly watch?: true
  readonly json?: true
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

function psCommand(): Command {
  const command = new Command('quorate ps').description('list what is on the network')
  return withNetworkOptions(command)
    .option('--app <name>', 'only actors of this app')
    .option(
      '--wait <ms>',
      'milliseconds without news after which the search ends',
      wholeNumber('--wait', 1, commandLimits.waitMs),
      1000,
    )
    .option('--watch', 'look again every second, until Ctrl-C')
    .option('--json', 'one JSON object a look, with everything')
}

/** Runs the command; resolves with the exit code. */
export async function ps(args: readonly string[]): Promise<number> {
  const command = psCommand()
  parseOptions(command, args)
  const options = command.opts<PsOptions>()
  const choice = chooseInterface(options.interface)
  const observatory = new Observatory({
    discovery: options.discovery,
    interface: choice,
    app: options.app,
    notice: (what, text) => complain(`${what}: ${text}`),
  })
  await observatory.open()
  try {
    if (options.watch) return await watch(observatory, options)
    await observatory.settle(options.wait)
    const sightings = await observatory.look()
    if (options.json) print(JSON.stringify(sampleOf(sightings, Date.now())))
    else for (const line of actorLines(sightings, screenOf(process.stdout))) print(line)
    if (sightings.some(({ status }) => status)) return exitCodes.ok
    const where =
      options.discovery === 'mdns' ? `on ${choice.name} (${choice.address})` : 'at these addresses'
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
