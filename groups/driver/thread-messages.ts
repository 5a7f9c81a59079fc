/** What the main thread and the thread of its groups post to each other. */
import type { OpenChannel } from '../../ports/index.js'
import type { CurveKeys } from '../../ports/security/index.js'
import type { LinkCommand, LinkEvent } from '../link.js'

export interface ToThread {
  readonly commands: readonly LinkCommand[]
  /** Bytes of users' messages in them. */
  readonly bytes: number
  /** Bytes of events that the main thread has taken in since the last message. */
  readonly taken: number
}

export interface ThreadEvents {
  readonly events: readonly LinkEvent[]
  /** Bytes of what is in them. */
  readonly bytes: number
  /** Bytes of commands that the thread has taken in since the last message. */
  readonly taken: number
}

/** Or that the groups have ended there, by themselves. */
export type FromThread = ThreadEvents | 'ended'

/** The groups of one actor. */
export interface GroupService {
  readonly is: 'groups'
  /** Their leaders hand over without a sign of life of the main thread for so long. */
  readonly stallMs: number | undefined
  readonly lock: GroupLock | undefined
}

/** What the sockets of an actor's groups are locked with; none without keys. */
export interface GroupLock {
  readonly actorId: string
  readonly keys: CurveKeys
}

export type OpenGroupChannel = OpenChannel<GroupService, ToThread, FromThread>
