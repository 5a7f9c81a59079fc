/**
 * The list of who is revoked as the actors of an app hand it on to each other: whoever has a newer one is
 * asked for it, and it counts when the app key vouches for it. So it need reach one actor only, and nobody
 * holds it back from others.
 */
import { createHash } from 'node:crypto'
import type { Revocations, RevokedAd, RevokedList } from '../discovery/index.js'
import { type RevocationList, readRevocationList, type Trust, takesOver } from '../ports/security/index.js'

export interface HandedRevocationsOptions {
  readonly app: string
  /** Whom the actor trusts now. */
  trust(): Trust
  /** A list that is in force from now on; `trust` need not have it yet. */
  newer(list: RevocationList): void
  /** What came is none. */
  refused(from: string, why: string): void
}

export class HandedRevocations implements Revocations {
  readonly #options: HandedRevocationsOptions
  /** It is about to be in force. */
  #coming: RevocationList | undefined
  /** The list that was named last. */
  #named: { readonly list: RevocationList; readonly ad: RevokedAd } | undefined

  constructor(options: HandedRevocationsOptions) {
    this.#options = options
  }

  get list(): RevokedList | undefined {
    const known = this.#options.trust().revocations
    if (!known || !this.#isOver(known, undefined)) return undefined
    return { ...this.#adOf(known), bytes: known.bytes }
  }

  isWanted({ number, digest }: RevokedAd): boolean {
    const known = this.#known()
    if (!known || !this.#isOver(known, undefined)) return true
    return number > known.number || (number === known.number && digest !== this.#adOf(known).digest)
  }

  take(bytes: Uint8Array, from: string): void {
    const { app, trust, newer, refused } = this.#options
    const list = readRevocationList(bytes, trust().anchors)
    if (typeof list === 'string') refused(from, list)
    else if (list.app !== app) refused(from, `of the app ${list.app}`)
    else if (this.#isOver(list, this.#known())) {
      this.#coming = list
      newer(list)
    }
  }

  #known(): RevocationList | undefined {
    const { revocations } = this.#options.trust()
    return this.#coming && this.#isOver(this.#coming, revocations) ? this.#coming : revocations
  }

  #isOver(list: RevocationList, known: RevocationList | undefined): boolean {
    return takesOver(list, known, this.#options.trust().anchors, Date.now())
  }

  #adOf(list: RevocationList): RevokedAd {
    if (this.#named?.list === list) return this.#named.ad
    const digest = createHash('sha256').update(list.bytes).digest('hex').slice(0, 32)
    const ad = { number: list.number, digest }
    this.#named = { list, ad }
    return ad
  }
}
