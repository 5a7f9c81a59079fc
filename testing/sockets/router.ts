/**
 * ROUTER in memory: sends to the dealer that the first part names. A dealer that comes again before its old
 * connection is known dead takes its name over.
 */
import type { RouterSocket } from '../../ports/index.js'
import { BindingSocket, type Dialling } from './binding-socket.js'
import type { Connection } from './connection.js'
import { MemoryDealer } from './dealer.js'
import { SocketFailure } from './failure.js'

export class MemoryRouter extends BindingSocket implements RouterSocket {
  readonly kind = 'router'
  protected readonly counterpart = 'dealer'
  readonly #ids = new Map<Connection, Buffer>()
  /** By routing id, as latin1. */
  readonly #dealers = new Map<string, Connection>()

  override accept(dialling: Dialling): Connection | undefined {
    const connection = super.accept(dialling)
    const { dialler } = dialling
    if (!connection || !(dialler instanceof MemoryDealer)) return connection
    const key = dialler.routingId.toString('latin1')
    const before = this.#dealers.get(key)
    if (before) this.hangUp(before)
    this.#dealers.set(key, connection)
    this.#ids.set(connection, dialler.routingId)
    return connection
  }

  send(message: Buffer | Buffer[]): Promise<void> {
    this.mustBeOpen()
    return this.#send(Array.isArray(message) ? message : [message])
  }

  async #send(parts: Buffer[]): Promise<void> {
    const [id, ...rest] = parts
    const connection = id && this.#dealers.get(id.toString('latin1'))
    if (!connection) throw new SocketFailure('EHOSTUNREACH')
    if (!connection.hasRoom) throw new SocketFailure('EAGAIN')
    connection.send(rest)
  }

  override arrived(from: Connection, parts: Buffer[]): void {
    const id = this.#ids.get(from)
    if (id) super.arrived(from, [Buffer.from(id), ...parts])
  }

  override lost(connection: Connection): void {
    this.#leave(connection)
    super.lost(connection)
  }

  protected override hangUp(connection: Connection): void {
    this.#leave(connection)
    super.hangUp(connection)
  }

  #leave(connection: Connection): void {
    const key = this.#ids.get(connection)?.toString('latin1')
    this.#ids.delete(connection)
    if (key !== undefined && this.#dealers.get(key) === connection) this.#dealers.delete(key)
  }
}
