/** With which keys an actor starts that is not told, and where none are wanted. */
import { isLoopback } from '../discovery/index.js'
import { ensureKeys, type KeyFolder, keyFolderOf, loadIdentity, readTrust } from '../ports/security/index.js'
import { AppError } from './errors.js'
import type { ActorKeys } from './guard.js'

export interface KeyOptions {
  /**
   * The folder with the keys of the app. Default QUORATE_KEYS, else `quorate/<app>` in XDG_CONFIG_HOME or
   * ~/.config. One that is empty is filled: with that a single host has all it needs.
   */
  readonly keys?: string | undefined
  /**
   * No keys: whoever reaches the sockets may talk to the actor, and read what it says. On a network only
   * with `'network'`, and at your own risk.
   */
  readonly insecure?: boolean | 'network' | undefined
}

/** What an actor comes with; undefined where it comes without. */
export interface OwnKeys {
  readonly keys: ActorKeys | undefined
  /** Where they are, and in which file its own. */
  readonly from?: { readonly folder: KeyFolder; readonly file: string }
  /** What there is to tell of it. */
  readonly told: string | undefined
}

/**
 * The keys of an actor that starts. @throws AppError `insecure-network`; KeyError `no-key`, `foreign-keys`,
 * `bad-key-file`, `exposed-key`, `keys-not-written`.
 */
export async function ownKeys(
  app: string,
  actor: string,
  { keys: folder, insecure = false }: KeyOptions,
  host: string,
): Promise<OwnKeys> {
  if (insecure) {
    requireAllowed(actor, insecure, host)
    return { keys: undefined, told: `${actor} runs without keys: whoever reaches ${host} can talk to it` }
  }
  const at = keyFolderOf(app, { folder })
  const told = await ensureKeys(at, app)
  const holder = await loadIdentity(at, app, actor)
  const trust = await readTrust(at)
  return { keys: trust && { holder, trust }, from: { folder: at, file: holder.file }, told }
}

/**
 * Refuses who would be without keys on a network where nobody said that it is meant. @throws AppError
 * `insecure-network`.
 */
export function requireAllowed(who: string, insecure: KeyOptions['insecure'], host: string): void {
  if (!insecure || insecure === 'network' || isLoopback(host)) return
  const text = `${who} would be open to everybody who reaches ${host}, without keys`
  const way = 'leave --insecure out, name the loopback (--interface lo), or add --yes-insecure-network'
  throw new AppError('insecure-network', `${text}; ${way}`)
}
