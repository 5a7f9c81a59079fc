/** ZeroMQ's own sockets in the hands of a guest, and all that comes to them. */
import { Context, Dealer, Router, type Socket, Subscriber, XPublisher } from 'zeromq'
import { eventually } from '../support/eventually.js'
import type { Mechanism } from './intruders.js'

/** Their own: else the actors of this process would be asked who may come to the sockets of a guest. */
const context = new Context()

const ENDS = [
  'handshake:error:protocol',
  'handshake:error:auth',
  'handshake:error:other',
  'disconnect',
] as const

/** One of them, and what became of its connections. */
export class Line<S extends Socket & AsyncIterable<Buffer[]>> {
  readonly socket: S
  /** The parts of each message that came, without the routing id of a router's. */
  readonly heard: Buffer[][] = []
  /** TCP connections that came to it. */
  accepted = 0
  /** Connections that stood. */
  admitted = 0
  /** Connections that broke, or never stood. */
  ended = 0

  constructor(socket: S, took: (parts: Buffer[]) => void = () => undefined) {
    this.socket = socket
    socket.events.on('accept', () => {
      this.accepted++
    })
    socket.events.on('handshake', () => {
      this.admitted++
    })
    for (const event of ENDS) {
      socket.events.on(event, () => {
        this.ended++
      })
    }
    void this.#read(took).catch(() => undefined)
  }

  /** Resolves when an attempt to connect has come to its end, whichever. */
  async tried(): Promise<'admitted' | 'refused'> {
    await eventually(() => this.admitted + this.ended > 0, 'the end of a handshake')
    return this.admitted > 0 ? 'admitted' : 'refused'
  }

  async #read(took: (parts: Buffer[]) => void): Promise<void> {
    for await (const parts of this.socket) {
      this.heard.push(parts)
      took(parts)
    }
  }
}

/** Makes them for one test, and closes them all. */
export class RawSockets {
  readonly #open: Socket[] = []

  dealer(mechanism: Mechanism, routingId: Buffer, took?: (parts: Buffer[]) => void): Line<Dealer> {
    const dealer = new Dealer({ context, linger: 0, sendTimeout: 0, ...mechanism })
    Reflect.set(dealer, 'routingId', routingId)
    return this.#line(dealer, took)
  }

  subscriber(mechanism: Mechanism): Line<Subscriber> {
    return this.#line(new Subscriber({ context, linger: 0, ...mechanism }))
  }

  router(mechanism: Mechanism, took?: (parts: Buffer[]) => void): Line<Router> {
    return this.#line(new Router({ context, linger: 0, sendTimeout: 0, ...mechanism }), took)
  }

  publisher(mechanism: Mechanism, took?: (parts: Buffer[]) => void): Line<XPublisher> {
    return this.#line(new XPublisher({ context, linger: 0, sendTimeout: 0, ...mechanism }), took)
  }

  close(): void {
    for (const socket of this.#open.splice(0)) socket.close()
  }

  #line<S extends Socket & AsyncIterable<Buffer[]>>(socket: S, took?: (parts: Buffer[]) => void): Line<S> {
    this.#open.push(socket)
    return new Line(socket, took)
  }
}
