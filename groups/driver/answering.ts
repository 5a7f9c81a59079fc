/**
 * The gans of a member: the gqry of others come to it, say hello, and are answered with a welcome. From
 * then on each of them is a way back to its member. Of several under one id it is the one that said hello
 * last; the others are asked who they are where they say something, and one that is silent changes nothing.
 */
import { type RouterSocket, readAll, type Sockets } from '../../ports/index.js'
import { groupLimits } from '../limits.js'
import { DIRECT, type Envelope, isLarge, memberOf, type Refusal } from './frames.js'
import { driverLimits } from './limits.js'
import { WayOut, type WayOutEvents } from './way-out.js'

/** A connection to a gans. */
export interface Caller {
  /** Of the member that it says it is of. */
  readonly id: string
  readonly routingId: Buffer
}

export interface AnsweringEvents extends Pick<WayOutEvents, 'unsent'> {
  /** Takes the parts of a message; returns how many turns' worth of frames they are. */
  arrived(caller: Caller, parts: Buffer[]): number
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
  readonly #greeted = new Map<string, { readonly routingId: Buffer; readonly way: WayOut }>()

  constructor(sockets: Sockets, envelope: Envelope, events: AnsweringEvents) {
    this.socket = sockets.router({ door: 'groups', queueFrames: driverLimits.queueFrames })
    this.#envelope = envelope
    this.#events = events
  }

  open(): void {
    void readAll(this.socket, [], ([routingId, ...parts]) => this.#arrived(routingId, parts))
  }

  /** The way back to one that has said hello. */
  way(id: string): WayOut | undefined {
    return this.#greeted.get(id)?.way
  }

  /** Whether this connection is the one of its member that said hello last. */
  hasGreeted({ id, routingId }: Caller): boolean {
    return this.#greeted.get(id)?.routingId.equals(routingId) === true
  }

  /** One has said hello, now, perhaps again. */
  greeted(caller: Caller): void {
    const { id } = caller
    if (!this.hasGreeted(caller)) this.#admit(caller)
    this.way(id)?.control([this.#envelope.greeting('welcome', id)])
  }

  /** One says something that has not said hello: it may have been forgotten. */
  ask({ id, routingId }: Caller): void {
    this.socket.send([routingId, this.#envelope.greeting('who', id)]).catch(() => undefined)
  }

  close(): void {
    for (const { way } of this.#greeted.values()) way.close()
  }

  #admit({ id, routingId }: Caller): void {
    const isNew = !this.#greeted.has(id)
    if (isNew && this.#greeted.size >= groupLimits.participants) this.#makeRoom()
    this.way(id)?.close()
    this.#greeted.delete(id)
    const send = async (parts: Buffer[]): Promise<void> => {
      if (isLarge(parts)) await this.socket.send([routingId, this.#envelope.greeting('large', DIRECT)])
      await this.socket.send([routingId, ...parts])
    }
    const way: WayOut = new WayOut(send, { unsent: this.#events.unsent, lost: () => this.#lost(id, way) })
    this.#greeted.set(id, { routingId, way })
    if (isNew) this.#events.changed()
  }

  /** The oldest of too many, a stranger rather than one that is listed, will say hello again if it lives. */
  #makeRoom(): void {
    const known = [...this.#greeted.keys()]
    const oldest = known.find((each) => !this.#events.isListed(each)) ?? known[0]
    const way = oldest === undefined ? undefined : this.way(oldest)
    if (oldest !== undefined && way) this.#lost(oldest, way)
  }

  #lost(id: string, way: WayOut): void {
    if (this.way(id) !== way) return
    this.#greeted.delete(id)
    way.close()
    this.#events.changed()
  }

  #arrived(routingId: Buffer | undefined, parts: Buffer[]): number {
    const id = routingId && memberOf(routingId)
    if (routingId && id !== undefined) return this.#events.arrived({ id, routingId }, parts)
    this.#events.refused('', { code: 'foreign', text: 'a connection of none that is a member of a group' })
    return 1
  }
}
