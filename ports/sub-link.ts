/**
 * The way of a sub port from one publisher: a socket of its own, and what is known of the publisher's
 * sequence. It decides which messages are new and how many went missing; what becomes of them is the port's.
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
  /** The publisher has confirmed the subscription, and the connection stands. */
  welcomed = false
  readonly #environment: Pick<PortEnvironment, 'actorId' | 'sockets'>
  #socket: SubscriberSocket
  /** One that takes its place as soon as it is the first of the two to bring something. */
  #fresh: SubscriberSocket | undefined
  #heardAtMs = 0
  readonly #events: SubLinkEvents
  readonly #timed: boolean
  readonly #gates: readonly Gate[]
  /** Sequence number of the next message; 0 before the first. */
  #next: number
  /** The publisher has confirmed the subscription that came over this connection. */
  #isConfirmed = false
  /** The messages that the publisher keeps are coming; live ones are among them, or come after. */
  #filling = false
  #closed = false
  #drain: NodeJS.Timeout | undefined

  constructor(target: PeerPort, environment: PortEnvironment, options: SubLinkOptions) {
    const { before, events, gates, timed } = options
    this.target = target
    this.peer = peerOf(target)
    this.#environment = environment
    this.#events = events
    this.#timed = timed
    this.#gates = gates
    this.#next = before instanceof SubLink ? before.#next : 0
    this.#socket = this.#subscriber()
  }

  open(): void {
    this.#dial(this.#socket)
  }

  /**
   * The way to the publisher was cut, and is whole again: where nothing comes, subscribes by a connection of
   * its own, which goes on where this one stopped. What is lost with this one shows as a gap.
   */
  mend(): void {
    const isStuck = performance.now() - this.#heardAtMs >= limits.stuckMs
    // What is held back here may have come long ago.
    const isHeld = this.#gates.some((gate) => gate.full)
    if (!isStuck || isHeld || this.#closed || this.#drain || this.#fresh) return
    const fresh = this.#subscriber()
    this.#fresh = fresh
    this.#dial(fresh)
  }

  #subscriber(): SubscriberSocket {
    const { actorId, sockets } = this.#environment
    const socket = sockets.subscriber({ peerKey: this.target.key })
    socket.subscribe(liveTopic(this.target.actorId), ownTopic(newLinkId(actorId), this.target.actorId))
    return socket
  }

  #dial(socket: SubscriberSocket): void {
    socket.events.on('disconnect', () => {
      if (socket === this.#socket) this.#disconnected()
    })
    connect(socket, this.target.endpoint)
    void readAll(socket, this.#gates, (parts) => this.#arrived(socket, parts))
  }

  #arrived(socket: SubscriberSocket, parts: Buffer[]): number {
    this.#heardAtMs = performance.now()
    const { sockets } = this.#environment
    if (socket === this.#fresh) {
      sockets.close(this.#socket)
      this.#socket = socket
      this.#isConfirmed = false
    } else if (socket !== this.#socket) return 1
    else if (this.#fresh) sockets.close(this.#fresh)
    this.#fresh = undefined
    return this.accept(parts)
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
    const { sockets } = this.#environment
    sockets.close(this.#socket)
    if (this.#fresh) sockets.close(this.#fresh)
    this.#fresh = undefined
  }

  /** Takes in the parts of a ZeroMQ message; returns how many messages they held. */
  accept(parts: Buffer[]): number {
    const [head] = parts
    if (!head || this.#closed) return 1
    const addressed = isAddressed(head)
    // Before the welcome it is unknown what came earlier; the messages kept for newcomers come with it.
    if (!addressed && (this.#filling || (!this.#isConfirmed && this.#next === 0))) return 1
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
    this.#filling = addressed && !this.#isConfirmed
    return this.#take(header, parts)
  }

  #welcome(header: FrameHeader): void {
    this.#filling = false
    this.#isConfirmed = true
    this.#skipTo(header.sequence)
    if (this.welcomed || this.#drain) return
    this.welcomed = true
    this.#events.changed()
  }

  #disconnected(): void {
    this.#isConfirmed = false
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
