/** All keys of an app that this host knows of: what the app key has signed, and what is in the folder. */
import type { Certificate } from './certificate.js'
import { type Held, readAllHeld } from './held.js'
import { type IssuedEntry, readIssued } from './issued.js'
import type { KeyFolder } from './key-folder.js'
import type { Trust } from './trust.js'
import { endOf, flawNow } from './validity.js'

export interface ListedKey extends Omit<IssuedEntry, 'made'> {
  /** When, as an ISO date; undefined where it was not made here. */
  readonly made: string | undefined
  /** Seconds since 1970: when it ends, or the app key that vouches for it does. */
  readonly end: number
  /** Where its secret is; undefined where it is on another host, or was replaced. */
  readonly file: string | undefined
  /** Why it is worth nothing now; undefined for a valid one. */
  readonly flaw: string | undefined
}

export interface KeyListing {
  /** Oldest first. */
  readonly keys: readonly ListedKey[]
  /** Files that are not what they should be. */
  readonly flaws: readonly string[]
}

/** @throws KeyError where the folder cannot be read. */
export async function listKeys(folder: KeyFolder, trust: Trust, nowMs: number): Promise<KeyListing> {
  const { held, flaws } = await readAllHeld(folder, trust.anchors)
  const issued = await readIssued(folder)
  const files = new Map(held.map(({ certificate, file }) => [certificate.serial, file]))
  const known = new Set(issued.map(({ serial }) => serial))
  const listed = (entry: Omit<IssuedEntry, 'made'> & { made?: string }): ListedKey => ({
    ...entry,
    made: entry.made,
    end: endOf(entry, trust),
    file: files.get(entry.serial),
    flaw: flawNow(entry, trust, nowMs),
  })
  const here = held.filter(({ certificate }) => !known.has(certificate.serial)).map(entryOf)
  const keys = [...issued, ...here].map(listed)
  return { keys: keys.sort((one, other) => one.notBefore - other.notBefore), flaws }
}

function entryOf({ certificate }: Held): Omit<IssuedEntry, 'made'> {
  const { serial, actors, roles, key, notBefore, notAfter, issuer }: Certificate = certificate
  return { serial, actors, roles, key, notBefore, notAfter, issuer }
}
