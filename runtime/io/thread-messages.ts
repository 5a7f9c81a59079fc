/** What the main thread and its io thread post to each other, but for what services post. */
import type { MessagePort } from 'node:worker_threads'
import type { GroupService } from '../../groups/index.js'
import type { DoorService } from '../../ports/security/index.js'

/** What the io thread can be asked to do; each has a port of its own. */
export type IoService = GroupService | DoorService

export type ToIoThread =
  | { readonly service: IoService; readonly port: MessagePort }
  /** Close all sockets, now. The thread ends. */
  | 'end'

export interface IoThreadData {
  /** A word that is one of SOCKETS: whoever writes it first, decides. */
  readonly sockets: SharedArrayBuffer
}

/** How it is with the sockets of the thread: it may open some, until they are closed for good. */
export const SOCKETS = { none: 0, open: 1, closed: 2 } as const
