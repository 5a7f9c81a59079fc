/**
 * Reads what messages of a group are made of out of bytes that anybody may have sent. Total: it gives a value
 * or says why not. Each count is compared with its bound, and with the bytes that are left, before anything
 * is set aside for it.
 */
import { isUtf8 } from 'node:buffer'
import type { Ballot, Position } from './ballot.js'
import type { GroupMoment } from './group-clock.js'
import { groupLimits } from './limits.js'
import { HEX_ID, HEX_ID_BYTES, hexIdAt, isVisible, SAID_ID, TEXT_ID_CHARS } from './wire-ids.js'
import { READ_INTEGER_MAX, READ_TERM_MAX, READ_TIME_MAX } from './wire-numbers.js'

/** Ends the reading of a message; the reason is in its reader. */
const REFUSED = new Error('refused')
const NOTHING = new Uint8Array(0)

/** Texts up to here are faster made character by character. */
const SHORT = 12

const double = new Float64Array(1)
const doubleBytes = new Uint8Array(double.buffer)

export class WireReader {
  #bytes: Uint8Array = NOTHING
  #at = 0
  #why = ''
  #ids: string[] = []
  #list: readonly string[] | undefined

  /** What `read` makes of the bytes, all of them, or why it makes nothing of them. Never throws. */
  readAll<T extends object>(bytes: Uint8Array, read: (reader: WireReader) => T): T | string {
    this.#bytes = bytes
    this.#at = 0
    try {
      const value = read(this)
      return this.#at === bytes.length ? value : 'bytes behind its end'
    } catch (thrown) {
      if (thrown !== REFUSED) throw thrown
      return this.#why
    } finally {
      this.#bytes = NOTHING
      this.#list = undefined
      if (this.#ids.length > 0) this.#ids = []
    }
  }

  refuse(why: string): never {
    this.#why = why
    throw REFUSED
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? this.refuse('truncated')
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) break
      scale *= 128
      if (scale >= 2 ** 56) this.refuse('a number too long')
    }
    return value <= READ_INTEGER_MAX ? value : this.refuse('a number too large')
  }

  /** How many there are of something, of which there may be so many. Each takes a byte at least. */
  count(most: number, what: string): number {
    const count = this.varint()
    if (count > most) this.refuse(`too many ${what}`)
    if (count > this.#bytes.length - this.#at) this.refuse('truncated')
    return count
  }

  /** So many of something. */
  several<T>(most: number, what: string, read: (reader: WireReader) => T): T[] {
    const all: T[] = []
    for (let count = this.count(most, what); count > 0; count--) all.push(read(this))
    return all
  }

  /** @param most either way from 0. */
  time(most = READ_TIME_MAX): number {
    const at = this.#take(8)
    for (let i = 0; i < 8; i++) doubleBytes[7 - i] = this.#bytes[at + i] ?? 0
    const [time = 0] = double
    // Not a number is not within, either.
    return Math.abs(time) <= most ? time : this.refuse('a time that is none')
  }

  epoch(): number {
    const at = this.#take(8)
    const epoch = this.#uint32(at) * 2 ** 32 + this.#uint32(at + 4)
    return epoch <= READ_INTEGER_MAX ? epoch : this.refuse('an epoch too large')
  }

  ballot(): Ballot {
    const epoch = this.epoch()
    const term = this.#uint32(this.#take(4))
    return term <= READ_TERM_MAX ? { epoch, term } : this.refuse('a term too large')
  }

  moment(most?: number): GroupMoment {
    return { ms: this.time(most), clock: this.ballot() }
  }

  position(): Position {
    return { ballot: this.ballot(), index: this.varint() }
  }

  id(): string {
    const form = this.varint()
    if (form >= SAID_ID) return this.#ids[form - SAID_ID] ?? this.refuse('an id that was not said before')
    const id = form === HEX_ID ? hexIdAt(this.#bytes, this.#take(HEX_ID_BYTES)) : this.label(TEXT_ID_CHARS)
    this.#ids.push(id)
    return id
  }

  /** Participants, each once. */
  ids(): readonly string[] {
    const ids = this.several(groupLimits.participants, 'participants', readId)
    if (ids.length > 1 && new Set(ids).size < ids.length) this.refuse('a participant twice')
    this.#list = ids
    return ids
  }

  /** The same, or those of the list before: the same array, then. */
  idsAgain(): readonly string[] {
    const isSame = this.byte()
    if (isSame > 1) this.refuse('unknown flags')
    if (isSame === 0) return this.ids()
    return this.#list ?? this.refuse('a list that was not said before')
  }

  /** Bytes, at most so many: a copy of its own, for it may be kept longer than all that it came with. */
  payload(most: number): Uint8Array {
    const length = this.count(most, 'bytes')
    const start = this.#take(length)
    return new Uint8Array(this.#bytes.subarray(start, start + length))
  }

  /** Text, at most so many bytes of UTF-8. */
  text(most: number): string {
    const length = this.count(most, 'bytes')
    const start = this.#take(length)
    const bytes = this.#bytes.subarray(start, start + length)
    return isUtf8(bytes) ? bufferOf(bytes).toString() : this.refuse('text that is no UTF-8')
  }

  /** Text of visible ASCII characters. */
  label(most: number): string {
    const length = this.byte()
    const start = this.#take(length)
    const text = length <= SHORT ? this.#shortText(start) : this.#longText(start)
    return isVisible(text, most) ? text : this.refuse('a label that is none')
  }

  /** From there up to here. */
  #shortText(start: number): string {
    let text = ''
    for (let at = start; at < this.#at; at++) text += String.fromCharCode(this.#bytes[at] ?? 0)
    return text
  }

  #longText(start: number): string {
    return bufferOf(this.#bytes.subarray(start, this.#at)).toString('latin1')
  }

  /** Moves over so many bytes; gives where they begin. */
  #take(length: number): number {
    const start = this.#at
    this.#at += length
    return this.#at <= this.#bytes.length ? start : this.refuse('truncated')
  }

  #uint32(at: number): number {
    const bytes = this.#bytes
    const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    return (bytes[at] ?? 0) * 2 ** 24 + low
  }
}

function readId(reader: WireReader): string {
  return reader.id()
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
