/**
 * What the kernel tells of the processes of this host: the ground that death certificates stand on. Only on
 * Linux; elsewhere nothing is known.
 *
 *     /proc/<pid>/stat   pid (name) state ppid … threads … start …     numbers as in proc(5); the name may
 *                                   3            20        22          hold blanks and parentheses
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { getPriority } from 'node:os'

/** What a process shares with those that can tell of it. Texts are equal where the thing is the same. */
export interface Whereabouts {
  /** Of the kernel, new at each boot. */
  readonly bootId: string
  /** In which the number of a process means that process. */
  readonly pidNamespace: string
  /** In which times of start are told alike; '' where the kernel knows none. */
  readonly timeNamespace: string
  /** In which seats are. */
  readonly netNamespace: string
}

export interface ProcessFacts {
  /** Of its first thread, as `R`; `Z` and `X` are ended. */
  readonly state: string
  /** Those that have not ended, and the first one, ended or not. Counted after `state` was looked at. */
  readonly threads: number
  /** When it started, in ticks of 10 ms since the boot. */
  readonly startTicks: number
}

export interface ProcessTable {
  /** Of this process; undefined where there is no table, or one of a namespace that it does not live in. */
  whereabouts(): Whereabouts | undefined
  /** Undefined where the kernel does not say. */
  exists(pid: number): boolean | undefined
  /** Undefined where there is nothing to read: it ended, or is hidden from this user. */
  facts(pid: number): ProcessFacts | undefined
}

/** What the system says now. */
export const hostProcesses: ProcessTable = { whereabouts, exists, facts }

let known: Whereabouts | undefined

/** None of it changes while a process lives. */
function whereabouts(): Whereabouts | undefined {
  known ??= isTableOfOwnNamespace() ? readWhereabouts() : undefined
  return known
}

function readWhereabouts(): Whereabouts | undefined {
  const bootId = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const [pidNamespace, timeNamespace, netNamespace] = ['pid', 'time', 'net'].map((kind) =>
    read(() => readlinkSync(`/proc/self/ns/${kind}`)),
  )
  if (!bootId || !pidNamespace || !netNamespace) return undefined
  return { bootId, pidNamespace, timeNamespace: timeNamespace ?? '', netNamespace }
}

/** A process in a new namespace may still see the old table, where its numbers are those of others. */
function isTableOfOwnNamespace(): boolean {
  const status = read(() => readFileSync('/proc/self/status', 'utf8')) ?? ''
  const [, numbers = ''] = /^NSpid:\s*(.*)$/m.exec(status) ?? []
  return numbers.trim() === String(process.pid)
}

/** Asked of the kernel itself: /proc may hide the processes of other users, and a hidden one is not dead. */
function exists(pid: number): boolean | undefined {
  try {
    getPriority(pid)
    return true
  } catch (error) {
    const info = error instanceof Error && 'info' in error ? error.info : undefined
    const code = typeof info === 'object' && info !== null && 'code' in info ? info.code : undefined
    return code === 'ESRCH' ? false : undefined
  }
}

function facts(pid: number): ProcessFacts | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  return stat === undefined ? undefined : factsIn(stat)
}

/** What a line of /proc/<pid>/stat says; undefined where it is no such line. */
export function factsIn(stat: string): ProcessFacts | undefined {
  // From field 3 on: no other than the name holds parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', threads = '', startTicks = ''] = [3, 20, 22].map((field) => fields[field - 3])
  if (!/^[A-Za-z]$/.test(state) || !isNumber(threads) || !isNumber(startTicks)) return undefined
  return { state, threads: Number(threads), startTicks: Number(startTicks) }
}

function isNumber(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

function read<T>(from: () => T): T | undefined {
  try {
    return from()
  } catch {
    return undefined
  }
}
