/** Commands of actors, posted at the hub as any user posts them, and what comes back. */
import { pageLimits } from '../limits.js'
import { type HubSocket, Refusal } from './socket.js'

export interface Call {
  readonly worker: string
  /** '' for the actor itself. */
  readonly component: string
  readonly name: string
  /** One object, or nothing; or several by their place. */
  readonly args: readonly unknown[]
}

/** What it came to, and how long that took. */
export interface Outcome {
  readonly isDone: boolean
  readonly value: unknown
  readonly tookMs: number
}

interface Replies {
  readonly replies: readonly { readonly status: string; readonly data: unknown }[]
  readonly ended: boolean
}

export class Commands {
  readonly #socket: HubSocket

  constructor(socket: HubSocket) {
    this.#socket = socket
  }

  /** @throws Refusal. */
  async call({ worker, component, name, args }: Call): Promise<Outcome> {
    const beganMs = performance.now()
    const body = {
      from: 'page',
      to: [worker],
      object: component,
      method: name,
      args,
      timeoutMs: pageLimits.commandMs,
    }
    const { id } = await this.#socket.ask<{ id: string }>({ do: 'post', body })
    while (performance.now() - beganMs < pageLimits.commandMs + pageLimits.replyWaitMs) {
      const { replies, ended } = await this.#socket.ask<Replies>({
        do: 'replies',
        of: id,
        after: 0,
        waitMs: pageLimits.replyWaitMs,
      })
      const last = replies.at(-1)
      if (!ended) continue
      const tookMs = performance.now() - beganMs
      const value = last?.data ?? null
      return { isDone: last?.status === 'completed', value: last ? value : 'nobody answered', tookMs }
    }
    throw new Refusal('hub-fault', 'nobody answered in time')
  }

  /** Sets a property. @throws Refusal. */
  set(worker: string, component: string, name: string, value: unknown): Promise<Outcome> {
    return this.call({ worker, component: '', name: 'setattr', args: [component, name, value] })
  }
}
