/** Runs one probe within its time; whatever happens, there is a finding. */
import { lineOf } from '../failure.js'
import { commandLimits } from '../limits.js'
import { type Finding, fail, type Probe, type ProbeContext } from './finding.js'

/** Never rejects. A probe that hangs or throws is a FAIL. */
export async function runProbe(
  probe: Probe,
  context: ProbeContext,
  timeoutMs: number = commandLimits.doctorProbeMs,
): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding[]>((resolve) => {
    const finding = fail(`no result within ${timeoutMs} ms`, 'this machine may be very busy; try again')
    timer = setTimeout(() => resolve([finding]), timeoutMs)
  })
  try {
    return await Promise.race([probe.run(context), late])
  } catch (error) {
    return [fail(lineOf(error))]
  } finally {
    clearTimeout(timer)
  }
}
