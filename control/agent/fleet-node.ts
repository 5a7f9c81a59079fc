/**
 * A node in the fleet of a hub: tells it of its actors, and goes on its errands. Actors need the hub for
 * nothing: one that is away is asked again, and nothing is ended for it.
 */

import { hostname } from 'node:os'
import { setTimeout as after } from 'node:timers/promises'
import { z } from 'zod'
import { messageOf } from '../../ports/index.js'
import type { Errand } from '../fleet/errands.js'
import { fleetLimits } from '../fleet/limits.js'
import { errandAsked, type NodeWho } from '../fleet/models.js'
import { Telling } from '../fleet/telling.js'
import { type HubAddress, HubConnection } from '../hub/client/connection.js'

import { HubError } from '../hub/errors.js'
import { hubLimits } from '../hub/limits.js'
import type { ErrandRunner } from './errand-runner.js'
import { NodePicture, type PicturedNode } from './node-picture.js'

/** The hub that an agent tells of its node. */
export type HubOfNode = HubAddress

/** With what the node is called there. */
export interface NodeAtHub extends HubOfNode {
  /** What no other node of the hub is called. */
  readonly name: string
  /** What it is chosen by. Default none. */
  readonly labels?: Readonly<Record<string, string>>
  /** Of quorate. */
  readonly version: string
  /** Told what the operator may like to know, once each time that it is another. */
  tell(text: string): void
}

export interface FleetNodeOptions extends PicturedNode {
  readonly supervisor: PicturedNode['supervisor'] & { listen(changed: () => void): () => void }
  readonly errands: ErrandRunner
}

const given = z.object({ errands: z.array(errandAsked.extend({ id: z.string() })) })

export class FleetNode {
  readonly #at: NodeAtHub
  readonly #options: FleetNodeOptions
  readonly #hub: HubConnection
  readonly #telling: Telling
  readonly #ending = new AbortController()
  #forget: () => void = () => undefined
  /** The code of why the hub is not told; '' where it is. */
  #trouble: string | undefined

  /** Dials when it is started. @throws HubError `hub-bad-option`. */
  constructor(at: NodeAtHub, options: FleetNodeOptions) {
    this.#at = at
    this.#options = options
    this.#hub = new HubConnection(at)
    const picture = new NodePicture(options, whoOf(at))
    this.#telling = new Telling({
      ...{ hub: this.#hub, do: 'node', of: at.name },
      look: (isWhole) => picture.look(isWhole),
      reached: () => this.#tell('', `this node is ${at.name} at the hub`),
      hindered: (error) => this.#hindered(error),
    })
  }

  start(): void {
    this.#forget = this.#options.supervisor.listen(() => this.#telling.happened(true))
    this.#telling.start()
    void this.#fetch()
  }

  /** Resolves when the hub is told nothing more. */
  async stop(): Promise<void> {
    this.#forget()
    this.#ending.abort()
    await this.#telling.stop()
    this.#hub.close()
  }

  /** Errand after errand. Never rejects. */
  async #fetch(): Promise<void> {
    const { signal } = this.#ending
    const waitMs = hubLimits.workerWaitMs
    const question = { do: 'errands', of: this.#at.name, waitMs }
    while (!signal.aborted) {
      try {
        const asking = { signal, withinMs: waitMs + hubLimits.askMs }
        const { errands } = given.parse(await this.#hub.insist(question, asking))
        for (const errand of errands) void this.#goOn(errand)
      } catch {
        // Why, is told where it is told of its actors.
        await after(hubLimits.retryMaxMs, undefined, { signal, ref: false }).catch(() => undefined)
      }
    }
  }

  /** Never rejects. */
  async #goOn(errand: Errand): Promise<void> {
    const outcome = await this.#options.errands.run(errand)
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(fleetLimits.errandMs)])
    const question = { do: 'errandDone', of: this.#at.name, body: { id: errand.id, outcome } }
    // Whoever wanted it is told that it did not come.
    await this.#hub.insist(question, { signal }).catch(() => undefined)
  }

  #hindered(error: unknown): void {
    const trouble = error instanceof HubError ? error.code : 'failed'
    this.#tell(trouble, `the hub is not told of this node: ${messageOf(error)}`)
  }

  /** Each once, until it is another. */
  #tell(trouble: string, text: string): void {
    if (trouble === this.#trouble || this.#ending.signal.aborted) return
    this.#trouble = trouble
    this.#at.tell(text)
  }
}

function whoOf({ labels = {}, version }: NodeAtHub): NodeWho {
  const started = Math.round(performance.timeOrigin)
  return { host: hostname(), version, pid: process.pid, started, labels: { ...labels } }
}
