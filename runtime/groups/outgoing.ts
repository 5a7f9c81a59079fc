/**
 * The way of a member's messages out: what it sends on one route within a turn of the event loop leaves as
 * few frames, as with ports. Each route counts its messages, so that those who get them see gaps and
 * repetitions.
 */
import type { Route } from '../../groups/index.js'
import { encode, type MessageType, Outbox, type OutFrame } from '../../ports/index.js'

/** A frame that is to leave. */
export interface Parcel {
  readonly route: Route
  readonly to: string | undefined
  readonly frame: OutFrame
}

export interface OutgoingOptions {
  /** Names the group in errors. */
  readonly what: string
  readonly timed: boolean
  emit(parcel: Parcel): void
}

interface Box {
  readonly outbox: Outbox
  next: number
}

export class Outgoing {
  readonly #options: OutgoingOptions
  /** By route and addressee. */
  readonly #boxes = new Map<string, Box>()
  /** The highest number that any message has. */
  #top = 0

  constructor(options: OutgoingOptions) {
    this.#options = options
  }

  /** Takes a message; it leaves in this turn. @throws PortError `unencodable`, `too-large`. */
  send(route: Route, value: unknown, to?: string): void {
    const box = this.#box(route, to)
    box.outbox.value(value, box.next)
    this.#top = Math.max(this.#top, box.next++)
  }

  /** What was taken leaves now. */
  flush(): void {
    for (const { outbox } of this.#boxes.values()) outbox.flush()
  }

  /** Nothing more goes to one that is gone, unless it comes back. */
  forget(to: string): void {
    this.#boxes.delete(keyOf('from-leader', to))
  }

  #box(route: Route, to: string | undefined): Box {
    const key = keyOf(route, to)
    const known = this.#boxes.get(key)
    if (known) return known
    const { what, timed, emit } = this.#options
    const outbox = new Outbox({ what, timed }, (frame) => emit({ route, to, frame }))
    // One that was gone, and is there again, remembers what it got.
    const made: Box = { outbox, next: route === 'from-leader' ? this.#top + 1 : 1 }
    this.#boxes.set(key, made)
    return made
  }
}

function keyOf(route: Route, to: string | undefined): string {
  return `${route}/${to ?? ''}`
}

/** The parts of a frame, in memory of their own: they may be handed over to another thread. */
export function partsOf({ head, apart }: OutFrame): readonly Uint8Array[] {
  return apart ? [new Uint8Array(head), new Uint8Array(apart)] : [new Uint8Array(head)]
}

/**
 * One message as a frame of its own: for the log of a group. @throws PortError `unencodable`, `too-large`.
 */
export function frameOfOne({ name }: MessageType, value: unknown, timed: boolean): Uint8Array {
  let bytes = new Uint8Array()
  const outbox = new Outbox({ what: `a message ${name}`, timed }, ({ head }) => {
    bytes = new Uint8Array(head)
  })
  outbox.value(value, 1)
  outbox.flush()
  return bytes
}

/** A plain value as bytes. @throws PortError `unencodable`, `too-large`. */
export function bytesOf(value: unknown, what: string): Uint8Array {
  const { buffer, start, end } = encode(value, what)
  return new Uint8Array(buffer.subarray(start, end))
}
