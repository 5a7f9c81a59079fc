/** Where the figures of an evidence come from: which commit, which machine, when. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import { round } from '../../bench/statistics.mjs'
import { projectRoot } from '../project.js'

/** `changed`: whether something in these folders differs from the commit. */
export function provenance(folders: readonly string[]) {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: projectRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--', ...folders) !== '',
    machine: {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryGiB: round(totalmem() / 2 ** 30),
      kernel: release(),
      node: process.versions.node,
    },
  }
}
