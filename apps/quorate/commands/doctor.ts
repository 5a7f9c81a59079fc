/** `quorate doctor`: finds out by trying why actors do not see each other, and says what to do. */
import { Command } from 'commander'
import type { DoctorOptions, Finding, ProbeContext, Verdict } from '../doctor/finding.js'
import { runProbe } from '../doctor/probe-run.js'
import { probes } from '../doctor/probes.js'
import { exitCodes } from '../failure.js'
import type { Sighting } from '../observatory.js'
import { type NetworkOptions, parseOptions, withNetworkOptions } from '../options.js'
import { paint, type Screen, type Style, screenOf } from '../terminal.js'

interface Named extends Finding {
  readonly probe: string
}

interface CommandOptions extends NetworkOptions {
  readonly allInterfaces: boolean
  readonly json: boolean
}

/** Milliseconds without news after which the search for actors ends. */
const QUIET_MS = 1000
const STYLES: Readonly<Record<Verdict, Style>> = { ok: 'green', warn: 'yellow', FAIL: 'red' }
const NAME_WIDTH = 9
const VERDICT_WIDTH = 4

function doctorCommand(): Command {
  const command = new Command('quorate doctor').description('find out why actors do not see each other')
  return withNetworkOptions(command)
    .option('--all-interfaces', 'ask for actors on the other interfaces, too', false)
    .option('--json', 'one JSON object with the list of findings', false)
}

/** Runs the command; resolves with the exit code: 0, or 1 where something fails. */
export async function doctor(args: readonly string[]): Promise<number> {
  const command = doctorCommand()
  parseOptions(command, args)
  const options = command.opts<CommandOptions>()
  const screen = screenOf(process.stdout)
  const findings = await examine(options, (finding) => {
    if (!options.json) for (const line of linesOf(finding, screen)) process.stdout.write(`${line}\n`)
  })
  const failures = findings.filter(({ verdict }) => verdict === 'FAIL').length
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ v: 1, t: Date.now(), ok: failures === 0, findings })}\n`)
  }
  return failures === 0 ? exitCodes.ok : exitCodes.failure
}

async function examine(options: DoctorOptions, tell: (finding: Named) => void): Promise<Named[]> {
  let looking: Promise<readonly Sighting[]> | undefined
  const context: ProbeContext = {
    ...options,
    sightings: () => {
      looking ??= look(options)
      return looking
    },
  }
  const all: Named[] = []
  for (const load of probes) {
    const probe = await load()
    const findings = (await runProbe(probe, context)).map((finding) => ({ probe: probe.name, ...finding }))
    for (const finding of findings) tell(finding)
    all.push(...findings)
    if (probe.isVital && findings.some(({ verdict }) => verdict === 'FAIL')) break
  }
  return all
}

async function look(options: DoctorOptions): Promise<readonly Sighting[]> {
  const { Observatory } = await import('../observatory.js')
  const { chooseInterface } = await import('../../../discovery/index.js')
  const { discovery } = options
  const observatory = new Observatory({ discovery, interface: chooseInterface(options.interface) })
  try {
    await observatory.open()
    await observatory.settle(QUIET_MS)
    return await observatory.look()
  } finally {
    await observatory.close()
  }
}

/** `ok    tcp        found`, and the advice below it. */
function linesOf({ verdict, probe, found, advice }: Named, screen: Screen): string[] {
  const mark = paint(screen, STYLES[verdict], verdict.padEnd(VERDICT_WIDTH))
  const lines = [`${mark}  ${probe.padEnd(NAME_WIDTH)}  ${found}`]
  if (advice) lines.push(`${' '.repeat(VERDICT_WIDTH + NAME_WIDTH + 4)}→ ${advice}`)
  return lines
}
