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
 *     hello   wire, role, key, self?                 welcome  wire, self, beatMs, ports, types
 *     status                                         refused  code, why
 *     bye                                            ports    ports, types       on every change
 *                                                    beat                        every beatMs
 *                                                    status   status             as asked
 *                                                    bye                         before it closes
 *
 * Fields that are not known are passed over, so that later versions may add some. Nothing is believed: each
 * frame is bounded in size, depth and numbers, and checked by a schema.
 */
import { z } from 'zod'
import { decode, encode } from '../ports/index.js'
import { DiscoveryError } from './errors.js'
import { discoveryLimits } from './limits.js'
import { complaintOf, curveKey, printable, recordSchema, wireVersions } from './record.js'
import type { ActorRecord } from './types.js'

export const DIRECTORY_VERSION = 1
const MARK = 0x71
const HEAD = Buffer.from([MARK, DIRECTORY_VERSION])

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

const listing = {
  ports: z.array(portAd).max(discoveryLimits.listingPorts),
  types: z.array(typeAd).max(discoveryLimits.listingPorts),
}

const text = z.string().max(discoveryLimits.foreignText * 5)

const toDirectory = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    wire: wireVersions,
    role: z.enum(['peer', 'observer']),
    key: curveKey,
    self: recordSchema.optional(),
  }),
  z.object({ t: z.literal('status') }),
  z.object({ t: z.literal('bye') }),
])

const fromDirectory = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    wire: z.int().min(1).max(255),
    self: recordSchema,
    beatMs: z.int().min(50).max(10_000),
    ...listing,
  }),
  z.object({ t: z.literal('refused'), code: text, why: text }),
  z.object({ t: z.literal('ports'), ...listing }),
  z.object({ t: z.literal('beat') }),
  z.object({ t: z.literal('status'), status: z.unknown() }),
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

/** All that a directory lists. `types` holds every type of the ports once. */
export interface Listing {
  readonly ports: readonly PortAd[]
  readonly types: readonly TypeAd[]
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
}

export type ToDirectory = HelloMessage | { readonly t: 'status' } | { readonly t: 'bye' }

export type FromDirectory =
  | WelcomeMessage
  | { readonly t: 'refused'; readonly code: string; readonly why: string }
  | ({ readonly t: 'ports' } & Listing)
  | { readonly t: 'beat' }
  | { readonly t: 'status'; readonly status: unknown }
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
    throw new DiscoveryError('listing-too-large', `${what}; use fewer ports or smaller schemas`)
  }
  return Buffer.concat([HEAD, buffer.subarray(start, end)])
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
