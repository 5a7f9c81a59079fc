/**
 * XPUB in memory: a message goes to all whose subscription it begins with, or, where one of them is full, to
 * none. Every subscription is told, the end of a topic when nobody is left who subscribes to it.
 */
import type { PublisherSocket } from '../../ports/index.js'
import { BindingSocket } from './binding-socket.js'
import type { Connection } from './connection.js'
import { SocketFailure } from './failure.js'

const SUBSCRIBE = 1
const UNSUBSCRIBE = 0

export class MemoryPublisher extends BindingSocket implements PublisherSocket {
  readonly kind = 'pub'
  protected readonly counterpart = 'sub'
  readonly #topics = new Map<Connection, Buffer[]>()

  send(message: Buffer | Buffer[]): Promise<void> {
    this.mustBeOpen()
    return this.#send(Array.isArray(message) ? message : [message])
  }

  async #send(parts: Buffer[]): Promise<void> {
    const [head] = parts
    if (!head) throw new SocketFailure('EINVAL')
    const subscribers = [...this.#topics].filter(([, topics]) => topics.some((topic) => begins(head, topic)))
    if (subscribers.some(([connection]) => !connection.hasRoom)) throw new SocketFailure('EAGAIN')
    for (const [connection] of subscribers) connection.send(parts)
  }

  override subscribed(from: Connection, topic: Buffer): void {
    if (!this.connections.has(from)) return
    this.#topics.set(from, [...(this.#topics.get(from) ?? []), topic])
    this.take(undefined, [Buffer.concat([Buffer.of(SUBSCRIBE), topic])])
  }

  override lost(connection: Connection): void {
    const topics = this.#topics.get(connection) ?? []
    this.#topics.delete(connection)
    super.lost(connection)
    const still = [...this.#topics.values()].flat()
    for (const topic of topics) {
      if (still.some((other) => other.equals(topic))) continue
      this.take(undefined, [Buffer.concat([Buffer.of(UNSUBSCRIBE), topic])])
    }
  }
}

function begins(head: Buffer, topic: Buffer): boolean {
  return head.length >= topic.length && head.compare(topic, 0, topic.length, 0, topic.length) === 0
}
