/** What a node is asked for by the hub: to start and stop its actors, and for what they write. */

import type { ErrandAsked, ErrandDone, NodeActor } from '../../fleet/models.js'
import { pageLimits } from '../limits.js'
import { type HubSocket, Refusal } from './socket.js'

/** What an actor of a node is known by. */
export interface AtNode {
  readonly node: string
  readonly id: string
}

export interface LogPart {
  readonly from: number
  readonly next: number
  readonly text: string
}

const TAIL_LINES = 500

export class Errands {
  readonly #socket: HubSocket

  constructor(socket: HubSocket) {
    this.#socket = socket
  }

  /** @throws Refusal of the hub, and of the node. */
  async start(
    node: string,
    body: { app: string; actor: string; params: Record<string, unknown> },
  ): Promise<string> {
    const done = await this.#done(node, {
      method: 'POST',
      path: '/v1/actors',
      body: JSON.parse(JSON.stringify(body)),
    })
    return idIn(done)
  }

  async startAgain({ node, id }: AtNode): Promise<void> {
    await this.#done(node, { method: 'POST', path: `${pathOf(id)}/start` })
  }

  async stop({ node, id }: AtNode): Promise<void> {
    await this.#done(node, { method: 'POST', path: `${pathOf(id)}/stop`, body: {} })
  }

  async forget({ node, id }: AtNode): Promise<void> {
    await this.#done(node, { method: 'DELETE', path: pathOf(id) })
  }

  /** The last lines; then, from a place, what comes behind it, which is waited for. */
  async log({ node, id }: AtNode, from?: number): Promise<LogPart> {
    const query = from === undefined ? `tail=${TAIL_LINES}` : `from=${from}&waitMs=${pageLimits.logWaitMs}`
    const { log } = await this.#done(node, { method: 'GET', path: `${pathOf(id)}/log?${query}` })
    if (log) return log
    throw new Refusal('hub-fault', 'the node has no log of it')
  }

  async #done(of: string, body: ErrandAsked): Promise<ErrandDone> {
    const done = await this.#socket.ask<ErrandDone>({ do: 'errand', of, body })
    if (done.status < 300) return done
    const { code = 'hub-fault', message = `the node answers ${done.status}` } = errorIn(done.body)
    throw new Refusal(code, message)
  }
}

function pathOf(id: NodeActor['id']): string {
  return `/v1/actors/${encodeURIComponent(id)}`
}

function idIn({ body }: ErrandDone): string {
  return isMembers(body) && typeof body.id === 'string' ? body.id : ''
}

function errorIn(body: unknown): { code?: string; message?: string } {
  if (!isMembers(body) || !isMembers(body.error)) return {}
  const { code, message } = body.error
  return { ...(typeof code === 'string' && { code }), ...(typeof message === 'string' && { message }) }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
