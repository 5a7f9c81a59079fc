/**
 * What the kinds that bind share: they take an address of their host, and the connections that come to it.
 */
import type { BoundSocket } from '../../ports/index.js'
import type { Wire } from '../wire.js'
import { Connection } from './connection.js'
import { SocketFailure } from './failure.js'
import { MemorySocket, type SocketKind } from './memory-socket.js'

/** A connection as it begins. */
export interface Dialling {
  readonly dialler: MemorySocket
  /** Where it comes to. */
  readonly endpoint: string
  /** The end of the dialler. */
  readonly theirs: Connection
  readonly wire: Wire
  readonly isQuiet: boolean
}

export abstract class BindingSocket extends MemorySocket implements BoundSocket {
  #endpoint: string | null = null
  /** Those that came to each address. */
  readonly #taken = new Map<string, Set<Wire>>()

  /** The kind that may connect. */
  protected abstract readonly counterpart: SocketKind

  get lastEndpoint(): string | null {
    return this.#endpoint
  }

  /** Takes one more address; gives which. */
  bind(address: string): string {
    this.mustBeOpen()
    const endpoint = this.#endpointOf(address)
    if (!this.place.host.listen(endpoint, this)) throw new SocketFailure('EADDRINUSE')
    this.#endpoint = endpoint
    this.#taken.set(endpoint, new Set())
    return endpoint
  }

  /** Gives an address up, and cuts those who came there. */
  unbind(address: string): void {
    this.mustBeOpen()
    const taken = this.#taken.get(address)
    if (!taken) throw new SocketFailure('EINVAL')
    this.#taken.delete(address)
    this.place.host.leave(address)
    for (const wire of taken) wire.break()
  }

  abstract send(parts: Buffer | Buffer[]): Promise<void>

  /** Takes the connection that a socket of a fitting kind begins; undefined for one of another kind. */
  accept({ dialler, endpoint, theirs, wire, isQuiet }: Dialling): Connection | undefined {
    if (dialler.kind !== this.counterpart || this.closed) return undefined
    const connection = new Connection(this, wire.back, () => wire.break())
    Connection.pair(connection, theirs)
    const taken = this.#taken.get(endpoint)
    for (const each of taken ?? []) if (each.isOver) taken?.delete(each)
    taken?.add(wire)
    this.joined(connection, wire, isQuiet)
    return connection
  }

  override die(): void {
    for (const endpoint of this.#taken.keys()) {
      if (this.place.host.listener(endpoint) === this) this.place.host.leave(endpoint)
    }
    super.die()
  }

  #endpointOf(address: string): string {
    if (address.startsWith('inproc://')) return address
    const [, host = '', port = ''] = /^tcp:\/\/([\d.]+):(\d+|\*)$/.exec(address) ?? []
    if (host === '') throw new SocketFailure('EINVAL')
    if (!this.place.host.isOwn(host)) throw new SocketFailure('EADDRNOTAVAIL')
    const number = port === '*' ? this.place.host.freePort(host) : Number(port)
    if (number === undefined) throw new SocketFailure('EADDRINUSE')
    return `tcp://${host}:${number}`
  }
}
