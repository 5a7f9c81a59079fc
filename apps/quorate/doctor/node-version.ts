/** Is this Node.js new enough? */
import { type Finding, fail, ok, type Probe } from './finding.js'

const NEEDED: readonly [number, number] = [20, 19]

/** The verdict on a version as `process.versions.node` gives it. */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
  if (isEnough) return ok(`Node.js ${version}`)
  return fail(`Node.js ${version} is too old`, `install Node.js ${NEEDED.join('.')} or newer`)
}

export const nodeVersion: Probe = {
  name: 'node',
  run: async () => [judgeNode(process.versions.node)],
}
