/** The lines of a log that a page shows: the newest so many, as `quorate run` would print them. Pure. */

import { type Tone, textOfEvent } from '../../../runtime/event-text.js'
import { pageLimits } from '../limits.js'
import { isObject } from './schema-form.js'
import { valueText } from './wording.js'

export interface LogLine {
  /** Counts on, so that a line stays the same one while others before it are forgotten. */
  readonly number: number
  /** Time of day; '' of what is no event. */
  readonly time: string
  readonly text: string
  readonly tone: Tone
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
  const rest = (parts.pop() ?? '').slice(0, pageLimits.logLineChars)
  const fresh = parts
    .slice(-pageLimits.logLines)
    .map((part, at) => ({ number: log.next + at, ...shown(part) }))
  return { lines: [...log.lines, ...fresh].slice(-pageLimits.logLines), rest, next: log.next + fresh.length }
}

/** How many lines have it. */
export function foundIn({ lines }: LogText, sought: string): number {
  return sought === '' ? 0 : lines.filter(({ text }) => hasIn(text, sought)).length
}

export function hasIn(text: string, sought: string): boolean {
  return text.toLowerCase().includes(sought.toLowerCase())
}

/** Events as people read them; what else an actor wrote as it is. */
function shown(line: string): Omit<LogLine, 'number'> {
  const event = eventIn(line)
  const told = event && textOfEvent(event)
  if (!event) return { time: '', text: readable(line), tone: 'plain' }
  const time = typeof event.t === 'number' ? timeOfDay(event.t) : ''
  return { time, text: readable(told?.text ?? fieldsOf(event)), tone: told?.tone ?? 'quiet' }
}

/** Of an event that people need not see: its name, and what else is in it. */
function fieldsOf({ event, v, t, actor, id, ...others }: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(others).map(([name, value]) => `${name}=${valueText(value)}`)
  return [event, ...fields].join(' ')
}

function eventIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) && typeof value.event === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** Of this machine. */
function timeOfDay(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return ''
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Without what colours a terminal, and other control characters. */
function readable(text: string): string {
  const plain = text.replace(ESCAPES, '').replace(CONTROLS, '�')
  return plain.length > pageLimits.logLineChars ? `${plain.slice(0, pageLimits.logLineChars)}…` : plain
}

const ESCAPES = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]|\r$/gu
const CONTROLS = /(?!\t)\p{Cc}/gu
