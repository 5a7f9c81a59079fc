/**
 * How much of a CPU a process gets: by a control group of its own below that of this process, of version 1 or
 * 2, whichever is there. It is removed when the process gets all again, which goes back to where it was.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../support/cli.js'

const ROOT = '/sys/fs/cgroup'
const PERIOD_US = 100_000

interface Kind {
  /** The group that this process is in. */
  readonly own: string
  limit(folder: string, us: number): void
}

/** Why no process can be given less; undefined where one can. */
export function quotaMissing(): string | undefined {
  return kindHere() ? undefined : 'no control group for CPU can be made here'
}

/** The process gets this fraction of one CPU; the function gives it all again. */
export function limitCpu(pid: number, fraction: number): () => void {
  const kind = kindHere()
  if (!kind) throw new Error(quotaMissing())
  sweep(kind.own)
  const folder = join(kind.own, `qlab${process.pid}-${pid}`)
  mkdirSync(folder)
  const lift = (): void => {
    try {
      writeFileSync(join(kind.own, 'cgroup.procs'), String(pid))
    } catch {
      // It has ended, so it is in no group.
    }
    rmdirSync(folder)
  }
  try {
    kind.limit(folder, Math.round(fraction * PERIOD_US))
    writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  } catch (error) {
    lift()
    throw error
  }
  return lift
}

/** Removes what a process of ours left that was killed. */
function sweep(own: string): void {
  for (const name of readdirSync(own)) {
    const maker = /^qlab(\d+)-\d+$/.exec(name)?.[1]
    if (maker === undefined || isAlive(Number(maker))) continue
    try {
      rmdirSync(join(own, name))
    } catch {
      // Its process still runs: the next sweep takes it.
    }
  }
}

function kindHere(): Kind | undefined {
  const lines = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8').split('\n') : []
  for (const line of lines) {
    // `4:cpu,cpuacct:/of/this/process`, or `0::/of/this/process` in version 2
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    const kind = controllers.split(',').includes('cpu') ? first(controllers, path) : undefined
    if (kind) return kind
  }
  const path = lines.find((line) => line.startsWith('0::'))?.slice(3)
  return path === undefined ? undefined : second(path)
}

function first(controllers: string, path: string): Kind | undefined {
  const own = join(ROOT, controllers, path)
  if (!isWritable(own) || !existsSync(join(own, 'cpu.cfs_quota_us'))) return undefined
  const limit = (folder: string, us: number): void => {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US))
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(us))
  }
  return { own, limit }
}

/** It limits CPU only where the controller is handed on to the groups below. */
function second(path: string): Kind | undefined {
  const own = join(ROOT, path)
  const handedOn = join(own, 'cgroup.subtree_control')
  if (!isWritable(own) || !existsSync(handedOn)) return undefined
  if (!readFileSync(handedOn, 'utf8').split(/\s/).includes('cpu')) return undefined
  return { own, limit: (folder, us) => writeFileSync(join(folder, 'cpu.max'), `${us} ${PERIOD_US}`) }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
