/** What the lab has shown, written down: `docs/evidence/lab.json`. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { summary } from '../../bench/statistics.mjs'
import { projectRoot } from '../project.js'
import type { Piece, Shown } from './pieces.js'
import type { Trial } from './trial.js'

export interface Results {
  readonly seed: number
  readonly trials: readonly Trial[]
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
  readonly shown: readonly { readonly piece: Piece; readonly shown: Shown }[]
  readonly wallMs: number
}

/** Gives the path, from the root of the project. */
export function writeEvidence({ seed, trials, skipped, shown, wallMs }: Results): string {
  const provoked = trials.filter((trial) => trial.provoked)
  const content = {
    ...provenance(),
    seed,
    wallSeconds: Math.round(wallMs / 1000),
    faults: trials.length,
    overlappingLeases: sum(trials, ({ overlaps }) => overlaps),
    staleActions: {
      accepted: sum(trials, ({ staleAccepted }) => staleAccepted),
      refused: sum(trials, ({ staleRefused }) => staleRefused),
      trialsThatProvokeOne: provoked.length,
      trialsWithOneRefused: provoked.filter(({ staleRefused }) => staleRefused > 0).length,
    },
    electionsAfterHealing: sum(trials, ({ electionsAfter }) => electionsAfter),
    longestStarvedMs: Math.max(0, ...trials.map(({ starvedMs }) => starvedMs)),
    trialsWithProblems: trials.filter(({ problems }) => problems.length > 0).length,
    others: shown.map(({ piece: { name }, shown: { isSo, text, times } }) => ({
      name,
      isSo,
      text,
      ...(times && { milliseconds: summary(times) }),
    })),
    skipped,
    scenarios: [...new Set(trials.map(({ scenario }) => scenario))].map((name) =>
      scenarioOf(
        name,
        trials.filter(({ scenario }) => scenario === name),
      ),
    ),
  }
  const path = join('docs', 'evidence', 'lab.json')
  const lines = trials.map((trial) => ` ${JSON.stringify(trial)}`).join(',\n')
  const head = JSON.stringify(content, undefined, 1).replace(/\n}$/, '')
  writeFileSync(join(projectRoot, path), `${head},\n "trials": [\n${lines}\n ]\n}\n`)
  return path
}

function scenarioOf(name: string, trials: readonly Trial[]): object {
  const elected = trials.flatMap(({ electedMs }) => electedMs ?? [])
  const played = trials.filter(({ leaders }) => leaders.length > 0)
  return {
    name,
    trials: trials.length,
    overlaps: sum(trials, ({ overlaps }) => overlaps),
    electionsAfterHealing: sum(trials, ({ electionsAfter }) => electionsAfter),
    ...(elected.length > 0 && { anotherLedAfterMs: summary(elected, 0) }),
    settledMs: summary(
      played.map(({ settledMs }) => settledMs),
      0,
    ),
    lastPortHeardMs: summary(
      played.map(({ reconnectMs }) => reconnectMs.most),
      0,
    ),
    problems: trials.flatMap(({ seed, problems }) => problems.map((each) => `seed ${seed}: ${each}`)),
  }
}

/** On which commit, and whether the package differs from it. */
function provenance() {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: projectRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  const product = ['runtime', 'groups', 'ports', 'discovery', 'test/lab']
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--', ...product) !== '',
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.versions.node },
  }
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0)
}
