/**
 * Gathers what a port sends to one destination within a turn of the event loop into few frames. A value is
 * encoded when it is given, so the caller may change it afterwards; frames leave when the microtasks of the
 * turn are done, or at once when one is full. A message that is alone in its turn goes out bare. Sequence and
 * order are kept across values and bytes.
 */

import { checkBytes } from './bytes.js'
import { encode } from './codec.js'
import {
  APART,
  APART_FILL,
  BATCH,
  BYTES,
  ERROR,
  HEADER_ROOM,
  KEYED,
  SENT,
  TIMED,
  writeHeaderBefore,
} from './frame.js'
import { limits } from './limits.js'
import { NOT_PLAIN, refuseWhileWriting, writePlain } from './plain-encoder.js'
import { wallTime } from './wall-time.js'

/** A frame on its way, ready for the socket. */
export interface OutFrame {
  /** Header and payload. */
  readonly head: Buffer
  /** A second part, where bytes travel apart. */
  readonly apart: Buffer | undefined
  readonly count: number
  /** The ids of its messages, where they have any (`keyed`). */
  readonly ids: readonly number[]
}

export interface OutboxOptions {
  /** Names the port in errors. */
  readonly what: string
  /**
   * Each message has the id of a query, given by the caller; otherwise ids are sequence numbers, one after
   * another.
   */
  readonly keyed?: boolean
  /** The time in the header of the frame that is emitted; Infinity for none. */
  readonly time?: () => number
  /** Each frame says when it leaves. */
  readonly timed?: boolean
  /** Bytes before each frame: the topic of a pub. */
  readonly prefix?: Buffer
}

const FIRST_SLAB = 8 * 1024
const LARGEST_SLAB = 256 * 1024
/** With less than this left, a slab is given up for a new one. */
const WORTHWHILE = 512
/** The id before a keyed message: a MessagePack uint 64, always nine bytes, so that it can be left out. */
const KEY_BYTES = 9

