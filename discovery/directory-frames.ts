/**
 * What a directory and those connected to it say to each other, each in one ZeroMQ message of one frame:
 *
 *      0        1        2 …
 *     ┌────────┬────────┬───────────────────────────────┐
 *     │ 'q'    │version │ one MessagePack map: { t, … } │
 *     │ = 0x71 │  = 1   │                               │
 *     └────────┴────────┴───────────────────────────────┘
 *
 *     to the directory (ROUTER)                      from it (to a DEALER)
 *     hello   wire, role, key, self?                 welcome  wire, self, beatMs, revoked?, and the listing
 *     status  door?                                  refused  code, why, self?
 *     revoked                                        ports    the listing        on every change
 *     bye                                            beat                        every beatMs
 *                                                    status   status             as asked
 *                                                    revoked  list               as asked (`revoked-list.ts`)
 *                                                    bye                         before it closes
 *
 *     the listing: ports, types, groups?, process?
 *
 * Fields that are not known are passed over, so that later versions may add some. Nothing is believed: each
 * frame is bounded in size, depth and numbers, and checked by a schema.
 */
import { z } from 'zod'
import { decode, encode } from '../ports/index.js'
import { DiscoveryError } from './errors.js'
import { discoveryLimits } from './limits.js'
import { complaintOf, curveKey, printable, recordSchema, wireVersions } from './record.js'
import type { RevokedAd } from './revoked-list.js'
import type { ActorRecord } from './types.js'

export const DIRECTORY_VERSION = 1
const MARK = 0x71
/** Why an actor with keys refuses who comes without. */
export const NEEDS_KEYS = 'needs-keys'
const HEAD = Buffer.from([MARK, DIRECTORY_VERSION])
/** Bytes that a welcome holds beside the listing, at most. */
const WELCOME_ROOM = 2048

const listedName = printable(discoveryLimits.listedNameBytes)
const optionalText = z.union([z.literal(''), printable(discoveryLimits.endpointChars)])

const typeRef = z.object({ name: listedName, fingerprint: listedName })

const portAd = z.object({
  component: listedName,
  port: listedName,
  kind: listedName,
  scope: listedName,
  endpoint: optionalText,
  types: z.array(typeRef).max(discoveryLimits.portTypes),
})

const typeAd = typeRef.extend({ jsonSchema: z.record(z.string(), z.unknown()).optional() })

const ballot = { epoch: z.int().min(0), term: z.int().min(0) }
const clockAd = z.object({ begun: z.object(ballot), offsetMs: z.number() })

const groupAd = z.object({
  group: listedName,
  member: z.string().regex(/^[0-9a-f]{32}$/, 'not 32 hex characters'),
  component: listedName,
  gpub: optionalText,
  gans: optionalText,
  seat: z.union([z.literal(''), listedName]),
  parameters: printable(discoveryLimits.parameterBytes),
  using: typeRef,
  leads: z.object({ ...ballot, clock: clockAd.optional() }).optional(),
})

const witnessAd = z.object({
  port: z.int().min(1).max(65_535),
  key: z.string().regex(/^[\w-]{43}$/, 'not 32 bytes in base64url'),
})

const processAd = z.object({
  bootId: listedName,
  pidNamespace: listedName,
  timeNamespace: z.union([z.literal(''), listedName]),
  netNamespace: listedName,
  pid: z.int().positive(),
  startTicks: z.int().nonnegative(),
  witness: witnessAd.optional(),
})

const listing = {
  ports: z.array(portAd).max(discoveryLimits.listingPorts),
  types: z.array(typeAd).max(discoveryLimits.listingPorts),
  groups: z.array(groupAd).max(discoveryLimits.listingPorts).optional(),
  process: processAd.optional(),
}

const text = z.string().max(discoveryLimits.foreignText * 5)

const revokedAd = z.object({
  number: z.int().min(0),
  digest: z.string().regex(/^[0-9a-f]{32}$/, 'not 32 hex characters'),
})

const revokedBytes = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length <= discoveryLimits.revokedBytes, 'too long')

