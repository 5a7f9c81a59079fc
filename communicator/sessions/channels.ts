/** The channels of one session: those that were opened here, and those that the peer opened. */
import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { Endpoint } from '../endpoint.js'
import { Answering } from './answering.js'
import { Asking } from './asking.js'
import { calling } from './call.js'
import { type Channel, Line, Violation } from './channel.js'
import { type ChannelFrame, type OpenFrame, readChannelFrame } from './channel-frame.js'
import type { CallOptions, Reply, RequestOptions } from './contract.js'
import { SessionError, type SessionErrorCode, sessionErrors } from './errors.js'
import { headerBytes, topicBytes } from './labels.js'
import { sessionLimits } from './limits.js'
import { Opening, streamOf } from './opening.js'
import { Budget, Leaving } from './payload.js'
import { SendQueue } from './send-queue.js'
import { SessionStream } from './session-stream.js'
import type { Services } from './topics.js'

const NO_HEADERS = headerBytes()
const NO_BYTES = new Uint8Array()

/** The session that has the channels. */
export interface Host {
  readonly peer: Endpoint
  readonly isOpen: boolean
  /** There is something to send. */
  wake(): void
}

export class Channels {
  readonly queue: SendQueue
  readonly #host: Host
  readonly #services: Services
  readonly #window: number
  readonly #ours = new Map<number, Channel>()
  readonly #theirs = new Map<number, Channel>()
  readonly #replies = new Budget(sessionLimits.payloadsBytes)
  readonly #questions = new Budget(sessionLimits.payloadsBytes)
  /** How many are under way. A handler counts until it is done, though nobody waits for it any more. */
  readonly #counts = { asked: 0, answered: 0, opened: 0, accepted: 0 }
  #last = 0

  constructor(host: Host, services: Services, window: number) {
    this.queue = new SendQueue(() => host.wake())
    this.#host = host
    this.#services = services
    this.#window = window
  }

