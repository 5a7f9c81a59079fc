// What a reader must know of the machine and the versions to judge the figures. No names of hosts,
// users or folders: the results are committed.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { round } from './statistics.mjs'

/** Processor, memory, system and Node. */
export function machineFacts() {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: round(totalmem() / 2 ** 30),
    system: type(),
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
  }
}

/** Processes that wanted a core, over the last minute: how calm it was. */
export function load() {
  return round(loadavg()[0] ?? 0, 2)
}

/** The versions of what was measured, as installed in `folder`. */
export function packageVersions(folder) {
  const names = ['quorate', 'zeromq', 'msgpackr', 'zod']
  return Object.fromEntries(names.map((name) => [name, versionOf(folder, name)]))
}

function versionOf(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
}

/** `{ commit, changed }`: what was checked out, and whether files differed. Nulls without git. */
export function sourceState(root) {
  try {
    const git = (...args) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const changes = git(
      'status',
      '--porcelain',
      '--',
      'ports',
      'groups',
      'runtime',
      'discovery',
      'control',
      'apps',
      'package.json',
    )
    return { commit: git('rev-parse', 'HEAD'), changed: changes !== '' }
  } catch {
    return { commit: null, changed: null }
  }
}

/** Of Linux, in /proc/<pid>/stat. */
const TICKS_PER_SECOND = 100

/** User and system time of all threads. The fields are counted after the name, which may hold spaces. */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}
