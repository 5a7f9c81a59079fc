/**
 * The list of what an app has taken back, handed on from actor to actor over the connections of directories:
 *
 *     a directory    welcome { …, revoked: number and digest }      says which list it has
 *     its client     revoked { }                                    has an older one, and asks
 *     a directory    revoked { list }                               gives it, whole
 *
 * So an unknown frame is sent to nobody: who asks was offered something. What is in a list, whether it is
 * newer and whether anybody vouches for it is judged elsewhere; here it is bytes with a number.
 */
import { discoveryLimits } from './limits.js'

/** Names a list without having it. */
export interface RevokedAd {
  readonly number: number
  /** 32 hex characters of its SHA-256. */
  readonly digest: string
}

/** A list, as it travels. */
export interface RevokedList extends RevokedAd {
  readonly bytes: Uint8Array
}

/** Has the list of an actor, and judges those of others. */
export interface Revocations {
  /** What there is to hand on; undefined where nothing is. */
  readonly list: RevokedList | undefined
  /** Whether a list of this name would be in force here, were it what it says. */
  isWanted(ad: RevokedAd): boolean
  /** Somebody at the address `from` gave this. Never throws. */
  take(bytes: Uint8Array, from: string): void
}

/** Asks one directory for what it offers: one list at a time, and seldom. */
export class RevokedAsker {
  readonly #revocations: Revocations
  readonly #ask: () => void
  #offer: RevokedAd | undefined
  #isAsked = false
  #askedAtMs = Number.NEGATIVE_INFINITY

  constructor(revocations: Revocations, ask: () => void) {
    this.#revocations = revocations
    this.#ask = ask
  }

  /** The directory has this. */
  offered(offer: RevokedAd | undefined, nowMs: number): void {
    this.#offer = offer
    this.look(nowMs)
  }

  /** Asks for what was offered where that is wanted, and due. To be called now and then. */
  look(nowMs: number): void {
    if (!this.#offer || nowMs - this.#askedAtMs < discoveryLimits.revokedAskMs) return
    if (!this.#revocations.isWanted(this.#offer)) {
      this.#offer = undefined
      return
    }
    this.#askedAtMs = nowMs
    this.#isAsked = true
    this.#ask()
  }

  /** What was not asked for is not looked at. */
  arrived(bytes: Uint8Array, from: string): void {
    if (!this.#isAsked) return
    this.#isAsked = false
    this.#offer = undefined
    this.#revocations.take(bytes, from)
  }
}
