/**
 * What the kinds that answer share (ans, rep, srv): who asks, which queries are still wanted, and the way of
 * an answer to its asker. A handler that throws answers with an error, so that the asker does not wait for
 * its time-out.
 */
import { type Sender, timedSender } from './arrival.js'
import { BindingPort } from './binding-port.js'
import { PortError } from './errors.js'
import { BATCH, BYE, BYTES, bareFrame, type FrameHeader, HELLO, readHeader, TIMED } from './frame.js'
import { CONFIRMS, MOVES, readHello } from './hello.js'
import { limits } from './limits.js'
import { peerKey, unknownPeer } from './link.js'
import type { MessageType } from './message.js'
import { Outbox, type OutFrame } from './outbox.js'
import { messagesOf } from './payload.js'
import type { Peer, PortOptions } from './port.js'
import { readAll } from './reader.js'
import { type Handler, Reception } from './reception.js'
import { type AnsReply, type Answerer, answering, DUE_MS, FAIL, GIVEN_UP, type Reply } from './reply.js'
import { errnoOf } from './socket-calls.js'
import type { RouterSocket, Sockets } from './sockets.js'

export interface AnsweringOptions extends PortOptions {
  /** TCP port to bind; a free one unless told. */
  readonly port?: number
}

/** Options of a port whose handler returns the answer: rep or srv. */
export interface ReturningOptions extends AnsweringOptions {
  /** Gets the requests in bytes, and returns the answer in bytes. */
  readonly bytes?: Answerer<Uint8Array, Uint8Array>
}

/** A query that recv() gives. */
export interface Query<QOut, AIn> {
  /** What was asked, as its schema gives it; bytes where recvBytes() gave it. */
  readonly value: QOut
  /** Answers it, any number of times, now or later. */
  readonly reply: Reply<AIn>
}

/** How a query came. */
interface Manner {
  readonly asBytes: boolean
  /** When it is given up, by our clock. */
  readonly dueMs: number
  readonly from: Sender
}

interface Asker {
  readonly identity: Buffer
  readonly peer: Peer
  readonly outbox: Outbox
  /** How far our clock is ahead of the asker's, in milliseconds; at most. */
  aheadMs: number
  /** What the last hello showed of that, and when it came. */
  shownMs: number
  shownAtMs: number
  gone: boolean
  /** The same port, by another connection: who is gone gets answers there. */
  successor: Asker | undefined
}

export abstract class AnsweringPort<QOut, AIn> extends BindingPort<RouterSocket> {
  readonly #askers = new Map<string, Asker>()
  protected readonly reception: Reception<QOut, Reply<AIn>, Query<QOut, AIn>, Query<Uint8Array, AIn>>
  #socket: RouterSocket | undefined
  /** When the last query came, and those that wait for what else arrived. */
  #heardAtMs = Number.NEGATIVE_INFINITY
  #deferred: (() => void)[] = []

  constructor(
    query: MessageType<unknown, QOut>,
    answer: MessageType<AIn, unknown>,
    handlers: {
      value: Handler<QOut, Reply<AIn>> | undefined
      bytes: Handler<Uint8Array, Reply<never>> | undefined
    },
    options: AnsweringOptions,
  ) {
    super([query, answer], options, options.port)
    const { value, bytes } = handlers
    this.reception = new Reception(
      query,
      this.receptionOwner,
      { value: value && answering(value), bytes: bytes && answering(bytes) },
      { value: (value, reply) => ({ value, reply }), bytes: (value, reply) => ({ value, reply }) },
    )
  }

  /** Askers that are connected. */
  get connected(): number {
    return this.#askers.size
  }

