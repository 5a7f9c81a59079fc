/** What the simulator has shown, written down: `docs/evidence/sim.json` and `planted.json`. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
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

const written = z.object({
  digest: z.string(),
  seeds: z.object({ from: z.int(), to: z.int(), count: z.int(), secondsOfFaults: z.number() }),
  wallSeconds: z.number(),
  violations: z.int(),
  findings: z.array(z.object({ seed: z.int(), checker: z.string(), message: z.string() })),
  counts: z.record(z.string(), z.number()),
})

type Written = z.infer<typeof written>

/** A campaign may be run in parts: one that goes on where the last one of the same sources ended is added. */
export function writeCampaign(
  { from, to, swarm, workers }: SimOptions,
  { digest, seeds: count, findings, counts }: Result,
  wallMs: number,
): string {
  const part: Written = {
    digest,
    seeds: { from, to, count, secondsOfFaults: swarm.faultsMs / 1000 },
    wallSeconds: Math.round(wallMs / 1000),
    violations: findings.length,
    findings: findings.slice(0, 100),
    counts: Object.fromEntries([...counts].map(([what, times]) => [what, Math.round(times)])),
  }
  const before = writtenBefore()
  return write('sim.json', { ...provenance(), workers, ...(before ? sumOf(before, part) : part) })
}

function writtenBefore(): Written | undefined {
  const path = join(root, 'docs', 'evidence', 'sim.json')
  return existsSync(path) ? written.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data : undefined
}

function sumOf(before: Written, part: Written): Written {
  const [{ seeds: first }, { seeds: second }] = [before, part]
  const isNext = before.digest === part.digest && first.to + 1 === second.from
  if (!isNext || first.secondsOfFaults !== second.secondsOfFaults) return part
  const counts = { ...before.counts }
  for (const [what, times] of Object.entries(part.counts)) counts[what] = (counts[what] ?? 0) + times
  return {
    digest: part.digest,
    seeds: { ...second, from: first.from, count: first.count + second.count },
    wallSeconds: before.wallSeconds + part.wallSeconds,
    violations: before.violations + part.violations,
    findings: [...before.findings, ...part.findings].slice(0, 100),
    counts,
  }
}

export function writePlanted({ from, to, swarm }: SimOptions, hunted: readonly Hunted[]): string {
  const found = hunted.filter(({ seed }) => seed !== undefined)
  const isSmall = ({ shrunkTo }: Hunted): boolean => shrunkTo !== undefined && shrunkTo <= 50
  return write('planted.json', {
    ...provenance(),
    seeds: { from, to },
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
