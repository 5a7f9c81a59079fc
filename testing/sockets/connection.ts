/**
 * One end of a connection between two sockets. It counts what the other end has not read: the bound of both
 * together is what ZeroMQ lets wait on the two sides of a connection.
 */
import type { Lane } from '../lane.js'

/** What a connection tells the socket that it is of. */
export interface ConnectionOwner {
  readonly queueFrames: number
  /** Bytes of the largest part that is taken in. */
  readonly frameBytes: number
  arrived(from: Connection, parts: Buffer[]): void
  subscribed(from: Connection, topic: Buffer): void
  /** The other end closed it, or it broke. */
  lost(connection: Connection): void
}

export class Connection {
  readonly owner: ConnectionOwner
  readonly #lane: Lane
  readonly #break: () => void
  #peer: Connection | undefined
  /** Messages that the other end has not read. */
  #unread = 0
  #isOver = false

  /** @param breakWire ends the wire; both ends notice. */
  constructor(owner: ConnectionOwner, lane: Lane, breakWire: () => void) {
    this.owner = owner
    this.#lane = lane
    this.#break = breakWire
  }

  static pair(a: Connection, b: Connection): void {
    a.#peer = b
    b.#peer = a
  }

  get hasRoom(): boolean {
    return this.#unread < this.owner.queueFrames + (this.#peer?.owner.queueFrames ?? 0)
  }

  /** Sends a copy. */
  send(parts: readonly Buffer[]): void {
    const peer = this.#peer
    if (!peer) return
    const copy = parts.map((part) => Buffer.from(part))
    this.#unread++
    this.#lane.put(() => {
      if (copy.some((part) => part.length > peer.owner.frameBytes)) this.#break()
      else peer.owner.arrived(peer, copy)
    })
  }

  subscribe(topic: Buffer): void {
    const peer = this.#peer
    if (!peer) return
    const copy = Buffer.from(topic)
    this.#lane.put(() => {
      if (copy.length + 1 > peer.owner.frameBytes) this.#break()
      else peer.owner.subscribed(peer, copy)
    })
  }

  /** A message that came through it was read. */
  read(): void {
    if (this.#peer) this.#peer.#unread--
  }

  /** Closes this end. The other hears of it after what is on its way to it. */
  close(wireIsOver: () => void): void {
    this.#isOver = true
    const peer = this.#peer
    this.#lane.put(() => {
      // What arrived with it is read first, where it can be.
      setImmediate(() => peer?.lost())
      wireIsOver()
    })
  }

  /** It broke, or the other end closed it. */
  lost(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.owner.lost(this)
  }
}
