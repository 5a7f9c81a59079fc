/**
 * Frames between the members of a group. They begin with whom they are from, and those to one member with
 * whom they are for; on gpub these bytes are the topics. Between a gqry and a gans that have greeted each
 * other all of that is known, and only the version is said.
 *
 *      0         1 … 8       9 … 24      25 … 40          …
 *     ┌─────────┬───────────┬───────────┬────────────────┬────────┬──────────────────────────┐
 *     │ version │ group tag │ from      │ to             │ kind   │ what it says             │
 *     │  = 1    │           │           │ only addressed │        │                          │
 *     └─────────┴───────────┴───────────┴────────────────┴────────┴──────────────────────────┘
 *
 * version     with 80 where the frame is addressed to one member, with 40 where only the version is said
 * hello       from a gqry to a gans: nothing more
 * welcome     the answer to it, and on gpub to who has subscribed: nothing more
 * who         from a gans to a gqry that has not said hello, as far as it remembers
 * alive       on gpub to all, where nothing else was said to all for a while: nothing more
 * large       on gpub and from a gans: the next frame is one that takes its time; nothing more
 * control     messages between cores (wire.ts): each with its length before it, 4 bytes
 * all, to-leader, from-leader
 *             messages of users: how many, 4 bytes; of a leader its epoch and term, as doubles; then the
 *             bytes as they were given. Where the high bit of the kind is set, they are parts of their own.
 *
 * So a program that got the TCP port of a member that is gone is not mistaken for it, nor takes what was for
 * it.
 */
import { randomBytes } from 'node:crypto'
import { bytesOf, portLimits } from '../../ports/index.js'
import type { Ballot } from '../ballot.js'
import { groupTag, TAG_BYTES } from '../group-tag.js'
import { groupLimits } from '../limits.js'
import type { Route } from '../link.js'
import { driverLimits } from './limits.js'

const VERSION = 1
const ADDRESSED = 0x80
const DIRECT_BIT = 0x40
const APART = 0x80
const ID_BYTES = 16
const FROM = 1 + TAG_BYTES
const TO = FROM + ID_BYTES
const LIVE_BYTES = TO
const ADDRESSED_BYTES = TO + ID_BYTES
const LENGTH_BYTES = 4
const BALLOT_BYTES = 16

/** Parts of one frame of users' messages. */
const PARTS = 2
/** Prefixes that are remembered; then all are made anew. */
const PREFIXES = 4 * groupLimits.participants

/** In place of whom a frame is for: it goes between two that have greeted each other. */
export const DIRECT = ''
const DIRECT_PREFIX = Buffer.of(VERSION | DIRECT_BIT)
/** From here on memory of its own is cheaper than a part of what many share. */
const SHARED_BYTES = 2048

const KINDS = [
  'hello',
  'welcome',
  'control',
  'all',
  'to-leader',
  'from-leader',
  'who',
  'alive',
  'large',
] as const

/** Messages of users, as they travel. */
export interface Parcel {
  readonly route: Route
  readonly ballot: Ballot | undefined
  readonly count: number
  readonly parts: readonly Uint8Array[]
}

/** Says no more than that one is there, and with what it is busy. */
export interface Greeting {
  readonly kind: 'hello' | 'welcome' | 'who' | 'alive' | 'large'
  readonly from: string
}

/** What says something. */
export type Saying =
  | { readonly kind: 'control'; readonly from: string; readonly messages: readonly Buffer[] }
  | ({ readonly kind: 'users'; readonly from: string } & Parcel)

export type Frame = Greeting | Saying

/** Why a frame is refused: see LinkEvent `notice`. */
export interface Refusal {
  readonly code:
    | 'garbage'
    | 'foreign'
    | 'misdirected'
    | 'forged'
    | 'stranger'
    | 'ungreeted'
    | 'old-ballot'
    | 'incredible'
  readonly text: string
}

/** Of a connection that has not said hello, or not last. */
export const UNGREETED: Refusal = { code: 'ungreeted', text: 'a frame of one that has not greeted' }

const garbage = (text: string): Refusal => ({ code: 'garbage', text })

/** Writes and reads the frames of one member. */
export class Envelope {
  readonly #tag: Uint8Array
  readonly #id: Buffer
  readonly #live: Buffer
  readonly #addressed = new Map<string, Buffer>()

