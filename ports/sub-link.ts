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
  readonly #environment: Pick<PortEnvironment, 'actorId' | 'sockets'>
  #socket: SubscriberSocket
  /** One that takes its place as soon as it is the first of the two to bring something. */
  #fresh: SubscriberSocket | undefined
  #heardAtMs = 0
  readonly #events: SubLinkEvents
  readonly #timed: boolean
  readonly #gates: readonly Gate[]
  readonly #sequence: Sequence
  #isWelcomed = false
  /** The publisher has confirmed the subscription that came over this connection. */
  #isConfirmed = false
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
    this.#environment = environment
    this.#events = events
    this.#timed = timed
    this.#gates = [this.#turn, ...gates]
    this.#sequence = before instanceof SubLink ? before.#sequence : { next: 0 }
    this.#socket = this.#subscriber()
    if (before instanceof SubLink) this.#former = before.#handOver()
  }

  /** The publisher has confirmed the subscription, and the connection stands. */
  get welcomed(): boolean {
    return this.#isWelcomed || this.#former?.welcomed === true
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
    if (!isStuck || isHeld || this.#closed || this.#drain || this.#fresh || this.#former) return
    const fresh = this.#subscriber()
    this.#fresh = fresh
    this.#dial(fresh)
  }

  #subscriber(): SubscriberSocket {
    const { actorId, sockets } = this.#environment
    const { actorId: publisherId, key: peerKey } = this.target
    const socket = sockets.subscriber({ peerKey })
    socket.subscribe(liveTopic(publisherId), ownTopic(newLinkId(actorId), publisherId))
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
    const { sockets } = this.#environment
    sockets.close(this.#socket)
    if (this.#fresh) sockets.close(this.#fresh)
    this.#fresh = undefined
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
    if (!addressed && (this.#filling || (!this.#isConfirmed && this.#sequence.next === 0))) return 1
    const header = readHeader(head, addressed ? OWN_TOPIC_BYTES : LIVE_TOPIC_BYTES)
    if (typeof header === 'string') {
      this.#events.refuse(header)
      return 1
    }
    if (this.#onReach && header.sequence >= this.#onReach.sequence) {
      // The link that takes its place has that, and all that follows.
      this.#reached(header.sequence)
      return 1
    }
    if (header.flags & HELLO) {
      this.#welcome(header)
      return 1
    }
    // Until then the former link has it.
    if (this.#former) return 1
    // To one that was welcomed, live messages are addressed as well while another subscriber is full.
    this.#filling = addressed && !this.#isConfirmed
    return this.#take(header, parts)
  }

  #welcome(header: FrameHeader): void {
    this.#filling = false
    this.#isConfirmed = true
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
      // Its own connection may have broken meanwhile.
      this.#isWelcomed = this.#isConfirmed && !this.#drain
      if (wasWelcomed !== this.#isWelcomed) this.#events.changed()
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
    this.#isConfirmed = false
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
