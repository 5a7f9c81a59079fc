/**
 * Processes as the kernel of Linux knows them. A process id is given to another process sooner or later, so a
 * process is known by its id, the time at which it started, and the boot since which that is counted.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

export const processIdentity = z.object({
  pid: z.int().positive(),
  /** Ticks since the boot. */
  started: z.string(),
  boot: z.string(),
})

export type ProcessIdentity = z.infer<typeof processIdentity>

/** What a process uses. */
export interface Usage {
  /** Milliseconds of processor time since its start. */
  readonly cpuMs: number
  readonly memoryBytes: number
}

/** Places in `/proc/<pid>/stat` after the name, which may hold anything. */
const STATE = 0
const USER_TICKS = 11
const SYSTEM_TICKS = 12
const STARTED = 19
/** What the kernel counts in for users, on every machine that Node runs on. */
const TICK_MS = 10
const KILOBYTE = 1024

let boot: string | undefined

/** Undefined where no process has this id. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = statOf(pid)?.[STARTED]
  return started === undefined ? undefined : { pid, started, boot: thisBoot() }
}

/** Whether that very process has not ended. A zombie has. */
export function isThere(identity: ProcessIdentity): boolean {
  return liveStatOf(identity) !== undefined
}

/** Undefined where that process has ended. */
export function usageOf(identity: ProcessIdentity): Usage | undefined {
  const stat = liveStatOf(identity)
  if (!stat) return undefined
  const ticks = Number(stat[USER_TICKS]) + Number(stat[SYSTEM_TICKS])
  const [, resident = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${identity.pid}/status`) ?? '') ?? []
  return { cpuMs: ticks * TICK_MS, memoryBytes: Number(resident) * KILOBYTE }
}

/** Sends a signal to that process, and never to another that has its id now. False where it has ended. */
export function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isThere(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch (error) {
    // Ended since it was looked at.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

/** Whether this system tells of its processes in the way that is needed here. */
export function canKnowProcesses(): boolean {
  return identityOf(process.pid) !== undefined
}

function liveStatOf({ pid, started, boot }: ProcessIdentity): readonly string[] | undefined {
  const stat = statOf(pid)
  if (stat?.[STARTED] !== started || boot !== thisBoot()) return undefined
  return stat[STATE] === 'Z' || stat[STATE] === 'X' ? undefined : stat
}

function statOf(pid: number): readonly string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

function thisBoot(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return boot
}
