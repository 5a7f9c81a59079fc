/**
 * Leads a rollout to its end: asks agents to do what the core wants, and keeps each step before it is asked
 * for. It may be killed at any time; the next one goes on.
 */
import { setTimeout as after } from 'node:timers/promises'
import { messageOf } from '../../ports/index.js'
import { choose, type NodeLook } from './choice.js'
import { type Due, due, next, type RolloutInput } from './core.js'
import { DeployError } from './errors.js'
import { rolloutLimits } from './limits.js'
import type { RolloutNode, RolloutRecord } from './records.js'

/** The agents of a rollout, as its leader asks them. */
export interface RolloutAgents {
  /** @throws DeployError where the agent says no; any other error where it could not be asked. */
  bring(record: RolloutRecord, node: RolloutNode, actor: string, to: 'new' | 'old'): Promise<void>
  end(record: RolloutRecord, node: RolloutNode, outcome: 'new' | 'old'): Promise<void>
  /** The actors of the deployment at each agent that answers. */
  look(record: RolloutRecord): Promise<readonly NodeLook[]>
}

export interface RolloutEvent {
  readonly n: number
  readonly atMs: number
  /** What it is about: a step by its number, or the whole. */
  readonly step?: number
  readonly state: 'begun' | 'done' | 'undone' | 'waiting' | 'failed' | 'told' | 'over'
  readonly text: string
}

type Bring = Extract<Due, { kind: 'bring' }>

export class RolloutLeader {
  readonly #agents: RolloutAgents
  readonly #keep: (record: RolloutRecord) => Promise<void>
  readonly #ending: AbortSignal
  readonly #events: RolloutEvent[] = []
  readonly #listeners = new Set<() => void>()
  #record: RolloutRecord
  #told = 0
  /** How often in a row nobody heard how it ended. */
  #untold = 0
  #taking: Promise<void> = Promise.resolve()

  /** @param keep resolves when it is kept. @param ending from then on nothing is asked for. */
  constructor(
    record: RolloutRecord,
    agents: RolloutAgents,
    keep: (record: RolloutRecord) => Promise<void>,
    ending: AbortSignal,
  ) {
    this.#record = record
    this.#agents = agents
    this.#keep = keep
    this.#ending = ending
  }

  get record(): RolloutRecord {
    return this.#record
  }

  /** Those behind the first so many; the oldest may be gone. */
  events(behind: number): readonly RolloutEvent[] {
    return this.#events.filter(({ n }) => n > behind)
  }

