/**
 * The agents of a rollout, as the one that leads it reaches them: itself at hand, all others by the ticket.
 */
import { AgentClient, type ConnectAtHub } from '../secure/index.js'
import { errorIn, looksIn } from './answers.js'
import type { NodeLook } from './choice.js'
import type { RolloutAgents } from './leader.js'
import { rolloutLimits } from './limits.js'
import type { Participant } from './participant.js'
import type { RolloutNode, RolloutRecord } from './records.js'

/** Who asks for the steps of a rollout. */
export function identityOf(rollout: string): string {
  return `rollout:${rollout}`
}

/**
 * The way to an agent by what those of a rollout share; among open ones, that is nothing.
 * @param connect reaches those at a hub
 */
export function clientFor(
  { id, ticket }: Pick<RolloutRecord, 'id' | 'ticket'>,
  node: RolloutNode,
  connect: ConnectAtHub | undefined,
): AgentClient {
  const way = ticket === '' ? { isClear: true } : { token: Buffer.from(ticket, 'hex') }
  return new AgentClient({ ...node, identity: identityOf(id), connect, ...way })
}

export class RolloutAgentsByTicket implements RolloutAgents {
  readonly #own: string
  readonly #participant: Participant
  readonly #connect: ConnectAtHub | undefined
  readonly #clients = new Map<string, AgentClient>()

  /** @param own the name of this agent. @param connect the way to those at its hub. */
  constructor(own: string, participant: Participant, connect?: ConnectAtHub) {
    this.#own = own
    this.#participant = participant
    this.#connect = connect
  }

  async bring(record: RolloutRecord, node: RolloutNode, actor: string, to: 'new' | 'old'): Promise<void> {
    if (node.name === this.#own) return this.#participant.bring(record.id, actor, to)
    await this.#post(record, node, 'steps', { actor, to }, rolloutLimits.stepMs)
  }

  async end(record: RolloutRecord, node: RolloutNode, outcome: 'new' | 'old'): Promise<void> {
    if (node.name === this.#own) return this.#participant.end(record.id, outcome)
    await this.#post(record, node, 'outcome', { outcome }, rolloutLimits.answerMs)
  }

  async look(record: RolloutRecord): Promise<readonly NodeLook[]> {
    const looks = await Promise.allSettled(record.nodes.map((node) => this.#look(record, node)))
    return looks.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  }

  /** Those of a rollout that is over are not needed any more. */
  forget({ id, nodes }: RolloutRecord): void {
    for (const node of nodes) {
      this.#clients.get(keyOf(id, node))?.close()
      this.#clients.delete(keyOf(id, node))
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.close()
    this.#clients.clear()
  }

  /** @throws where it does not answer. */
  async #look(record: RolloutRecord, node: RolloutNode): Promise<NodeLook> {
    if (node.name === this.#own) {
      return { node: node.name, actors: await this.#participant.look(record.deployment) }
    }
    const path = `/v1/rollouts/${record.id}/actors`
    const reply = await this.#client(record, node).request('GET', path, { waitMs: rolloutLimits.answerMs })
    return { node: node.name, actors: looksIn(reply) }
  }

  async #post(
    record: RolloutRecord,
    node: RolloutNode,
    what: string,
    body: object,
    waitMs: number,
  ): Promise<void> {
    const client = this.#client(record, node)
    const reply = await client.request('POST', `/v1/rollouts/${record.id}/${what}`, { body, waitMs })
    if (reply.status !== 200) throw errorIn(reply)
  }

  #client(record: RolloutRecord, node: RolloutNode): AgentClient {
    const key = keyOf(record.id, node)
    const client = this.#clients.get(key) ?? clientFor(record, node, this.#connect)
    this.#clients.set(key, client)
    return client
  }
}

function keyOf(rollout: string, { name }: RolloutNode): string {
  return `${rollout} ${name}`
}
