/**
 * The gans of a member: the gqry of others come to it, say hello, and are answered with a welcome. From
 * then on each of them is a way back to its member.
 */
import { type RouterSocket, readAll, type Sockets } from '../../ports/index.js'
import { groupLimits } from '../limits.js'
import { type Envelope, memberOf, type Refusal, routingIdOf } from './frames.js'
import { driverLimits } from './limits.js'
import { WayOut, type WayOutEvents } from './way-out.js'

export interface AnsweringEvents extends Pick<WayOutEvents, 'unsent'> {
  /** Takes the parts of a message of a member; returns how many turns' worth of frames they are. */
  arrived(from: string, parts: Buffer[]): number
  /** Those that have said hello are others than before. */
  changed(): void
  refused(source: string, refusal: Refusal): void
  /** Whether it is a peer by its listing, and not just by what it says. */
  isListed(id: string): boolean
}

export class Answering {
  readonly socket: RouterSocket
  readonly #envelope: Envelope
  readonly #events: AnsweringEvents
  readonly #ways = new Map<string, WayOut>()

  constructor(sockets: Sockets, envelope: Envelope, events: AnsweringEvents) {
    this.socket = sockets.router({ door: 'groups', queueFrames: driverLimits.queueFrames })
    this.#envelope = envelope
    this.#events = events
  }

  open(): void {
    void readAll(this.socket, [], ([identity, ...parts]) => this.#arrived(identity, parts))
  }

  /** The way back to one that has said hello. */
  way(id: string): WayOut | undefined {
    return this.#ways.get(id)
  }

  /** One has said hello, now, perhaps again. */
  greeted(id: string): void {
    if (!this.#ways.has(id)) {
      // The oldest of too many, a stranger rather than one that is listed, will say hello again if it lives.
      const known = [...this.#ways.keys()]
      const oldest = known.find((each) => !this.#events.isListed(each)) ?? known[0]
      if (this.#ways.size >= groupLimits.participants && oldest !== undefined) this.#forget(oldest)
      const routingId = routingIdOf(id)
      const send = async (parts: Buffer[]): Promise<void> => this.socket.send([routingId, ...parts])
      const lost = (): void => this.#forget(id)
      this.#ways.set(id, new WayOut(send, { unsent: this.#events.unsent, lost }))
      this.#events.changed()
    }
    this.#ways.get(id)?.control([this.#envelope.greeting('welcome', id)])
  }

  /** One says something that has not said hello: it may have been forgotten. */
  ask(id: string): void {
    const parts = [routingIdOf(id), this.#envelope.greeting('who', id)]
    this.socket.send(parts).catch(() => undefined)
  }

  close(): void {
    for (const way of this.#ways.values()) way.close()
  }

  #forget(id: string): void {
    const way = this.#ways.get(id)
    if (!way) return
    this.#ways.delete(id)
    way.close()
    this.#events.changed()
  }

  #arrived(identity: Buffer | undefined, parts: Buffer[]): number {
    const id = identity && memberOf(identity)
    if (id !== undefined) return this.#events.arrived(id, parts)
    this.#events.refused('', { code: 'foreign', text: 'a connection of none that is a member of a group' })
    return 1
  }
}
