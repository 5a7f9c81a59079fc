/** A request of a peer, until it is answered. */
import type { Buffer } from 'node:buffer'
import type { Endpoint } from '../endpoint.js'
import { type Channel, type Line, Violation } from './channel.js'
import type { OpenFrame } from './channel-frame.js'
import type { Answer, RequestHandler } from './contract.js'
import type { SessionError } from './errors.js'
import { headerBytes } from './labels.js'
import type { Outlet } from './outlet.js'
import { Arriving, type Budget, Leaving } from './payload.js'

export class Answering implements Channel {
  readonly #line: Line
  readonly #open: OpenFrame
  readonly #from: Endpoint
  readonly #handler: RequestHandler
  readonly #settled: () => void
  readonly #payload: Arriving
  readonly #outlet: Outlet
  readonly #abort = new AbortController()
  #isWhole = false

  /** @param settled is called once, when the handler is done: it may go on after nobody waits. */
  constructor(
    line: Line,
    open: OpenFrame,
    { from, handler, budget }: { from: Endpoint; handler: RequestHandler; budget: Budget },
    settled: () => void,
  ) {
    this.#line = line
    this.#open = open
    this.#from = from
    this.#handler = handler
    this.#settled = settled
    this.#payload = new Arriving(budget)
    this.#outlet = line.outlet(Number.MAX_SAFE_INTEGER)
  }

  accepted(): void {
    throw new Violation('a request was accepted by its asker')
  }

  data(bytes: Buffer, isLast: boolean): void {
    if (this.#isWhole) throw new Violation('a request went on after its end')
    const excess = this.#payload.add(bytes)
    if (excess) {
      this.#line.refuse(excess, 'the request is more than may be held')
      this.#close()
    } else if (isLast) {
      this.#isWhole = true
      void this.#answer()
    }
  }

  credit(): void {
    throw new Violation('a request has no window')
  }

  over(error: SessionError): void {
    this.#abort.abort(error)
    this.#outlet.abandon()
    if (!this.#isWhole) this.#close()
  }

  async #answer(): Promise<void> {
    const { topic, headers } = this.#open
    const { signal } = this.#abort
    try {
      const request = { from: this.#from, topic, headers, payload: this.#payload.whole(), signal }
      const answer = await this.#handler(request)
      if (!signal.aborted) this.#reply(answer)
    } catch (error) {
      if (!signal.aborted) this.#line.fail(error)
    } finally {
      this.#close()
    }
  }

  #reply({ headers, payload }: Answer = {}): void {
    const leaving = new Leaving(payload)
    const { first: bytes, isLast } = leaving
    const acceptance = { isLast, window: 0, headers: headerBytes(headers), bytes }
    this.#line.accept(acceptance, () => leaving.send(this.#outlet, () => this.#line.free()))
  }

  #close(): void {
    this.#payload.free()
    this.#settled()
  }
}
