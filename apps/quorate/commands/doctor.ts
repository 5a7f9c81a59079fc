/** `quorate doctor`: finds out by trying why actors do not see each other, and says what to do. */
import { Command } from 'commander'
import type { DoctorOptions, Finding, Probe, ProbeContext, Verdict } from '../doctor/finding.js'
import { runProbe } from '../doctor/probe-run.js'
import { probes, vitalProbes } from '../doctor/probes.js'
import { exitCodes } from '../failure.js'
import { commandLimits } from '../limits.js'
import type { Sighting } from '../observatory.js'
import { type NetworkOptions, parseOptions, withNetworkOptions } from '../options.js'
import { paint, type Screen, type Style, screenOf } from '../terminal.js'

interface Named extends Finding {
  readonly probe: string
}

interface CommandOptions extends NetworkOptions {
  readonly allInterfaces?: true
  readonly json?: true
}

const STYLES: Readonly<Record<Verdict, Style>> = { ok: 'green', warn: 'yellow', FAIL: 'red' }
const NAME_WIDTH = 9
const VERDICT_WIDTH = 4

function doctorCommand(): Command {
  const command = new Command('quorate doctor').description('find out why actors do not see each other')
  return withNetworkOptions(command)
    .option('--all-interfaces', 'ask for actors on the other interfaces, too')
    .option('--json', 'one JSON object with the list of findings')
}

/** Runs the command; resolves with the exit code: 0, or 1 where something fails. */
export async function doctor(args: readonly string[]): Promise<number> {
  const command = doctorCommand()
  parseOptions(command, args)
  const options = command.opts<CommandOptions>()
  const screen = screenOf(process.stdout)
  const asked = { ...options, allInterfaces: options.allInterfaces === true }
  const findings = await examine(asked, (finding) => {
    if (!options.json) for (const line of linesOf(finding, screen)) process.stdout.write(`${line}\n`)
  })
  const failures = findings.filter(({ verdict }) => verdict === 'FAIL').length
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ v: 1, t: Date.now(), ok: failures === 0, findings })}\n`)
  }
  return failures === 0 ? exitCodes.ok : exitCodes.failure
}

async function examine(options: DoctorOptions, tell: (finding: Named) => void): Promise<Named[]> {
  const context = contextOf(options)
  const all: Named[] = []
  const take = (findings: readonly Named[]): boolean => {
    for (const finding of findings) tell(finding)
    all.push(...findings)
    return findings.every(({ verdict }) => verdict !== 'FAIL')
  }
  for (const load of vitalProbes) if (!take(await perform(load, context))) return all
  // At the same time, for each may take seconds where it fails; told in their order.
  const running = probes.map((load) => perform(load, context))
  for (const findings of running) take(await findings)
  return all
}

async function perform(load: () => Promise<Probe>, context: ProbeContext): Promise<Named[]> {
  const probe = await load()
  const findings = await runProbe(probe, context)
  return findings.map((finding) => ({ probe: probe.name, ...finding }))
}

function contextOf(options: DoctorOptions): ProbeContext {
  let looking: Promise<readonly Sighting[]> | undefined
  const sightings = (): Promise<readonly Sighting[]> => {
    looking ??= look(options)
    return looking
  }
  return { ...options, sightings, sightingsIfAny: () => sightings().catch(() => []) }
}

async function look({ discovery, interface: wanted }: DoctorOptions): Promise<readonly Sighting[]> {
  const { lookOnce } = await import('../observatory.js')
  const { chooseInterface } = await import('../../../discovery/index.js')
  return lookOnce({ discovery, interface: chooseInterface(wanted) }, commandLimits.doctorQuietMs)
}

/** `ok    tcp        found`, and the advice below it. */
function linesOf({ verdict, probe, found, advice }: Named, screen: Screen): string[] {
  const mark = paint(screen, STYLES[verdict], verdict.padEnd(VERDICT_WIDTH))
  const lines = [`${mark}  ${probe.padEnd(NAME_WIDTH)}  ${found}`]
  if (advice) lines.push(`${' '.repeat(VERDICT_WIDTH + NAME_WIDTH + 4)}→ ${advice}`)
  return lines
}
