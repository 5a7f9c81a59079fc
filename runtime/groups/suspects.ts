/**
 * Members whose connections broke: whether their processes are gone, a witness of their host tells. What it
 * says is a certificate, on which the others elect at once; without one they wait as long as they promised.
 */
import { setMaxListeners } from 'node:events'
import { runtimeLimits } from '../limits.js'
import type { Witnesses } from './group-place.js'
import type { Listed } from './roster.js'

export interface SuspectsOptions {
  readonly witnesses: Witnesses
  readonly app: string
  /** Whether its directory answers again. */
  isLive(actorId: string): boolean
  /** It is certain. */
  dead(listed: Listed): void
}

export class Suspects {
  readonly #options: SuspectsOptions
  /** Members that are looked at now. */
  readonly #looking = new Set<string>()
  readonly #end = new AbortController()

  constructor(options: SuspectsOptions) {
    this.#options = options
    // As many as are looked at wait for it; Node takes more than ten for a leak.
    setMaxListeners(0, this.#end.signal)
  }

  /** Something is a sign of its death. Once for a member at a time. */
  suspect(listed: Listed): void {
    const { member } = listed.ad
    if (this.#looking.has(member) || this.#end.signal.aborted) return
    this.#looking.add(member)
    this.#look(listed).then(
      () => this.#looking.delete(member),
      () => this.#looking.delete(member),
    )
  }

  close(): void {
    this.#end.abort()
  }

  /** Some die slowly, and some break a connection and live. Rejects at the end. */
  async #look(listed: Listed): Promise<void> {
    const { witnesses, app, dead, isLive } = this.#options
    const { process, ad, record } = listed
    const seat = ad.seat === '' ? undefined : { app, group: ad.group, seat: ad.seat }
    const witness = process?.witness && { ...process.witness, host: record.host }
    const suspect = { incarnation: ad.member, process, seat, ...(witness && { witness }) }
    const looks = Math.ceil(runtimeLimits.witnessMs / runtimeLimits.witnessAgainMs)
    for (let look = 0; look < looks; look++) {
      const verdict = await witnesses.certify(suspect, this.#end.signal)
      if (verdict === 'gone') dead(listed)
      if (verdict !== 'alive' || isLive(record.id)) return
      await new Promise((resolve) => setTimeout(resolve, runtimeLimits.witnessAgainMs).unref())
    }
  }
}
