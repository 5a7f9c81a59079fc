/**
 * clt: one call at a time, and its answer where it was called: `await call()`. A call that fails, by its
 * time-out or because the server died, leaves the port as it was: the next call works.
 */
import { type AskingOptions, AskingPort, type AskOptions, type Give, type Settle } from './asking-port.js'
import { PortError } from './errors.js'
import type { MessageType } from './message.js'
import type { Gate } from './reader.js'
import { settled } from './settled.js'

/** A clt has no handler, and so no deadline of one. */
export type CltOptions = Omit<AskingOptions, 'deadline'>

/** A port that calls srv ports, one call at a time: `Component.clt()`. */
export class Clt<QIn, QOut, AIn, AOut> extends AskingPort<AIn, AOut> {
  readonly kind = 'clt'
  protected readonly gates: readonly Gate[] = []

  constructor(request: MessageType<QIn, QOut>, answer: MessageType<AIn, AOut>, options: CltOptions = {}) {
    super(request, answer, options)
  }

  /**
   * Calls one server, the next in turn of several or `to`, and resolves with its answer. It always settles;
   * an answer that comes after that is counted in `stats.late` and never delivered.
   * @throws PortError `busy` (a call is under way), `not-connected`, `again`, `timeout`, `peer-lost`,
   * `remote` (the handler there threw), `invalid-answer`, `unencodable`, `too-large`, `closed`.
   */
  call(request: QIn, options: AskOptions = {}): Promise<AOut> {
    return settled((resolve, reject) => {
      this.#call(options, { value: resolve, reject }, (link, id, due) => link.value(request, id, due))
    })
  }

  /** As call(), with bytes for the request and for the answer. */
  callBytes(request: Uint8Array, options: AskOptions = {}): Promise<Uint8Array> {
    return settled((resolve, reject) => {
      this.#call(options, { bytes: resolve, reject }, (link, id, due) => link.bytes(request, id, due))
    })
  }

  protected unawaited(): void {
    this.stats.late++
  }

  #call(options: AskOptions, settle: Settle<AOut>, give: Give): void {
    if (this.inFlight > 0) {
      throw new PortError(
        'busy',
        `${this.path}: a call is under way; await it, or use a qry for several at once`,
      )
    }
    this.begin(options, settle, give)
  }
}
