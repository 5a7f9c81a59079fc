/** What the console shows of values and events. Texts of others are made harmless. */
import { ApiEventKind, type ApiMessage, ApiTopic } from '../../../control/index.js'
import { cutTo } from '../table.js'
import { harmless, paint, type Screen, type Style } from '../terminal.js'

/** Of a value that is shown in one line. */
const LINE_CHARS = 100
const TOPICS = new Map<number, string>(Object.entries(ApiTopic).map(([name, number]) => [number, name]))
const KINDS = new Map<number, string>(Object.entries(ApiEventKind).map(([name, number]) => [number, name]))

/** The name of a topic, or its number. */
export function topicName(topic: number): string {
  return TOPICS.get(topic) ?? String(topic)
}

/** The name of a kind of event in small letters, or its number. */
export function kindName(kind: unknown): string {
  if (typeof kind === 'string') return kind
  const name = typeof kind === 'number' && KINDS.get(kind)?.toLowerCase().replaceAll('_', '-')
  return name || compact(kind)
}

/** A line for what was published; undefined for a heartbeat, which nobody wants to see. */
export function eventLine(screen: Screen, message: ApiMessage): string | undefined {
  const { topic, value, bytes } = message
  if (topic === ApiTopic.HEARTBEAT) return undefined
  const style: Style = topic === ApiTopic.EMERGENCY ? 'red' : 'dim'
  const time = new Date().toTimeString().slice(0, 8)
  return paint(screen, style, harmless(`${time} ${textOf(topic, value ?? bytes.toString('utf8'))}`))
}

function textOf(topic: number, value: unknown): string {
  if (topic !== ApiTopic.EVENT && topic !== ApiTopic.EMERGENCY) return `${topicName(topic)} ${compact(value)}`
  const event = typeof value === 'object' && value !== null ? value : {}
  const kind = 'kind' in event ? kindName(event.kind) : 'event'
  const context = 'context' in event && event.context ? ` ${compact(event.context)}` : ''
  return `${topic === ApiTopic.EMERGENCY ? 'EMERGENCY ' : ''}${kind}${context}`
}

/** A value as people read it: a text as it is, others as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return harmless(value)
  const line = compact(value)
  return line.length <= LINE_CHARS ? harmless(line) : lines(value).map(harmless).join('\n')
}

/** A value in one line, whatever it is; a long one is cut. */
export function valueLine(value: unknown): string {
  if (value === null || value === undefined) return ''
  return cutTo(harmless(typeof value === 'string' ? value : compact(value)), LINE_CHARS)
}

function compact(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}

function lines(value: unknown): string[] {
  return (JSON.stringify(value, undefined, 2) ?? String(value)).split('\n')
}
