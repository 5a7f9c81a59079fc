/**
 * What an app key has signed, a line of JSON each: so that it can be listed, and taken back, wherever the
 * keys are by now. Only where the app key is.
 */
import { type Certificate, LAST_SECOND } from './certificate.js'
import type { KeyFolder } from './key-folder.js'
import { keyLimits } from './key-limits.js'
import { appendKeyLine, readKeyFile } from './private-file.js'
import { isRole, type Role } from './roles.js'

export interface IssuedEntry {
  /** 32 hex characters. */
  readonly serial: string
  readonly actors: readonly string[]
  readonly roles: readonly Role[]
  /** CURVE public key, Z85. */
  readonly key: string
  /** Seconds since 1970; it is not valid any more from `notAfter` on. */
  readonly notBefore: number
  readonly notAfter: number
  /** The anchor that vouches for it. */
  readonly issuer: string
  /** When, as an ISO date. */
  readonly made: string
}

/** The entry of a certificate that was made just now. */
export function issuedEntry(certificate: Certificate, nowMs: number): IssuedEntry {
  const { serial, actors, roles, key, notBefore, notAfter, issuer } = certificate
  const made = new Date(nowMs).toISOString()
  return { serial, actors, roles, key, notBefore, notAfter, issuer, made }
}

/** Adds to the list. @throws KeyError `keys-not-written`. */
export async function noteIssued({ issued }: KeyFolder, entry: IssuedEntry): Promise<void> {
  await appendKeyLine(issued, JSON.stringify(entry))
}

/**
 * All that was issued, oldest first. Lines that are none, as of a power cut, are left out. @throws KeyError
 */
export async function readIssued({ issued }: KeyFolder): Promise<IssuedEntry[]> {
  const text = (await readKeyFile(issued, { bytesMax: keyLimits.issuedBytes })) ?? ''
  return text.split('\n').flatMap((line) => entryIn(line) ?? [])
}

function entryIn(line: string): IssuedEntry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEntry(value: unknown): value is IssuedEntry {
  if (typeof value !== 'object' || value === null) return false
  const { serial, actors, roles, key, notBefore, notAfter, issuer, made }: Partial<Record<string, unknown>> =
    {
      ...value,
    }
  const isText = (each: unknown): each is string => typeof each === 'string'
  const isTime = (each: unknown): boolean =>
    Number.isInteger(each) && Number(each) >= 0 && Number(each) <= LAST_SECOND
  return (
    [serial, key, issuer, made].every(isText) &&
    [notBefore, notAfter].every(isTime) &&
    Array.isArray(actors) &&
    actors.every(isText) &&
    Array.isArray(roles) &&
    roles.every((role) => isText(role) && isRole(role))
  )
}
