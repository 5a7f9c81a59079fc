/**
 * DEALER in memory: sends only while it is connected, and forgets what it has not read of a broken
 * connection.
 */
import type { DealerSocket } from '../../ports/index.js'
import { ConnectingSocket } from './connecting-socket.js'
import type { Connection } from './connection.js'
import { SocketFailure } from './failure.js'
import type { SocketPlace } from './memory-socket.js'

export class MemoryDealer extends ConnectingSocket implements DealerSocket {
  readonly kind = 'dealer'
  readonly routingId: Buffer

  constructor(place: SocketPlace, routingId: Buffer) {
    super(place)
    this.routingId = Buffer.from(routingId)
  }

  send(message: Buffer | Buffer[]): Promise<void> {
    this.mustBeOpen()
    return this.#send(Array.isArray(message) ? message : [message])
  }

  async #send(parts: Buffer[]): Promise<void> {
    const [connection] = this.connections.keys()
    if (!connection?.hasRoom) throw new SocketFailure('EAGAIN')
    connection.send(parts)
  }

  override lost(connection: Connection): void {
    this.forget(connection)
    super.lost(connection)
  }
}
