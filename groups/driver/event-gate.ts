/**
 * Events on their way to a main thread, gathered within a turn of the event loop, in bounds: what members
 * sent each other is dropped, and told, while it does not keep up; what groups have decided is not, so
 * where too much of that waits the gate is stuck, and its groups have to go on without it.
 */
import type { LinkEvent, Route } from '../link.js'
import { bytesIn, crossing } from './crossing.js'
import { driverLimits } from './limits.js'
import type { ThreadEvents } from './thread-messages.js'

/** What an event takes beside the bytes that it holds, about. */
const EVENT_BYTES = 256

type Message = Extract<LinkEvent, { is: 'message' }>

export interface EventGateOptions {
  post(message: ThreadEvents, transfer: ArrayBuffer[]): void
  /** Called once, when so much waits that was decided that it can no longer be kept. */
  stuck(): void
}

export class EventGate {
  readonly #options: EventGateOptions
  #events: LinkEvent[] = []
  #bytes = 0
  /** Posted, and not taken in. */
  #owed = 0
  /** Of commands that were taken in, which the main thread is to hear of. */
  #took = 0
  #isScheduled = false
  readonly #missed = new Map<string, { member: number; route: Route; count: number }>()
  #isStuck = false

  constructor(options: EventGateOptions) {
    this.#options = options
  }

  put(event: LinkEvent): void {
    const bytes = EVENT_BYTES + (event.is === 'message' || event.is === 'effect' ? bytesIn(event) : 0)
    const before = this.#owed + this.#bytes
    const owed = before + bytes
    if (event.is === 'message' && before > 0 && owed > driverLimits.crossingBytes) {
      this.#miss(event)
      return
    }
    if (owed > driverLimits.crossingEffectBytes && !this.#isStuck) {
      this.#isStuck = true
      process.nextTick(() => this.#options.stuck())
    }
    this.#events.push(event)
    this.#bytes += bytes
    this.#schedule()
  }

  /** This thread has taken so many bytes of commands in: told with the next events, or where it is much. */
  took(bytes: number): void {
    this.#took += bytes
    if (this.#took > driverLimits.crossingBytes / 8) this.#schedule()
  }

  /** The main thread has taken so many bytes in. */
  taken(bytes: number): void {
    this.#owed -= bytes
    if (this.#missed.size === 0 || this.#owed > driverLimits.crossingBytes / 2) return
    const missed = [...this.#missed.values()]
    this.#missed.clear()
    for (const each of missed) this.put({ is: 'missed', ...each })
  }

  #miss({ member, route, count }: Message): void {
    const key = `${member}/${route}`
    const before = this.#missed.get(key)
    if (before) before.count += count
    else this.#missed.set(key, { member, route, count })
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(this.#post)
  }

  readonly #post = (): void => {
    const events = this.#events
    const bytes = this.#bytes
    const taken = this.#took
    this.#isScheduled = false
    this.#events = []
    this.#bytes = 0
    this.#took = 0
    this.#owed += bytes
    // Bytes that came from a socket are of memory that cannot be handed over.
    const { items, transfer } = crossing(events, false)
    this.#options.post({ events: items, bytes, taken }, transfer)
  }
}