  /** Resolves with the next event, when it is over, or when that time is. */
  news(waitMs: number): Promise<void> {
    if (this.#record.state.phase === 'over') return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#listeners.delete(done)
        resolve()
      }
      const timer = setTimeout(done, waitMs)
      this.#listeners.add(done)
    })
  }

  /** It is taken back, where that is still open. */
  cancel(why: string): Promise<void> {
    return this.#take({ kind: 'failed', why })
  }

  /** Resolves when it is over, or this agent ends. Never rejects. */
  async run(): Promise<void> {
    while (!this.#ending.aborted) {
      const what = due(this.#record.state)
      if (what.kind === 'nothing') return
      try {
        await (what.kind === 'bring' ? this.#bring(what) : this.#tell(what.nodes, what.outcome))
      } catch (error) {
        // The disk is full, or this process ends: what was done is asked for again.
        this.#say('waiting', messageOf(error))
        await this.#pause()
      }
    }
  }

  async #bring(what: Bring): Promise<void> {
    const isForward = what.to === 'new'
    let steps = what.steps
    if (what.isOneByOne) {
      const { phase } = this.#record.state
      const chosen = await this.#chosen(what)
      // It was taken back meanwhile.
      if (this.#record.state.phase !== phase || this.#ending.aborted) return
      if (typeof chosen === 'string') return this.#take({ kind: 'failed', why: chosen })
      steps = [chosen]
    }
    if (isForward) await this.#take({ kind: 'begun', steps })
    await Promise.all(steps.map((step) => this.#one(step, what.to)))
  }

  /** A step, or why none can be done. What is taken back waits for no group. */
  async #chosen({ steps, to }: Bring): Promise<number | string> {
    const begunMs = Date.now()
    let told = ''
    for (;;) {
      const choice = choose(this.#record.state, steps, await this.#agents.look(this.#record))
      if (choice.isSafe || this.#ending.aborted) return choice.step
      const waitedMs = Date.now() - begunMs
      if (to === 'old' && waitedMs >= rolloutLimits.settleMs / 6) return choice.step
      if (waitedMs >= rolloutLimits.settleMs) return choice.why
      if (choice.why !== told) this.#say('waiting', choice.why)
      told = choice.why
      await this.#pause(rolloutLimits.lookMs)
      if (to === 'new' && this.#record.state.phase !== 'forward') return choice.step
    }
  }

  /** As often as it takes; forward for so long as an agent may be away. */
  async #one(step: number, to: 'new' | 'old'): Promise<void> {
    const { id = '', node: name = '' } = this.#record.state.steps[step] ?? {}
    const node = this.#node(name)
    const begunMs = Date.now()
    this.#say('begun', `${id} on ${name}`, step)
    for (let told = '', times = 0; !this.#ending.aborted; times++) {
      // What is taken back elsewhere is taken back here as well, when this attempt is over.
      if (to === 'new' && this.#record.state.phase !== 'forward') return
      try {
        await this.#agents.bring(this.#record, node, id, to)
        await this.#take({ kind: 'done', step, to })
        this.#say(to === 'new' ? 'done' : 'undone', `${id} on ${name}`, step)
        return
      } catch (error) {
        const why = messageOf(error)
        const isOver = error instanceof DeployError || Date.now() - begunMs >= rolloutLimits.awayMs
        if (to === 'new' && isOver) {
          this.#say('failed', `${name}: ${why}`, step)
          return this.#take({ kind: 'failed', why: `${name}: ${why}` })
        }
        // An agent that knows nothing of it has nothing to take back.
        const isForgotten = error instanceof DeployError && error.code === 'deploy-unknown'
        if (to === 'old' && isForgotten) return this.#take({ kind: 'done', step, to })
        if (why !== told) this.#say('waiting', `${name}: ${why}`, step)
        told = why
        await this.#pause(longer(times))
      }
    }
  }

  async #tell(nodes: readonly string[], outcome: 'new' | 'old'): Promise<void> {
    const told = await Promise.all(nodes.map((name) => this.#tellOne(name, outcome)))
    this.#untold = told.some(Boolean) ? 0 : this.#untold + 1
    if (this.#untold > 0) await this.#pause(longer(this.#untold))
  }

  async #tellOne(name: string, outcome: 'new' | 'old'): Promise<boolean> {
    try {
      await this.#agents.end(this.#record, this.#node(name), outcome)
    } catch (error) {
      const text = `${name}: ${messageOf(error)}`
      // Where it is away for long, once is enough.
      if (!this.#events.some((event) => event.text === text)) this.#say('waiting', text)
      return false
    }
    await this.#take({ kind: 'told', node: name })
    this.#say('told', name)
    return true
  }

  #node(name: string): RolloutNode {
    const node = this.#record.nodes.find((each) => each.name === name)
    if (node) return node
    throw new DeployError('deploy-unknown', `the rollout has no agent ${name}`)
  }

  /** Resolves when it is kept; what is not was not decided. One after another. */
  #take(input: RolloutInput): Promise<void> {
    const taken = this.#taking.then(async () => {
      const state = next(this.#record.state, input)
      if (state === this.#record.state) return
      const isOver = state.phase === 'over'
      const record = { ...this.#record, state, ...(isOver && { endedMs: Date.now() }) }
      await this.#keep(record)
      this.#record = record
      if (isOver) this.#say('over', state.why)
    })
    this.#taking = taken.catch(() => undefined)
    return taken
  }

  #say(state: RolloutEvent['state'], text: string, step?: number): void {
    const event = { n: ++this.#told, atMs: Date.now(), state, text, ...(step !== undefined && { step }) }
    this.#events.push(event)
    if (this.#events.length > rolloutLimits.events) this.#events.shift()
    for (const listener of [...this.#listeners]) listener()
  }

  async #pause(ms: number = rolloutLimits.againMs): Promise<void> {
    await after(ms, undefined, { signal: this.#ending }).catch(() => undefined)
  }
}

/** Milliseconds until an agent is asked again that was away so many times. */
function longer(times: number): number {
  return Math.min(rolloutLimits.againMaxMs, rolloutLimits.againMs * 2 ** Math.min(times, 10))
}
