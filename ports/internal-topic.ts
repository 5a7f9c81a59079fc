/**
 * What an internal pub has in place of a socket: it hands its messages to the subs of its actor, copied as
 * the wire would, in order, from the moment on at which they join. It outlives a reset of the pub, and so do
 * the sequence and what is kept.
 */
import { randomBytes } from 'node:crypto'
import { checkBytes } from './bytes.js'
import type { InternalLink } from './internal-link.js'
import { copyOf } from './plain-copy.js'
import { wallTime } from './wall-time.js'

const SCHEME = 'internal:'

/** A new endpoint of an internal pub. */
export function internalEndpoint(path: string): string {
  return `${SCHEME}${path}/${randomBytes(8).toString('hex')}`
}

export function isInternal(endpoint: string): boolean {
  return endpoint.startsWith(SCHEME)
}

/** A message on its way. */
export interface InternalMessage {
  readonly message: unknown
  readonly asBytes: boolean
  /** Milliseconds since 1970; NaN unless the pub is timed. */
  readonly sentAt: number
}

export interface InternalTopicOptions {
  /** Names the port in errors. */
  readonly what: string
  readonly keep: number
  readonly timed: boolean
  /** A sub joined or left. */
  changed(): void
}

export class InternalTopic {
  readonly #options: InternalTopicOptions
  readonly #links = new Set<InternalLink>()
  #kept: InternalMessage[] = []
  /** Messages so far, which is the number of the next. */
  #sent = 0

  constructor(options: InternalTopicOptions) {
    this.#options = options
  }

  /** Subs that have joined. */
  get size(): number {
    return this.#links.size
  }

  /** False where a sub was full and misses it. @throws PortError `unencodable`, `too-large`. */
  send(value: unknown, asBytes: boolean): boolean {
    const { timed, keep } = this.#options
    const sentAt = timed ? wallTime() : Number.NaN
    const first = { message: this.#copy(value, asBytes), asBytes, sentAt }
    this.#sent++
    if (keep > 0) this.#keep(first)
    let isFirst = keep === 0
    let isTaken = true
    for (const link of this.#links) {
      const message = isFirst ? first : this.#again(first)
      isFirst = false
      if (!link.take(message)) isTaken = false
    }
    return isTaken
  }

  /** A sub comes: it gets what is kept and it has not had, and what is sent from now on. */
  join(link: InternalLink): void {
    this.#links.add(link)
    const first = this.#sent - this.#kept.length
    if (link.next < 0) link.next = first
    else if (link.next < first) link.miss(first - link.next)
    for (const kept of this.#kept.slice(link.next - first)) link.take(this.#again(kept))
    this.#options.changed()
  }

  leave(link: InternalLink): void {
    if (this.#links.delete(link)) this.#options.changed()
  }

  /** The pub is closed or reset; what was sent before is still handed over. */
  close(): void {
    const links = [...this.#links]
    this.#links.clear()
    for (const link of links) link.ended()
  }

  #keep(message: InternalMessage): void {
    this.#kept.push(message)
    if (this.#kept.length > this.#options.keep) this.#kept.shift()
  }

  #again({ message, asBytes, sentAt }: InternalMessage): InternalMessage {
    return { message: this.#copy(message, asBytes), asBytes, sentAt }
  }

  #copy(message: unknown, asBytes: boolean): unknown {
    const { what } = this.#options
    if (!asBytes) return copyOf(message, what)
    checkBytes(message, what)
    return Buffer.from(message)
  }
}
