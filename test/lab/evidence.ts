/** What the lab has shown, written down: `docs/evidence/lab.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { round, summary } from '../../bench/statistics.mjs'
import { projectRoot } from '../project.js'
import { provenance } from '../support/provenance.js'
import type { Piece, Shown } from './pieces.js'
import type { Scenario } from './scenario.js'
import type { Trial } from './trial.js'

/** What the figures are of. */
const MEASURED = ['runtime', 'groups', 'ports', 'discovery', 'test/lab', 'test/linearizability']

export interface Results {
  readonly seed: number
  readonly trials: readonly Trial[]
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
  readonly shown: readonly { readonly piece: Piece; readonly shown: Shown }[]
  readonly wallMs: number
}

/** Gives the path, from the root of the project. */
export function writeEvidence(results: Results, scenarios: readonly Scenario[]): string {
  const { trials } = results
  const path = join('docs', 'evidence', 'lab.json')
  const content = { ...provenance(MEASURED), ...evidence(results, scenarios) }
  writeWhole(
    path,
    content,
    trials.map((trial) => ({ ...trial, portsMs: undefined })),
  )
  return path
}

/** Puts what was shown anew in the place that it has in the evidence, with its own moment. Gives the path. */
export function amendEvidence({ shown }: Pick<Results, 'shown'>): string {
  const path = join('docs', 'evidence', 'lab.json')
  const text = readFileSync(join(projectRoot, path), 'utf8')
  const { trials, ...before }: { trials: object[]; others: { name: string }[] } = JSON.parse(text)
  const { at, commit, changed } = provenance(MEASURED)
  const anew = new Map(shownOf(shown).map((each) => [each.name, { ...each, at, commit, changed }]))
  const others = before.others.map((each) => anew.get(each.name) ?? each)
  writeWhole(path, { ...before, others }, trials)
  return path
}

function writeWhole(path: string, content: object, trials: readonly object[]): void {
  const lines = trials.map((trial) => ` ${JSON.stringify(trial)}`).join(',\n')
  const head = JSON.stringify(content, undefined, 1).replace(/\n}$/, '')
  writeFileSync(join(projectRoot, path), `${head},\n "trials": [\n${lines}\n ]\n}\n`)
}

function shownOf(shown: Results['shown']) {
  return shown.map(({ piece: { name }, shown: { isSo, text, times } }) => ({
    name,
    isSo,
    text,
    ...(times && { milliseconds: summary(times) }),
  }))
}

/** What is to be shown, in numbers. */
export function evidence(
  { seed, trials, skipped, shown, wallMs }: Results,
  scenarios: readonly Scenario[],
): object {
  const of = (isSo: (scenario: Scenario) => boolean): readonly Trial[] => {
    const names = scenarios.filter(isSo).map(({ name }) => name)
    return trials.filter(({ scenario }) => names.includes(scenario))
  }
  return {
    seed,
    wallSeconds: Math.round(wallMs / 1000),
    // A lab whose sockets do not ask for CURVE is not opened.
    keys: 'on',
    faults: trials.length,
    overlappingLeases: sum(trials, ({ overlaps }) => overlaps),
    staleActions: staleActions(trials),
    portsHeardAfterHealingMs: portsHeard(
      of(({ expect }) => expect.reconnects !== false && expect.roundTripMs === undefined),
    ),
    portsOnceFarAwayMs: portsHeard(of(({ expect }) => expect.roundTripMs !== undefined)),
    electionsByRejoining: {
      minorities: elections(of(({ expect }) => expect.leader === 'the same')),
      all: elections(of(({ expect }) => !expect.mayElect)),
    },
    histories: histories(trials),
    longestStarvedMs: Math.max(0, ...trials.map(({ starvedMs }) => starvedMs)),
    trialsWithProblems: trials.filter(({ problems }) => problems.length > 0).length,
    others: shownOf(shown),
    skipped,
    scenarios: [...new Set(trials.map(({ scenario }) => scenario))].map((name) =>
      scenarioOf(
        name,
        trials.filter(({ scenario }) => scenario === name),
      ),
    ),
  }
}

function staleActions(trials: readonly Trial[]): object {
  const provoked = trials.filter((trial) => trial.provoked)
  const withOne = provoked.filter(({ staleRefused }) => staleRefused > 0).length
  return {
    accepted: sum(trials, ({ staleAccepted }) => staleAccepted),
    refused: sum(trials, ({ staleRefused }) => staleRefused),
    trialsThatProvokeOne: provoked.length,
    trialsWithOneRefused: withOne,
    percentWithOneRefused: provoked.length === 0 ? undefined : round((100 * withOne) / provoked.length),
  }
}

/** Of each pair of hosts, in each trial. */
function portsHeard(trials: readonly Trial[]): object {
  return { trials: trials.length, ...summary(trials.flatMap(({ portsMs }) => portsMs)) }
}

function elections(trials: readonly Trial[]): object {
  return { trials: trials.length, elections: sum(trials, ({ electionsAfter }) => electionsAfter) }
}

function histories(trials: readonly Trial[]): object {
  const checked = trials.flatMap(({ history }) => history ?? [])
  return {
    checked: checked.length,
    operations: sum(checked, ({ operations }) => operations),
    open: sum(checked, ({ open }) => open),
    misfits: sum(checked, ({ misfits }) => misfits),
    unknown: sum(checked, ({ unknown }) => unknown),
  }
}

function scenarioOf(name: string, trials: readonly Trial[]): object {
  const elected = trials.flatMap(({ electedMs }) => electedMs ?? [])
  const played = trials.filter(({ leaders }) => leaders.length > 0)
  return {
    name,
    trials: trials.length,
    overlaps: sum(trials, ({ overlaps }) => overlaps),
    electionsAfterHealing: sum(trials, ({ electionsAfter }) => electionsAfter),
    histories: histories(trials),
    ...(elected.length > 0 && { anotherLedAfterMs: summary(elected, 0) }),
    settledMs: summary(
      played.map(({ settledMs }) => settledMs),
      0,
    ),
    portsHeardMs: summary(
      played.flatMap(({ portsMs }) => portsMs),
      0,
    ),
    problems: trials.flatMap(({ seed, problems }) => problems.map((each) => `seed ${seed}: ${each}`)),
  }
}

/** On which commit and machine, and whether the package differs from the commit. */
function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0)
}
