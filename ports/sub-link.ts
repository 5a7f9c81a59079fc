/**
 * The way of a sub port from one publisher: a socket of its own, and what is known of the publisher's
 * sequence. It decides which messages are new and how many went missing; what becomes of them is the port's.
 */
import { type Sender, timedSender } from './arrival.js'
import { BYE, BYTES, ERROR, type FrameHeader, HELLO, KEYED, readHeader, TIMED } from './frame.js'
import { newLinkId, peerOf } from './link.js'
import { messagesOf } from './payload.js'
import type { Peer, PeerPort, PortEnvironment } from './port.js'
import { type Gate, readAll } from './reader.js'
import { connect } from './socket-calls.js'
import type { SubscriberSocket } from './sockets.js'
import { isAddressed, LIVE_TOPIC_BYTES, liveTopic, OWN_TOPIC_BYTES, ownTopic } from './subscription.js'

/** What a link tells its port. */
export interface SubLinkEvents {
  message(message: unknown, asBytes: boolean, from: Sender): void
  missed(messages: number): void
  refuse(reason: string): void
  /** `welcomed` is another than before. */
  changed(): void
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
  /** The publisher has confirmed the subscription, and the connection stands. */
  welcomed = false
  readonly #sockets: PortEnvironment['sockets']
  readonly #events: SubLinkEvents
  readonly #timed: boolean
  readonly #gates: readonly Gate[]
  /** Sequence number of the next message; 0 before the first. */
  #next: number
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
    this.#gates = gates
    this.#next = before instanceof SubLink ? before.#next : 0
    this.socket = environment.sockets.subscriber({ peerKey: target.key })
    this.socket.subscribe(liveTopic(target.actorId), ownTopic(newLinkId(environment.actorId), target.actorId))
  }

  open(): void {
    this.socket.events.on('disconnect', () => this.#disconnected())
    connect(this.socket, this.target.endpoint)
    void readAll(this.socket, this.#gates, (parts) => this.accept(parts))
  }

  /** Takes what is on its way for `ms` more, then closes. */
  drainThenClose(ms: number, closed: () => void): void {
    this.welcomed = false
    this.#drain = setTimeout(() => {
      this.close()
      closed()
    }, ms).unref()
  }

  /** Closes at once; hands over nothing more. */
  close(): void {
    clearTimeout(this.#drain)
    this.#closed = true
    this.welcomed = false
    this.#sockets.close(this.socket)
  }

  /** Takes in the parts of a ZeroMQ message; returns how many messages they held. */
  accept(parts: Buffer[]): number {
    const [head] = parts
    if (!head || this.#closed) return 1
    const addressed = isAddressed(head)
    // Before the welcome it is unknown what came earlier; the messages kept for newcomers come with it.
    if (!addressed && (this.#filling || (!this.welcomed && this.#next === 0))) return 1
    const header = readHeader(head, addressed ? OWN_TOPIC_BYTES : LIVE_TOPIC_BYTES)
    if (typeof header === 'string') {
      this.#events.refuse(header)
      return 1
    }
    if (header.flags & HELLO) {
      this.#welcome(header)
      return 1
    }
    // To one that was welcomed, live messages are addressed as well while another subscriber is full.
    this.#filling = addressed && !this.welcomed
    return this.#take(header, parts)
  }

  #welcome(header: FrameHeader): void {
    this.#filling = false
    this.#skipTo(header.sequence)
    if (this.welcomed || this.#drain) return
    this.welcomed = true
    this.#events.changed()
  }

  #disconnected(): void {
    if (this.#closed || !this.welcomed) return
    this.welcomed = false
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
    const seen = Math.max(0, Math.min(messages.length, this.#next - header.sequence))
    this.#skipTo(header.sequence)
    this.#next = Math.max(this.#next, header.sequence + messages.length)
    const asBytes = (header.flags & BYTES) !== 0
    const from = this.#timed ? timedSender(this.peer, header) : this.peer
    for (let i = seen; i < messages.length && !this.#closed; i++) {
      this.#events.message(messages[i], asBytes, from)
    }
    return messages.length
  }

  /** What lies between the message that was due and `sequence` never came. */
  #skipTo(sequence: number): void {
    if (sequence <= this.#next) return
    if (this.#next > 0) this.#events.missed(sequence - this.#next)
    this.#next = sequence
  }
}
