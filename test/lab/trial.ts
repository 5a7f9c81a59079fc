/** One trial of a scenario: it is played, and what happened is looked at. */
import type { Chance } from '../support/chance.js'
import { overlaps, tokensBack } from './checks.js'
import { type Judged, judge } from './judged.js'
import type { Lab } from './lab.js'
import { nowMs } from './launch.js'
import type { Scenario } from './scenario.js'
import { Stage } from './stage.js'
import { compareTokens, type Token, tokenText } from './token.js'
import { unexpected } from './verdict.js'

/** It is watched for so long when all is settled again. */
const WATCHED_MS = 600
/** As of something that acts now. */
const FRESH_MS = 250
/** So long things are asked of the group before the first fault, so that some are decided by then. */
const ASKED_MS = 200

export interface Trial {
  readonly scenario: string
  readonly trial: number
  readonly seed: number
  /** From the first fault to the healing. */
  readonly faultMs: number
  readonly leaders: readonly string[]
  /** From the first fault until another acted; where one did. */
  readonly electedMs: number | undefined
  /** From the healing until all followed one that acts, and heard each other. */
  readonly settledMs: number
  /** Others that acted since the trial began, each under a token of its own; and since the healing. */
  readonly elections: number
  readonly electionsAfter: number
  /** The longest that a process got no time, though no fault kept it from it: the machine was overloaded. */
  readonly starvedMs: number
  readonly overlaps: number
  /** The most that a port of one needed to hear that of another after the healing, and the middle. */
  readonly reconnectMs: { readonly most: number; readonly middle: number }
  /** Of each port that hears another's: how long after the healing, in order. */
  readonly portsMs: readonly number[]
  /** Whether the store had heard of a newer leader when the old one could write again. */
  readonly provoked: boolean
  readonly staleRefused: number
  readonly staleAccepted: number
  /** Of the history of what the group was asked for; without one where the clocks are not one clock. */
  readonly history?: Judged | undefined
  readonly problems: readonly string[]
}

export interface TrialOptions {
  readonly trial: number
  readonly chance: Chance
  /** Where the machine does other things, too, times may be so many times as long. */
  readonly patience: number
  /** A planted fault: what becomes of a history before it is judged. */
  readonly altered?: ((history: string) => string) | undefined
}

/** Plays it. Rejects where it never comes to an end: the lab is of no use then. */
export async function play(lab: Lab, scenario: Scenario, options: TrialOptions): Promise<Trial> {
  const { history, store } = lab
  const leader = await lab.settled()
  history.forget()
  await history.until(
    () => history.newest !== undefined,
    () => `the leader acts on; ${lab.story()}`,
  )
  store.refused.length = 0
  lab.ask(options.chance.seed)
  await new Promise((resolve) => setTimeout(resolve, ASKED_MS))
  const stage = new Stage(lab, options.chance, leader)
  const ended = await playSteps(lab, scenario, stage)
  lab.mark()
  const last = await lab.settled()
  const settledMs = nowMs() - ended.healedMs
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS))
  const text = await lab.asked()
  return looked(lab, { scenario, options, stage, ended, settledMs, leads: last === leader, text })
}

interface Ended {
  /** By which somebody acted when the healing began. */
  readonly actedBy: Token | undefined
  readonly healedMs: number
  /** Whether the store had heard of a newer leader by then. */
  readonly provoked: boolean
}

/** The last step heals. */
async function playSteps(lab: Lab, { steps }: Scenario, stage: Stage): Promise<Ended> {
  for (const step of steps.slice(0, -1)) await step.run(stage)
  const { newest } = lab.history
  const actedBy = newest && nowMs() - newest.untilMs < FRESH_MS ? newest : undefined
  const provoked = compareTokens(lab.store.newest, stage.first) > 0
  await stage.heal()
  return { actedBy, provoked, healedMs: nowMs() }
}

interface Played {
  readonly scenario: Scenario
  readonly options: TrialOptions
  readonly stage: Stage
  readonly ended: Ended
  readonly settledMs: number
  /** The leader of the beginning leads now. */
  readonly leads: boolean
  /** The history, as JSON lines. */
  readonly text: string | undefined
}

function looked(lab: Lab, { scenario, options, stage, ended, settledMs, leads, text }: Played): Trial {
  const { history, store, errorMs } = lab
  const { leases } = history
  const { actedBy, healedMs } = ended
  const { beganMs = healedMs, first } = stage
  const tokens = tokensOf(leases)
  const both = overlaps(leases, errorMs)
  const reconnects = reconnectsOf(lab, healedMs)
  const next = leases
    .filter((lease) => compareTokens(lease, first) > 0)
    .sort((a, b) => a.sinceMs - b.sinceMs)[0]
  const told = {
    faultMs: Math.round(healedMs - beganMs),
    leaders: tokens.map(tokenText),
    electedMs: next && Math.round(next.sinceMs - beganMs),
    settledMs: Math.round(settledMs),
    elections: tokens.filter((token) => compareTokens(token, first) > 0).length,
    electionsAfter: actedBy ? tokens.filter((token) => compareTokens(token, actedBy) > 0).length : 0,
    starvedMs: Math.round(history.starvedMs),
    overlaps: both.length,
    reconnectMs: { most: reconnects.at(-1) ?? 0, middle: reconnects[reconnects.length >> 1] ?? 0 },
    portsMs: reconnects,
    provoked: ended.provoked && scenario.expect.staleActions === true,
    staleRefused: store.refused.length,
    staleAccepted: store.staleAccepted,
  }
  const { trial, chance, altered = (all: string): string => all } = options
  const asked = text === undefined ? undefined : judge(altered(text), `${scenario.name} ${chance.seed}`)
  const problems = [
    ...both,
    ...tokensBack(leases, errorMs),
    ...history.problems,
    ...unexpected({ ...told, isSame: leads && next === undefined }, scenario.expect, options.patience),
    ...(asked?.problems ?? []),
  ]
  return { scenario: scenario.name, trial, seed: chance.seed, ...told, history: asked?.judged, problems }
}

function tokensOf(leases: readonly Token[]): readonly Token[] {
  const byText = new Map(leases.map((lease) => [tokenText(lease), lease]))
  return [...byText.values()].sort(compareTokens)
}

/** Of each port that hears another's: how long after the healing, in order. */
function reconnectsOf({ rig, history }: Lab, healedMs: number): readonly number[] {
  return rig.hosts
    .flatMap((to) => rig.hosts.flatMap((of) => (to === of ? [] : (history.heard(to, of) ?? Number.NaN))))
    .map((atMs) => Math.max(0, Math.round(atMs - healedMs)))
    .sort((a, b) => a - b)
}
