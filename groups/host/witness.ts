/**
 * The witness of a host: whether a process of it is gone. What it says is a death certificate, on which a
 * second leader is elected while the lease of the first may still run, so it says `gone` only where the
 * kernel leaves no other reading:
 *
 *     other boot or namespaces than its own    unknown: their processes are not in its table
 *     no process of that number                gone
 *     hidden from this user                    unknown
 *     another time of start                    gone: the number was given away since
 *     ended, and its threads with it           gone: it waits for its parent to take notice (a zombie), and
 *                                              acts no more
 *     ended, with threads that have not        alive: a first thread may end by itself, and the others go on
 *     all else                                 alive, also where it is stopped
 *
 * Two machines that were made of one snapshot of a running one pass for one host here.
 */
import { lookWhileDying } from './dying.js'
import { hostProcesses, type ProcessFacts, type ProcessTable, type Whereabouts } from './process-table.js'

/** Names one process for good: its number alone is given to others after it. */
export interface ProcessIdentity extends Whereabouts {
  readonly pid: number
  /** When it started, in ticks of 10 ms since the boot. */
  readonly startTicks: number
}

/** `unknown` is no sign of life, nor of death. */
export type Verdict = 'gone' | 'alive' | 'unknown'

/** Of this process; undefined where the system does not tell (it is not Linux, or /proc is not its own). */
export function identity(table: ProcessTable = hostProcesses): ProcessIdentity | undefined {
  const where = table.whereabouts()
  const facts = table.facts(process.pid)
  return where && facts && { ...where, pid: process.pid, startTicks: facts.startTicks }
}

/** Whether a process is gone: see above. Takes some 0.1 ms. Once `gone`, it is so for ever. */
export function isGone(of: ProcessIdentity, table: ProcessTable = hostProcesses): Verdict {
  const { pid, startTicks } = of
  if (!sharesProcessTable(table.whereabouts(), of) || !isPid(pid)) return 'unknown'
  const isThere = table.exists(pid)
  if (!isThere) return isThere === false ? 'gone' : 'unknown'
  const facts = table.facts(pid)
  // It ended between the two questions, or it is hidden.
  if (!facts) return table.exists(pid) === false ? 'gone' : 'unknown'
  if (facts.startTicks !== startTicks) return 'gone'
  return hasEnded(facts) ? 'gone' : 'alive'
}

/**
 * After a sign of death, as a connection to it that broke: looks at once, and again in short steps, for a
 * process closes its connections shortly before it is gone. `alive` where it still is there after
 * `hostLimits.dyingMs`. Rejects when the signal aborts.
 */
export async function untilGone(
  of: ProcessIdentity,
  signal: AbortSignal,
  table: ProcessTable = hostProcesses,
): Promise<Verdict> {
  return lookWhileDying(
    () => isGone(of, table),
    (verdict) => verdict !== 'alive',
    signal,
  )
}

function sharesProcessTable(own: Whereabouts | undefined, of: Whereabouts): boolean {
  return (
    own !== undefined &&
    own.bootId === of.bootId &&
    own.pidNamespace === of.pidNamespace &&
    own.timeNamespace === of.timeNamespace
  )
}

/** 0 would be this process, and below it groups of them. */
function isPid(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0
}

/**
 * Whether no thread of it acts any more. The first thread of a process stays listed, ended, until the last
 * has ended, too; and only living ones make new ones.
 */
function hasEnded({ state, threads }: ProcessFacts): boolean {
  return (state === 'Z' || state === 'X' || state === 'x') && threads <= 1
}