  /** The actors whose ports may ask, one entry for each port. */
  get askers(): string[] {
    return [...this.#askers.values()].map((asker) => asker.peer.actorId)
  }

  /** The runtime's: an actor is gone, and its askers with it. */
  forget(actorId: string): void {
    for (const [key, asker] of this.#askers) if (asker.peer.actorId === actorId) this.#remove(key, asker)
  }

  protected socket(sockets: Sockets): RouterSocket {
    return sockets.router()
  }

  protected bound(socket: RouterSocket): void {
    this.#socket = socket
    this.reception.open(this.environment.turns)
    void readAll(socket, this.reception.gates, (parts) => this.#accept(socket, parts))
  }

  protected stop(lingerMs: number): void {
    const socket = this.#socket
    for (const [key, asker] of this.#askers) {
      asker.outbox.flush()
      socket?.send([asker.identity, bareFrame(BYE, 0)]).catch(() => undefined)
      this.#remove(key, asker)
    }
    if (socket) closeAfterBye(this.environment.sockets, socket, lingerMs)
    this.#socket = undefined
    this.#deferred = []
    this.reception.close()
  }

  /** A port that comes by another connection is about to give the one before up. */
  #succeed(asker: Asker): void {
    const whose = peerKey(asker.peer)
    for (const former of this.#askers.values()) {
      if (peerKey(former.peer) === whose) former.successor = asker
    }
  }

  #remove(key: string, asker: Asker): void {
    asker.gone = true
    this.#askers.delete(key)
    this.changed()
  }

  #accept(socket: RouterSocket, parts: Buffer[]): number {
    const [identity, head] = parts
    // What was read before the port was closed or reset is dropped: its asker was told.
    if (!identity || !head || socket !== this.#socket) return 1
    const key = identity.toString('latin1')
    const asker = this.#askers.get(key)
    const header = readHeader(head)
    if (typeof header === 'string') {
      this.refuse(asker?.peer ?? unknownPeer(identity), header)
      return 1
    }
    if (header.flags & HELLO) this.#greet(identity, key, head, header)
    else if (!asker) this.#disown(identity)
    else if (header.flags & BYE) this.#remove(key, asker)
    else return this.#takeInTime(asker, header, parts)
    return 1
  }

  /**
   * After a while without queries this process may have hung, and those that come now may be old: then what
   * else arrived is read first, as the goodbye of their asker.
   */
  #takeInTime(asker: Asker, header: FrameHeader, parts: Buffer[]): number {
    const now = performance.now()
    const isQuiet = now - this.#heardAtMs > limits.quietMs
    this.#heardAtMs = now
    if (isQuiet && this.#deferred.length === 0) setImmediate(() => this.#takeDeferred())
    else if (this.#deferred.length === 0) return this.#take(asker, header, parts)
    this.#deferred.push(() => this.#take(asker, header, parts))
    return 1
  }

  #takeDeferred(): void {
    const deferred = this.#deferred
    this.#deferred = []
    for (const take of deferred) take()
  }

  /**
   * A stranger, or a peer that was forgotten because it hung: it hears that its queries are lost, and may say
   * hello.
   */
  #disown(identity: Buffer): void {
    this.refuse(unknownPeer(identity), 'it asked without a hello')
    this.#socket?.send([identity, bareFrame(HELLO | BYE, 0)]).catch(() => undefined)
  }

