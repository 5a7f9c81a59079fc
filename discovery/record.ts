/**
 * What an acceptable record is. Every record that comes from the network, and every one that is announced,
 * passes here; nothing else of discovery looks at the fields of a stranger.
 */
import { isIPv4 } from 'node:net'
import { z } from 'zod'
import { keyLimits } from '../ports/security/index.js'
import { DiscoveryError } from './errors.js'
import { discoveryLimits } from './limits.js'
import type { ActorRecord } from './types.js'

const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u
const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/
const Z85_KEY = /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/

/** One line of printable text of at most so many bytes. */
export function printable(bytesMax: number) {
  return z
    .string()
    .max(bytesMax)
    .regex(PRINTABLE, 'not one line of printable text')
    .refine((text) => Buffer.byteLength(text) <= bytesMax, `more than ${bytesMax} bytes`)
}

/** A host that a directory may be dialled at: a name, or an IPv4 address of one host. */
export function isPlausibleHost(host: string): boolean {
  if (host.length > discoveryLimits.hostChars || !HOST_NAME.test(host) || host.includes('..')) return false
  if (!/^[\d.]+$/.test(host)) return true
  const first = Number(host.split('.', 1)[0])
  return isIPv4(host) && first > 0 && first < 224
}

function base64url(charsMax: number) {
  return z
    .string()
    .max(charsMax)
    .regex(/^[\w-]+$/, 'not base64url')
}

const name = printable(discoveryLimits.nameBytes)
export const wireVersions = z.array(z.int().min(1).max(255)).min(1).max(discoveryLimits.wireVersions)
export const curveKey = z.string().refine((key) => key === '' || Z85_KEY.test(key), 'neither empty nor a key')
export const tcpPort = z.int().min(1).max(65_535)

/**
 * A record as it travels: `host` may be '' where the receiver knows the address. Unknown fields are left out.
 */
export const recordSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'not 16 hex characters'),
  app: name,
  actor: name,
  host: z
    .string()
    .refine((host) => host === '' || isPlausibleHost(host), 'neither a host name nor an IPv4 address'),
  port: tcpPort,
  key: curveKey,
  generation: z.int().min(0),
  wire: wireVersions,
  seal: z
    .object({
      door: tcpPort,
      certificate: base64url(Math.ceil((keyLimits.certificateBytes * 4) / 3)),
      signature: base64url(86),
    })
    .optional(),
})

/** The record in a value, or why there is none. Never throws. */
export function readRecord(value: unknown): ActorRecord | string {
  const result = recordSchema.safeParse(value)
  return result.success ? Object.freeze(result.data) : complaintOf(result.error)
}

/** @throws DiscoveryError `bad-record` where others would refuse it. */
function checkRecord(record: ActorRecord): ActorRecord {
  const checked = readRecord(record)
  if (typeof checked !== 'string') return checked
  throw new DiscoveryError(
    'bad-record',
    `the record of actor ${record.actor} cannot be announced: ${checked}`,
  )
}

/** What a schema first complained about, in one bounded line. */
export function complaintOf(error: z.ZodError): string {
  const [issue] = error.issues
  if (!issue) return 'not as expected'
  const path = issue.path.join('.')
  return (path === '' ? issue.message : `${path}: ${issue.message}`).slice(0, discoveryLimits.foreignText)
}

/**
 * The record, checked, where one process may announce it beside those that it announces.
 * @throws DiscoveryError `bad-record`, `too-many-records`.
 */
export function checkAnnouncement(
  announced: ReadonlyMap<string, ActorRecord>,
  record: ActorRecord,
): ActorRecord {
  const checked = checkRecord(record)
  const most = discoveryLimits.announcedRecords
  if (announced.has(checked.id) || announced.size < most) return checked
  throw new DiscoveryError('too-many-records', `${most} records are announced already; start another process`)
}