const toDirectory = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    wire: wireVersions,
    role: z.enum(['peer', 'observer']),
    key: curveKey,
    self: recordSchema.optional(),
  }),
  z.object({ t: z.literal('status'), door: z.boolean().optional() }),
  z.object({ t: z.literal('revoked') }),
  z.object({ t: z.literal('bye') }),
])

const fromDirectory = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    wire: z.int().min(1).max(255),
    self: recordSchema,
    beatMs: z.int().min(50).max(10_000),
    revoked: revokedAd.optional(),
    ...listing,
  }),
  // `self`: with the code NEEDS_KEYS, where who has keys may introduce itself.
  z.object({ t: z.literal('refused'), code: text, why: text, self: recordSchema.optional() }),
  z.object({ t: z.literal('ports'), ...listing }),
  z.object({ t: z.literal('beat') }),
  z.object({ t: z.literal('status'), status: z.unknown() }),
  z.object({ t: z.literal('revoked'), list: revokedBytes }),
  z.object({ t: z.literal('bye') }),
])

/** A message type that a port carries: its name, and what is equal where two programs mean the same by it. */
export interface TypeRef {
  readonly name: string
  readonly fingerprint: string
}

/** A message type with its JSON Schema, where it has one. */
export interface TypeAd extends TypeRef {
  readonly jsonSchema?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A port as its actor lists it. Names and kinds are those of `ports/`; they are bounded here, not understood.
 */
export interface PortAd {
  readonly component: string
  readonly port: string
  readonly kind: string
  readonly scope: string
  /** Where it is bound; '' for ports that connect. */
  readonly endpoint: string
  readonly types: readonly TypeRef[]
}

/**
 * A component that has joined a group, as its actor lists it. What is in the texts is bounded, not
 * understood.
 */
export interface GroupAd {
  /** Type and instance: `Cell.north`. */
  readonly group: string
  /** 32 hex characters, new each time that it joins. */
  readonly member: string
  readonly component: string
  /** Where its sockets are bound. */
  readonly gpub: string
  readonly gans: string
  /** The seat that it holds, by which it is electable; '' where it observes. */
  readonly seat: string
  /** All that members of one group must agree on, but for the message. */
  readonly parameters: string
  /** The message type of the group. */
  readonly using: TypeRef
  /** Where it leads. */
  readonly leads?: LeaderAd | undefined
}

/** The ballot in which a member leads, and how its group's clock runs on its host. */
export interface LeaderAd {
  readonly epoch: number
  readonly term: number
  /** Missing while it is not known. */
  readonly clock?: ClockAd | undefined
}

/** The clock of a group: the ballot in which it began, and it less the monotonic one of the host. */
export interface ClockAd {
  readonly begun: { readonly epoch: number; readonly term: number }
  readonly offsetMs: number
}

/**
 * Names the process of an actor for good, to those who share its host: a certificate of its death rests on
 * it.
 */
export interface ProcessAd {
  readonly bootId: string
  readonly pidNamespace: string
  readonly timeNamespace: string
  readonly netNamespace: string
  readonly pid: number
  readonly startTicks: number
  /** Who of its host tells others whether it is gone: at which port there, and with which key (Ed25519). */
  readonly witness?: { readonly port: number; readonly key: string } | undefined
}

/** All that a directory lists. `types` holds every type of the ports and groups once. */
export interface Listing {
  readonly ports: readonly PortAd[]
  readonly types: readonly TypeAd[]
  readonly groups?: readonly GroupAd[] | undefined
  /** Where the system tells of it, and the actor has joined a group. */
  readonly process?: ProcessAd | undefined
}

/** A peer connects ports; an observer only looks on. */
export type DirectoryRole = 'peer' | 'observer'

export interface HelloMessage {
  readonly t: 'hello'
  readonly wire: readonly number[]
  readonly role: DirectoryRole
  readonly key: string
  readonly self?: ActorRecord | undefined
}

export interface WelcomeMessage extends Listing {
  readonly t: 'welcome'
  /** The newest wire version that both speak. */
  readonly wire: number
  readonly self: ActorRecord
  readonly beatMs: number
  /** Which list of who is revoked it has. */
  readonly revoked?: RevokedAd | undefined
}

export type ToDirectory =
  | HelloMessage
  /** `door`: where it is to be commanded is wanted, too. */
  | { readonly t: 'status'; readonly door?: boolean | undefined }
  | { readonly t: 'revoked' }
  | { readonly t: 'bye' }

export type FromDirectory =
  | WelcomeMessage
  | {
      readonly t: 'refused'
      readonly code: string
      readonly why: string
      readonly self?: ActorRecord | undefined
    }
  | ({ readonly t: 'ports' } & Listing)
  | { readonly t: 'beat' }
  | { readonly t: 'status'; readonly status: unknown }
  | { readonly t: 'revoked'; readonly list: Uint8Array }
  | { readonly t: 'bye' }

/**
 * The frame of a message.
 * @throws DiscoveryError `listing-too-large`; PortError `unencodable` for a status or schema that has no wire
 * form.
 */
export function frameOf(message: ToDirectory | FromDirectory): Buffer {
  const { buffer, start, end } = encode(message, `the ${message.t} of a directory`)
  const bytes = end - start + HEAD.length
  if (bytes > discoveryLimits.directoryFrameBytes) {
    const most = discoveryLimits.directoryFrameBytes
    const what = `the ${message.t} of the directory takes ${bytes} bytes, over the ${most} of a frame`
    throw new DiscoveryError('listing-too-large', `${what}; use fewer ports and groups, or smaller schemas`)
  }
  return Buffer.concat([HEAD, buffer.subarray(start, end)])
}

/**
 * The frame of a listing that every peer takes, also in a welcome.
 * @throws DiscoveryError `listing-too-large`; PortError `unencodable` for a schema that has no wire form.
 */
export function listingFrameOf(listing: Listing): Buffer {
  const frame = frameOf({ t: 'ports', ...listing })
  const { ports, types, groups = [] } = listing
  requireListable([ports, types, groups], frame.length)
  return frame
}

/**
 * Passes where every peer takes a listing of these, in a frame of so many bytes.
 * @throws DiscoveryError `listing-too-large`.
 */
export function requireListable(lists: readonly { readonly length: number }[], bytes: number): void {
  const most = discoveryLimits.listingPorts
  if (lists.some(({ length }) => length > most)) {
    const text = `an actor lists at most ${most} ports, as many message types, and as many groups joined`
    throw new DiscoveryError('listing-too-large', `${text}; split the actor`)
  }
  const mostBytes = discoveryLimits.directoryFrameBytes - WELCOME_ROOM
  if (bytes <= mostBytes) return
  const text = `what this actor lists takes ${bytes} bytes, over ${mostBytes}`
  throw new DiscoveryError('listing-too-large', `${text}; use fewer ports and groups, or smaller schemas`)
}

/** The listing in a message, and nothing else. */
export function listingIn({ ports, types, groups, process }: Listing): Listing {
  return { ports, types, ...(groups ? { groups } : {}), ...(process ? { process } : {}) }
}

/** What arrived at a directory, or why it is nothing. Never throws. */
export function readToDirectory(frame: Buffer): ToDirectory | string {
  return read(frame, toDirectory)
}

/** The beat is by far the most frequent frame: made once, and known by its bytes. */
const BEAT = { t: 'beat' } as const
export const BEAT_FRAME = frameOf(BEAT)

/** What arrived from a directory, or why it is nothing. Never throws. */
export function readFromDirectory(frame: Buffer): FromDirectory | string {
  if (frame.equals(BEAT_FRAME)) return BEAT
  return read(frame, fromDirectory)
}

function read<T>(frame: Buffer, schema: z.ZodType<T>): T | string {
  if (frame.length < HEAD.length + 1 || frame[0] !== MARK) return 'no directory frame'
  if (frame.length > discoveryLimits.directoryFrameBytes) return 'frame too large'
  if (frame[1] !== DIRECTORY_VERSION) return `directory version ${frame[1]}, not ${DIRECTORY_VERSION}`
  const decoded = decode(frame, HEAD.length, frame.length)
  if ('refusal' in decoded) return decoded.refusal
  const result = schema.safeParse(decoded.value)
  return result.success ? result.data : complaintOf(result.error)
}
