/** A request of ours, until its reply is there. */
import type { Buffer } from 'node:buffer'
import type { Call } from './call.js'
import { type Channel, type Line, Violation } from './channel.js'
import type { AcceptFrame } from './channel-frame.js'
import type { Headers, Reply } from './contract.js'
import { SessionError } from './errors.js'
import type { Outlet } from './outlet.js'
import { Arriving, type Budget, type Leaving } from './payload.js'

export interface Question {
  readonly topic: Buffer
  readonly headers: Buffer
  readonly payload: Leaving
}

export class Asking implements Channel {
  readonly #line: Line
  readonly #call: Call<Reply>
  readonly #reply: Arriving
  readonly #outlet: Outlet
  #headers: Headers | undefined

  constructor(line: Line, call: Call<Reply>, budget: Budget, { topic, headers, payload }: Question) {
    this.#line = line
    this.#call = call
    this.#reply = new Arriving(budget)
    // A payload is bounded by itself.
    this.#outlet = line.outlet(Number.MAX_SAFE_INTEGER)
    const { first: bytes, isLast } = payload
    line.open({ isRequest: true, isLast, window: 0, topic, headers, bytes }, () => payload.send(this.#outlet))
  }

  accepted({ headers, bytes, isLast }: AcceptFrame): void {
    if (this.#headers) throw new Violation('a request was answered twice')
    this.#headers = headers
    this.data(bytes, isLast)
  }

  data(bytes: Buffer, isLast: boolean): void {
    if (this.#headers === undefined) throw new Violation('a reply began in its middle')
    const excess = this.#reply.add(bytes)
    if (excess) {
      this.#line.refuse(excess, 'the reply was not taken')
      this.over(new SessionError(excess, 'the reply of the peer is more than may be held here'))
    } else if (isLast) {
      const payload = this.#reply.whole()
      this.#line.free()
      this.#close()
      this.#call.resolve({ headers: this.#headers, payload })
    }
  }

  credit(): void {
    throw new Violation('a request has no window')
  }

  over(error: SessionError): void {
    this.#close()
    this.#call.reject(error)
  }

  /** Nobody waits any more. Gives false where the peer has never heard of it. */
  cancel(): boolean {
    const isHeard = this.#line.reset({ code: 'cancelled', message: 'nobody waits for the reply' }, true)
    this.#close()
    return isHeard
  }

  #close(): void {
    this.#outlet.abandon()
    this.#reply.free()
  }
}
