/** The lines of a log that a page shows: the newest so many. Pure. */

export const LINES_MAX = 5000
/** Of one line; what is longer is cut. */
const LINE_CHARS_MAX = 4000

export interface LogLine {
  /** Counts on, so that a line stays the same one while others before it are forgotten. */
  readonly number: number
  readonly text: string
}

export interface LogText {
  readonly lines: readonly LogLine[]
  /** The last line, of which the end is yet to come. */
  readonly rest: string
  readonly next: number
}

export const emptyLog: LogText = { lines: [], rest: '', next: 1 }

export function withText(log: LogText, text: string): LogText {
  const parts = `${log.rest}${text}`.split('\n')
  const rest = (parts.pop() ?? '').slice(0, LINE_CHARS_MAX)
  const fresh = parts.slice(-LINES_MAX).map((part, at) => ({ number: log.next + at, text: readable(part) }))
  return { lines: [...log.lines, ...fresh].slice(-LINES_MAX), rest, next: log.next + fresh.length }
}

/** How many lines have it. */
export function foundIn({ lines }: LogText, sought: string): number {
  return sought === '' ? 0 : lines.filter(({ text }) => hasIn(text, sought)).length
}

export function hasIn(text: string, sought: string): boolean {
  return text.toLowerCase().includes(sought.toLowerCase())
}

/** Without what colours a terminal, and other control characters. */
function readable(text: string): string {
  const plain = text.replace(ESCAPES, '').replace(CONTROLS, '�')
  return plain.length > LINE_CHARS_MAX ? `${plain.slice(0, LINE_CHARS_MAX)}…` : plain
}

const ESCAPES = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]|\r$/gu
const CONTROLS = /(?!\t)\p{Cc}/gu
