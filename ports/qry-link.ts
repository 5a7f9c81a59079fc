/**
 * The way of a qry port to one answering peer: a dealer of its own. On each connection it says
 *
 *     frame with HELLO, sequence 0, payload:
 *     ┌──────────────────────────────────┬──────────────────────────────────────────────────────┐
 *     │ 8 bytes: the actor id that it    │ MessagePack array of 3 strings: actor, component and │
 *     │ takes the peer for               │ port that ask (`hello.ts`)                           │
 *     └──────────────────────────────────┴──────────────────────────────────────────────────────┘
 *
 * and is ready when the peer answers with a bare HELLO; so a program that merely got the peer's TCP port is
 * never asked anything. A broken connection shows at once. A frame with HELLO and BYE says that the peer does
 * not know this link, because it took this actor for dead: what it was asked is lost, and a new hello is
 * said.
 */
import { AnswerGate } from './answer-gate.js'
import { type Sender, timedSender } from './arrival.js'
import { messageOf, PortError, type QuorateError } from './errors.js'
import { oneLine } from './foreign-text.js'
import { BATCH, BYE, BYTES, bareFrame, ERROR, type FrameHeader, HELLO, readHeader } from './frame.js'
import { helloFrame } from './hello.js'
import { limits } from './limits.js'
import { newLinkId, peerKey, peerOf } from './link.js'
import { Outbox, type OutFrame } from './outbox.js'
import { messagesOf } from './payload.js'
import type { Peer, PeerPort, Port, PortEnvironment } from './port.js'
import { type Gate, readAll } from './reader.js'
import { connect, errnoOf } from './socket-calls.js'
import type { DealerSocket } from './sockets.js'

/** What a link tells its port. */
export interface QryLinkEvents {
  ready(): void
  lost(why: string): void
  answer(id: number, answer: unknown, asBytes: boolean, from: Sender): void
  failed(id: number, error: QuorateError): void
  refuse(reason: string): void
  sent(messages: number): void
  /** Whether an ask() waits for an answer. */
  isAwaited(): boolean
}

/** When an ask() is given up. */
export interface Due {
  readonly timeoutMs: number
  /** Milliseconds of performance.now(). */
  readonly dueMs: number
}

interface Waiter {
  resolve(): void
  reject(error: QuorateError): void
}

/** What a link needs to know of its port. */
type Asker = Pick<Port, 'component' | 'name' | 'path' | 'timed'>

export class QryLink {
  readonly target: PeerPort
  readonly peer: Peer
  ready = false
  readonly #asker: Asker
  readonly #environment: PortEnvironment
  readonly #routingId: Buffer
  readonly #gate: AnswerGate
  readonly #events: QryLinkEvents
  readonly #socket: DealerSocket
  readonly #outbox: Outbox
  #closed = false
  /** Of the queries in the outbox: their time-out, and when the first of them is given up. */
  #timeoutMs = Number.POSITIVE_INFINITY
  #dueMs = Number.POSITIVE_INFINITY
  /** When the first and the last were sent of what nothing was heard after, not even other answers. */
  #owedSinceMs = Number.POSITIVE_INFINITY
  #sentAtMs = 0
  /** When the last hello was said. */
  #helloAtMs = 0
  /** It has no answer yet. */
  #isGreeting = false
  /** The clock is set in rounds of hellos: how many there were, when the last began, and its hellos. */
  #rounds = 0
  #roundAtMs = 0
  #hellos = 0
  /** How long the quickest hello of the round took there and back; of the one before, until one is back. */
  #tripMs = Number.POSITIVE_INFINITY
  #isFirstBack = false
  /** A request got no answer in time: it may be because the clock is wrong. */
  #isDoubtful = false
  /** Of send(): who waits for the socket to take it. */
  readonly #waiters = new Map<number, Waiter>()

