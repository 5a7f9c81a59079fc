/** Has agents do what was proposed: bundles are sent, all prepare, one of them leads, and it is followed. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout as after } from 'node:timers/promises'
import {
  type Beginning,
  DeployError,
  errorIn,
  type Preparing,
  type RolloutNode,
  type RolloutTold,
  rolloutLimits,
  rolloutTold,
} from '../../../control/rollout/index.js'
import { AgentClientError } from '../../../control/secure/index.js'
import { CommandFailure, exitCodes, lineOf } from '../failure.js'
import { commandLimits } from '../limits.js'
import type { Progress } from './progress.js'
import type { Proposal } from './proposal.js'
import { okIn, type ReachedAgent } from './reached-agent.js'

/** A bundle in a file. */
export interface PackedBundle {
  readonly path: string
}

/** Makes keys for actors of the app, for one host; what `quorate keys actor` writes. */
export type MakeKeys = (actors: readonly string[]) => Promise<string>

/** Sends it to all that do not have it. @throws DeployError, AgentClientError for the first that fails. */
export async function sendBundle(
  proposal: Proposal,
  packed: PackedBundle,
  progress: Progress,
): Promise<void> {
  const { bundle, agents, after: slices } = proposal
  if (!bundle) return
  const wanting = agents.filter(({ name }) => slices.has(name))
  await Promise.all(
    wanting.map(async (agent) => {
      const path = `/v1/bundles/${bundle.digest}`
      await overBreaks(agent, progress, async () => {
        const { status } = await agent.client.request('GET', path)
        if (status !== 200) await sendTo(agent, path, packed, progress)
      })
      progress.sent(agent.name, 1)
    }),
  )
}

async function sendTo(
  agent: ReachedAgent,
  path: string,
  packed: PackedBundle,
  progress: Progress,
): Promise<void> {
  const { size } = await stat(packed.path)
  const body = createReadStream(packed.path)
  let sent = 0
  body.on('data', (part) => {
    sent += part.length
    progress.sent(agent.name, Math.min(0.99, sent / size))
  })
  const headers = { 'content-length': String(size) }
  const answer = await agent.client.stream('PUT', path, { body, headers })
  const told = await textOf(answer.body)
  if (answer.status !== 200) throw at(agent, errorIn({ status: answer.status, json: jsonIn(told) }))
}

/**
 * What may be asked twice, over a hub that may begin anew meanwhile. An agent that has an address is asked
 * once: where it breaks, whoever deploys finds out sooner.
 * @throws what `ask` throws, for so long.
 */
async function overBreaks<T>(agent: ReachedAgent, progress: Progress, ask: () => Promise<T>): Promise<T> {
  const untilMs = Date.now() + rolloutLimits.awayMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isOver = error instanceof DeployError || (error instanceof AgentClientError && !error.retryable)
      // The agent may still be at what broke: then it says so, for now.
      if (isOver || !('atHub' in agent.address) || Date.now() > untilMs) throw error
      progress.waiting(lineOf(error))
      await after(rolloutLimits.againMs)
    }
  }
}

/**
 * Prepares all agents, then has one of them begin: from then on it goes on without this process.
 * @throws DeployError, AgentClientError: then nothing has changed.
 */
export async function begin(
  proposal: Proposal,
  makeKeys: MakeKeys,
  progress: Progress,
): Promise<RolloutUnderWay> {
  const { name, app, agents, gone, after: slices, steps } = proposal
  const rollout = randomUUID()
  const [lead] = agents
  if (!lead) throw new DeployError('deploy-nowhere', `there is no agent for ${name}`)
  const isOpen = agents.every((each) => each.isOpen)
  const ticket = isOpen ? '' : randomBytes(32).toString('hex')
  const shared = {
    deployment: name,
    app,
    lead: nodeOf(lead),
    ticket,
    with: [...slices.keys()],
    gone: [...gone],
  }
  // Its leader first: who hears of it later can ask it.
  for (const agent of agents) {
    const slice = slices.get(agent.name)
    const told = { ...shared, node: agent.name, ...(slice && { slice }) }
    await overBreaks(agent, progress, () => prepare(agent, rollout, told, makeKeys))
    progress.prepared(agent.name)
  }
  const beginning: Beginning = { deployment: name, nodes: agents.map(nodeOf), steps: [...steps] }
  const path = `/v1/rollouts/${rollout}/begin`
  okIn(await overBreaks(lead, progress, () => lead.client.request('POST', path, { body: beginning })))
  return new RolloutUnderWay(rollout, lead)
}

