/**
 * Tells a hub of what changes, again and again: when the hub wants to be told, and, where somebody watches,
 * soon after something has happened. A hub that is away, or has forgotten what it was told, is told all anew.
 */
import { setTimeout as after } from 'node:timers/promises'
import { z } from 'zod'
import type { HubConnection } from '../hub/client/connection.js'
import { hubLimits } from '../hub/limits.js'
import { fleetLimits } from './limits.js'

/** What is told. */
export interface News {
  readonly body: object
  /** There is more, which does not wait. */
  readonly isMore?: boolean
}

export interface TellingOptions {
  readonly hub: HubConnection
  readonly do: 'picture' | 'node'
  /** What it is called at the hub. */
  readonly of: string
  /** What has changed since it was asked last; all of it where it has to be. */
  look(isWhole: boolean): News | Promise<News>
  /** Somebody watches from now on, or nobody does. */
  watched?(isWatched: boolean): void
  /** The hub was told. */
  reached?(): void
  /** Why it is not told at present. */
  hindered?(error: unknown): void
}

const wanted = z.object({ watched: z.boolean(), whole: z.boolean() })

export class Telling {
  readonly #options: TellingOptions
  readonly #ending = new AbortController()
  #turn = new AbortController()
  #isWatched = false
  #soon: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(options: TellingOptions) {
    this.#options = options
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Something has happened: where nobody watches, only what is rare is told of soon. */
  happened(isRare = false): void {
    if (!(this.#isWatched || isRare) || this.#soon) return
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      this.#turn.abort()
    }, fleetLimits.lookMs)
    this.#soon.unref()
  }

  /** Resolves when nothing more is told. */
  async stop(): Promise<void> {
    this.#ending.abort()
    this.#turn.abort()
    clearTimeout(this.#soon)
    await this.#running
    this.#watchedBy(false)
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#ending
    let isWhole = true
    while (!signal.aborted) {
      const turn = new AbortController()
      this.#turn = turn
      try {
        const { body, isMore = false } = await this.#options.look(isWhole)
        isWhole = await this.#tell(body, isMore ? 0 : fleetLimits.unwatchedMs, turn.signal)
      } catch (error) {
        // What was told before something happened needs no answer.
        isWhole = !turn.signal.aborted
        if (!isWhole) continue
        this.#options.hindered?.(error)
        await after(hubLimits.refusedMs, undefined, { signal, ref: false }).catch(() => undefined)
      }
    }
  }

  /** Gives whether all is to be told once more. */
  async #tell(body: object, waitMs: number, signal: AbortSignal): Promise<boolean> {
    const { hub, do: what, of, hindered } = this.#options
    const asking = {
      ...{ signal, withinMs: waitMs + hubLimits.askMs },
      failed: (error: unknown): void => hindered?.(error),
    }
    const { watched, whole } = wanted.parse(await hub.insist({ do: what, of, body, waitMs }, asking))
    this.#options.reached?.()
    this.#watchedBy(watched)
    return whole
  }

  #watchedBy(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return
    this.#isWatched = isWatched
    this.#options.watched?.(isWatched)
  }
}
