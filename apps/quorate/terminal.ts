/**
 * What is known of the terminal, and how text looks on it. Colours only where somebody sees them. Loads
 * nothing.
 */
import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

export interface Screen {
  /** Styles are printed. */
  readonly colour: boolean
  /** The screen can be drawn anew. */
  readonly isTerminal: boolean
  /** Columns that a line may take; Infinity where nobody counts them. */
  readonly columns: number
  readonly rows: number
}

/** What a stream can show: colours on a terminal, unless NO_COLOR is set or TERM is `dumb`. */
export function screenOf(
  stream: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Screen {
  const isTerminal = stream.isTTY === true
  return {
    isTerminal,
    colour: isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb',
    // A terminal that does not know its size says 0.
    columns: isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY,
    rows: isTerminal ? stream.rows || 24 : Number.POSITIVE_INFINITY,
  }
}

export function paint(screen: Screen, style: Style, text: string): string {
  return screen.colour ? styleText(style, text, { validateStream: false }) : text
}

/** A line on standard error that says what is wrong, without what would steer the terminal. */
export function complain(text: string): void {
  const shown = text.replaceAll(/[^\n\t]+/g, (piece) => harmless(piece))
  process.stderr.write(`${paint(screenOf(process.stderr), 'red', 'quorate:')} ${shown}\n`)
}

/** Leaves out what is written to a stream, as if it had been; returns what ends that. */
export function mute(stream: NodeJS.WriteStream): () => void {
  const write = stream.write
  stream.write = (_text: unknown, encoding?: unknown, done?: unknown) => {
    const told = typeof encoding === 'function' ? encoding : done
    if (typeof told === 'function') queueMicrotask(() => told())
    return true
  }
  return () => {
    stream.write = write
  }
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

const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Text that a stranger wrote, without what would steer the terminal. */
export function harmless(text: string): string {
  return text.replaceAll(STEERING, '?')
}