async function prepare(
  agent: ReachedAgent,
  rollout: string,
  told: Preparing,
  makeKeys: MakeKeys,
): Promise<void> {
  const put = (body: Preparing) => agent.client.request('PUT', `/v1/rollouts/${rollout}`, { body })
  const first = await put(told)
  if (first.status === 200) return
  const why = errorIn(first)
  if (!(why instanceof DeployError && why.code === 'deploy-no-keys')) throw at(agent, why)
  const actors = [...new Set(told.slice?.actors.map(({ actor }) => actor))]
  const second = await put({ ...told, keys: await makeKeys(actors) })
  if (second.status !== 200) throw at(agent, errorIn(second))
}

/** A rollout that an agent leads. */
export class RolloutUnderWay {
  readonly id: string
  readonly #lead: ReachedAgent

  constructor(id: string, lead: ReachedAgent) {
    this.id = id
    this.#lead = lead
  }

  /** Follows it to its end. @throws CommandFailure where its leader is away for too long: it goes on then. */
  async follow(progress: Progress, signal: AbortSignal): Promise<RolloutTold> {
    let heard = 0
    let awaySince = 0
    let decidedMs = 0
    for (;;) {
      signal.throwIfAborted()
      try {
        const waitMs = decidedMs > 0 ? rolloutLimits.againMs : commandLimits.followMs
        const path = `/v1/rollouts/${this.id}?after=${heard}&waitMs=${waitMs}`
        const told = rolloutTold.parse(okIn(await this.#lead.client.request('GET', path, { signal })))
        awaySince = 0
        // Another process leads it now, and counts anew.
        if (told.events.length === 0 && heard > 0 && told.phase !== 'over') heard = 0
        for (const event of told.events) {
          heard = Math.max(heard, event.n)
          progress.event(told, event)
        }
        if (told.outcome !== '') decidedMs ||= Date.now()
        // Agents that are away hear of it later.
        if (told.phase === 'over' || (decidedMs > 0 && Date.now() - decidedMs > rolloutLimits.answerMs))
          return told
      } catch (error) {
        if (!(error instanceof AgentClientError)) throw error
        awaySince ||= Date.now()
        if (Date.now() - awaySince > rolloutLimits.awayMs) throw this.#away(error)
        progress.waiting(lineOf(error))
        await after(rolloutLimits.againMs)
      }
    }
  }

  /** It is taken back; that is over when follow() says so. */
  async cancel(): Promise<void> {
    okIn(await this.#lead.client.request('POST', `/v1/rollouts/${this.id}/cancel`))
  }

  #away(error: Error): CommandFailure {
    const text = `${lineOf(error)}; it leads the rollout, and goes on with it when it is there again`
    return new CommandFailure(exitCodes.unreachable, `${text}: quorate status shows how far it is`)
  }
}

function nodeOf({ name, address }: ReachedAgent): RolloutNode {
  if ('atHub' in address) return { name, atHub: address.atHub }
  return { name, host: address.host, port: address.port }
}

function at({ name }: ReachedAgent, error: Error): Error {
  const { message } = error
  return error instanceof DeployError
    ? new DeployError(error.code, `${name}: ${message}`)
    : new Error(`${name}: ${message}`)
}

async function textOf(body: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const part of body) text += String(part)
  return text
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
