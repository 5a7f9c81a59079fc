/**
 * sub: connects to every pub of its message type, each over a socket of its own, so that every message has a
 * known sender and every gap is seen. Messages of one publisher arrive in order, at most once each.
 */
import type { Sender } from './arrival.js'
import { PortError } from './errors.js'
import { InternalLink } from './internal-link.js'
import { isInternal } from './internal-topic.js'
import { limits } from './limits.js'
import { peerKey } from './link.js'
import type { MessageType } from './message.js'
import { type Peer, type PeerPort, Port, type PortOptions, type ReadyOptions } from './port.js'
import { type Handler, type ReceiveOptions, Reception } from './reception.js'
import { SubLink, type SubLinkEvents } from './sub-link.js'

/** Options of a sub port. */
export interface SubOptions extends PortOptions {
  /** Gets what a publisher sent by sendBytes(). */
  readonly bytes?: Handler<Uint8Array, Sender>
  /** Called when messages of a publisher went missing, with their number. */
  readonly onGap?: (peer: Peer, messages: number) => unknown
}

/** A port that gets every message of a type that is published in its scope: `Component.sub()`. */
export class Sub<In, Out> extends Port {
  readonly kind = 'sub'
  readonly #onGap: SubOptions['onGap']
  readonly #links = new Map<string, SubLink | InternalLink>()
  /** Links that were dropped and still take what is on its way. */
  readonly #draining = new Map<string, SubLink | InternalLink>()
  /** Messages missed of each publisher that onGap has not been told of. */
  readonly #untold = new Map<Peer, number>()
  readonly #reception: Reception<Out, Sender, Out, Uint8Array>

  constructor(type: MessageType<In, Out>, handler?: Handler<Out, Sender>, options: SubOptions = {}) {
    super([type], options)
    this.#onGap = options.onGap
    this.#reception = new Reception(
      type,
      this.receptionOwner,
      { value: handler, bytes: options.bytes },
      { value: (value) => value, bytes: (bytes) => bytes },
    )
  }

  /**
   * The oldest message that waits, or the next. Only without a handler. @throws PortError `timeout`,
   * `closed`.
   */
  recv(options?: ReceiveOptions): Promise<Out> {
    return this.#reception.recv(options)
  }

  /** As recv(), for what publishers send by sendBytes(). */
  recvBytes(options?: ReceiveOptions): Promise<Uint8Array> {
    return this.#reception.recvBytes(options)
  }

  /**
   * The messages as they come, by recv(), until the port is closed.
   * @example for await (const reading of this.readings) …
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Out, void, undefined> {
    this.mustBeOpen()
    while (this.isOpen) {
      const next = await this.recv().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      if ('value' in next) yield next.value
      // At a reset it goes on, at the end it ends.
      else if (!isClosed(next.error)) throw next.error
    }
  }

  /**
   * Resolves when a publisher is connected, at once where one is. @throws PortError `not-connected` where
   * none comes in time, `closed`.
   */
  ready(options?: ReadyOptions): Promise<void> {
    return this.whenConnected(options, 'pub')
  }

  /**
   * Publishers that have confirmed the subscription: what they send from then on arrives, or shows as a gap.
   */
  get connected(): number {
    let count = 0
    for (const link of this.#links.values()) if (link.welcomed) count++
    return count
  }

  /** The publishers that have confirmed the subscription: as many as `connected` says. */
  get peers(): Peer[] {
    return [...this.#links.values()].filter((link) => link.welcomed).map((link) => link.peer)
  }

  /**
   * Connects to a publisher; once more with the same endpoint does nothing, with another follows it there.
   */
  update(target: PeerPort): void {
    this.mustBeOpen()
    const key = peerKey(target)
    const before = this.#links.get(key) ?? this.#draining.get(key)
    if (this.#links.get(key)?.target.endpoint === target.endpoint) return
    const wasWelcomed = before?.welcomed === true
    try {
      const events: SubLinkEvents = {
        message: (message, asBytes, from) => this.#take(message, asBytes, from, link.peer),
        missed: (messages) => this.#missed(link.peer, messages),
        refuse: (reason) => this.refuse(link.peer, reason),
        changed: () => this.changed(),
      }
      const link: SubLink | InternalLink = this.#linkTo(target, before, events)
      this.#cut(key)
      this.#links.set(key, link)
      link.open()
    } catch (error) {
      this.#cut(key)
      this.cannotConnect(target, error)
    }
    if (wasWelcomed) this.changed()
  }

  /**
   * Disconnects from a publisher that is gone. What it sent before is still taken for `limits.drainMs`, but
   * it no longer counts as connected.
   */
  drop(peer: Peer): void {
    const key = peerKey(peer)
    const link = this.#links.get(key)
    if (!link) return
    this.#links.delete(key)
    this.#draining.set(key, link)
    link.drainThenClose(limits.drainMs, () => this.#draining.delete(key))
    this.changed()
  }

  /**
   * The way to a publisher was cut, and is whole again: where nothing comes from it, connects anew. What was
   * lost shows as a gap.
   */
  mend(peer: Peer): void {
    const link = this.#links.get(peerKey(peer))
    if (!(link instanceof SubLink)) return
    try {
      link.mend()
    } catch (error) {
      this.cannotConnect(link.target, error)
    }
  }

  protected async start(): Promise<void> {
    this.#reception.open(this.environment.turns)
    const targets = [...this.#links.values()].map((link) => link.target)
    this.#links.clear()
    for (const target of targets) this.update(target)
  }

  protected stop(): void {
    for (const link of [...this.#links.values(), ...this.#draining.values()]) link.close()
    this.#draining.clear()
    this.#reception.close()
  }

  override close(lingerMs?: number): void {
    super.close(lingerMs)
    this.#links.clear()
  }

  #linkTo(
    target: PeerPort,
    before: SubLink | InternalLink | undefined,
    events: SubLinkEvents,
  ): SubLink | InternalLink {
    const { environment, timed } = this
    const options = { before, events, gates: this.#reception.gates, timed }
    if (!isInternal(target.endpoint)) return new SubLink(target, environment, options)
    return new InternalLink(target, environment.topics.get(target.endpoint), options)
  }

  #cut(key: string): void {
    this.#links.get(key)?.close()
    this.#draining.get(key)?.close()
    this.#links.delete(key)
    this.#draining.delete(key)
  }

  #take(message: unknown, asBytes: boolean, from: Sender, peer: Peer): void {
    if (!asBytes) this.#reception.takeValue(message, from, peer)
    else if (message instanceof Uint8Array) this.#reception.takeBytes(message, from)
  }

  #missed(peer: Peer, messages: number): void {
    this.stats.missed += messages
    const why = 'this component did not keep up with the publisher, or the way to it was cut'
    this.warn('gap', `missed ${messages} messages: ${why}`, peer)
    if (!this.#onGap) return
    // One call at a time for each, with what came together meanwhile: a busy component has no queue of them.
    const untold = this.#untold.get(peer)
    this.#untold.set(peer, messages + (untold ?? 0))
    if (untold === undefined) this.environment.turns.run(this, this.#tellGap, peer, undefined)
  }

  readonly #tellGap = (peer: Peer): unknown => {
    const messages = this.#untold.get(peer) ?? 0
    this.#untold.delete(peer)
    return this.#onGap?.(peer, messages)
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof PortError && error.code === 'closed'
}
