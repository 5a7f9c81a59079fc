/** What a probe of `quorate doctor` finds, and what it is told. Loads nothing. */

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
  /** Asks for actors on the other interfaces, too. */
  readonly allInterfaces: boolean
}

export interface Probe {
  readonly name: string
  /** Milliseconds after which it counts as failed. */
  readonly timeoutMs: number
  /** Nothing after it makes sense where it fails. */
  readonly isVital?: boolean
  run(options: DoctorOptions): Promise<Finding[]>
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
