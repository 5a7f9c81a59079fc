/** Collects the events of an actor, and lets a test wait for one instead of for a time. */
import type { EventSink } from '../../runtime/index.js'
import { eventually } from './eventually.js'

export type Event = Readonly<Record<string, unknown>>

interface Waiting {
  matches(event: Event): boolean
  resolve(event: Event): void
}

export class EventLog implements EventSink {
  readonly events: Event[] = []
  readonly #waiting = new Set<Waiting>()

  write(line: string): void {
    const event: Event = JSON.parse(line)
    this.events.push(event)
    for (const waiting of this.#waiting) {
      if (!waiting.matches(event)) continue
      this.#waiting.delete(waiting)
      waiting.resolve(event)
    }
  }

  /** The first event, past or to come, that matches. The test's own time-out is the only one. */
  event(matches: (event: Event) => boolean): Promise<Event> {
    const past = this.events.find(matches)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => this.#waiting.add({ matches, resolve }))
  }

  named(name: string): Promise<Event> {
    return this.event((event) => event.event === name)
  }

  saying(text: string): Promise<Event> {
    return this.event((event) => String(event.msg ?? '').includes(text))
  }
}

/** Resolves when the condition holds, as `eventually` does; the condition speaks for itself. */
export function until(condition: () => boolean): Promise<void> {
  return eventually(condition, String(condition))
}
