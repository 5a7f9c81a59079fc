/**
 * The way of a sub port from one publisher: a socket of its own, and what is known of the publisher's
 * sequence. It decides which messages are new and how many went missing; what becomes of them is the port's.
 *
 * Where the publisher is at another address, or has another key, while it is still heard at the former, the
 * next link is made before this one is given up: the welcome says from which message on it has all, and it is
 * not read until those before have come here.
 */
import { type Sender, timedSender } from './arrival.js'
import { BYE, BYTES, ERROR, type FrameHeader, HELLO, KEYED, readHeader, TIMED } from './frame.js'
import { limits } from './limits.js'
import { newLinkId, peerOf } from './link.js'
import { messagesOf } from './payload.js'
import type { Peer, PeerPort, PortEnvironment } from './port.js'
import { type Gate, readAll } from './reader.js'
import { connect } from './socket-calls.js'
import type { SubscriberSocket } from './sockets.js'
import { isAddressed, LIVE_TOPIC_BYTES, liveTopic, OWN_TOPIC_BYTES, ownTopic } from './subscription.js'
import { Turn } from './turn.js'

/** What a link tells its port. */
export interface SubLinkEvents {
  message(message: unknown, asBytes: boolean, from: Sender): void
  missed(messages: number): void
  refuse(reason: string): void
  /** `welcomed` is another than before. */
  changed(): void
}

/** What is known of a publisher's sequence, by all links to it. */
interface Sequence {
  /** Number of the next message; 0 before the first. */
  next: number
}

/** Flags that have no meaning from a publisher. */
const SENSELESS = TIMED | KEYED | ERROR | BYE

export interface SubLinkOptions {
  /** The link to the same publisher that this one takes the place of: its sequence goes on. */
  readonly before: unknown
  readonly events: SubLinkEvents
  /** What holds the reading of the socket back. */
  readonly gates: readonly Gate[]
  readonly timed: boolean
}

export class SubLink {
  readonly target: PeerPort
  readonly peer: Peer
  readonly socket: SubscriberSocket
  readonly #sockets: PortEnvironment['sockets']
  readonly #events: SubLinkEvents
  readonly #timed: boolean
  readonly #gates: readonly Gate[]
  readonly #sequence: Sequence
  #isWelcomed = false
  /** It is heard until this one is welcomed, and has all that follows. */
  #former: SubLink | undefined
  /** What another that takes its place waits for. */
  #onReach: { readonly sequence: number; readonly done: () => void } | undefined
  readonly #turn = new Turn()
  /** The messages that the publisher keeps are coming; live ones are among them, or come after. */
  #filling = false
  #closed = false
  #drain: NodeJS.Timeout | undefined

  constructor(target: PeerPort, environment: PortEnvironment, options: SubLinkOptions) {
    const { before, events, gates, timed } = options
    this.target = target
    this.peer = peerOf(target)
    this.#sockets = environment.sockets
    this.#events = events
    this.#timed = timed
    this.#gates = [this.#turn, ...gates]
    this.#sequence = before instanceof SubLink ? before.#sequence : { next: 0 }
    this.socket = environment.sockets.subscriber({ peerKey: target.key })
    this.socket.subscribe(liveTopic(target.actorId), ownTopic(newLinkId(environment.actorId), target.actorId))
    if (before instanceof SubLink) this.#former = before.#handOver()
  }

  /** The publisher has confirmed the subscription, and the connection stands. */
  get welcomed(): boolean {
    return this.#isWelcomed || this.#former?.welcomed === true
  }

