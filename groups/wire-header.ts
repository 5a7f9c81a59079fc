/**
 * The first part of each ZeroMQ message between members of a group:
 *
 *      0        1 … 8      9        10 …
 *     ┌────────┬──────────┬────────┬─────────┬──────────────┬────────────────┐
 *     │version │ tag      │ route  │ from    │ to           │ ballot         │
 *     │  = 1   │ 8 bytes  │        │ id      │ id, if 10    │ 12 bytes       │
 *     └────────┴──────────┴────────┴─────────┴──────────────┴────────────────┘
 *
 * tag    of the group: the first bytes of the SHA-256 of its name. Version and tag together are what a
 *        subscriber may ask for (`groupTopic`).
 * route  in the low four bits; 10 is a flag. Messages of users are a frame of one part or two, as ports
 *        write it.
 *          0 control       [to]                one message of wire.ts follows, which names its sender
 *          1 all           from                messages of users follow
 *          2 to-leader     from                the same
 *          3 from-leader   from, [to], ballot  the same
 */
import { createHash } from 'node:crypto'
import type { Ballot } from './ballot.js'
import type { Route } from './link.js'
import { GROUP_WIRE_VERSION } from './wire.js'
import { WireReader } from './wire-reader.js'
import { WireWriter } from './wire-writer.js'

/** What stands before what members say, and before messages of users. */
export type GroupHeader =
  /** To one alone, who else hears it drops it; undefined for all. */
  | { readonly route: 'control'; readonly to: string | undefined }
  | { readonly route: Exclude<Route, 'from-leader'>; readonly from: string }
  | {
      readonly route: 'from-leader'
      readonly from: string
      readonly to: string | undefined
      readonly ballot: Ballot
    }

export const TAG_BYTES = 8

const ROUTES: readonly GroupHeader['route'][] = ['control', 'all', 'to-leader', 'from-leader']
const ROUTE = 0x0f
const ADDRESSED = 0x10

const writer = new WireWriter()
const reader = new WireReader()

/** What tells the frames of a group from those of others. Work it out once. */
export function groupTag(group: string): Uint8Array {
  return createHash('sha256').update(group).digest().subarray(0, TAG_BYTES)
}

/** With what every frame of a group begins. */
export function groupTopic(tag: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(GROUP_WIRE_VERSION), tag])
}

/**
 * The header's bytes, which are the caller's: one that is always the same may be kept and sent again.
 * @throws InvariantViolation for what is no id or ballot.
 */
export function encodeHeader(tag: Uint8Array, header: GroupHeader): Uint8Array {
  const to = 'to' in header ? header.to : undefined
  writer.begin()
  writer.byte(GROUP_WIRE_VERSION)
  writer.tag(tag)
  writer.byte(ROUTES.indexOf(header.route) | (to === undefined ? 0 : ADDRESSED))
  if (header.route !== 'control') writer.id(header.from)
  if (to !== undefined) writer.id(to)
  if (header.route === 'from-leader') writer.ballot(header.ballot)
  return writer.end()
}

/** The header that a part is, all of it, or why it is none of the group with this tag. Never throws. */
export function decodeHeader(tag: Uint8Array, part: Uint8Array): GroupHeader | string {
  return reader.readAll(part, () => readHeader(tag))
}

function readHeader(tag: Uint8Array): GroupHeader {
  const version = reader.byte()
  if (version !== GROUP_WIRE_VERSION) reader.refuse(`wire version ${version}`)
  for (const byte of tag) if (reader.byte() !== byte) reader.refuse('of another group')
  const flags = reader.byte()
  const route = ROUTES[flags & ROUTE] ?? reader.refuse('unknown route')
  const canBeAddressed = route === 'control' || route === 'from-leader'
  if (flags & ~(ROUTE | (canBeAddressed ? ADDRESSED : 0))) reader.refuse('unknown flags')
  const isAddressed = (flags & ADDRESSED) !== 0
  if (route === 'control') return { route, to: isAddressed ? reader.id() : undefined }
  const from = reader.id()
  if (route !== 'from-leader') return { route, from }
  return { route, from, to: isAddressed ? reader.id() : undefined, ballot: reader.ballot() }
}