  constructor(
    target: PeerPort,
    asker: Asker,
    environment: PortEnvironment,
    gates: readonly Gate[],
    events: QryLinkEvents,
    before?: QryLink,
  ) {
    this.target = target
    this.peer = peerOf(target)
    this.#asker = asker
    this.#environment = environment
    // From a peer that is not ready nothing but a hello is taken.
    this.#gate = new AnswerGate(gates, () => !this.ready || events.isAwaited())
    this.#events = events
    // By its id the peer takes it for the one before, and reads that one no more.
    this.#routingId = before ? before.#routingId : newLinkId(environment.actorId)
    const { endpoint, key: peerKey } = target
    // Within the process nothing is encrypted, and nobody asked.
    const isInner = endpoint.startsWith('inproc:')
    this.#socket = environment.sockets.dealer({ routingId: this.#routingId, peerKey, isInner })
    const options = { what: asker.path, keyed: true, time: () => this.#dueMs, timed: asker.timed }
    this.#outbox = new Outbox(options, (frame) => void this.#write(frame))
  }

  open(): void {
    const { events } = this.#socket
    events.on('handshake', () => this.#beginRound())
    events.on('disconnect', () => this.#broke('the connection broke'))
    connect(this.#socket, this.target.endpoint)
    void readAll(this.#socket, [this.#gate], (parts) => this.#accept(parts))
    // In one process there is no connection to wait for, and no event of it.
    if (this.target.endpoint.startsWith('inproc:')) this.#beginRound()
  }

  /**
   * An ask() waits for this peer: its answer is read, whatever else waits to be handled. The hello that may
   * be due leaves before the query, which waits for the end of the turn.
   */
  asked(nowMs: number): void {
    this.#gate.open()
    const isOld = nowMs - this.#roundAtMs > limits.clockMs
    if (this.#isGreeting && !isOld) return
    if (this.#isDoubtful || isOld) this.#beginRound()
    else if (this.#tripMs >= limits.promptHelloMs && this.#hellos < limits.hellos) this.#sayHello()
  }

  /**
   * What was sent in the last `cutMs`, while the way was cut, waits for TCP to try again; or there is no
   * connection yet. What was sent before that is with the peer.
   */
  isStuck(cutMs: number): boolean {
    if (!this.ready) return true
    const now = performance.now()
    return now - this.#sentAtMs <= cutMs && now - this.#owedSinceMs >= limits.stuckMs
  }

  /** An ask() got no answer in time. */
  timedOut(): void {
    this.#isDoubtful = true
  }

  /** @param due of an ask(): when it is given up. */
  value(query: unknown, id: number, due?: Due, waiter?: Waiter): void {
    this.#makeDue(due)
    this.#outbox.value(query, id)
    // The socket takes it at the earliest in a microtask.
    if (waiter) this.#waiters.set(id, waiter)
  }

  bytes(query: Uint8Array, id: number, due?: Due, waiter?: Waiter): void {
    this.#makeDue(due)
    this.#outbox.bytes(query, id)
    if (waiter) this.#waiters.set(id, waiter)
  }

  /**
   * What is in one frame is given up at one time: queries with different time-outs go in frames of their own.
   */
  #makeDue(due: Due | undefined): void {
    const timeoutMs = due?.timeoutMs ?? Number.POSITIVE_INFINITY
    if (this.#outbox.pending > 0) {
      if (timeoutMs === this.#timeoutMs) return
      this.#outbox.flush()
    }
    this.#timeoutMs = timeoutMs
    this.#dueMs = due ? due.dueMs - Math.min(this.#tripMs, due.timeoutMs / 2) : Number.POSITIVE_INFINITY
  }

  /** Says goodbye and closes; `why` makes what those get who wait for the socket. */
  close(lingerMs: number, why: () => PortError): void {
    if (this.ready) {
      this.#outbox.flush()
      this.#socket.send(bareFrame(BYE, 0)).catch(() => undefined)
    }
    this.#end(Math.max(lingerMs, limits.byeLingerMs), why)
  }

  /** As close(), but at once and without a word: another takes its place. */
  giveUp(why: () => PortError): void {
    this.#end(0, why)
  }

  #end(lingerMs: number, why: () => PortError): void {
    this.ready = false
    this.#closed = true
    this.#environment.sockets.close(this.#socket, lingerMs)
    this.#gate.open()
    this.#failWaiters(why)
  }

  #beginRound(): void {
    this.#rounds++
    this.#roundAtMs = performance.now()
    this.#hellos = 0
    this.#isFirstBack = false
    this.#isDoubtful = false
    this.#sayHello()
  }

  #sayHello(confirms = false): void {
    if (this.#closed) return
    const { component, name: port } = this.#asker
    const from = { actor: this.#environment.actor, component, port }
    this.#hellos++
    this.#helloAtMs = performance.now()
    this.#isGreeting = true
    // Where it fails the connection is gone again, and the next says hello.
    this.#socket.send(helloFrame(this.target.actorId, from, confirms)).catch(() => {
      this.#isGreeting = false
    })
  }

  #broke(why: string): void {
    if (this.#closed) return
    this.ready = false
    this.#outbox.discard()
    this.#tripMs = Number.POSITIVE_INFINITY
    this.#gate.open()
    const text = `${this.#asker.path}: ${peerKey(this.peer)}: ${why}`
    this.#failWaiters(() => new PortError('peer-lost', text))
    this.#events.lost(why)
  }

  #failWaiters(why: () => PortError): void {
    for (const waiter of this.#waiters.values()) waiter.reject(why())
    this.#waiters.clear()
  }

  async #write(frame: OutFrame): Promise<void> {
    try {
      await this.#socket.send(frame.apart ? [frame.head, frame.apart] : frame.head)
    } catch (cause) {
      const error = this.#errorOf(cause)
      for (const id of frame.ids) {
        this.#waiters.get(id)?.reject(error)
        this.#waiters.delete(id)
        this.#events.failed(id, error)
      }
      return
    }
    this.#sentAtMs = performance.now()
    this.#owedSinceMs = Math.min(this.#owedSinceMs, this.#sentAtMs)
    this.#events.sent(frame.count)
    if (this.#waiters.size === 0) return
    for (const id of frame.ids) {
      this.#waiters.get(id)?.resolve()
      this.#waiters.delete(id)
    }
  }

  #errorOf(cause: unknown): PortError {
    const whom = peerKey(this.peer)
    if (errnoOf(cause) === 'EAGAIN') {
      return new PortError(
        'again',
        `${this.#asker.path}: the way to ${whom} is full; send less, or await answers`,
        { cause },
      )
    }
    return new PortError('peer-lost', `${this.#asker.path}: ${whom} cannot be reached: ${messageOf(cause)}`, {
      cause,
    })
  }

  #accept(parts: Buffer[]): number {
    if (this.#closed) return 1
    this.#owedSinceMs = Number.POSITIVE_INFINITY
    const [head] = parts
    const header = head ? readHeader(head) : 'no frame'
    if (typeof header === 'string') {
      this.#events.refuse(header)
      return 1
    }
    if (header.flags & (HELLO | BYE)) {
      this.#control(header)
      return 1
    }
    // Nothing but a hello is taken from a peer that has not said it.
    if (!this.ready) return 1
    const messages = messagesOf(parts, 0, header, true)
    if (typeof messages === 'string') {
      this.#events.refuse(messages)
      return 1
    }
    return this.#dispatch(header, messages)
  }

  #control(header: FrameHeader): void {
    if (header.flags & HELLO && header.flags & BYE) {
      this.#broke('it had forgotten this port')
      // It says so for each query; one hello is enough, and the clock is set by what one takes.
      if (!this.#isGreeting) this.#beginRound()
    } else if (header.flags & BYE) this.#broke('it closed the port')
    else {
      this.#isGreeting = false
      this.#setClock()
      if (this.ready) return
      this.ready = true
      this.#events.ready()
    }
  }

  /**
   * By a hello the peer knows our clock, but for the time that the hello took: of several, the quickest
   * counts. What is given up is given up that much earlier there, so that it is not handled a moment too
   * late; but after half of its time-out at the earliest, that a busy start does not cost short time-outs.
   */
  #setClock(): void {
    const tripMs = performance.now() - this.#helloAtMs
    const isFirst = !this.#isFirstBack
    this.#tripMs = isFirst ? tripMs : Math.min(this.#tripMs, tripMs)
    this.#isFirstBack = true
    if (isFirst && this.#rounds > 1 && tripMs < limits.believedHelloMs) this.#sayHello(true)
  }

  #dispatch(header: FrameHeader, messages: unknown[]): number {
    if (header.flags & ERROR) {
      const [reason] = messages
      if (typeof reason !== 'string') {
        this.#events.refuse('an error that is no text')
        return 1
      }
      const why = oneLine(reason, limits.foreignText)
      const text = `${this.#asker.path}: ${peerKey(this.peer)} answered with an error: ${why}`
      this.#events.failed(header.sequence, new PortError('remote', text))
      return 1
    }
    const asBytes = (header.flags & BYTES) !== 0
    const from = this.#asker.timed ? timedSender(this.peer, header) : this.peer
    if (!(header.flags & BATCH)) {
      this.#events.answer(header.sequence, messages[0], asBytes, from)
      return 1
    }
    for (let i = 0; i + 1 < messages.length; i += 2) {
      const id = messages[i]
      if (typeof id === 'number') this.#events.answer(id, messages[i + 1], asBytes, from)
      else this.#events.refuse('an answer to no query')
    }
    return messages.length / 2
  }
}
