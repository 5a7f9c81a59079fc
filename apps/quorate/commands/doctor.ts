/** `quorate doctor`: finds out by trying why actors do not see each other, and says what to do. */
import { Command } from 'commander'
import type { DoctorOptions, Finding, Probe, ProbeContext, Verdict } from '../doctor/finding.js'
import { runProbe } from '../doctor/probe-run.js'
import { probes, vitalProbes } from '../doctor/probes.js'
import { exitCodes } from '../failure.js'
import { commandLimits } from '../limits.js'
import type { Sighting } from '../observatory.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { paint, type Screen, type Style, screenOf } from '../terminal.js'

interface Named extends Finding {
  readonly probe: string
}

const STYLES: Readonly<Record<Verdict, Style>> = { ok: 'green', warn: 'yellow', FAIL: 'red' }
const NAME_WIDTH = 9
const VERDICT_WIDTH = 4

export function doctorCommand(): Command {
  const command = new Command('quorate doctor').description('find out why actors do not see each other')
  const { discovery, interface: network, keys, allInterfaces, json } = known
  const help = { json: 'one JSON object with the list of findings' }
  return withSettings(command, [discovery, network, keys, allInterfaces, json], help)
}

/** Runs the command; resolves with the exit code: 0, or 1 where something fails. */
export async function doctor(args: readonly string[]): Promise<number> {
  const command = doctorCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const json = settings.of(known.json)
  const asked = {
    discovery: settings.of(known.discovery),
    interface: settings.of(known.interface),
    keys: settings.of(known.keys),
    allInterfaces: settings.of(known.allInterfaces),
  }
  const screen = screenOf(process.stdout)
  const findings = await examine(asked, (finding) => {
    if (!json) for (const line of linesOf(finding, screen)) process.stdout.write(`${line}\n`)
  })
  const failures = findings.filter(({ verdict }) => verdict === 'FAIL').length
  if (json) {
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

async function look({ discovery, interface: wanted, keys }: DoctorOptions): Promise<readonly Sighting[]> {
  const { lookOnce } = await import('../observatory.js')
  const { interfacesNamed } = await import('../settings/interface.js')
  return lookOnce({ discovery, interfaces: interfacesNamed(wanted), keys }, commandLimits.doctorQuietMs)
}

/** `ok    tcp        found`, and the advice below it. */
function linesOf({ verdict, probe, found, advice }: Named, screen: Screen): string[] {
  const mark = paint(screen, STYLES[verdict], verdict.padEnd(VERDICT_WIDTH))
  const lines = [`${mark}  ${probe.padEnd(NAME_WIDTH)}  ${found}`]
  if (advice) lines.push(`${' '.repeat(VERDICT_WIDTH + NAME_WIDTH + 4)}→ ${advice}`)
  return lines
}
