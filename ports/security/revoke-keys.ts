/** Takes certificates back where the app key is: a new list of all that were. */
import { requireAppKey } from './app-key.js'
import { KeyError } from './errors.js'
import { withFolderLock } from './folder-lock.js'
import { putRevocations } from './keep-revocations.js'
import type { KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { type ListedKey, listKeys } from './list-keys.js'
import { issueRevocationList } from './revocation.js'
import type { Signer } from './signature.js'
import type { Trust } from './trust.js'
import { DAY_S } from './validity.js'

const SERIAL = /^[0-9a-f]{32}$/
/** The beginning of a serial, as far as a list shows it or more. */
const SERIAL_START = /^[0-9a-f]{8,31}$/

export interface Revoked {
  readonly number: number
  readonly serials: readonly string[]
}

/**
 * Revokes each that is meant: by its serial, the first 8 or more characters of it, or the name of an actor,
 * which means all valid keys that name it (`*`: those for any).
 * @throws KeyError `no-app-key`, `too-many-revoked`; `bad-certificate` where nothing is meant.
 */
export async function revokeKeys(
  folder: KeyFolder,
  app: string,
  meant: readonly string[],
  nowMs: number,
): Promise<Revoked> {
  await requireAppKey(folder, app, nowMs)
  return withFolderLock(folder, async () => {
    const { appKey, trust } = await requireAppKey(folder, app, nowMs)
    const { keys } = await listKeys(folder, trust, nowMs)
    const serials = new Set(meant.flatMap((each) => serialsOf(each, keys, app)))
    const number = await writeRevocations({ folder, app, appKey, trust, keys, nowMs }, serials)
    return { number, serials: [...serials] }
  })
}

export interface RevocationChange {
  readonly folder: KeyFolder
  readonly app: string
  /** Who signs the new list. */
  readonly appKey: Signer
  readonly trust: Trust
  readonly keys: readonly ListedKey[]
  readonly nowMs: number
}

/**
 * Writes a list with these, and those of the list before that have not ended long ago; returns its number.
 */
export async function writeRevocations(
  { folder, app, appKey, trust, keys, nowMs }: RevocationChange,
  more: Iterable<string>,
): Promise<number> {
  const longAgo = nowMs / 1000 - keyLimits.revokedDays * DAY_S
  const ended = new Set(keys.filter(({ notAfter }) => notAfter <= longAgo).map(({ serial }) => serial))
  const before = trust.revocations
  const serials = [...(before?.serials ?? []), ...more].filter((serial) => !ended.has(serial))
  const number = (before?.number ?? 0) + 1
  const bytes = issueRevocationList(appKey, { app, number, serials })
  await putRevocations(folder, bytes)
  return number
}

function serialsOf(meant: string, keys: readonly ListedKey[], app: string): readonly string[] {
  // Also one that is not in the list: it may have been lost.
  if (SERIAL.test(meant)) return [meant]
  const named = keys.filter(({ actors, flaw }) => actors.includes(meant) && !flaw)
  if (named.length > 0) return named.map(({ serial }) => serial)
  const begun = SERIAL_START.test(meant) ? keys.filter(({ serial }) => serial.startsWith(meant)) : []
  const [one, ...others] = begun
  if (one && others.length === 0) return [one.serial]
  const why = others.length > 0 ? 'begins several serials' : 'is no serial, nor an actor with a valid key'
  throw new KeyError(
    'bad-certificate',
    `${JSON.stringify(meant)} ${why}; quorate keys list ${app} lists them`,
  )
}
