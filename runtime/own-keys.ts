/** With which keys an actor starts that is not told, and where none are wanted. */
import { ensureKeys, keyFolderOf, loadIdentity, readTrust } from '../ports/security/index.js'
import { AppError } from './errors.js'
import type { ActorKeys } from './guard.js'
import { isLoopback } from './matching.js'

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
    if (!isLoopback(host) && insecure !== 'network') throw insecureNetwork(actor, host)
    return { keys: undefined, told: `${actor} runs without keys: whoever reaches ${host} can talk to it` }
  }
  const at = keyFolderOf(app, { folder })
  const told = await ensureKeys(at, app)
  const holder = await loadIdentity(at, app, actor)
  const trust = await readTrust(at)
  return { keys: trust && { holder, trust }, told }
}

function insecureNetwork(actor: string, host: string): AppError {
  const text = `${actor} would be open to everybody who reaches ${host}, without keys`
  const way = 'leave --insecure out, or repeat it as --yes-insecure-network'
  return new AppError('insecure-network', `${text}; ${way}`)
}
