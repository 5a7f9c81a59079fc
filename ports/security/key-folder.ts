/**
 * Where the keys of an app are on a host:
 *
 *     app.key             Ed25519 secret, PKCS 8 PEM: only where certificates are made
 *     anchors             whom to trust (`anchors.ts`)
 *     actors/<name>.key   the key of an actor, with its certificate (`holder.ts`)
 *     issued              what the app key has signed (`issued.ts`)
 *     revoked             what was taken back of it (`revocation.ts`), in base64url
 *     lock                while something in it is changed (`folder-lock.ts`)
 */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { isAppName } from '../app-name.js'
import { ANY_ACTOR } from './certificate.js'
import { KeyError } from './errors.js'
import type { Role } from './roles.js'

/** The paths of one key folder; absolute. */
export interface KeyFolder {
  readonly path: string
  readonly appKey: string
  readonly anchors: string
  readonly actors: string
  readonly issued: string
  readonly revoked: string
  readonly lock: string
}

export interface KeyFolderOptions {
  /**
   * The folder itself; '' is none. Default QUORATE_KEYS, else `quorate/<app>` in XDG_CONFIG_HOME or
   * ~/.config.
   */
  readonly folder?: string | undefined
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * The folder of an app's keys, whether it is there or not. @throws KeyError `bad-certificate` for no name.
 */
export function keyFolderOf(app: string, options: KeyFolderOptions = {}): KeyFolder {
  const { folder, environment = process.env } = options
  const named = folder || environment.QUORATE_KEYS
  if (named) return keyFolderAt(named)
  if (!isAppName(app)) throw noName(app)
  const { XDG_CONFIG_HOME: settings = '' } = environment
  // A relative one is to be ignored, says the standard: it would be another in every folder.
  return keyFolderAt(join(isAbsolute(settings) ? settings : join(homedir(), '.config'), 'quorate', app))
}

/** The paths in a folder. */
export function keyFolderAt(folder: string): KeyFolder {
  const path = resolve(folder)
  const at = (name: string): string => join(path, name)
  return {
    ...{ path, appKey: at('app.key'), anchors: at('anchors'), actors: at('actors') },
    ...{ issued: at('issued'), revoked: at('revoked'), lock: at('lock') },
  }
}

/**
 * The file of an actor's key. That of any actor has a name that no actor has; other roles one of their own.
 */
export function holderPath({ actors }: KeyFolder, actor: string, role: Role): string {
  if (actor !== ANY_ACTOR && !isAppName(actor)) throw noName(actor)
  const name = actor === ANY_ACTOR ? '_any' : actor
  return join(actors, role === 'actor' ? `${name}.key` : `${name}.${role}.key`)
}

/** No path of an app or an actor leads anywhere else. */
function noName(text: string): KeyError {
  return new KeyError('bad-certificate', `${JSON.stringify(text)} names no app or actor`)
}
