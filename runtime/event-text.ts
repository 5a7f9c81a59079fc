/** One line for people for each event that they need see, and how much it matters. */
import type { EventSink } from './events.js'

export type Tone = 'quiet' | 'plain' | 'warning' | 'error'

export interface EventText {
  readonly text: string
  readonly tone: Tone
}

/** The line for an event of any actor; undefined where a person need not see it. */
export function textOfEvent(event: Readonly<Record<string, unknown>>): EventText | undefined {
  const word = (key: string): string => String(event[key] ?? '')
  const who = typeof event.component === 'string' ? `${event.component}: ` : ''
  switch (event.event) {
    case 'ready':
      return { text: `ready: ${word('ports')} ports, directory ${word('directory')}`, tone: 'quiet' }
    case 'connected':
      return { text: `connected to ${word('peerActor')} (${word('peer')})`, tone: 'quiet' }
    case 'disconnected':
      return {
        text: `disconnected from ${word('peerActor')} (${word('peer')}): ${word('why')}`,
        tone: 'quiet',
      }
    case 'error':
      return { text: `error: ${who}${word('msg')}`, tone: 'error' }
    case 'log':
      return logText(word('level'), who + word('msg'))
    default:
      return undefined
  }
}

function logText(level: string, text: string): EventText {
  if (level === 'warn') return { text: `warning: ${text}`, tone: 'warning' }
  return { text, tone: level === 'debug' || level === 'trace' ? 'quiet' : 'plain' }
}

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
