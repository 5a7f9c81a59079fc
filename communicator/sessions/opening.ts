/** A stream of ours that the peer has not accepted yet. */
import type { Duplex } from 'node:stream'
import type { Call } from './call.js'
import { type Channel, type Line, Violation } from './channel.js'
import type { AcceptFrame } from './channel-frame.js'
import type { SessionError } from './errors.js'
import { sessionLimits } from './limits.js'
import { SessionStream } from './session-stream.js'

export interface OpeningOptions {
  readonly topic: Buffer
  readonly headers: Buffer
  readonly window: number
  /** Takes the place of what opened it. */
  readonly accepted: (stream: SessionStream) => void
  /** Once: it counts no more. */
  readonly closed: () => void
}

export class Opening implements Channel {
  readonly #line: Line
  readonly #call: Call<Duplex>
  readonly #options: OpeningOptions

  constructor(line: Line, call: Call<Duplex>, options: OpeningOptions) {
    const { topic, headers, window } = options
    this.#line = line
    this.#call = call
    this.#options = options
    line.open({ isRequest: false, isLast: false, window, topic, headers, bytes: new Uint8Array() })
  }

  accepted(frame: AcceptFrame): void {
    const { window, accepted, closed } = this.#options
    const stream = streamOf(this.#line, frame, window, closed)
    stream.credit(frame.window)
    accepted(stream)
    this.#call.resolve(stream)
  }

  data(): void {
    throw new Violation('a stream began before it was accepted')
  }

  credit(): void {
    throw new Violation('a stream was given more before it was accepted')
  }

  over(error: SessionError): void {
    this.#options.closed()
    this.#call.reject(error)
  }

  /** Nobody waits any more. Gives false where the peer has never heard of it. */
  cancel(): boolean {
    this.#options.closed()
    return this.#line.reset({ code: 'cancelled', message: 'nobody waits for the stream' }, true)
  }
}

/** A stream by what the other end says of it; it may not send before it is given credit. */
export function streamOf(
  line: Line,
  { window, bytes, isLast }: Pick<AcceptFrame, 'window' | 'bytes' | 'isLast'>,
  own: number,
  closed: () => void,
): SessionStream {
  if (window > sessionLimits.windowMaxBytes || bytes.length > 0 || isLast) {
    throw new Violation('a stream was opened with what it may not have')
  }
  const stream = new SessionStream(line, own, closed)
  // Its end shows in 'close' too: who does not listen for errors is not ended by those of a peer.
  stream.on('error', () => {})
  return stream
}
