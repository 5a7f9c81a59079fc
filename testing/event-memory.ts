/** What an actor told: its events as objects, the last ones of them. */
import type { EventSink, RuntimeEvent } from '../runtime/index.js'
import { testingLimits } from './limits.js'

export class EventMemory implements EventSink {
  #events: RuntimeEvent[] = []
  #isEnded = false

  get events(): readonly RuntimeEvent[] {
    return this.#events
  }

  write(line: string): void {
    if (this.#isEnded) return
    const event: RuntimeEvent = JSON.parse(line)
    this.#events.push(event)
    // By halves: shifting a long list at each event would be slow.
    if (this.#events.length > 2 * testingLimits.kept) this.#events = this.#events.slice(-testingLimits.kept)
  }

  /** Takes nothing more: the dead do not talk. */
  end(): void {
    this.#isEnded = true
  }
}
