/**
 * The way of messages in: frames of other members are opened, repetitions dropped, gaps counted, and each
 * message checked by its schema. What is refused is counted, and told once.
 */
import type { Route } from '../../groups/index.js'
import { BATCH, check, decode, type MessageType, messagesOf, readHeader, SENT } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'

/** What a frame of a group holds. */
export interface Opened {
  readonly sequence: number
  /** Milliseconds since 1970; NaN where it does not say. */
  readonly sentAt: number
  readonly messages: readonly unknown[]
}

/** Flags that a frame of a group may have. */
const KNOWN_FLAGS = BATCH | SENT

/** Total: any parts give messages, or why there are none. */
export function openFrame(parts: readonly Uint8Array[]): Opened | string {
  const [head, ...rest] = parts.map(asBuffer)
  if (!head) return 'no frame'
  const header = readHeader(head)
  if (typeof header === 'string') return header
  if ((header.flags & ~KNOWN_FLAGS) !== 0) return 'flags that a member cannot set'
  const messages = messagesOf([head, ...rest], 0, header)
  if (typeof messages === 'string') return messages
  return { sequence: header.sequence, sentAt: header.sentAt, messages }
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A plain value in bytes that another member sent, or why there is none. */
export function valueIn(bytes: Uint8Array): { readonly value: unknown } | { readonly refusal: string } {
  const buffer = asBuffer(bytes)
  return decode(buffer, 0, buffer.length)
}

/** What becomes of messages that came. */
export interface IncomingEvents {
  message(route: Route, value: unknown, from: string, sentAt: number): void
  missed(from: string, messages: number): void
  refused(from: string, why: string): void
}

export class Incoming {
  readonly #type: MessageType
  readonly #events: IncomingEvents
  /** The number of the next message, by route and sender. */
  readonly #next = new Map<string, number>()

  constructor(type: MessageType, events: IncomingEvents) {
    this.#type = type
    this.#events = events
  }

  /** Takes a frame in. Never throws. */
  take(route: Route, from: string, parts: readonly Uint8Array[]): void {
    const opened = openFrame(parts)
    if (typeof opened === 'string') this.#events.refused(from, opened)
    else this.#takeMessages(route, from, opened)
  }

  /** A message of the log, which comes once and in order by itself. */
  takeOne(
    from: string,
    payload: Uint8Array,
  ): { readonly value: unknown; readonly sentAt: number } | undefined {
    const opened = openFrame([payload])
    if (typeof opened === 'string') this.#events.refused(from, opened)
    else if (opened.messages.length !== 1) this.#events.refused(from, 'an ordered message that is not one')
    else {
      const [message] = opened.messages
      const checked = this.#check(from, message)
      return checked && { value: checked.value, sentAt: opened.sentAt }
    }
    return undefined
  }

  /** The component has left, or the sender. */
  forget(from: string): void {
    for (const route of ['all', 'to-leader', 'from-leader'] as const) this.#next.delete(keyOf(route, from))
  }

  #takeMessages(route: Route, from: string, { sequence, sentAt, messages }: Opened): void {
    const key = keyOf(route, from)
    const next = this.#next.get(key) ?? (route === 'all' ? sequence : 1)
    // Only those to all get all of them: other routes lead to a leader, and then to another.
    if (route === 'all' && sequence > next) this.#events.missed(from, sequence - next)
    const seen = Math.max(0, Math.min(messages.length, next - sequence))
    if (seen > 0) this.#events.refused(from, `${seen} messages that came before`)
    this.#next.set(key, Math.max(next, sequence + messages.length))
    if (this.#next.size > runtimeLimits.knownMembers) this.#forgetOldest()
    for (let at = seen; at < messages.length; at++) {
      const checked = this.#check(from, messages[at])
      if (checked) this.#events.message(route, checked.value, from, sentAt)
    }
  }

  #check(from: string, message: unknown): { readonly value: unknown } | undefined {
    const checked = check(this.#type, message)
    if (!('refusal' in checked)) return checked
    this.#events.refused(from, `it is no ${this.#type.name}: ${checked.refusal}`)
    return undefined
  }

  #forgetOldest(): void {
    const [oldest] = this.#next.keys()
    if (oldest !== undefined) this.#next.delete(oldest)
  }
}

function keyOf(route: Route, from: string): string {
  return `${route}/${from}`
}
