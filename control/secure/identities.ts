/** Who may come by a key, and what each may ask for. Keys are given and taken back while the agent runs. */
import type { Socket } from 'node:net'
import { secureLimits } from './limits.js'
import { pskOf } from './psk.js'

/** Whether an identity may ask for a route: its method, and its path as it is declared (`/v1/actors/:id`). */
export type Admits = (method: string, route: string) => boolean

/** One who may come. */
export interface Identity {
  readonly name: string
  readonly key: Buffer
  readonly admits: Admits
}

export class Identities {
  readonly #known = new Map<string, Identity>()
  readonly #connections = new Map<Socket, Identity>()

  /**
   * Lets whoever has the secret come as `name`; one that was let in by another secret is cut.
   * @throws RangeError for a name that is too long, and one too many.
   */
  give(name: string, secret: string | Uint8Array, admits: Admits): void {
    const { identities: most, identityChars } = secureLimits
    if (name.length > identityChars)
      throw new RangeError(`an identity has at most ${identityChars} characters`)
    if (!this.#known.has(name) && this.#known.size >= most) {
      throw new RangeError(`there are at most ${most} identities; take one back first`)
    }
    this.take(name)
    this.#known.set(name, { name, key: pskOf(name, secret), admits })
  }

  /** From now on it does not come in, and its connections are cut. Harmless where it is not there. */
  take(name: string): void {
    if (!this.#known.delete(name)) return
    for (const [connection, identity] of this.#connections) if (identity.name === name) connection.destroy()
  }

  /** The one of this name; undefined for strangers. */
  named(name: string): Identity | undefined {
    return this.#known.get(name)
  }

  /** A connection has shown that it is this one. False where that is not let in any more. */
  came(connection: Socket, identity: Identity): boolean {
    if (this.#known.get(identity.name) !== identity) return false
    this.#connections.set(connection, identity)
    connection.once('close', () => this.#connections.delete(connection))
    return true
  }

  /** Who it is that has this connection; undefined where it came in clear text. */
  of(connection: Socket): Identity | undefined {
    return this.#connections.get(connection)
  }
}