export class Outbox {
  readonly #options: OutboxOptions
  /** Bytes left free before each payload. */
  readonly #room: number
  readonly #emit: (frame: OutFrame) => void
  #slab = Buffer.alloc(0)
  #slabSize = FIRST_SLAB
  /** Where the payload under way starts and ends in the slab; equal when none is. */
  #start = 0
  #end = 0
  #count = 0
  #first = 0
  #flags = 0
  #ids: number[] = []
  /** Bytes of the last frame. */
  #usual = 0
  #scheduled = false
  readonly #flushSoon = (): void => {
    this.#scheduled = false
    this.flush()
  }

  constructor(options: OutboxOptions, emit: (frame: OutFrame) => void) {
    this.#options = options
    this.#room = HEADER_ROOM + (options.prefix?.length ?? 0)
    this.#emit = emit
  }

  /** Messages that were taken and not yet emitted. */
  get pending(): number {
    return this.#count
  }

  /** Takes a value. @throws PortError `unencodable` or `too-large`; then nothing was taken. */
  value(value: unknown, id: number, flags = 0): void {
    if (!this.#plainValue(value, id, flags)) this.#anyValue(value, id, flags)
    this.#added()
  }

  /** Writes a value where it will leave from; false, and nothing is taken, where it is not plain. */
  #plainValue(value: unknown, id: number, flags: number): boolean {
    const key = this.#options.keyed ? KEY_BYTES : 0
    for (let isFresh = false; ; isFresh = true) {
      this.#makeRoom(0, id, flags)
      const end = writePlain(this.#slab, this.#end + key, value)
      if (end > 0) {
        if (key) this.#writeKey(id)
        this.#end = end
        return true
      }
      if (end === NOT_PLAIN || isFresh) return false
      this.flush()
      this.#newSlab(0)
    }
  }

  #anyValue(value: unknown, id: number, flags: number): void {
    const { buffer, start, end } = encode(value, this.#options.what)
    this.#makeRoom(end - start, id, flags)
    if (this.#options.keyed) this.#writeKey(id)
    buffer.copy(this.#slab, this.#end, start, end)
    this.#end += end - start
  }

  /** Takes bytes. From `limits.apartBytes` on they are not copied: leave them as they are after the call. */
  bytes(bytes: Uint8Array, id: number): void {
    checkBytes(bytes, this.#options.what)
    refuseWhileWriting()
    if (bytes.length >= limits.apartBytes) {
      this.flush()
      this.#makeRoom(APART_FILL, id, BYTES | APART)
      this.#slab.fill(0, this.#end, this.#end + APART_FILL)
      this.#end += APART_FILL
      this.#count = 1
      if (this.#options.keyed) this.#ids.push(id)
      this.flush(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return
    }
    this.#makeRoom(bytes.length + 3, id, BYTES)
    if (this.#options.keyed) this.#writeKey(id)
    this.#slab[this.#end] = 0xc5
    this.#slab.writeUInt16BE(bytes.length, this.#end + 1)
    this.#slab.set(bytes, this.#end + 3)
    this.#end += bytes.length + 3
    this.#added()
  }

  /** Answers a query with a refusal. */
  error(text: string, id: number): void {
    this.flush()
    this.value(text.slice(0, limits.foreignText), id, ERROR)
    this.flush()
  }

  /** Forgets what was taken and not yet emitted. */
  discard(): void {
    this.#end = this.#start
    this.#count = 0
    this.#ids = []
  }

  /** Emits what is there, at once. */
  flush(apart?: Buffer): void {
    if (this.#count === 0) return
    const { keyed, time, timed, prefix } = this.#options
    const dueMs = time ? time() : Number.POSITIVE_INFINITY
    const batch = this.#count > 1
    let flags = this.#flags | (dueMs < Number.POSITIVE_INFINITY ? TIMED : 0)
    if (timed) flags |= SENT
    if (batch) flags |= keyed ? BATCH | KEYED : BATCH
    // A keyed message that is alone has its id in the header: the key before it is left out.
    const payload = keyed && !batch && !(flags & APART) ? this.#start + KEY_BYTES : this.#start
    const fields = {
      flags,
      sequence: this.#first,
      count: this.#count,
      time: dueMs,
      sentAt: timed ? wallTime() : Number.NaN,
    }
    let start = writeHeaderBefore(this.#slab, payload, fields)
    if (prefix) {
      start -= prefix.length
      this.#slab.set(prefix, start)
    }
    const head = this.#slab.subarray(start, this.#end)
    this.#usual = head.length
    const frame = { head, apart, count: this.#count, ids: this.#ids }
    this.#start = this.#end
    this.#count = 0
    if (keyed) this.#ids = []
    this.#emit(frame)
  }

  #added(): void {
    this.#count++
    if (this.#end - this.#start >= limits.batchBytes) this.flush()
    else if (!this.#scheduled) {
      this.#scheduled = true
      // After the microtasks: what the answers to one batch cause is one batch again.
      process.nextTick(this.#flushSoon)
    }
  }

  /**
   * Makes sure that `size` bytes fit behind what is there, in a frame with these flags; opens one where none
   * is.
   */
  #makeRoom(bytes: number, id: number, flags: number): void {
    const size = bytes + KEY_BYTES
    if (this.#count > 0) {
      if (flags === this.#flags && this.#end + size <= this.#slab.length) return
      this.flush()
    }
    const start = this.#end + this.#room
    // Room for a frame like the last one: a batch that meets the end of a slab is cut in two.
    const wanted = Math.max(size, WORTHWHILE, Math.min(this.#usual * 2, limits.batchBytes))
    if (start + wanted > this.#slab.length) this.#newSlab(this.#room + size)
    else this.#start = this.#end = start
    this.#first = id
    this.#flags = flags
  }

  #newSlab(needed: number): void {
    this.#slab = Buffer.allocUnsafeSlow(Math.max(this.#slabSize, needed))
    this.#slabSize = Math.min(this.#slabSize * 2, LARGEST_SLAB)
    this.#start = this.#end = this.#room
  }

  #writeKey(id: number): void {
    this.#ids.push(id)
    this.#slab[this.#end] = 0xcf
    this.#slab.writeUInt32BE(Math.floor(id / 0x1_0000_0000), this.#end + 1)
    this.#slab.writeUInt32BE(id % 0x1_0000_0000, this.#end + 5)
    this.#end += KEY_BYTES
  }
}
