/**
 * The keys with which commands look at actors: of each app those of a viewer, or of who subscribes to ports,
 * where this host has them or can make them. Whoever looks sends nothing to an actor that its app does not
 * vouch for.
 */
import { randomBytes } from 'node:crypto'
import { type ActorRecord, type DirectoryClientOptions, sealOf } from '../../discovery/index.js'
import { createSockets, type SocketLock, type Sockets } from '../../ports/index.js'
import { flawNow, keyFolderOf, loadIdentity, loadLooker, readTrust } from '../../ports/security/index.js'
import { lineOf } from './failure.js'

/** What a directory client of an app with keys needs. */
export type ViewerKeys = Pick<DirectoryClientOptions, 'introduction' | 'verify'> & {
  readonly sockets: Sockets
  /** Of these sockets, for others that are to talk with actors of the app. */
  readonly lock: SocketLock
}

export interface RingOptions {
  /** Of the keys; '' is that of each app. */
  readonly folder: string
  /** Sockets to introduce oneself with. */
  readonly plain: Sockets
  /** As which to come where ports are to be subscribed to; who only looks on needs none. */
  readonly actor?: string | undefined
  /** Comes as an operator where this host has the key of one, or can make it. */
  readonly isCommanding?: boolean
}

export class ViewerRing {
  readonly #options: RingOptions
  readonly #known = new Map<string, Promise<ViewerKeys | string>>()
  readonly #opened: Sockets[] = []

  constructor(options: RingOptions) {
    this.#options = options
  }

  /** Those of an app, or why there are none here. Never rejects. */
  of(app: string): Promise<ViewerKeys | string> {
    const known = this.#known.get(app) ?? this.#load(app).catch(lineOf)
    this.#known.set(app, known)
    return known
  }

  closeAll(): void {
    for (const sockets of this.#opened) sockets.closeAll()
  }

  async #load(app: string): Promise<ViewerKeys> {
    const { plain, actor, isCommanding } = this.#options
    const folder = keyFolderOf(app, { folder: this.#options.folder })
    const { certificate, curve } = await (actor
      ? loadIdentity(folder, app, actor)
      : loadLooker(folder, app, Date.now(), isCommanding ? 'operator' : 'viewer'))
    const trust = await readTrust(folder)
    const lock: SocketLock = { keys: () => curve, domain: () => randomBytes(8).toString('hex') }
    const sockets = createSockets(lock)
    this.#opened.push(sockets)
    const verify = (record: ActorRecord): boolean | string => {
      const seal = trust ? sealOf(record, trust.anchors) : 'there is nobody to trust'
      if (typeof seal === 'string' || !trust) return String(seal)
      const flaw = flawNow(seal, trust, Date.now())
      return flaw === undefined || `its key ${flaw}`
    }
    return { sockets, lock, verify, introduction: { sockets: plain, certificate: certificate.bytes } }
  }
}
