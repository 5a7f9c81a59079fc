/**
 * sub: connects to every pub of its message type, each over a socket of its own, so that every message has a known
 * sender and every gap is seen. Messages of one publisher arrive in order, at most once each.
 */
import type { Subscriber } from 'zeromq'
import { BYTES, type FrameHeader, HELLO, readHeader } from './frame.js'
import { newLinkId, peerKey } from './link.js'
import type { MessageType } from './message.js'
import { messagesOf } from './payload.js'
import { type Peer, type PeerPort, Port } from './port.js'
import { readAll } from './reader.js'
import { type Handler, type ReceiveOptions, Reception } from './reception.js'
import { isAddressed, LIVE_TOPIC, OWN_TOPIC_BYTES, ownTopic } from './subscription.js'

export interface SubOptions {
  /** Under this name instead of the field's. */
  readonly name?: string
  /** Gets what a publisher sent by sendBytes(). */
  readonly bytes?: Handler<Uint8Array, Peer>
  /** Called when messages of a publisher went missing, with their number. */
  readonly onGap?: (peer: Peer, messages: number) => unknown
}

interface SubLink {
  readonly peer: Peer
  readonly target: PeerPort
  readonly socket: Subscriber
  /** Sequence number of the next message; 0 before the first. */
  next: number
  /** The publisher has confirmed the subscription. */
  welcomed: boolean
}

export class Sub<In, Out> extends Port {
  readonly kind = 'sub'
  readonly #onGap: SubOptions['onGap']
  readonly #links = new Map<string, SubLink>()
  readonly #reception: Reception<Out, Peer, Out>

  constructor(type: MessageType<In, Out>, handler?: Handler<Out, Peer>, options: SubOptions = {}) {
    super([type])
    this.#onGap = options.onGap
    this.#reception = new Reception(
      type,
      {
        port: this,
        stats: this.stats,
        turns: () => this.environment.turns,
        refuse: (peer, reason) => this.refuse(peer, reason),
        unhandled: () =>
          this.warn('bytes', 'got bytes, but has neither a bytes handler nor a call to recvBytes()'),
      },
      { value: handler, bytes: options.bytes },
      (value) => value,
    )
  }

  /** The oldest message that waits, or the next. Only without a handler. @throws PortError `timeout`, `closed`. */
  recv(options?: ReceiveOptions): Promise<Out> {
    return this.#reception.recv(this.path, options)
  }

  /** As recv(), for what publishers send by sendBytes(). */
  async recvBytes(options?: ReceiveOptions): Promise<Uint8Array> {
    return (await this.#reception.recvBytes(this.path, options)).bytes
  }

  /** Publishers that have confirmed the subscription: what they send from then on arrives, or shows as a gap. */
  get connected(): number {
    let count = 0
    for (const link of this.#links.values()) if (link.welcomed) count++
    return count
  }

  get peers(): Peer[] {
    return [...this.#links.values()].filter((link) => link.welcomed).map((link) => link.peer)
  }

  /** Connects to a publisher; once more with the same endpoint does nothing, with another follows it there. */
  update(target: PeerPort): void {
    const { sockets, actorId } = this.environment
    const key = peerKey(target)
    if (this.#links.get(key)?.target.endpoint === target.endpoint) return
    this.#cut(key)
    const { actor, component, port } = target
    const peer = Object.freeze({ actor, actorId: target.actorId, component, port })
    const socket = sockets.subscriber()
    const link: SubLink = { peer, target, socket, next: 0, welcomed: false }
    this.#links.set(key, link)
    socket.subscribe(LIVE_TOPIC, ownTopic(newLinkId(actorId), target.actorId))
    socket.connect(target.endpoint)
    void readAll(socket, [this.environment.turns, ...this.#reception.gates], (parts) =>
      this.#accept(link, parts),
    )
  }

  /** Disconnects from a publisher that is gone. */
  drop(peer: Peer): void {
    if (this.#cut(peerKey(peer))) this.environment.changed(this)
  }

  protected async start(): Promise<void> {
    const targets = [...this.#links.values()].map((link) => link.target)
    this.#links.clear()
    for (const target of targets) this.update(target)
  }

  protected stop(): void {
    for (const link of this.#links.values()) this.environment.sockets.close(link.socket)
    this.#reception.clear(this.path)
  }

  override close(lingerMs?: number): void {
    super.close(lingerMs)
    this.#links.clear()
  }

  #cut(key: string): boolean {
    const link = this.#links.get(key)
    if (!link) return false
    this.#links.delete(key)
    this.environment.sockets.close(link.socket)
    return true
  }

  #accept(link: SubLink, parts: Buffer[]): number {
    const [head] = parts
    if (!head) return 1
    const addressed = isAddressed(head)
    // Before the welcome it is unknown what came earlier; the messages kept for newcomers come with it.
    if (!addressed && !link.welcomed && link.next === 0) return 1
    const header = readHeader(head, addressed ? OWN_TOPIC_BYTES : 0)
    if (typeof header === 'string') {
      this.refuse(link.peer, header)
      return 1
    }
    if (header.flags & HELLO) {
      this.#welcomed(link, header)
      return 1
    }
    return this.#take(link, header, parts)
  }

  #welcomed(link: SubLink, header: FrameHeader): void {
    if (link.next > 0 && header.sequence > link.next) this.#missed(link, header.sequence - link.next)
    link.next = Math.max(link.next, header.sequence)
    if (link.welcomed) return
    link.welcomed = true
    this.environment.changed(this)
  }

  #take(link: SubLink, header: FrameHeader, parts: Buffer[]): number {
    const messages = messagesOf(parts, 0, header)
    if (typeof messages === 'string') {
      this.refuse(link.peer, messages)
      return 1
    }
    if (link.next > 0 && header.sequence > link.next) this.#missed(link, header.sequence - link.next)
    // After a reconnection the publisher may repeat what it keeps: what was seen is passed over.
    const seen = Math.max(0, Math.min(messages.length, link.next - header.sequence))
    link.next = Math.max(link.next, header.sequence + messages.length)
    const asBytes = (header.flags & BYTES) !== 0
    for (let i = seen; i < messages.length; i++) {
      const message = messages[i]
      if (!asBytes) this.#reception.takeValue(message, link.peer, link.peer)
      else if (message instanceof Uint8Array) this.#reception.takeBytes(message, link.peer)
    }
    return messages.length
  }

  #missed(link: SubLink, messages: number): void {
    this.stats.missed += messages
    this.warn(
      'gap',
      `missed ${messages} messages: this component did not keep up with the publisher`,
      link.peer,
    )
    if (this.#onGap) this.environment.turns.run(this, this.#onGap, link.peer, messages)
  }
}
