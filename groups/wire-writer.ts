/**
 * Writes what messages of a group are made of, part by part, into memory that is used again for the next
 * message; what leaves is a copy. Integers and times are big-endian, varints little-endian base 128.
 *
 * The core keeps the bounds of `limits.ts`; where it did not, nobody would take the message, so writing it
 * breaks an invariant.
 */
import { invariant } from '../ports/index.js'
import type { Ballot, Position } from './ballot.js'
import type { GroupMoment } from './group-clock.js'
import { groupLimits } from './limits.js'
import { isVisible, SAID_ID, writtenId } from './wire-ids.js'
import { TERM_MAX } from './wire-numbers.js'

/** Bytes of the memory at first, and up to which it is kept. */
const FIRST_BYTES = 64 * 1024
const LARGEST_KEPT = 2 * 1024 * 1024
const VARINT_BYTES = 8
const BALLOT_BYTES = 12
/** Longer runs of bytes are copied by the engine at once. */
const COPIED_SINGLY = 32
const SURROGATE = /[\ud800-\udfff]/u

/** Messages that were begun, by whichever writer: they remember ids together. */
let begun = 0

export class WireWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #view = viewOf(this.#bytes)
  #at = 0
  /** Number of the message under way, and of the ids that it says so far. */
  #message = 0
  #ids = 0
  #list: readonly string[] | undefined

  begin(): void {
    this.#at = 0
    this.#message = ++begun
    this.#ids = 0
    this.#list = undefined
  }

  /** A copy of what was written since begin(). */
  end(): Buffer {
    const copy = Buffer.allocUnsafe(this.#at)
    this.#bytes.copy(copy, 0, 0, this.#at)
    this.#list = undefined
    if (this.#bytes.length > LARGEST_KEPT) this.#grow(Buffer.allocUnsafeSlow(FIRST_BYTES))
    return copy
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  varint(value: number): void {
    invariant(Number.isSafeInteger(value) && value >= 0, 'what is counted is a safe integer')
    this.#room(VARINT_BYTES)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#at++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#at++] = rest
  }

  /** How many there are of something, of which there may be so many. */
  count(count: number, most: number): void {
    invariant(count <= most, 'a message of a group keeps its bounds')
    this.varint(count)
  }

  /** Milliseconds or microseconds. */
  time(value: number): void {
    invariant(Number.isFinite(value), 'a time is finite')
    this.#room(8)
    this.#view.setFloat64(this.#at, value)
    this.#at += 8
  }

  epoch(epoch: number): void {
    invariant(Number.isSafeInteger(epoch) && epoch >= 0, 'an epoch is a safe integer')
    this.#room(8)
    this.#view.setUint32(this.#at, Math.floor(epoch / 2 ** 32))
    this.#view.setUint32(this.#at + 4, epoch % 2 ** 32)
    this.#at += 8
  }

  ballot({ epoch, term }: Ballot): void {
    this.#room(BALLOT_BYTES)
    this.epoch(epoch)
    invariant(Number.isInteger(term) && term >= 0 && term <= TERM_MAX, 'a term fits into 32 bits')
    this.#view.setUint32(this.#at, term)
    this.#at += 4
  }

  moment({ ms, clock }: GroupMoment): void {
    this.time(ms)
    this.ballot(clock)
  }

  position({ ballot, index }: Position): void {
    this.ballot(ballot)
    this.varint(index)
  }

  id(id: string): void {
    const known = writtenId(id)
    if (known.message === this.#message) {
      this.varint(SAID_ID + known.place)
      return
    }
    known.message = this.#message
    known.place = this.#ids++
    this.#copy(known.bytes)
  }

  /** Participants, each once. */
  ids(ids: readonly string[]): void {
    this.count(ids.length, groupLimits.participants)
    for (const id of ids) this.id(id)
    this.#list = ids
  }

  /** The same; a byte where they are those of the list before. */
  idsAgain(ids: readonly string[]): void {
    const last = this.#list
    if (last?.length === ids.length && ids.every((id, at) => id === last[at])) {
      this.byte(1)
      return
    }
    this.byte(0)
    this.ids(ids)
  }

  /** Bytes, at most so many. */
  payload(bytes: Uint8Array, most: number): void {
    this.count(bytes.byteLength, most)
    this.#copy(bytes)
  }

  /** Well-formed text, at most so many bytes of UTF-8; gives how many. */
  text(text: string, most: number): number {
    invariant(!SURROGATE.test(text), 'a text is well-formed')
    const length = Buffer.byteLength(text)
    this.count(length, most)
    this.#room(length)
    this.#at += this.#bytes.write(text, this.#at)
    return length
  }

  /** Text of visible ASCII characters, at most 255. */
  label(text: string, most: number): void {
    invariant(isVisible(text, most), 'a label is of visible ASCII characters')
    this.byte(text.length)
    this.#room(text.length)
    this.#at += this.#bytes.write(text, this.#at, 'latin1')
  }

  #copy(bytes: Uint8Array): void {
    const { length } = bytes
    this.#room(length)
    if (length > COPIED_SINGLY) this.#bytes.set(bytes, this.#at)
    else for (let i = 0; i < length; i++) this.#bytes[this.#at + i] = bytes[i] ?? 0
    this.#at += length
  }

  #room(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#grow(grown)
  }

  #grow(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
