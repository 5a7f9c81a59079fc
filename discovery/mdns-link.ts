/**
 * mDNS on one interface with one address, for as long as it stays as it is: the socket, the listener, a
 * responder for each record, and the questions. `mdns.ts` throws the whole away and makes another when the
 * interface changes.
 */
import type { RemoteInfo } from 'node:dgram'
import { messageOf } from '../ports/index.js'
import type { InterfaceChoice } from './interfaces.js'
import { discoveryLimits } from './limits.js'
import { Listener, type ListenerEvents } from './mdns-listener.js'
import { Responder } from './mdns-responder.js'
import { QuerySchedule } from './mdns-schedule.js'
import { MulticastSocket } from './mdns-socket.js'
import type { ActorRecord } from './types.js'

export interface LinkEvents extends ListenerEvents {
  garbage(source: string, why: string): void
  unsent(why: string): void
  /** Records known: in a large crowd, answers are spread over more time. */
  crowd(): number
}

export class MdnsLink {
  readonly choice: InterfaceChoice
  readonly #events: LinkEvents
  readonly #socket: MulticastSocket
  readonly #responders = new Map<string, Responder>()
  readonly #schedule = new QuerySchedule()
  #listener: Listener | undefined
  #timer: NodeJS.Timeout | undefined
  /**
   * How often `isDeaf` was asked since a question of ours went out that has not come back, as every multicast
   * packet of a host does; undefined if none is out.
   */
  #unheardLooks: number | undefined

  constructor(choice: InterfaceChoice, port: number, events: LinkEvents) {
    this.choice = choice
    this.#events = events
    this.#socket = new MulticastSocket(choice, port, {
      query: (message, from) => this.#query(message, from),
      response: (message, from) => this.#listener?.deliver(message, from),
      garbage: events.garbage,
      unsent: events.unsent,
    })
  }

  get traffic(): { readonly sent: number; readonly received: number } {
    return this.#socket.traffic
  }

  /** Opens the socket and asks. @throws DiscoveryError `no-multicast`. */
  async open(): Promise<void> {
    await this.#socket.open()
    this.#unheardLooks = 0
    this.#listener = new Listener((message, done) => this.#socket.send(message, done), this.#events)
    this.#schedule.restart(performance.now())
    this.#arm()
  }

  /** Announces a record; one of the same id is replaced. */
  announce(record: ActorRecord): void {
    this.#responders.get(record.id)?.end()
    const responder = new Responder(record, this.choice.address, {
      send: (message, done) => this.#socket.send(message, done),
      jitterMs: () => this.#jitterMs(),
      failed: (source, thrown) => this.#events.garbage(source, messageOf(thrown)),
    })
    this.#responders.set(record.id, responder)
  }

  async withdraw(id: string): Promise<void> {
    const responder = this.#responders.get(id)
    this.#responders.delete(id)
    await responder?.goodbye()
  }

  /** Asks now, and begins over with the repetitions. */
  ask(): void {
    this.#schedule.restart(performance.now())
    this.#send()
  }

  forget(id: string): void {
    this.#listener?.forget(id)
  }

  /**
   * Whether a question went out that not even this host has heard: the socket is no longer of the group. To
   * be asked regularly. It counts these looks, not time: after a stall, what was heard is yet to be read.
   */
  isDeaf(): boolean {
    return this.#unheardLooks !== undefined && ++this.#unheardLooks > DEAF_LOOKS
  }

  /** Says goodbye for everything and ends. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all([...this.#responders.keys()].map((id) => this.withdraw(id)))
    this.end()
  }

  /** Ends without a word. */
  end(): void {
    clearTimeout(this.#timer)
    for (const responder of this.#responders.values()) responder.end()
    this.#responders.clear()
    this.#listener?.end()
    this.#listener = undefined
    this.#socket.close()
  }

  #query(message: Buffer, from: RemoteInfo): void {
    this.#unheardLooks = undefined
    this.#schedule.heard(performance.now())
    for (const responder of this.#responders.values()) responder.deliver(message, from)
  }

  #jitterMs(): number {
    const most = Math.min(
      this.#events.crowd() * discoveryLimits.answerJitterMs,
      discoveryLimits.answerJitterMaxMs,
    )
    return Math.random() * most
  }

  #arm(): void {
    const wait = Math.max(this.#schedule.dueAt - performance.now(), 0)
    this.#timer = setTimeout(() => {
      // Others may have asked in the meantime.
      if (performance.now() + 1 >= this.#schedule.dueAt) this.#send()
      this.#arm()
    }, wait)
    this.#timer.unref()
  }

  #send(): void {
    this.#unheardLooks ??= 0
    this.#schedule.heard(performance.now())
    this.#listener?.ask()
  }
}

/** Looks, a second apart, at which a question may still be on its way back to the host that sent it. */
const DEAF_LOOKS = 2
