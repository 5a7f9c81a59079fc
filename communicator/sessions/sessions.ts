/**
 * Requests, streams and transfers between two communicators of quorate, over one session with each peer. A
 * session outlives connections: what was sent arrives once and in order, however often the way breaks, until
 * the peer restarts or is away for longer than `holdMs`; then all that is under way fails with a typed error.
 */
import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { Endpoint } from '../endpoint.js'
import { Message } from '../message.js'
import { receivesBlobs } from './blob-receiver.js'
import { sendsBlob } from './blob-sender.js'
import {
  type BlobHandler,
  type BlobOptions,
  type BlobSource,
  type CallOptions,
  type Carrier,
  type Reply,
  type RequestHandler,
  type RequestOptions,
  SESSION_APP,
  type SessionsOptions,
  type StreamHandler,
} from './contract.js'
import { SessionError } from './errors.js'
import { sessionLimits } from './limits.js'
import { Session } from './session.js'
import { EndReason, endFrame, NO_ID, readSessionFrame } from './session-frame.js'
import { Topics } from './topics.js'

/** All sessions of one communicator. Make it before `start()`, so that no peer asks in vain. */
export class Sessions {
  readonly #carrier: Carrier
  readonly #options: Required<SessionsOptions>
  readonly #services = { requests: new Topics<RequestHandler>(), streams: new Topics<StreamHandler>() }
  readonly #sessions = new Map<string, Session>()
  /** Those who are being told that their session is not known here. */
  readonly #told = new Set<string>()
  readonly #undo: readonly (() => void)[]
  #closing: Promise<void> | undefined

  /**
   * Answers peers from now on. @throws CommError `BAD_CONFIG` where the communicator has sessions already.
   */
  constructor(communicator: Carrier, options: SessionsOptions = {}) {
    const { holdMs, answerMs, windowBytes, resendBytes, windowMaxBytes } = sessionLimits
    this.#carrier = communicator
    this.#options = {
      holdMs: options.holdMs ?? holdMs,
      answerMs: options.answerMs ?? answerMs,
      windowBytes: Math.min(options.windowBytes ?? windowBytes, windowMaxBytes),
      resendBytes: Math.max(options.resendBytes ?? resendBytes, 2 * sessionLimits.reserveBytes),
    }
    this.#undo = [
      communicator.registerMessageReceiver(SESSION_APP, {
        processMessage: (peer, _connection, _app, { payload }) => this.#heard(peer, payload),
      }),
      communicator.registerMonitor({
        stateChange: (peer) => this.#sessions.get(peer.name)?.changed(peer),
      }),
    ]
  }

  /**
   * Asks a peer, and gives its reply. While the peer is away it waits. The payload may not change until then.
   * @throws SessionError; the signal's reason where that aborts.
   */
  async request(peer: string, topic: string, options: RequestOptions = {}): Promise<Reply> {
    return this.#with(peer).channels.request(topic, options)
  }

  /** Answers requests for a topic; gives its undoing. @throws SessionError `session-topic-taken`. */
  serve(topic: string, handler: RequestHandler): () => void {
    return this.#services.requests.add(topic, handler)
  }

  /**
   * Opens a stream: resolves when the peer has accepted it. It survives reconnects. `end()` closes one
   * direction, `destroy(error)` both, and the other end hears the code of the error. @throws SessionError.
   */
  async open(peer: string, topic: string, options: CallOptions = {}): Promise<Duplex> {
    return this.#with(peer).channels.open(topic, options)
  }

  /** Takes streams that are opened for a topic; gives its undoing. @throws SessionError. */
  accept(topic: string, handler: StreamHandler): () => void {
    return this.#services.streams.add(topic, handler)
  }

  /**
   * Sends bytes that the peer may have in part, and resolves when it has them all, with their number. It goes
   * on where it was after whatever broke, restarts of the peer among it, until it does not get on for
   * `stuckMs`; after a restart of our own, call it again with the same id. @throws SessionError.
   */
  sendBlob(peer: string, topic: string, source: BlobSource, options: BlobOptions): Promise<number> {
    return sendsBlob((call) => this.open(peer, topic, call), source, options)
  }

  /** Takes transfers for a topic; gives its undoing. @throws SessionError `session-topic-taken`. */
  receiveBlobs(topic: string, handler: BlobHandler): () => void {
    return this.accept(topic, receivesBlobs(handler))
  }

  /** Ends all sessions: what is under way fails, here and at the peers. Idempotent, resolves always. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const undo of this.#undo) undo()
    const error = new SessionError('session-closed', 'the sessions of this end were closed')
    const told = [...this.#sessions.values()].map((session) => session.end(error, EndReason.closed))
    const late = new AbortController()
    const patience = delay(sessionLimits.closeMs, undefined, { signal: late.signal }).catch(() => {})
    await Promise.race([Promise.all(told), patience])
    late.abort()
  }

  /** @throws SessionError. */
  #with(name: string): Session {
    if (this.#closing) throw new SessionError('session-closed', 'the sessions of this end were closed')
    const known = this.#sessions.get(name)
    return known ?? this.#begin(this.#carrier.findEndpoint(name) ?? new Endpoint(name))
  }

  #begin(peer: Endpoint): Session {
    if (this.#sessions.size >= sessionLimits.sessions) {
      throw new SessionError(
        'session-busy',
        `${sessionLimits.sessions} sessions are there, which is the most`,
      )
    }
    const session = new Session(peer, {
      carrier: this.#carrier,
      services: this.#services,
      options: this.#options,
      ended: () => {
        if (this.#sessions.get(peer.name) === session) this.#sessions.delete(peer.name)
      },
    })
    this.#sessions.set(peer.name, session)
    return session
  }

  #heard(peer: Endpoint, payload: Buffer | undefined): void {
    const frame = readSessionFrame(payload)
    if (frame === 'foreign') return
    const known = this.#sessions.get(peer.name)
    if (known?.heard(frame) || frame === 'malformed' || frame.kind !== 'hello') return
    // A peer that restarted does not know the session that was here, and is not asked about it.
    if (!frame.to.equals(NO_ID)) this.#tell(peer, frame.from, EndReason.unknown)
    else if (this.#sessions.size >= sessionLimits.sessions) this.#tell(peer, frame.from, EndReason.full)
    else this.#begin(peer).heard(frame)
  }

  /** One word at a time: who asks and does not listen gets no more. */
  #tell({ name }: Endpoint, session: Buffer, why: EndReason): void {
    if (this.#told.has(name)) return
    this.#told.add(name)
    const over = () => this.#told.delete(name)
    this.#carrier.send(name, SESSION_APP, new Message(undefined, endFrame(session, why))).then(over, over)
  }
}