  #greet(identity: Buffer, key: string, head: Buffer, header: FrameHeader): void {
    const hello = readHello(head, header.payload, identity)
    if (typeof hello === 'string') {
      this.refuse(unknownPeer(identity), hello)
      return
    }
    // The asker may mean a program that had this address before: it is told nothing, and asks nothing.
    if (hello.targetId !== this.environment.actorId) return
    if (!this.#askers.has(key)) {
      if (this.#askers.size >= limits.peersPerPort) {
        this.warn('full', `more than ${limits.peersPerPort} askers; no more are taken`, hello.peer)
        return
      }
      const { peer } = hello
      const outbox = new Outbox(
        { what: this.path, keyed: true, timed: this.timed },
        (frame) => void this.#write(asker, frame),
      )
      const clock = { aheadMs: Number.POSITIVE_INFINITY, shownMs: Number.POSITIVE_INFINITY, shownAtMs: 0 }
      const asker: Asker = {
        identity: Buffer.from(identity),
        peer,
        outbox,
        ...clock,
        gone: false,
        successor: undefined,
      }
      if (header.sequence === MOVES) this.#succeed(asker)
      this.#askers.set(key, asker)
      this.changed()
    }
    this.#setClock(key, header)
    this.#socket?.send([identity, bareFrame(HELLO, 0)]).catch(() => undefined)
  }

  /**
   * How far our clock is ahead of the asker's: no more than any hello shows, but for what the two may have
   * drifted apart since; and anew where the asker confirms a hello, as its clock may have stood still.
   */
  #setClock(key: string, { flags, time, sequence }: FrameHeader): void {
    const asker = this.#askers.get(key)
    if (!asker || !(flags & TIMED)) return
    const nowMs = performance.now()
    const drifted = asker.aheadMs + (nowMs - asker.shownAtMs) * limits.clockDrift
    const shownMs = nowMs - time
    asker.aheadMs = Math.min(sequence === CONFIRMS ? asker.shownMs : drifted, shownMs)
    asker.shownMs = shownMs
    asker.shownAtMs = nowMs
  }

  #take(asker: Asker, header: FrameHeader, parts: Buffer[]): number {
    const messages = messagesOf(parts, 1, header, true)
    if (typeof messages === 'string') {
      this.refuse(asker.peer, messages)
      return 1
    }
    const dueMs = header.flags & TIMED ? header.time + asker.aheadMs : Number.POSITIVE_INFINITY
    const from = this.timed ? timedSender(asker.peer, header) : asker.peer
    const manner = { asBytes: (header.flags & BYTES) !== 0, dueMs, from }
    if (!(header.flags & BATCH)) {
      this.#query(asker, header.sequence, messages[0], manner)
      return 1
    }
    for (let i = 0; i + 1 < messages.length; i += 2) {
      const id = messages[i]
      if (typeof id === 'number') this.#query(asker, id, messages[i + 1], manner)
      else this.refuse(asker.peer, 'a query without an id')
    }
    return messages.length / 2
  }

  /**
   * True, and counted, for an ask() that its asker waits for no longer. What send() sent is wanted at any
   * time.
   */
  #isGivenUp(asker: Asker, id: number, dueMs: number): boolean {
    const isOver = id % 2 === 1 && (!living(asker) || performance.now() > dueMs)
    if (isOver) this.stats.late++
    return isOver
  }

  #query(asker: Asker, id: number, query: unknown, { asBytes, dueMs, from }: Manner): void {
    if (this.#isGivenUp(asker, id, dueMs)) return
    const reply = this.#replyTo(asker, id, dueMs, from)
    let refusal: string | undefined
    if (!asBytes) refusal = this.reception.takeValue(query, reply, asker.peer)
    else if (query instanceof Uint8Array) refusal = this.reception.takeBytes(query, reply)
    if (refusal) asker.outbox.error(refusal, id)
  }

  #replyTo(asker: Asker, id: number, dueMs: number, from: Sender): AnsReply<AIn> {
    const reply = (answer: AIn): boolean => {
      const to = this.#reached(asker)
      to?.outbox.value(answer, id)
      return to !== undefined
    }
    // One by one: Object.assign() would cost as much as the rest of the query.
    reply.from = from
    reply.bytes = (answer: Uint8Array): boolean => {
      const to = this.#reached(asker)
      to?.outbox.bytes(answer, id)
      return to !== undefined
    }
    reply[FAIL] = (text: string): void => {
      this.#reached(asker)?.outbox.error(text, id)
    }
    reply[GIVEN_UP] = (): boolean => this.#isGivenUp(asker, id, dueMs)
    reply[DUE_MS] = dueMs
    return reply
  }

  /** The asker, where it is now; undefined, and counted, where it is known to be gone. */
  #reached(asker: Asker): Asker | undefined {
    const to = living(asker)
    if (!to) this.stats.undelivered++
    return to
  }

  async #write(asker: Asker, frame: OutFrame): Promise<void> {
    const socket = this.#socket
    try {
      if (!socket) throw new PortError('closed', `${this.path} is closed`)
      const { identity } = asker
      await socket.send(frame.apart ? [identity, frame.head, frame.apart] : [identity, frame.head])
      this.stats.sent += frame.count
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') {
        this.stats.dropped += frame.count
        this.warn('full', 'an asker does not take its answers; they are dropped', asker.peer)
        return
      }
      const { successor } = asker
      if (successor && !successor.gone && socket && !socket.closed) {
        await this.#write(successor, frame)
        return
      }
      this.stats.undelivered += frame.count
      if (!asker.gone && socket && !socket.closed) this.#remove(asker.identity.toString('latin1'), asker)
    }
  }
}

/** The asker itself, or as whom it came again; undefined where it is gone. */
function living(asker: Asker): Asker | undefined {
  let at: Asker | undefined = asker
  while (at?.gone) at = at.successor
  return at
}

/**
 * The dealer at the other end forgets what it has not read when the connection breaks: with time to spare the
 * connection stands a little longer, so that the last answers are read.
 */
function closeAfterBye(sockets: Sockets, socket: RouterSocket, lingerMs: number): void {
  if (lingerMs > 0) setTimeout(() => sockets.close(socket), lingerMs).unref()
  else sockets.close(socket, limits.byeLingerMs)
}
