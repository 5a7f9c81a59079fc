/**
 * mDNS on one interface with one address, for as long as it stays as it is: the socket, the listener, a
 * responder for each record, and the questions. `mdns.ts` throws the whole away and makes another when the
 * interface changes.
 */
import { messageOf } from '../ports/index.js'
import type { InterfaceChoice } from './interfaces.js'
import { withKnownAnswers } from './known-answers.js'
import { discoveryLimits } from './limits.js'
import { Hearing, type Question } from './mdns-hearing.js'
import { leaderServiceOf } from './mdns-leader.js'
import { Listener, type ListenerEvents } from './mdns-listener.js'
import { Responder } from './mdns-responder.js'
import { QuerySchedule } from './mdns-schedule.js'
import { MulticastSocket } from './mdns-socket.js'
import { instanceOf, type ServiceForm, serviceOf } from './mdns-txt.js'
import type { ActorRecord, LeaderRecord } from './types.js'

export interface LinkEvents extends ListenerEvents {
  garbage(source: string, why: string): void
  unsent(why: string): void
  /** The records known, by id: they need not answer. In a large crowd, answers are spread over more time. */
  known(): ReadonlyMap<string, ActorRecord>
}

export class MdnsLink {
  readonly choice: InterfaceChoice
  readonly #events: LinkEvents
  readonly #socket: MulticastSocket
  readonly #responders = new Map<string, Responder>()
  /** By member. */
  readonly #leaders = new Map<string, Responder>()
  readonly #schedule = new QuerySchedule(() => this.#isCrowd)
  readonly #hearing = new Hearing((question) => this.#asked(question))
  #listener: Listener | undefined
  #timer: NodeJS.Timeout | undefined
  /**
   * How often `isDeaf` was asked since a packet of ours went out and none came in, as every multicast packet
   * of a host does; undefined if none is out.
   */
  #unheardLooks: number | undefined

