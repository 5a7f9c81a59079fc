/**
 * What sockets in memory of all kinds share: what arrived and was not read, who reads it, the events of
 * connections, and closing.
 */
import type { AnySocket, SocketEvent } from '../../ports/index.js'
import type { Host, Hosts } from '../hosts.js'
import type { Wire } from '../wire.js'
import type { Connection, ConnectionOwner } from './connection.js'
import { SocketFailure } from './failure.js'

export type SocketKind = 'pub' | 'sub' | 'dealer' | 'router'

/** Where a socket is, and what bounds it. */
export interface SocketPlace {
  readonly hosts: Hosts<MemorySocket>
  readonly host: Host<MemorySocket>
  readonly queueFrames: number
  readonly frameBytes: number
}

interface Arrived {
  readonly from: Connection | undefined
  readonly parts: Buffer[]
}

interface Reader {
  resolve(parts: Buffer[]): void
  reject(error: SocketFailure): void
}

export abstract class MemorySocket implements AnySocket, ConnectionOwner {
  abstract readonly kind: SocketKind
  readonly queueFrames: number
  readonly frameBytes: number
  protected readonly place: SocketPlace
  /** With the wire that each goes through. */
  protected readonly connections = new Map<Connection, Wire>()
  readonly #listeners = new Map<SocketEvent, (() => void)[]>()
  /** Connections within a process: they have no events. */
  readonly #quiet = new WeakSet<Connection>()
  #arrived: Arrived[] = []
  #reader: Reader | undefined
  #closed = false

  constructor(place: SocketPlace) {
    this.place = place
    this.queueFrames = place.queueFrames
    this.frameBytes = place.frameBytes
  }

  get closed(): boolean {
    return this.#closed
  }

  readonly events = {
    on: (event: SocketEvent, listener: () => void): void => {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
    },
  }

  receive(): Promise<Buffer[]> {
    this.mustBeOpen()
    if (this.#reader) return Promise.reject(new SocketFailure('EBUSY'))
    const first = this.#arrived.shift()
    if (first) {
      first.from?.read()
      return Promise.resolve(first.parts)
    }
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  /** A connection stands from now on. `isQuiet`: it has no events. */
  joined(connection: Connection, wire: Wire, isQuiet: boolean): void {
    this.connections.set(connection, wire)
    if (isQuiet) this.#quiet.add(connection)
    else this.#emit('handshake')
  }

  arrived(from: Connection, parts: Buffer[]): void {
    if (this.connections.has(from)) this.take(from, parts)
  }

  subscribed(_from: Connection, _topic: Buffer): void {}

  lost(connection: Connection): void {
    if (!this.connections.delete(connection)) return
    if (!this.#quiet.has(connection)) this.#emit('disconnect')
  }

  /** Ends it; those at the other ends hear of it after what is on its way to them. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.die()
    this.#arrived = []
    this.#reader?.reject(new SocketFailure('EAGAIN'))
    this.#reader = undefined
  }

  /** Nothing comes or goes any more, though it is not closed: its process was killed. Harmless twice. */
  die(): void {
    for (const connection of this.connections.keys()) this.hangUp(connection)
  }

  /** Closes one connection. */
  protected hangUp(connection: Connection): void {
    const wire = this.connections.get(connection)
    this.connections.delete(connection)
    connection.close(() => wire?.end())
  }

  /** Gives a message to whoever reads, now or later. `from` is undefined for what the socket itself says. */
  protected take(from: Connection | undefined, parts: Buffer[]): void {
    const reader = this.#reader
    if (!reader) {
      this.#arrived.push({ from, parts })
      return
    }
    this.#reader = undefined
    from?.read()
    reader.resolve(parts)
  }

  /** Forgets what came through a connection and was not read. */
  protected forget(connection: Connection): void {
    this.#arrived = this.#arrived.filter(({ from }) => from !== connection)
  }

  protected mustBeOpen(): void {
    if (this.#closed) throw new SocketFailure('EBADF')
  }

  #emit(event: SocketEvent): void {
    for (const listener of this.#listeners.get(event) ?? []) listener()
  }
}
