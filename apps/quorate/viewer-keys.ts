/**
 * The keys with which commands look at actors: of each app those of a viewer, where this host has them or can
 * make them. Whoever looks sends nothing to an actor that its app does not vouch for.
 */
import { randomBytes } from 'node:crypto'
import { type ActorRecord, type DirectoryClientOptions, sealOf } from '../../discovery/index.js'
import { createSockets, type Sockets } from '../../ports/index.js'
import { ANY_ACTOR, flawNow, keyFolderOf, loadIdentity, readTrust } from '../../ports/security/index.js'
import { lineOf } from './failure.js'

/** What a directory client of an app with keys needs. */
export type ViewerKeys = Pick<DirectoryClientOptions, 'introduction' | 'verify'> & {
  readonly sockets: Sockets
}

export class ViewerRing {
  readonly #folder: string
  readonly #plain: Sockets
  readonly #known = new Map<string, Promise<ViewerKeys | string>>()
  readonly #opened: Sockets[] = []

  /** @param folder of the keys; '' is that of each app. @param plain sockets to introduce oneself with. */
  constructor(folder: string, plain: Sockets) {
    this.#folder = folder
    this.#plain = plain
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
    const folder = keyFolderOf(app, { folder: this.#folder })
    const { certificate, curve } = await loadIdentity(folder, app, ANY_ACTOR, 'viewer')
    const trust = await readTrust(folder)
    const sockets = createSockets({ keys: () => curve, domain: () => randomBytes(8).toString('hex') })
    this.#opened.push(sockets)
    const verify = (record: ActorRecord): boolean | string => {
      const seal = trust ? sealOf(record, trust.anchors) : 'there is nobody to trust'
      if (typeof seal === 'string' || !trust) return String(seal)
      const flaw = flawNow(seal, trust, Date.now())
      return flaw === undefined || `its key ${flaw}`
    }
    return { sockets, verify, introduction: { sockets: this.#plain, certificate: certificate.bytes } }
  }
}