  constructor(group: string, id: string) {
    this.#tag = groupTag(group)
    this.#id = Buffer.from(id, 'hex')
    this.#live = this.liveTopic(id)
  }

  /** What the frames of a member to all begin with. */
  liveTopic(publisher: string): Buffer {
    return Buffer.concat([Buffer.of(VERSION), this.#tag, Buffer.from(publisher, 'hex')], LIVE_BYTES)
  }

  /** What the frames of a member to one begin with. */
  ownTopic(publisher: string, subscriber: string): Buffer {
    const topic = Buffer.concat([this.liveTopic(publisher), Buffer.from(subscriber, 'hex')], ADDRESSED_BYTES)
    topic[0] = VERSION | ADDRESSED
    return topic
  }

  /** Who subscribed to the frames that this member addresses to it; undefined for all other topics. */
  subscriberOf(topic: Buffer): string | undefined {
    if (topic.length !== ADDRESSED_BYTES || topic[0] !== (VERSION | ADDRESSED)) return undefined
    if (topic.compare(this.#live, 1, LIVE_BYTES, 1, LIVE_BYTES) !== 0) return undefined
    return topic.toString('hex', TO, ADDRESSED_BYTES)
  }

  /** True for the topic of the frames that this member sends to all. */
  isLive(topic: Buffer): boolean {
    return topic.equals(this.#live)
  }

  /** To one, or to all. */
  greeting(kind: Greeting['kind'], to: string | undefined): Buffer {
    return Buffer.concat([this.#prefix(to), Buffer.of(KINDS.indexOf(kind))])
  }

  /** One frame to one. */
  control(to: string, messages: readonly Uint8Array[]): Buffer {
    const prefix = this.#prefix(to)
    let size = prefix.length + 1
    for (const { length } of messages) size += LENGTH_BYTES + length
    const frame = memory(size)
    let at = prefix.copy(frame)
    at = frame.writeUInt8(KINDS.indexOf('control'), at)
    for (const message of messages) {
      at = frame.writeUInt32BE(message.length, at)
      frame.set(message, at)
      at += message.length
    }
    return frame
  }

  /** The parts of a frame to one, or to all. Short ones are joined: a copy is cheaper than a part. */
  users(to: string | undefined, { route, ballot, count, parts: [first, ...rest] }: Parcel): Buffer[] {
    const prefix = this.#prefix(to)
    const isApart = first !== undefined && first.length >= portLimits.apartBytes
    const joined = first === undefined || isApart ? 0 : first.length
    const head = prefix.length + 1 + LENGTH_BYTES + (ballot ? BALLOT_BYTES : 0)
    const frame = memory(head + joined)
    let at = prefix.copy(frame)
    at = frame.writeUInt8(KINDS.indexOf(route) | (isApart ? APART : 0), at)
    at = frame.writeUInt32BE(count, at)
    if (ballot) {
      at = frame.writeDoubleBE(ballot.epoch, at)
      at = frame.writeDoubleBE(ballot.term, at)
    }
    if (first && !isApart) frame.set(first, at)
    const apart = first && isApart ? [first, ...rest] : rest
    return [frame, ...apart.map(asBuffer)]
  }

  /** The first part of a frame to all, for one alone. */
  addressed(head: Buffer, to: string): Buffer {
    return Buffer.concat([this.#prefix(to), head.subarray(LIVE_BYTES)])
  }

  /**
   * Total: any parts give a frame or a refusal.
   * @param source who the connection is of.
   * @param isGreeted whether both ends of it have greeted.
   */
  read(parts: readonly Buffer[], source: string, isGreeted: boolean): Frame | Refusal {
    const [head, ...rest] = parts
    const version = head?.[0]
    if (!head || version === undefined) return garbage('a frame without a header')
    if ((version & ~(ADDRESSED | DIRECT_BIT)) !== VERSION) return garbage(`a frame of version ${version}`)
    if (version & DIRECT_BIT) {
      if (isGreeted) return readBody(source, head, DIRECT_PREFIX.length, rest)
      return UNGREETED
    }
    const isAddressed = version !== VERSION
    const start = isAddressed ? ADDRESSED_BYTES : LIVE_BYTES
    if (head.length <= start) return garbage('a frame without a header')
    if (head.compare(this.#tag, 0, TAG_BYTES, 1, FROM) !== 0) {
      return { code: 'foreign', text: 'a frame of another group' }
    }
    if (isAddressed && head.compare(this.#id, 0, ID_BYTES, TO, ADDRESSED_BYTES) !== 0) {
      return { code: 'misdirected', text: 'a frame for another member' }
    }
    const from = head.toString('hex', FROM, TO)
    if (from !== source) return { code: 'forged', text: `a frame that claims to be of ${from}` }
    return readBody(from, head, start, rest)
  }

  #prefix(to: string | undefined): Buffer {
    if (to === undefined) return this.#live
    if (to === DIRECT) return DIRECT_PREFIX
    const known = this.#addressed.get(to)
    if (known) return known
    // Strangers, too, are greeted.
    if (this.#addressed.size >= PREFIXES) this.#addressed.clear()
    const prefix = this.ownTopic(this.#id.toString('hex'), to)
    this.#addressed.set(to, prefix)
    return prefix
  }

  /** One that is gone is no longer written to. */
  forget(to: string): void {
    this.#addressed.delete(to)
  }
}

/** Whether its frame is announced. */
export function isLarge(parts: readonly Uint8Array[]): boolean {
  return bytesOf(parts) >= driverLimits.largeBytes
}

function readBody(from: string, head: Buffer, start: number, rest: Buffer[]): Frame | Refusal {
  const byte = head[start] ?? 0
  const kind = KINDS[byte & ~APART]
  const body = start + 1
  if (kind === undefined) return garbage('a frame of no known kind')
  if (kind === 'control') return readControl(from, head, body)
  if (kind !== 'all' && kind !== 'to-leader' && kind !== 'from-leader') return { from, kind }
  const isOfLeader = kind === 'from-leader'
  const payload = body + LENGTH_BYTES + (isOfLeader ? BALLOT_BYTES : 0)
  if (head.length < payload) return garbage('a frame that is cut off')
  const count = head.readUInt32BE(body)
  const ballot = isOfLeader ? readBallot(head, body + LENGTH_BYTES) : undefined
  if (isOfLeader && !ballot) return garbage('a ballot that is none')
  const parts = byte & APART ? rest : [head.subarray(payload), ...rest]
  if (parts.length === 0 || parts.length > PARTS) return garbage('a frame of too few or too many parts')
  return { from, kind: 'users', route: kind, ballot, count, parts }
}

function readBallot(head: Buffer, at: number): Ballot | undefined {
  const epoch = head.readDoubleBE(at)
  const term = head.readDoubleBE(at + 8)
  const isBallot = [epoch, term].every((number) => Number.isSafeInteger(number) && number >= 0)
  return isBallot ? { epoch, term } : undefined
}

function readControl(from: string, head: Buffer, start: number): Frame | Refusal {
  const messages: Buffer[] = []
  let at = start
  while (at < head.length) {
    const body = at + LENGTH_BYTES
    const end = body <= head.length ? body + head.readUInt32BE(at) : Number.POSITIVE_INFINITY
    if (end > head.length) return garbage('a control frame that is cut off')
    // Each costs some memory, before anybody knows who sent it.
    if (end === body || messages.length >= driverLimits.controlMessages) {
      return garbage('a control frame of empty messages, or of too many')
    }
    messages.push(head.subarray(body, end))
    at = end
  }
  return { from, kind: 'control', messages }
}

function memory(bytes: number): Buffer {
  return bytes < SHARED_BYTES ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes)
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/**
 * What a gans knows the gqry of a member by: a byte that ZeroMQ does not keep for itself, its id, and bytes
 * that nobody else knows. A connection under the routing id of another takes that one's place at once.
 */
const ROUTING_MARK = 0x67
const SECRET_BYTES = 16
const ROUTING_BYTES = 1 + ID_BYTES + SECRET_BYTES

/** Another one each time: every socket has its own. */
export function routingIdOf(id: string): Buffer {
  const secret = randomBytes(SECRET_BYTES)
  return Buffer.concat([Buffer.of(ROUTING_MARK), Buffer.from(id, 'hex'), secret], ROUTING_BYTES)
}

/** The member that a routing id names, be it of that one or not; undefined for those of others. */
export function memberOf(routingId: Buffer): string | undefined {
  if (routingId.length !== ROUTING_BYTES || routingId[0] !== ROUTING_MARK) return undefined
  return routingId.toString('hex', 1, 1 + ID_BYTES)
}
