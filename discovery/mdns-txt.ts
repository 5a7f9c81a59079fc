/**
 * A record as DNS-SD service of the type `_quorate._tcp`, and back.
 *
 *     <app>-<actor>-<id>._quorate._tcp.local  SRV   port of the directory, host <id>.local
 *                                             TXT   v=1            version of this form
 *                                                   w=2,1          wire versions
 *                                                   app= actor= id= key= gen=
 *                                                   at=10.0.0.5    host of the directory
 *                                                   in= sig= c0= c1=   with keys: where strangers introduce
 *                                                                  themselves, signature, certificate
 *
 * The instance name is for people with a DNS-SD browser, and is unique by the id; what counts is the TXT
 * record. Each of its strings takes 255 bytes at most, so names and hosts are bounded.
 */
import { z } from 'zod'
import { complaintOf, readRecord } from './record.js'
import type { ActorRecord, RecordSeal } from './types.js'

/** As bonjour-service wants it; on the wire `_quorate._tcp`. */
export const SERVICE_TYPE = 'quorate'
export const TXT_VERSION = '1'
const LABEL_BYTES = 63

/** What bonjour-service is told to publish. */
export interface ServiceForm {
  readonly name: string
  readonly type: string
  readonly port: number
  readonly host: string
  readonly txt: Readonly<Record<string, string>>
  readonly probe: false
  readonly disableIPv6: true
}

/** The instance name of a record: the first label of its service's name. */
export function instanceOf({ id, app, actor }: ActorRecord): string {
  return instanceName(`${app}-${actor}`, id)
}

/** A name for people, which an id makes unique, as one label of DNS. */
export function instanceName(people: string, id: string): string {
  return `${people.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, LABEL_BYTES - id.length - 1)}-${id}`
}

/** `address` is announced where the record names no host. */
export function serviceOf(record: ActorRecord, address: string): ServiceForm {
  const { id, app, actor, key, generation, wire } = record
  return {
    name: instanceOf(record),
    type: SERVICE_TYPE,
    port: record.port,
    // A name of its own: bonjour-service says goodbye for the host too, which must not hit anyone else's.
    host: `${id}.local`,
    txt: {
      v: TXT_VERSION,
      w: wire.join(','),
      app,
      actor,
      id,
      key,
      gen: String(generation),
      at: record.host === '' ? address : record.host,
      ...sealText(record.seal),
    },
    // The id makes the name unique; probing for it would take a second.
    probe: false,
    disableIPv6: true,
  }
}

/** Characters of one string of a TXT record, beside its name. */
const PART_CHARS = 250

function sealText(seal: RecordSeal | undefined): Readonly<Record<string, string>> {
  if (!seal) return {}
  const { door, signature: sig, certificate } = seal
  const parts = [certificate.slice(0, PART_CHARS), certificate.slice(PART_CHARS)]
  return { in: String(door), sig, c0: parts[0] ?? '', ...(parts[1] ? { c1: parts[1] } : {}) }
}

const txtSchema = z.object({
  v: z.literal(TXT_VERSION),
  w: z.string().regex(/^\d{1,3}(?:,\d{1,3}){0,15}$/, 'not a list of versions'),
  app: z.string(),
  actor: z.string(),
  id: z.string(),
  // An empty value is missing in what bonjour-service reads.
  key: z.string().default(''),
  gen: z.string().regex(/^\d{1,16}$/, 'not a number'),
  at: z.string().optional(),
  in: z
    .string()
    .regex(/^\d{1,5}$/, 'not a port')
    .optional(),
  sig: z.string().optional(),
  c0: z.string().optional(),
  c1: z.string().default(''),
})

/**
 * What was heard of a service. None of it is more than a claim, but the address that the packet came from.
 */
export interface HeardService {
  readonly name: unknown
  readonly port: unknown
  readonly txt: unknown
  readonly source: string
}

/** The record in what was heard, or why there is none. */
export function recordOf({ name, port, txt, source }: HeardService): ActorRecord | string {
  const result = txtSchema.safeParse(txt)
  if (!result.success) return complaintOf(result.error)
  const { w, app, actor, id, key, gen, at = source, in: door, sig, c0, c1 } = result.data
  // Goodbyes come by name, so a name must not speak for another's id.
  if (typeof name !== 'string' || !name.toLowerCase().endsWith(`-${id}`)) return 'id: not that of its name'
  const wire = w.split(',').map(Number)
  const isSealed = door !== undefined && sig !== undefined && c0 !== undefined
  const sealed = isSealed ? { seal: { door: Number(door), certificate: c0 + c1, signature: sig } } : {}
  const generation = Number(gen)
  return readRecord({ id, app, actor, host: at || source, port, key, generation, wire, ...sealed })
}