  async request(topic: string, options: RequestOptions): Promise<Reply> {
    const payload = new Leaving(options.payload)
    const question = { topic: topicBytes(topic), headers: headerBytes(options.headers), payload }
    const { withinMs = sessionLimits.requestMs, signal } = options
    signal?.throwIfAborted()
    this.#count('asked', sessionLimits.requests)
    try {
      return await calling({ withinMs, signal }, (call) => {
        const id = this.#newId()
        const line = this.#line(this.#ours, { channel: id, byOpener: true })
        const asking = new Asking(line, call, this.#replies, question)
        this.#ours.set(id, asking)
        return () => this.#late(asking.cancel(), `'${topic}' was not answered`)
      })
    } finally {
      this.#counts.asked--
    }
  }

  async open(topic: string, options: CallOptions): Promise<Duplex> {
    const opening = { topic: topicBytes(topic), headers: headerBytes(options.headers), window: this.#window }
    const { withinMs = sessionLimits.requestMs, signal } = options
    signal?.throwIfAborted()
    this.#count('opened', sessionLimits.streams)
    const closed = () => {
      this.#counts.opened--
    }
    return calling({ withinMs, signal }, (call) => {
      const id = this.#newId()
      const line = this.#line(this.#ours, { channel: id, byOpener: true })
      const accepted = (stream: SessionStream) => this.#ours.set(id, stream)
      const channel = new Opening(line, call, { ...opening, accepted, closed })
      this.#ours.set(id, channel)
      return () => this.#late(channel.cancel(), `'${topic}' was not accepted`)
    })
  }

  /** Takes in what the peer says. @throws Violation. */
  heard(body: Buffer): void {
    const frame = readChannelFrame(body)
    if (frame === undefined) throw new Violation('a frame of a channel makes no sense')
    if (frame.kind === 'open') this.#opened(frame)
    else this.#continued(frame)
    if (this.queue.waiting > sessionLimits.urgentFrames) throw new Violation('it asks, and takes no answers')
  }

  /** All of them are over. */
  fail(error: SessionError): void {
    for (const channels of [this.#ours, this.#theirs]) {
      const all = [...channels.values()]
      channels.clear()
      for (const channel of all) channel.over(error)
    }
  }

  #continued(frame: Exclude<ChannelFrame, OpenFrame>): void {
    const channels = frame.byOpener ? this.#theirs : this.#ours
    const channel = channels.get(frame.channel)
    // It was reset here while this was under way.
    if (channel === undefined) return
    if (frame.kind === 'accept') channel.accepted(frame)
    else if (frame.kind === 'data') channel.data(frame.bytes, frame.isLast)
    else if (frame.kind === 'window') channel.credit(frame.more)
    else {
      channels.delete(frame.channel)
      channel.over(errorOf(frame, channel instanceof SessionStream))
    }
  }

  #opened(frame: OpenFrame): void {
    if (this.#theirs.has(frame.channel)) throw new Violation('a channel was opened twice')
    const line = this.#line(this.#theirs, { channel: frame.channel, byOpener: false })
    if (frame.isRequest) this.#asked(frame, line)
    else this.#accept(frame, line)
  }

  #asked(frame: OpenFrame, line: Line): void {
    const handler = this.#services.requests.get(frame.topic)
    if (!this.#mayTake(handler, frame, line, 'answered', sessionLimits.requests)) return
    this.#counts.answered++
    const { peer: from } = this.#host
    const answering = new Answering(line, frame, { from, handler, budget: this.#questions }, () => {
      this.#counts.answered--
    })
    this.#theirs.set(frame.channel, answering)
    answering.data(frame.bytes, frame.isLast)
  }

  #accept(frame: OpenFrame, line: Line): void {
    const handler = this.#services.streams.get(frame.topic)
    if (!this.#mayTake(handler, frame, line, 'accepted', sessionLimits.streams)) return
    const stream = streamOf(line, frame, this.#window, () => {
      this.#counts.accepted--
    })
    this.#counts.accepted++
    this.#theirs.set(frame.channel, stream)
    const failed = (error: unknown) => {
      stream.destroy(error instanceof Error ? error : new Error(String(error)))
    }
    try {
      // Whatever it returns: it may be written without types.
      Promise.resolve(handler(stream, this.#host.peer, frame.headers)).catch(failed)
    } catch (error) {
      failed(error)
    }
    if (stream.destroyed) return
    const acceptance = { isLast: false, window: this.#window, headers: NO_HEADERS, bytes: NO_BYTES }
    line.accept(acceptance, () => stream.credit(frame.window))
  }

  /** Whether somebody takes it, and there is room; else it is refused. */
  #mayTake<Handler>(
    handler: Handler | undefined,
    { topic }: OpenFrame,
    line: Line,
    kind: 'answered' | 'accepted',
    most: number,
  ): handler is Handler {
    if (handler === undefined) line.refuse('session-unknown-topic', `nobody serves '${topic}' there`)
    else if (this.#counts[kind] < most) return true
    else line.refuse('session-busy', `${most} are under way, which is the most`)
    return false
  }

  #line(channels: Map<number, Channel>, name: { channel: number; byOpener: boolean }): Line {
    return new Line(name, this.queue, () => channels.delete(name.channel))
  }

  #newId(): number {
    do this.#last = (this.#last + 1) >>> 0
    while (this.#ours.has(this.#last))
    return this.#last
  }

  #count(kind: 'asked' | 'opened', most: number): void {
    if (this.#counts[kind] >= most) {
      const what = kind === 'asked' ? 'requests' : 'streams'
      throw new SessionError('session-busy', `${most} ${what} to '${this.#host.peer.name}' are under way`)
    }
    this.#counts[kind]++
  }

  #late(isHeard: boolean, what: string): SessionError {
    const { peer, isOpen } = this.#host
    return isHeard || isOpen
      ? new SessionError('session-late', `${what} by '${peer.name}' in time`)
      : new SessionError('session-unreachable', `${what}: '${peer.name}' was not connected in time`)
  }
}

/** What the peer ended a channel with, as an error of this end. */
function errorOf(
  { isOfApplication, words: { code, message } }: ChannelFrame & { kind: 'reset' },
  isStream: boolean,
): SessionError {
  if (!isOfApplication && isCode(code)) return new SessionError(code, message)
  return new SessionError(isStream ? 'session-reset' : 'session-refused', message, { remoteCode: code })
}

function isCode(code: string): code is SessionErrorCode {
  return Object.hasOwn(sessionErrors, code)
}
