/** What the simulator has shown, written down: `docs/evidence/sim.json` and `planted.json`. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Result } from './campaign.js'
import { checkers } from './checkers/checkers.js'
import type { Hunted } from './hunted.js'
import type { SimOptions } from './options.js'

const root = join(import.meta.dirname, '..', '..')

/** On which commit, and whether groups or the simulator differ from it. */
function provenance() {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'groups', 'test/sim') !== '',
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.versions.node },
  }
}

export function writeCampaign(
  { from, to, swarm, workers }: SimOptions,
  result: Result,
  wallMs: number,
): string {
  const { seeds, findings, counts } = result
  return write('sim.json', {
    ...provenance(),
    seeds: { from, to, count: seeds, secondsOfFaults: swarm.faultsMs / 1000 },
    wallSeconds: Math.round(wallMs / 1000),
    workers,
    violations: findings.length,
    findings: findings.slice(0, 100),
    counts: Object.fromEntries([...counts].map(([what, times]) => [what, Math.round(times)])),
  })
}

export function writePlanted({ to, swarm }: SimOptions, hunted: readonly Hunted[]): string {
  const found = hunted.filter(({ seed }) => seed !== undefined)
  const isSmall = ({ shrunkTo }: Hunted): boolean => shrunkTo !== undefined && shrunkTo <= 50
  return write('planted.json', {
    ...provenance(),
    seedsMost: to,
    secondsOfFaults: swarm.faultsMs / 1000,
    planted: hunted.length,
    found: found.length,
    shrunkTo50EventsOrFewer: found.filter(isSmall).length,
    checkers: Object.fromEntries(
      [...Object.keys(checkers), 'liveness'].map((name) => [name, aloneBy(name, hunted)]),
    ),
    bugs: hunted,
  })
}

/** The bug that a checker finds soonest without the others. */
function aloneBy(checker: string, hunted: readonly Hunted[]) {
  const found = hunted.flatMap(({ name, alone }) => {
    const seed = alone[checker]
    return seed === undefined ? [] : [{ bug: name, seed }]
  })
  return found.sort((a, b) => a.seed - b.seed)[0] ?? null
}

function write(name: string, content: object): string {
  const path = join('docs', 'evidence', name)
  writeFileSync(join(root, path), `${JSON.stringify(content, undefined, 1)}\n`)
  return path
}
