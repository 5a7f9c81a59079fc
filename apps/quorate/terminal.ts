/** How the lines and events of actors look on a terminal. Colours only where somebody sees them. */
import { styleText } from 'node:util'
import { type Tone, textOfEvent } from '../../runtime/index.js'

type Style = Parameters<typeof styleText>[0]

export interface Screen {
  readonly stream: NodeJS.WriteStream
  /** Styles are printed. */
  readonly colour: boolean
}

/** Colours on a terminal, unless NO_COLOR is set. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    stream,
    colour: stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  }
}

export function paint(screen: Screen, style: Style, text: string): string {
  return screen.colour ? styleText(style, text) : text
}

const LABEL_STYLES: readonly Style[] = [
  'cyan',
  'magenta',
  'green',
  'blue',
  'yellow',
  'cyanBright',
  'magentaBright',
]

/** A function that puts an actor's label before a line. */
export function labeller(
  screen: Screen,
  label: string,
  index: number,
  width: number,
): (line: string) => string {
  const style = LABEL_STYLES[index % LABEL_STYLES.length] ?? 'cyan'
  const prefix = paint(screen, style, `${label.padEnd(width)} │`)
  return (line) => `${prefix} ${line}`
}

const TONES: Readonly<Record<Tone, Style | undefined>> = {
  quiet: 'dim',
  plain: undefined,
  warning: 'yellow',
  error: 'red',
}

/** The line for an event, or undefined where a person need not see it. */
export function paintEvent(screen: Screen, event: Readonly<Record<string, unknown>>): string | undefined {
  const shown = textOfEvent(event)
  if (!shown) return undefined
  const style = TONES[shown.tone]
  return style ? paint(screen, style, shown.text) : shown.text
}
