/** How events and lines of actors look on a terminal, and as JSON. Colours only where somebody sees them. */
import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

export interface Screen {
  readonly stream: NodeJS.WriteStream
  /** Styles are printed. */
  readonly colour: boolean
}

/** Colours on a terminal, unless NO_COLOR is set. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  return { stream, colour: stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb' }
}

export function paint(screen: Screen, style: Style, text: string): string {
  return screen.colour ? styleText(style, text) : text
}

const LABEL_STYLES: readonly Style[] = ['cyan', 'magenta', 'green', 'blue', 'yellow', 'cyanBright', 'magentaBright']

/** A function that puts an actor's label before a line. */
export function labeller(screen: Screen, label: string, index: number, width: number): (line: string) => string {
  const style = LABEL_STYLES[index % LABEL_STYLES.length] ?? 'cyan'
  const prefix = paint(screen, style, `${label.padEnd(width)} │`)
  return line => `${prefix} ${line}`
}

/** One line for an event, or undefined where a person need not see it. */
export function describeEvent(screen: Screen, event: Readonly<Record<string, unknown>>): string | undefined {
  const text = (key: string): string => (typeof event[key] === 'string' ? event[key] : String(event[key] ?? ''))
  switch (event['event']) {
    case 'ready':
      return paint(screen, 'dim', `ready: ${text('ports')} ports, directory ${text('directory')}`)
    case 'connected':
      return paint(screen, 'dim', `connected to ${text('peerActor')} (${text('peer')})`)
    case 'disconnected':
      return paint(screen, 'dim', `disconnected from ${text('peerActor')} (${text('peer')}): ${text('why')}`)
    case 'log':
      return logLine(screen, text('level'), component(event) + text('msg'))
    case 'error':
      return paint(screen, 'red', `error: ${component(event)}${text('msg')}`)
    default:
      return undefined
  }
}

function component(event: Readonly<Record<string, unknown>>): string {
  return typeof event['component'] === 'string' ? `${event['component']}: ` : ''
}

function logLine(screen: Screen, level: string, text: string): string {
  if (level === 'warn') return paint(screen, 'yellow', `warning: ${text}`)
  if (level === 'debug' || level === 'trace') return paint(screen, 'dim', text)
  return text
}
