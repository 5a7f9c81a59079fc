/**
 * Plays scenarios, each so many times, on as few labs as will do. A trial that never comes to an end costs
 * the lab that it was played on; the next one gets a new one.
 */
import { Chance } from '../support/chance.js'
import { Lab } from './lab.js'
import type { Scenario } from './scenario.js'
import { play, type Trial, type TrialOptions } from './trial.js'

export interface CampaignOptions {
  readonly trialsOf: (scenario: Scenario) => number
  /** Of the first trial of each scenario; the others follow it. */
  readonly seed: number
  readonly patience: number
  readonly altered?: TrialOptions['altered']
  onTrial(trial: Trial): void
  onSkip(scenario: Scenario, why: string): void
}

export class Campaign {
  readonly #options: CampaignOptions
  #lab: Lab | undefined
  /** What the lab is like. */
  #kind = ''

  constructor(options: CampaignOptions) {
    this.#options = options
  }

  /** Plays them all, and ends. */
  async run(scenarios: readonly Scenario[]): Promise<void> {
    try {
      for (const scenario of scenarios) await this.play(scenario)
    } finally {
      await this.end()
    }
  }

  /** Plays one; the lab stays for the next, until `end()`. */
  async play(scenario: Scenario): Promise<void> {
    const { trialsOf, seed, patience, altered, onTrial, onSkip } = this.#options
    const missing = scenario.missing?.()
    if (missing !== undefined) return onSkip(scenario, missing)
    for (let trial = 0; trial < trialsOf(scenario); trial++) {
      const chance = new Chance(seed + trial)
      try {
        const lab = await this.#labFor(scenario)
        onTrial(await play(lab, scenario, { trial, chance, patience, altered }))
      } catch (error) {
        await this.end()
        onTrial(brokenOff(scenario, trial, chance.seed, error))
      }
    }
  }

  async end(): Promise<void> {
    const lab = this.#lab
    this.#lab = undefined
    await lab?.close()
  }

  async #labFor({ lab: options = {} }: Scenario): Promise<Lab> {
    const kind = JSON.stringify(options)
    if (this.#lab && this.#kind === kind) return this.#lab
    await this.end()
    this.#lab = await Lab.open({ ...options, seed: this.#options.seed })
    this.#kind = kind
    return this.#lab
  }
}

function brokenOff({ name }: Scenario, trial: number, seed: number, error: unknown): Trial {
  const why = error instanceof Error ? error.message : String(error)
  return {
    scenario: name,
    trial,
    seed,
    faultMs: 0,
    leaders: [],
    electedMs: undefined,
    settledMs: 0,
    elections: 0,
    electionsAfter: 0,
    starvedMs: 0,
    overlaps: 0,
    reconnectMs: { most: 0, middle: 0 },
    portsMs: [],
    provoked: false,
    staleRefused: 0,
    staleAccepted: 0,
    problems: [why],
  }
}
