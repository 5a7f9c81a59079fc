/** The coordinator's part of an inverter: carries out, through the group, what `Coordination` decides. */
import type { AnyGroup, Component } from 'quorate'
import { GRID, nameOf } from './agreed.js'
import {
  Coordination,
  type CoordinationParams,
  type Decision,
  type Moved,
  type Situation,
} from './coordination.js'
import { counted, timeOfDay } from './wording.js'

export interface CoordinatorParams extends CoordinationParams {
  /** Milliseconds from a proposal to the moment that is agreed. */
  readonly ahead: number
}

/** So long before the moment a vote ends, so that all hear of it in time. */
const TOLD_MS = 300

export class Coordinator {
  readonly #params: CoordinatorParams
  readonly #log: Component['log']
  readonly #coordination: Coordination
  /** What the group was asked for is under way. */
  #isBusy = false

  constructor(params: CoordinatorParams, log: Component['log']) {
    this.#params = params
    this.#log = log
    this.#coordination = new Coordination(params)
  }

  elected(group: AnyGroup): void {
    this.#coordination.begin()
    const { epoch, term } = group
    this.#log.info({ epoch, term }, `coordinates now (token ${epoch}.${term}, pid ${process.pid})`)
  }

  /** The breaker of a member moved. */
  hear(member: string, moved: Moved): void {
    this.#coordination.hear(member, moved)
  }

  /** To be called often. Does nothing where another coordinates. */
  step(group: AnyGroup, seen: Pick<Situation, 'grid' | 'loadKW' | 'isMoving'>): void {
    if (this.#isBusy || !group.isLeader || !group.clock.isKnown) return
    const decision = this.#coordination.decide({ ...seen, nowMs: group.clock.now(), inverters: group.size })
    if (!decision) return
    this.#isBusy = true
    void this.#carryOut(group, decision).finally(() => {
      this.#isBusy = false
    })
  }

  async #carryOut(group: AnyGroup, decision: Decision): Promise<void> {
    try {
      if (decision.do === 'propose') await this.#propose(group, decision)
      else await group.state.set(GRID, decision.grid)
      if (decision.do === 'conclude') this.#tell(group, decision)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#log.warn(`as coordinator: ${why}`)
      if (group.clock.isKnown) this.#coordination.fail(group.clock.now())
    }
  }

  async #propose(group: AnyGroup, { move, why }: Decision & { do: 'propose' }): Promise<void> {
    const { ahead } = this.#params
    const at = group.clock.now() + ahead
    const told = { proposed: move.to, sequence: move.sequence, at }
    this.#log.info(told, `${why}: a vote on ${nameOf(move)} at ${timeOfDay(at)}`)
    const timeout = Math.max(ahead - TOLD_MS, ahead / 2)
    const { outcome } = await group.requestActionVote(move, at, { kind: 'majority', timeout })
    if (outcome !== 'yes') this.#coordination.fail(group.clock.now())
  }

  #tell(group: AnyGroup, { grid, breakers, spreadMs }: Decision & { do: 'conclude' }): void {
    const { mode, sequence } = grid
    const state = mode === 'islanded' ? 'open' : 'closed'
    const errorMs = group.clock.error
    const told = { mode, sequence, breakers, inverters: group.size, spreadMs, errorMs }
    const spread = `within ${spreadMs.toFixed(2)} ms (clocks to ±${errorMs.toFixed(2)} ms)`
    this.#log.info(told, `${mode}: ${counted(breakers, 'breaker')} of ${group.size} ${state}, ${spread}`)
  }
}
