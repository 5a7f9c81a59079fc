/** One channel of a session, as what happens on it comes and as what is done with it leaves. */
import type { Buffer } from 'node:buffer'
import {
  type Acceptance,
  type AcceptFrame,
  acceptFrame,
  type ChannelName,
  type Opening,
  openFrame,
  resetFrame,
  windowFrame,
} from './channel-frame.js'
import type { SessionError, SessionErrorCode } from './errors.js'
import { type ErrorWords, wordsOf } from './labels.js'
import { Outlet } from './outlet.js'
import type { SendQueue } from './send-queue.js'

/** Whoever has a channel. What breaks the protocol throws a Violation. */
export interface Channel {
  /** The peer accepted what was opened here. */
  accepted(frame: AcceptFrame): void
  data(bytes: Buffer, isLast: boolean): void
  /** So many bytes more may be sent. */
  credit(more: number): void
  /** It is over: by the peer, or because the session is. Nothing follows. */
  over(error: SessionError): void
}

/** What came breaks the protocol: the session with this peer ends, and nothing else. */
export class Violation extends Error {}

/** What a channel may do. */
export class Line {
  readonly #name: ChannelName
  readonly #queue: SendQueue
  readonly #free: () => void
  #opening: Buffer | undefined

  /** @param free forgets the channel: what still comes for it is ignored. */
  constructor(name: ChannelName, queue: SendQueue, free: () => void) {
    this.#name = name
    this.#queue = queue
    this.#free = free
  }

  /** Asks the peer to take the channel; `onLeft` is called when what follows may be sent. */
  open(opening: Opening, onLeft?: () => void): void {
    this.#opening = openFrame(this.#name.channel, opening)
    this.#queue.urgent(this.#opening, onLeft)
  }

  accept(acceptance: Acceptance, onLeft?: () => void): void {
    this.#queue.urgent(acceptFrame(this.#name.channel, acceptance), onLeft)
  }

  outlet(credit: number): Outlet {
    return new Outlet(this.#name, this.#queue, credit)
  }

  /** So many bytes more may come. */
  more(bytes: number): void {
    this.#queue.urgent(windowFrame(this.#name, bytes))
  }

  /** Both directions have ended. */
  free(): void {
    this.#free()
  }

  /** Ends both directions at once. Gives false where the peer has never heard of the channel. */
  reset(words: ErrorWords, isOfApplication: boolean): boolean {
    this.#free()
    if (this.#opening && this.#queue.withdraw(this.#opening)) return false
    this.#queue.urgent(resetFrame(this.#name, isOfApplication, words))
    return true
  }

  /** Refuses it for a reason of the session. */
  refuse(code: SessionErrorCode, message: string): void {
    this.reset({ code, message }, false)
  }

  /** Ends it by an error of the application. */
  fail(error: unknown): void {
    this.reset(wordsOf(error), true)
  }
}
