/**
 * srv: serves the calls of clt ports one at a time; what its handler returns, or the promise of it, is the
 * answer. The next call is handled when the handler has settled.
 */
import { AnsweringPort, type ReturningOptions } from './answering-port.js'
import type { MessageType } from './message.js'
import { type Answerer, returning } from './reply.js'

/** A port that answers clt ports, one call at a time: `Component.srv()`. */
export class Srv<QIn, QOut, AIn, AOut> extends AnsweringPort<QOut, AIn> {
  readonly kind = 'srv'

  constructor(
    request: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler: Answerer<QOut, AIn>,
    options: ReturningOptions = {},
  ) {
    super(request, answer, returning(handler, options.bytes), options)
  }
}
