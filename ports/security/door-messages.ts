/** What an actor and the keeper of its doors, in the io thread, post to each other. */
import type { OpenChannel } from '../thread-channel.js'

/** Keeps the doors of one actor: says who may in, and takes certificates of those who come to ask. */
export interface DoorService {
  readonly is: 'doors'
  readonly app: string
  readonly actorId: string
  readonly trust: TrustData
  /** Address of the socket where others introduce themselves. */
  readonly host: string
  /** Its TCP port; 0 takes a free one. */
  readonly port: number
}

/** Whom to trust, as it travels between threads. */
export interface TrustData {
  /** As in the file of anchors. */
  readonly anchors: string
  /** The signed list; undefined where nothing was revoked yet. */
  readonly revocations: Uint8Array | undefined
}

export type ToDoors =
  | { readonly do: 'trust'; readonly trust: TrustData }
  /** Others introduce themselves there from now on, and nowhere else; answered as the first time. */
  | ({ readonly do: 'listen' } & Pick<DoorService, 'host' | 'port'>)
  /** Vouched for: it came with a record, or a hello. */
  | { readonly do: 'learn'; readonly certificate: Uint8Array }
  /**
   * What those are answered with, from now on, who introduce themselves; and those who come without keys and
   * take the door for a directory.
   */
  | { readonly do: 'answer'; readonly answer: Uint8Array; readonly keyless: Uint8Array }

/** Connections that were refused for one reason. */
export interface DoorRefusals {
  readonly door: string
  /** IP address of the last. */
  readonly address: string
  /** Z85; '' where none was proven. */
  readonly key: string
  readonly code: string
  readonly text: string
  readonly count: number
}

export type FromDoors =
  /** The handler of ZAP stands, and who comes can introduce itself at this TCP port. */
  | { readonly is: 'open'; readonly port: number }
  | { readonly is: 'failed'; readonly code: string; readonly message: string }
  /** The certificate of somebody has ended who is known; and of somebody who was let in. */
  | { readonly is: 'ended'; readonly isLetIn: boolean }
  | { readonly is: 'refused'; readonly refusals: readonly DoorRefusals[] }

export type OpenDoorChannel = OpenChannel<DoorService, ToDoors, FromDoors>
