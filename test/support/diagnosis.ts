/** What `quorate doctor --json` said. */
import type { CliProcess } from './cli.js'

export interface Diagnosed {
  readonly probe: string
  readonly verdict: 'ok' | 'warn' | 'FAIL'
  readonly found: string
  readonly advice: string
}

export interface Diagnosis {
  readonly code: number | null
  readonly findings: readonly Diagnosed[]
}

/** Waits for its end. Throws where it printed anything but one object. */
export async function diagnosisOf(doctor: CliProcess): Promise<Diagnosis> {
  const { code, stdout, stderr } = await doctor.ended
  const [line = '', ...more] = stdout
  if (more.length > 0 || stderr.length > 0) throw new Error([...stdout, ...stderr].join('\n'))
  const said: { v: number; ok: boolean; findings: Diagnosed[] } = JSON.parse(line)
  if (said.v !== 1 || said.ok !== (code === 0)) throw new Error(`exit code ${code}, but ${line}`)
  return { code, findings: said.findings }
}
