/** The line of an agent to one of its actors: it connects where the actor listens. */
import { connect, type Socket } from 'node:net'
import type { GroupStatus, LimitEvent } from '../../runtime/index.js'
import { supervisionLimits } from './limits.js'
import { hear, say } from './line.js'
import { openSocketPath } from './socket-path.js'
import { type ToActor, type ToAgent, toAgent } from './words.js'

/** Who of the agent's host tells others whether an actor of its is gone, at an address. */
export type WitnessAt = (host: string) => Promise<{ readonly port: number; readonly key: string } | undefined>

export class ActorLine {
  readonly #socket: Socket
  readonly #witnessAt: WitnessAt
  readonly #waiting = new Map<number, (groups: readonly GroupStatus[] | undefined) => void>()
  #asked: Promise<readonly GroupStatus[] | undefined> | undefined
  #n = 0

  /** @throws Error of the system where there is no folder for it. */
  constructor(path: string, witnessAt: WitnessAt) {
    this.#witnessAt = witnessAt
    const place = openSocketPath(path)
    this.#socket = connect({ path: place.path })
    this.#socket.once('close', () => {
      for (const answer of this.#waiting.values()) answer(undefined)
    })
    // With the first of these it is connected, or never will be.
    let isOpen = true
    for (const event of ['connect', 'close']) {
      this.#socket.once(event, () => {
        if (isOpen) place.close()
        isOpen = false
      })
    }
    this.#socket.unref()
    hear(this.#socket, toAgent, (said) => this.#take(said))
  }

  /** Whether the actor does not listen there, or does not any more. */
  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  /**
   * The groups of the actor, as it sees them now; undefined where it does not answer within
   * `supervisionLimits.answerMs`. Who asks meanwhile is given the same.
   */
  groups(): Promise<readonly GroupStatus[] | undefined> {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined
    })
    return this.#asked
  }

  /** Has its components hear of it. */
  limit(event: LimitEvent): void {
    this.#say({ limit: { ...event } })
  }

  close(): void {
    this.#socket.destroy()
  }

  #ask(): Promise<readonly GroupStatus[] | undefined> {
    if (this.isClosed) return Promise.resolve(undefined)
    const n = ++this.#n
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(undefined), supervisionLimits.answerMs)
      const answer = (groups: readonly GroupStatus[] | undefined): void => {
        clearTimeout(timer)
        this.#waiting.delete(n)
        resolve(groups)
      }
      this.#waiting.set(n, answer)
      this.#say({ ask: 'groups', n })
    })
  }

  #take(said: ToAgent): void {
    if ('groups' in said) this.#waiting.get(said.n)?.(said.groups)
    else if (said.elects !== '') void this.#witness(said.elects)
  }

  async #witness(host: string): Promise<void> {
    const witness = await this.#witnessAt(host)
    if (witness) this.#say({ witness })
  }

  #say(said: ToActor): void {
    say(this.#socket, said)
  }
}
