/**
 * The way of a sub port from a pub of its own actor: a bounded queue, which is emptied when the event loop
 * has had its turn. While the component does not keep up it waits; when it is full, what comes is missed.
 */
import { type Sender, timedSender } from './arrival.js'
import type { InternalMessage, InternalTopic } from './internal-topic.js'
import { limits } from './limits.js'
import { peerOf } from './link.js'
import type { Peer, PeerPort } from './port.js'
import { Queue } from './queue.js'
import type { Gate } from './reader.js'
import type { SubLinkEvents } from './sub-link.js'

/** Messages that were missed at this place of the queue. */
interface Gap {
  readonly missed: number
}

export interface InternalLinkOptions {
  /** The link to the same pub that this one takes the place of: its sequence goes on, and what it holds. */
  readonly before: unknown
  readonly events: SubLinkEvents
  /** What holds the queue back. */
  readonly gates: readonly Gate[]
  readonly timed: boolean
}

export class InternalLink {
  readonly target: PeerPort
  readonly peer: Peer
  /** Number of the message of the pub that comes next; -1 before it joins. */
  next = -1
  /** The pub has the sub among those that it sends to. */
  welcomed = false
  readonly #topic: InternalTopic | undefined
  readonly #gates: readonly Gate[]
  readonly #events: SubLinkEvents
  readonly #timed: boolean
  #queue = new Queue<InternalMessage | Gap>()
  /** Messages missed since the last one that the queue took. */
  #lost = 0
  /** A turn in which the queue is emptied is to come. */
  #isSoon = false
  #isClosed = false
  #drain: NodeJS.Timeout | undefined

  constructor(target: PeerPort, topic: InternalTopic | undefined, options: InternalLinkOptions) {
    const { before, events, gates, timed } = options
    this.target = target
    this.peer = peerOf(target)
    this.#topic = topic
    this.#gates = gates
    this.#events = events
    this.#timed = timed
    if (!(before instanceof InternalLink)) return
    this.next = before.next
    this.#queue = before.#queue
    this.#lost = before.#lost
    if (this.#queue.size > 0 || this.#lost > 0) this.#soon()
  }

  open(): void {
    if (!this.#topic) return
    this.#topic.join(this)
    this.welcomed = true
    this.#events.changed()
  }

  /** False where there is no room for it. */
  take(message: InternalMessage): boolean {
    this.next++
    if (this.#queue.size >= limits.internalMessages) {
      this.#lost++
      return false
    }
    this.#tellLost()
    this.#queue.push(message)
    this.#soon()
    return true
  }

  /** So many were sent before it joined again. */
  miss(messages: number): void {
    this.next += messages
    this.#lost += messages
    this.#soon()
  }

  /** The pub was closed. */
  ended(): void {
    this.welcomed = false
    if (!this.#isClosed) this.#events.changed()
  }

  /** Takes what is on its way for `ms` more, then closes. */
  drainThenClose(ms: number, closed: () => void): void {
    this.welcomed = false
    this.#topic?.leave(this)
    this.#drain = setTimeout(() => {
      this.close()
      closed()
    }, ms).unref()
  }

  /** Closes at once; hands over nothing more. */
  close(): void {
    clearTimeout(this.#drain)
    this.#isClosed = true
    this.welcomed = false
    this.#topic?.leave(this)
    this.#queue = new Queue()
    this.#lost = 0
  }

  #soon(): void {
    if (this.#isSoon) return
    this.#isSoon = true
    // Not sooner: two components that answer each other would starve the event loop.
    setImmediate(() => this.#empty())
  }

  #empty(): void {
    this.#isSoon = false
    for (let handled = 0; this.#queue.size > 0; handled++) {
      const full = this.#gates.find((gate) => gate.full)
      if (full) {
        this.#isSoon = true
        void full.room().then(() => this.#empty())
        return
      }
      if (handled >= limits.messagesPerTurn) {
        this.#soon()
        return
      }
      const next = this.#queue.shift()
      if (next) this.#hand(next)
    }
    if (this.#lost > 0) {
      this.#tellLost()
      this.#soon()
    }
  }

  #hand(next: InternalMessage | Gap): void {
    if ('missed' in next) this.#events.missed(next.missed)
    else this.#events.message(next.message, next.asBytes, this.#from(next))
  }

  #from(message: InternalMessage): Sender {
    return this.#timed ? timedSender(this.peer, message) : this.peer
  }

  #tellLost(): void {
    if (this.#lost > 0) this.#queue.push({ missed: this.#lost })
    this.#lost = 0
  }
}
