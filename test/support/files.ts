/** How many files a process may open. */
import { execFileSync } from 'node:child_process'

/** Why a process cannot be allowed fewer files here; undefined if it can. */
export function filesMissing(): string | undefined {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs `prlimit` of util-linux'
  }
}
