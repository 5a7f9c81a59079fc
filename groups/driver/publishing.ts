/**
 * The gpub of a member: frames to all who subscribe to it, in order, one at a time with the socket. The
 * socket takes a frame for all of them or, where one is full, for none; then it goes to each by its own
 * topic, and who is full misses it. Who subscribes is told so by a welcome: from then on frames reach it, and
 * it hears now and then that this member is there.
 */
import { bytesOf, errnoOf, type PublisherSocket, Queue, readAll, type Sockets } from '../../ports/index.js'
import { groupLimits } from '../limits.js'
import type { Route } from '../link.js'
import type { Envelope, Refusal } from './frames.js'
import { driverLimits } from './limits.js'

export interface PublishingEvents {
  /** Those who subscribe are others than before. */
  changed(): void
  unsent(route: Route, count: number): void
  refused(source: string, refusal: Refusal): void
  /** Whether it is a peer by its listing, and not just by what it says. */
  isListed(id: string): boolean
}

interface Outgoing {
  readonly head: Buffer
  readonly rest: readonly Buffer[]
  /** Of users' messages. */
  readonly route: Route | undefined
  readonly count: number
  readonly bytes: number
}

export class Publishing {
  readonly socket: PublisherSocket
  readonly #envelope: Envelope
  readonly #events: PublishingEvents
  readonly #subscribers = new Set<string>()
  readonly #unwelcomed = new Set<string>()
  readonly #waiting = new Queue<Outgoing>()
  #bytes = 0
  #isWriting = false
  /** Since it said something to all, as looks count it. */
  #silentMs = 0
  #retry: NodeJS.Timeout | undefined

  constructor(sockets: Sockets, envelope: Envelope, events: PublishingEvents) {
    this.socket = sockets.publisher({ door: 'groups', queueFrames: driverLimits.queueFrames })
    this.#envelope = envelope
    this.#events = events
  }

  open(): void {
    void readAll(this.socket, [], (parts) => this.#heard(parts))
  }

  /** Whether frames reach it. */
  reaches(id: string): boolean {
    return this.#subscribers.has(id)
  }

  /**
   * To be called every `driverLimits.watchMs`: where it says nothing to all, it says that it is there.
   * @param crowdMs how seldom those of this group show life.
   */
  look(crowdMs: number): void {
    this.#silentMs += driverLimits.watchMs
    if (this.#silentMs < Math.max(driverLimits.linkQuietMs, crowdMs)) return
    this.#silentMs = 0
    if (this.#subscribers.size > 0) this.control(this.#envelope.greeting('alive', undefined))
  }

  /** Users' messages to all: see Envelope. */
  users(parts: readonly Buffer[], route: Route, count: number): void {
    const bytes = bytesOf(parts)
    const { usersFrames, usersBytes } = driverLimits
    const isFull = this.#waiting.size >= usersFrames || this.#bytes + bytes > usersBytes
    if (isFull && this.#waiting.size > 0) this.#events.unsent(route, count)
    else {
      this.#silentMs = 0
      if (bytes >= driverLimits.largeBytes) this.control(this.#envelope.greeting('large', undefined))
      this.#put(parts, route, count, bytes)
    }
  }

  /** A frame of control, which is lost where there is no room: cores say again what was not heard. */
  control(frame: Buffer): void {
    if (this.#waiting.size < driverLimits.usersFrames + driverLimits.controlFrames) {
      this.#put([frame], undefined, 0, frame.length)
    }
  }

  close(): void {
    clearTimeout(this.#retry)
  }

  #put(parts: readonly Buffer[], route: Route | undefined, count: number, bytes: number): void {
    const [head, ...rest] = parts
    if (!head) return
    this.#bytes += bytes
    const outgoing = { head, rest, route, count, bytes }
    if (this.#isWriting) this.#waiting.push(outgoing)
    else void this.#write(outgoing)
  }

  async #write(first: Outgoing): Promise<void> {
    this.#isWriting = true
    for (let next: Outgoing | undefined = first; next; next = this.#waiting.shift()) {
      await this.#send(next)
      this.#bytes -= next.bytes
    }
    this.#isWriting = false
  }

  async #send({ head, rest, route, count }: Outgoing): Promise<void> {
    try {
      await this.socket.send([head, ...rest])
    } catch (error) {
      if (this.socket.closed) return
      const isMissed = errnoOf(error) !== 'EAGAIN' || !(await this.#sendToEach(head, rest))
      if (isMissed && route) this.#events.unsent(route, count)
    }
  }

  /** False where one of them has no room for it. */
  async #sendToEach(head: Buffer, rest: readonly Buffer[]): Promise<boolean> {
    const sent = [...this.#subscribers].map(async (id) => {
      await this.socket.send([this.#envelope.addressed(head, id), ...rest])
    })
    const settled = await Promise.allSettled(sent)
    return settled.every(({ status }) => status === 'fulfilled')
  }

  /** A subscription, its end, or a stranger's bytes. */
  #heard([message, ...more]: Buffer[]): number {
    const topic = message?.subarray(1) ?? Buffer.alloc(0)
    const id = this.#envelope.subscriberOf(topic)
    if (!message || more.length > 0 || id === undefined) {
      if (message && this.#envelope.isLive(topic)) return 1
      this.#events.refused('', { code: 'foreign', text: 'a subscription to another than this member' })
      return 1
    }
    if (message[0] === 1 && this.#hasPlaceFor(id)) {
      this.#subscribers.add(id)
      this.#welcome(id)
    } else {
      this.#subscribers.delete(id)
      this.#unwelcomed.delete(id)
      this.#envelope.forget(id)
    }
    this.#events.changed()
    return 1
  }

  /** Those that are listed find one, however many strangers there are. */
  #hasPlaceFor(id: string): boolean {
    if (this.#subscribers.has(id) || this.#events.isListed(id)) return true
    const strangers = [...this.#subscribers].filter((each) => !this.#events.isListed(each))
    return strangers.length < groupLimits.participants
  }

  #welcome(id: string): void {
    this.socket.send(this.#envelope.greeting('welcome', id)).catch(() => {
      if (this.socket.closed) return
      this.#unwelcomed.add(id)
      this.#retry ??= setTimeout(this.#welcomeAgain, driverLimits.helloMs)
    })
  }

  readonly #welcomeAgain = (): void => {
    this.#retry = undefined
    for (const id of this.#unwelcomed) this.#welcome(id)
    this.#unwelcomed.clear()
  }
}
