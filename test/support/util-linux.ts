/** What a test does to processes by programs of util-linux: files that they may open, their priority. */
import { execFileSync } from 'node:child_process'

/** Why that cannot be done here; undefined if it can. */
export function utilLinuxMissing(): string | undefined {
  try {
    for (const program of ['prlimit', 'chrt']) execFileSync(program, ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs `prlimit` and `chrt` of util-linux'
  }
}
