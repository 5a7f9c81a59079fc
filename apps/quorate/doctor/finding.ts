/** What a probe of `quorate doctor` finds, and what it is told. Loads nothing. */
import { commandLimits } from '../limits.js'
import type { Sighting } from '../observatory.js'

/** `ok`: nothing to do. `warn`: works, but look. `FAIL`: actors cannot see each other this way. */
export type Verdict = 'ok' | 'warn' | 'FAIL'

export interface Finding {
  readonly verdict: Verdict
  /** In one line. */
  readonly found: string
  /** What to do, in one line; '' where nothing is. */
  readonly advice: string
}

export interface DoctorOptions {
  readonly discovery: string
  readonly interface: string
  /** Folder with the keys of the app; '' is that of each app. */
  readonly keys: string
  /** Asks for actors on the other interfaces, too. */
  readonly allInterfaces: boolean
}

export interface ProbeContext extends DoctorOptions {
  /** The actors that are found as asked for; looked for once, when first asked. */
  sightings(): Promise<readonly Sighting[]>
  /** The same, but none where the search failed: the probe of the actors tells of that. */
  sightingsIfAny(): Promise<readonly Sighting[]>
}

export interface Probe {
  readonly name: string
  run(context: ProbeContext): Promise<Finding[]>
}

export function ok(found: string): Finding {
  return { verdict: 'ok', found, advice: '' }
}

export function warn(found: string, advice = ''): Finding {
  return { verdict: 'warn', found, advice }
}

export function fail(found: string, advice = ''): Finding {
  return { verdict: 'FAIL', found, advice }
}

/** At most so many findings; what is left out is told by its number. */
export function bounded(findings: readonly Finding[]): Finding[] {
  const more = findings.slice(commandLimits.doctorFindings)
  if (more.length === 0) return [...findings]
  const rest = more.some(({ verdict }) => verdict === 'FAIL') ? fail : warn
  return [...findings.slice(0, commandLimits.doctorFindings), rest(`and ${more.length} more like these`)]
}
