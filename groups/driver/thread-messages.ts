/** What the main thread and the thread of its groups post to each other. */
import type { LinkCommand, LinkEvent } from '../link.js'

export type ToThread =
  | {
      readonly commands: readonly LinkCommand[]
      /** Bytes of users' messages in them. */
      readonly bytes: number
      /** Bytes of events that the main thread has taken in since the last message. */
      readonly taken: number
    }
  /** Close all sockets, now. The thread ends. */
  | 'end'

export interface FromThread {
  readonly events: readonly LinkEvent[]
  /** Bytes of what is in them. */
  readonly bytes: number
  /** Bytes of commands that the thread has taken in since the last message. */
  readonly taken: number
}

export interface ThreadData {
  readonly stallMs: number | undefined
  /** A word that is one of SOCKETS: whoever writes it first, decides. */
  readonly sockets: SharedArrayBuffer
}

/** How it is with the sockets of the thread: it may open some, until they are closed for good. */
export const SOCKETS = { none: 0, open: 1, closed: 2 } as const
