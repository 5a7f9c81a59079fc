/**
 * SUB in memory: says its subscriptions on each connection. What it has not read of one that broke, it keeps.
 */
import type { SubscriberSocket } from '../../ports/index.js'
import type { Wire } from '../wire.js'
import { ConnectingSocket } from './connecting-socket.js'
import type { Connection } from './connection.js'

export class MemorySubscriber extends ConnectingSocket implements SubscriberSocket {
  readonly kind = 'sub'
  readonly #topics: Buffer[] = []

  subscribe(...topics: Buffer[]): void {
    this.mustBeOpen()
    this.#topics.push(...topics)
    for (const connection of this.connections.keys()) for (const topic of topics) connection.subscribe(topic)
  }

  override joined(connection: Connection, wire: Wire, isQuiet: boolean): void {
    super.joined(connection, wire, isQuiet)
    for (const topic of this.#topics) connection.subscribe(topic)
  }
}
