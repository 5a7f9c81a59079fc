// Who a process is: its id together with the moment it started, so that a later process that was
// given the same id is not taken for it. The start time comes from /proc; where there is none
// (macOS, Windows) the id alone has to do.
// Plain JavaScript without packages: it runs before anything is installed.

import { existsSync, readFileSync } from 'node:fs'

const hasProc = existsSync('/proc/self/stat')

/** `<pid>-<start time>` of a running process, or undefined. A zombie does not run any more. */
export function identityOf(pid) {
  return hasProc ? identityFromProc(pid) : identityFromSignal(pid)
}

/** True while the very process that `identityOf` named is running. */
export function isRunning(identity) {
  const pid = Number(identity.split('-')[0])
  return Number.isSafeInteger(pid) && pid > 0 && identityOf(pid) === identity
}

function identityFromProc(pid) {
  let stat
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The name, in parentheses, may hold blanks and parentheses itself: count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  const startTime = fields[19]
  return state === 'Z' || state === 'X' ? undefined : `${pid}-${startTime}`
}

function identityFromSignal(pid) {
  try {
    process.kill(pid, 0)
    return `${pid}-0`
  } catch (error) {
    return error.code === 'EPERM' ? `${pid}-0` : undefined
  }
}
