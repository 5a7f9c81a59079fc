/** Where nobody reads the events of an actor but people. */
import { textOfEvent } from './event-text.js'
import type { EventSink } from './events.js'

/** A sink that prints the line of each event, for an actor that no launcher reads. */
export function readableSink(stream: NodeJS.WritableStream): EventSink {
  return {
    write: (line) => {
      const event: unknown = JSON.parse(line)
      if (typeof event !== 'object' || event === null) return
      const fields: Record<string, unknown> = { ...event }
      const shown = textOfEvent(fields)
      if (shown) stream.write(`${String(fields.actor ?? '')} │ ${shown.text}\n`)
    },
  }
}
