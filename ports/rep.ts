/**
 * rep: gets requests one at a time; what its handler returns, or the promise of it, is the reply. The next
 * request is handled when the handler has settled.
 */
import { AnsweringPort, type ReturningOptions } from './answering-port.js'
import type { MessageType } from './message.js'
import { type Answerer, returning } from './reply.js'

/** A port that replies to req ports, to one request at a time: `Component.rep()`. */
export class Rep<QIn, QOut, AIn, AOut> extends AnsweringPort<QOut, AIn> {
  readonly kind = 'rep'

  constructor(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: Answerer<QOut, AIn>,
    options: ReturningOptions = {},
  ) {
    super(request, reply, returning(handler, options.bytes), options)
  }
}