  constructor(choice: InterfaceChoice, port: number, events: LinkEvents) {
    this.choice = choice
    this.#events = events
    this.#socket = new MulticastSocket(choice, port, {
      query: (message, from) => {
        this.#unheardLooks = undefined
        this.#hearing.take(message, from)
      },
      response: (message, from) => {
        this.#unheardLooks = undefined
        this.#listener?.deliver(message, from)
      },
      garbage: events.garbage,
      unsent: events.unsent,
    })
  }

  get traffic(): { readonly sent: number; readonly received: number } {
    return this.#socket.traffic
  }

  /**
   * Opens the socket. Asks at the end of the turn, unless something is announced until then: only who looks
   * on has nobody to dial it. @throws DiscoveryError `no-multicast`.
   */
  async open(): Promise<void> {
    await this.#socket.open()
    this.#listener = new Listener((message, done) => this.#ask(message, done), this.#events)
    this.#schedule.askAtOnce(performance.now())
    this.#arm()
  }

  /** Announces a record; one of the same id is replaced. */
  announce(record: ActorRecord): void {
    this.#responders.get(record.id)?.end()
    this.#responders.set(record.id, this.#responder(serviceOf(record, this.choice.address)))
    this.#schedule.announced(performance.now())
    this.#arm()
  }

  /** Announces who leads; what is there of the same member is replaced. */
  lead(leader: LeaderRecord): void {
    this.#leaders.get(leader.member)?.end()
    this.#leaders.set(leader.member, this.#responder(leaderServiceOf(leader)))
  }

  /** It leads no more. */
  async unlead(member: string): Promise<void> {
    const responder = this.#leaders.get(member)
    this.#leaders.delete(member)
    await responder?.goodbye()
  }

  #responder(form: ServiceForm): Responder {
    return new Responder(form, {
      send: (message, done) => this.#transmit(message, done),
      jitterMs: () => this.#jitterMs(),
      failed: (source, thrown) => this.#events.garbage(source, messageOf(thrown)),
      isCrowd: () => this.#isCrowd,
    })
  }

  /** Somebody said hello: it heard what was announced. In a crowd, whoever did not will be asked. */
  wasHeard(): void {
    for (const responder of this.#responders.values()) responder.wasHeard()
  }

  /** Somebody is known that was not: the first question waits for more such news. */
  learned(): void {
    this.#schedule.learned(performance.now())
    this.#arm()
  }

  async withdraw(id: string): Promise<void> {
    const responder = this.#responders.get(id)
    this.#responders.delete(id)
    await responder?.goodbye()
  }

  /** Asks now, and begins over with the repetitions. */
  ask(): void {
    this.#schedule.restart(performance.now())
    this.#listener?.ask()
    this.#arm()
  }

  forget(id: string): void {
    this.#listener?.forget(id)
  }

  /**
   * Whether a packet went out that not even this host has heard: the socket is no longer of the group. To be
   * asked regularly. It counts these looks, not time: after a stall, what was heard is yet to be read.
   */
  isDeaf(): boolean {
    return this.#unheardLooks !== undefined && ++this.#unheardLooks > DEAF_LOOKS
  }

  /** Says goodbye for everything and ends. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all([
      ...[...this.#leaders.keys()].map((member) => this.unlead(member)),
      ...[...this.#responders.keys()].map((id) => this.withdraw(id)),
    ])
    this.end()
  }

  /** Ends without a word. */
  end(): void {
    clearTimeout(this.#timer)
    this.#hearing.close()
    for (const responder of [...this.#responders.values(), ...this.#leaders.values()]) responder.end()
    this.#responders.clear()
    this.#leaders.clear()
    this.#listener?.end()
    this.#listener = undefined
    this.#socket.close()
  }

  /** Who is known to the one that asks keeps silent. */
  #asked({ message, from, isForOurs, known }: Question): void {
    const mine = this.#events.known()
    // What is answered is what is not known there: where all of that is known here, it is all that is
    // missing.
    const isAsIfOurs = [...known].every((id) => mine.has(id) || this.#responders.has(id))
    if (isForOurs && isAsIfOurs) {
      this.#schedule.heard(performance.now())
      this.#arm()
    }
    for (const [id, responder] of this.#responders) if (!known.has(id)) responder.deliver(message, from)
    for (const responder of this.#leaders.values()) responder.deliver(message, from)
  }

  /** Sends a question with all that is known. */
  #ask(question: Buffer, done: (error: Error | null) => void): void {
    const instances = [...this.#events.known().values()].map(instanceOf)
    const { questionBytes, loopbackQuestionBytes } = discoveryLimits
    const bytesMax = this.choice.loopback ? loopbackQuestionBytes : questionBytes
    const [first = question, ...others] = withKnownAnswers(question, instances, bytesMax)
    this.#transmit(first, done)
    for (const packet of others) this.#transmit(packet)
  }

  #transmit(message: Buffer, done?: (error: Error | null) => void): void {
    this.#unheardLooks ??= 0
    this.#socket.send(message, done)
  }

  get #isCrowd(): boolean {
    return this.#events.known().size > discoveryLimits.crowdRecords
  }

  #jitterMs(): number {
    const most = Math.min(
      this.#events.known().size * discoveryLimits.answerJitterMs,
      discoveryLimits.answerJitterMaxMs,
    )
    return Math.random() * most
  }

  #arm(): void {
    if (!this.#listener) return
    clearTimeout(this.#timer)
    const wait = Math.max(this.#schedule.dueAt - performance.now(), 0)
    this.#timer = setTimeout(() => {
      if (this.#schedule.isDue(performance.now())) {
        this.#schedule.heard(performance.now())
        this.#listener?.ask()
      }
      this.#arm()
    }, wait)
    this.#timer.unref()
  }
}

/** Looks, a second apart, at which a question may still be on its way back to the host that sent it. */
const DEAF_LOOKS = 2