  open(): void {
    this.socket.events.on('disconnect', () => this.#disconnected())
    connect(this.socket, this.target.endpoint)
    void readAll(this.socket, this.#gates, (parts) => this.accept(parts))
  }

  /** Takes what is on its way for `ms` more, then closes. */
  drainThenClose(ms: number, closed: () => void): void {
    this.#isWelcomed = false
    if (this.#former) this.#former.#isWelcomed = false
    this.#drain = setTimeout(() => {
      this.close()
      closed()
    }, ms).unref()
  }

  /** Closes at once; hands over nothing more. */
  close(): void {
    clearTimeout(this.#drain)
    this.#closed = true
    this.#isWelcomed = false
    this.#sockets.close(this.socket)
    this.#turn.come()
    this.#former?.close()
    this.#former = undefined
    this.#reached(Number.POSITIVE_INFINITY)
  }

  /** The link that hears the publisher now, for another that takes its place; undefined where none does. */
  #handOver(): SubLink | undefined {
    if (this.#closed || this.#drain) return undefined
    if (this.#isWelcomed) return this
    const former = this.#former
    this.#former = undefined
    // It waits for another link from now on.
    if (former) former.#onReach = undefined
    this.close()
    return former
  }

  /** Takes in the parts of a ZeroMQ message; returns how many messages they held. */
  accept(parts: Buffer[]): number {
    const [head] = parts
    if (!head || this.#closed) return 1
    const addressed = isAddressed(head)
    // Before the welcome it is unknown what came earlier; the messages kept for newcomers come with it.
    if (!addressed && (this.#filling || (!this.#isWelcomed && this.#sequence.next === 0))) return 1
    const header = readHeader(head, addressed ? OWN_TOPIC_BYTES : LIVE_TOPIC_BYTES)
    if (typeof header === 'string') {
      this.#events.refuse(header)
      return 1
    }
    if (header.flags & HELLO) {
      this.#welcome(header)
      return 1
    }
    // Until then the former link has it.
    if (this.#former) return 1
    // To one that was welcomed, live messages are addressed as well while another subscriber is full.
    this.#filling = addressed && !this.#isWelcomed
    return this.#take(header, parts)
  }

  #welcome(header: FrameHeader): void {
    this.#filling = false
    if (this.#former) {
      this.#awaitFormer(this.#former, header.sequence)
      return
    }
    this.#skipTo(header.sequence)
    if (this.#isWelcomed || this.#drain) return
    this.#isWelcomed = true
    this.#events.changed()
  }

  /** Reads no further until the former link has heard all that comes before, or will not. */
  #awaitFormer(former: SubLink, sequence: number): void {
    if (former.#onReach) return
    this.#turn.wait()
    const patience = setTimeout(() => done(), limits.moveMs).unref()
    const done = (): void => {
      clearTimeout(patience)
      if (this.#closed || this.#former !== former) return
      const wasWelcomed = this.welcomed
      this.#former = undefined
      former.close()
      this.#skipTo(sequence)
      this.#isWelcomed = !this.#drain
      if (!wasWelcomed) this.#events.changed()
      this.#turn.come()
    }
    former.#onReach = { sequence, done }
    former.#reached(former.#isWelcomed ? this.#sequence.next : Number.POSITIVE_INFINITY)
  }

  /** Has heard all before a message. */
  #reached(sequence: number): void {
    if (!this.#onReach || sequence < this.#onReach.sequence) return
    const { done } = this.#onReach
    this.#onReach = undefined
    done()
  }

  #disconnected(): void {
    if (this.#closed || !this.#isWelcomed) return
    this.#isWelcomed = false
    this.#reached(Number.POSITIVE_INFINITY)
    this.#events.changed()
  }

  #take(header: FrameHeader, parts: Buffer[]): number {
    const messages =
      header.flags & SENSELESS ? 'flags that a publisher cannot set' : messagesOf(parts, 0, header)
    if (typeof messages === 'string') {
      this.#events.refuse(messages)
      return 1
    }
    // After a reconnection the publisher may repeat what it keeps: what was seen is passed over.
    const seen = Math.max(0, Math.min(messages.length, this.#sequence.next - header.sequence))
    this.#skipTo(header.sequence)
    this.#sequence.next = Math.max(this.#sequence.next, header.sequence + messages.length)
    const asBytes = (header.flags & BYTES) !== 0
    const from = this.#timed ? timedSender(this.peer, header) : this.peer
    for (let i = seen; i < messages.length && !this.#closed; i++) {
      this.#events.message(messages[i], asBytes, from)
    }
    this.#reached(this.#sequence.next)
    return messages.length
  }

  /** What lies between the message that was due and `sequence` never came. */
  #skipTo(sequence: number): void {
    const { next } = this.#sequence
    if (sequence <= next) return
    if (next > 0) this.#events.missed(sequence - next)
    this.#sequence.next = sequence
  }
}
