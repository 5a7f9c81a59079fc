/** What a directory client was told, in order, and a way to wait for it. */
import type { ActorRecord, DirectoryClientEvents, Listing } from '../../../discovery/index.js'
import { Conditions } from '../../support/conditions.js'

export interface Told {
  readonly event: 'welcome' | 'ports' | 'lost' | 'refused' | 'notice'
  readonly atMs: number
  readonly record?: ActorRecord
  readonly listing?: Listing
  readonly text?: string
  readonly code?: string
}

export class ClientLog implements DirectoryClientEvents {
  readonly told: Told[] = []
  readonly #conditions = new Conditions()

  readonly welcome = (record: ActorRecord, listing: Listing): void =>
    this.#add({ event: 'welcome', record, listing })
  readonly ports = (listing: Listing): void => this.#add({ event: 'ports', listing })
  readonly lost = (text: string): void => this.#add({ event: 'lost', text })
  readonly refused = (code: string, text: string): void => this.#add({ event: 'refused', code, text })
  readonly notice = (code: string, text: string): void => this.#add({ event: 'notice', code, text })

  of(event: Told['event']): Told[] {
    return this.told.filter((one) => one.event === event)
  }

  /** The `count`th event of a kind, when it has come. */
  async next(event: Told['event'], count = 1): Promise<Told> {
    await this.#conditions.until(() => this.of(event).length >= count)
    const found = this.of(event)[count - 1]
    if (!found) throw new Error(`no ${event}`)
    return found
  }

  #add(told: Omit<Told, 'atMs'>): void {
    this.told.push({ ...told, atMs: performance.now() })
    this.#conditions.changed()
  }
}
