/**
 * One line for people for each event that they need see, and how much it matters. It imports nothing: the
 * page of the hub has it in a browser.
 */

/** How a line is to be shown. */
export type Tone = 'quiet' | 'plain' | 'warning' | 'error'

/** An event as a line for people. */
export interface EventText {
  /** Without the name of the actor. */
  readonly text: string
  /** How much it matters to a person. */
  readonly tone: Tone
}

/** Digits of an actor's id that people see: enough to tell actors apart, and as many as `ps` shows. */
const SHORT_ID = 8

/** The line for an event of any actor; undefined where a person need not see it. */
export function textOfEvent(event: Readonly<Record<string, unknown>>): EventText | undefined {
  const word = (key: string): string => String(event[key] ?? '')
  const id = (key: string): string => word(key).slice(0, SHORT_ID)
  const who = typeof event.component === 'string' ? `${event.component}: ` : ''
  const again =
    typeof event.again === 'number' ? `, and ${event.again} times more since it was last told` : ''
  switch (event.event) {
    case 'ready':
      return { text: readyText(word('ports'), id('id'), word('directory')), tone: 'quiet' }
    case 'connected':
      return { text: `connected to ${word('peerActor')} (${id('peer')})`, tone: 'quiet' }
    case 'disconnected':
      return {
        text: `disconnected from ${word('peerActor')} (${id('peer')}): ${word('why')}`,
        tone: 'quiet',
      }
    case 'stopping':
    case 'stopped':
      return { text: event.event, tone: 'quiet' }
    case 'error':
      return { text: `error: ${who}${word('msg')}${again}`, tone: 'error' }
    case 'log':
      return logText(word('level'), who + word('msg') + again)
    default:
      return undefined
  }
}

function readyText(ports: string, id: string, directory: string): string {
  return `ready: id ${id}, ${ports} ${ports === '1' ? 'port' : 'ports'}, directory ${directory}`
}

function logText(level: string, text: string): EventText {
  if (level === 'warn') return { text: `warning: ${text}`, tone: 'warning' }
  return { text, tone: level === 'debug' || level === 'trace' ? 'quiet' : 'plain' }
}
