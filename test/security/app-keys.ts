/**
 * The keys of an app that is attacked: its app key, what its actors trust, and keys that have been
 * revoked.
 */
import {
  anchorOf,
  type Holder,
  issueRevocationList,
  newHolder,
  newSigner,
  type Role,
  readRevocationList,
  type Trust,
} from '../../ports/security/index.js'
import type { ActorKeys } from '../../runtime/guard.js'

const DAY_MS = 24 * 3600 * 1000

export class AppKeys {
  readonly app: string
  /** Vouched for once, and taken back. */
  readonly revoked: Holder
  readonly trust: Trust
  readonly #appKey = newSigner()
  readonly #anchors = [anchorOf(this.#appKey.publicKey)]

  constructor(app: string) {
    this.app = app
    this.revoked = this.holder(['actor'])
    const list = readRevocationList(this.list(1, this.revoked), this.#anchors)
    if (typeof list === 'string') throw new Error(list)
    this.trust = { anchors: this.#anchors, revocations: list }
  }

  /** A list in which this key is taken back. */
  list(number: number, { certificate }: Holder, app = this.app): Buffer {
    return issueRevocationList(this.#appKey, { app, number, serials: [certificate.serial] })
  }

  /** A key of any actor, in these roles. */
  holder(roles: readonly Role[], app = this.app): Holder {
    return newHolder(this.#appKey, this.#anchors, { app, actors: ['*'], roles }, Date.now())
  }

  /** One that was valid until yesterday. */
  expired(): Holder {
    const fields = { app: this.app, actors: ['*'], roles: ['actor'], days: 1 } as const
    return newHolder(this.#appKey, this.#anchors, fields, Date.now() - 2 * DAY_MS)
  }

  /** With what an actor of the app starts. */
  actor(): ActorKeys {
    return { holder: this.holder(['actor']), trust: this.trust }
  }
}

/** A key that another app key vouches for, under the name of this app. */
export function strangersHolder(app: string): Holder {
  const appKey = newSigner()
  const fields = { app, actors: ['*'], roles: ['actor'] } as const
  return newHolder(appKey, [anchorOf(appKey.publicKey)], fields, Date.now())
}
