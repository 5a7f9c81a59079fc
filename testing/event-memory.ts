/** What an actor told: its events as objects, the last ones of them. */
import type { EventSink, RuntimeEvent } from '../runtime/index.js'
import { Kept } from './kept.js'

export class EventMemory implements EventSink {
  readonly #events = new Kept<RuntimeEvent>()
  #isEnded = false

  get events(): readonly RuntimeEvent[] {
    return this.#events.all
  }

  write(line: string): void {
    if (this.#isEnded) return
    const event: RuntimeEvent = JSON.parse(line)
    this.#events.add(event)
  }

  /** Takes nothing more: the dead do not talk. */
  end(): void {
    this.#isEnded = true
  }
}
