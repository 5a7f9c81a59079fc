/** The session with one peer at work: its core with a clock and a way out, and the channels on it. */
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { type Endpoint, EndpointState } from '../endpoint.js'
import { Message } from '../message.js'
import { LONGEST_MS } from './call.js'
import { Violation } from './channel.js'
import { Channels, type Host } from './channels.js'
import { type Carrier, SESSION_APP, type SessionsOptions } from './contract.js'
import { SessionError, type SessionErrorCode } from './errors.js'
import { sessionLimits } from './limits.js'
import { type Loss, SessionCore } from './session-core.js'
import { EndReason, ID_BYTES, type SessionFrame } from './session-frame.js'
import type { Services } from './topics.js'

/** Milliseconds from look to look while the communicator has no room: what is due waits for that anyway. */
const BLOCKED_MS = 100

export interface SessionParts {
  readonly carrier: Carrier
  readonly services: Services
  readonly options: Required<SessionsOptions>
  /** Once: it is over, and to be forgotten. */
  readonly ended: (session: Session) => void
}

export class Session implements Host {
  readonly channels: Channels
  #peer: Endpoint
  readonly #parts: SessionParts
  readonly #core: SessionCore
  #isSending = false
  #isWoken = false
  #hasEnded = false
  /** Counts connections and their ends: what failed before another began says nothing of that. */
  #changes = 0
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(peer: Endpoint, parts: SessionParts) {
    this.#peer = peer
    this.#parts = parts
    this.#core = new SessionCore(randomBytes(ID_BYTES), parts.options, performance.now())
    this.channels = new Channels(this, parts.services, parts.options.windowBytes)
    this.changed(peer)
  }

  get peer(): Endpoint {
    return this.#peer
  }

  get isOpen(): boolean {
    return this.#core.isOpen
  }

  /** The peer was connected, by whatever connection, or lost it. */
  changed(peer: Endpoint): void {
    this.#peer = peer
    this.#changes++
    const now = performance.now()
    if (peer.state === EndpointState.READY) this.#core.connected(now)
    else this.#core.disconnected(now)
    this.#look()
  }

  /** Takes in what came. Gives false where it is of another session of the peer's: then this one is over. */
  heard(frame: SessionFrame | 'malformed'): boolean {
    if (frame === 'malformed') {
      this.#violated('a frame makes no sense')
      return true
    }
    const body = this.#core.heard(frame, performance.now())
    try {
      if (body) this.channels.heard(body)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      this.#violated(error.message)
    } finally {
      this.#look()
    }
    return this.#core.loss !== 'restarted'
  }

  wake(): void {
    if (this.#isWoken) return
    this.#isWoken = true
    // What else is done in this turn leaves with it.
    queueMicrotask(() => {
      this.#isWoken = false
      this.#look()
    })
  }

  /** Ends it, and tells the peer why, where there is a way. Resolves when that has left. */
  async end(error: SessionError, why: EndReason | undefined): Promise<void> {
    if (this.#hasEnded) return
    const farewell = why === undefined ? undefined : this.#core.farewell(why)
    this.#over(error)
    if (farewell) await this.#send(farewell)
  }

  #violated(text: string): void {
    const error = new SessionError('session-violated', `'${this.#peer.name}' broke the protocol: ${text}`)
    void this.end(error, EndReason.violated)
  }

  #over(error: SessionError): void {
    this.#hasEnded = true
    clearTimeout(this.#timer)
    this.#parts.ended(this)
    this.channels.fail(error)
  }

  /** Does what is due, and looks again when something will be. */
  #look(): void {
    if (this.#hasEnded) return
    const now = performance.now()
    this.#core.tick(now)
    const { loss } = this.#core
    if (loss) void this.end(errorOf(loss, this.#peer.name), reasonOf(loss))
    else {
      if (!this.#isSending) void this.#drain()
      this.#setTimer(now)
    }
  }

  #setTimer(now: number): void {
    const { deadline } = this.#core
    // One that is early looks, and is set again.
    if (this.#timerAt <= deadline) return
    clearTimeout(this.#timer)
    this.#timerAt = deadline
    const inMs = Math.min(Math.max(this.#isSending ? BLOCKED_MS : 1, deadline - now), LONGEST_MS)
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#look()
    }, inMs).unref()
  }

  /** Sends what there is to send, as fast as the communicator has room. */
  async #drain(): Promise<void> {
    this.#isSending = true
    for (;;) {
      const frame = this.#next()
      if (frame === undefined) break
      const changes = this.#changes
      const isSent = await this.#send(frame)
      if (!isSent && changes === this.#changes) this.#cut()
    }
    this.#isSending = false
    if (!this.#hasEnded) this.#setTimer(performance.now())
  }

  #next(): Buffer | undefined {
    if (this.#hasEnded) return undefined
    const now = performance.now()
    const frame = this.#core.take(now)
    if (frame) return frame
    const body = this.channels.queue.next(this.#core.room, this.#core.bulkRoom)
    if (body === undefined) return undefined
    this.#core.submit(body, now)
    return this.#core.take(now)
  }

  async #send(frame: Buffer): Promise<boolean> {
    try {
      await this.#parts.carrier.send(this.#peer.name, SESSION_APP, new Message(undefined, frame))
      return true
    } catch {
      return false
    }
  }

  /** The communicator did not send: what it had is gone. It may be connected all the same, in a while. */
  #cut(): void {
    if (this.#hasEnded) return
    this.#core.disconnected(performance.now())
    setTimeout(() => {
      const peer = this.#parts.carrier.findEndpoint(this.#peer.name)
      if (!this.#hasEnded && peer?.state === EndpointState.READY) this.changed(peer)
    }, sessionLimits.askAgainMs).unref()
  }
}

const LOSSES: Readonly<Record<Loss, readonly [code: SessionErrorCode, text: string]>> = {
  restarted: ['session-lost', 'restarted, or gave the session up'],
  closed: ['session-lost', 'closed its sessions'],
  'gave-up': ['session-lost', 'heard nothing of this end for too long'],
  accused: ['session-violated', 'says that this end broke the protocol'],
  full: ['session-busy', 'has as many sessions as it may'],
  away: ['session-lost', 'was away for too long'],
  unanswered: ['session-unanswered', 'is connected and does not answer: it is no quorate, or too old'],
  violated: ['session-violated', 'broke the protocol'],
}

function errorOf(loss: Loss, peer: string): SessionError {
  const [code, text] = LOSSES[loss]
  return new SessionError(code, `'${peer}' ${text}`)
}

/** What the peer is told; undefined where it knows already. */
function reasonOf(loss: Loss): EndReason | undefined {
  if (loss === 'violated') return EndReason.violated
  return loss === 'away' || loss === 'unanswered' ? EndReason.away : undefined
}
