/**
 * The lease of a member in shared memory: the thread that runs its group writes it, the main thread, where
 * the user's code acts, reads it. Whatever a reader sees was published at once: a ballot never goes with the
 * expiry of another.
 *
 *     word     0                     how many times it was published
 *              2 … 13, 14 … 25       two slots, used in turns, of six doubles each:
 *                                    leads (1 or 0), epoch, term, untilMs, monoMs, wallUs
 *
 * A seqlock with two slots: the writer fills the one that is not published, and publishes it by counting. A
 * reader takes the published one, and again where the count has changed meanwhile: only then may its slot
 * have been written anew. So a writer that is held up in the middle holds nobody up. All words are read and
 * written by Atomics, which every thread sees in one order; plain ones may be moved past the count, and
 * torn.
 */
import { type Ballot, NO_BALLOT } from '../ballot.js'
import type { Moment } from '../core.js'
import { wasSuspended } from '../suspension.js'
import { hostLimits } from './limits.js'
import { hostMoment } from './monotonic.js'

/** A lease as it was published: whole. */
export interface PublishedLease {
  /** False once the member stepped down, whatever `untilMs` says. */
  readonly leads: boolean
  readonly ballot: Ballot
  /** Milliseconds of the host's monotonic clock. */
  readonly untilMs: number
  /** The step of the group that published it. */
  readonly at: Moment
}

const COUNT = 0
const FIELDS = 6
const SLOT_WORDS = FIELDS * 2
const SLOTS = [2, 2 + SLOT_WORDS] as const
const CELL_BYTES = (2 + 2 * SLOT_WORDS) * Int32Array.BYTES_PER_ELEMENT

/** A cell without a lease, for one writer and readers in all threads. */
export function createLeaseCell(): SharedArrayBuffer {
  return new SharedArrayBuffer(CELL_BYTES)
}

/** Doubles, and the words that they are made of. */
class Slot {
  readonly fields = new Float64Array(FIELDS)
  readonly words = new Int32Array(this.fields.buffer)
}

/** There is one for a cell, in the thread that runs the group. */
export class LeaseWriter {
  readonly #cell: Int32Array
  readonly #slot = new Slot()

  constructor(cell: SharedArrayBuffer) {
    this.#cell = new Int32Array(cell)
  }

  /**
   * The member leads in a ballot until then, unless it steps down before. To be called after every step of
   * the group that leaves it leading: readers look for a suspension since the moment of the last.
   */
  grant(ballot: Ballot, untilMs: number, at: Moment): void {
    this.#publish([1, ballot.epoch, ballot.term, untilMs, at.monoMs, at.wallUs])
  }

  /** It leads no more. Once this returns, no reader in whichever thread sees a lease. */
  void(): void {
    this.#publish([0, NO_BALLOT.epoch, NO_BALLOT.term, Number.NEGATIVE_INFINITY, 0, 0])
  }

  #publish(fields: readonly number[]): void {
    this.#slot.fields.set(fields)
    const count = (Atomics.load(this.#cell, COUNT) + 1) | 0
    const start = SLOTS[count & 1 ? 1 : 0]
    this.#slot.words.forEach((word, index) => {
      Atomics.store(this.#cell, start + index, word)
    })
    Atomics.store(this.#cell, COUNT, count)
  }
}

/** As many as wanted, in whichever thread. */
export class LeaseReader {
  readonly #cell: Int32Array
  readonly #now: () => Moment
  readonly #slot = new Slot()
  #count = 0
  #latest: PublishedLease | undefined

  /** @param now the clocks that the writer's moments are of. */
  constructor(cell: SharedArrayBuffer, now: () => Moment = hostMoment) {
    this.#cell = new Int32Array(cell)
    this.#now = now
  }

  /**
   * The ballot in which the member may act now; undefined where it may not: it does not lead, its lease is
   * over, or the machine was suspended since it was published. The clocks are read last, so that a thread
   * that was held up in here does not take an old moment for now; what it is held up by afterwards, only the
   * ballot protects from, where it goes with what is done.
   */
  read(): Ballot | undefined {
    const lease = this.published()
    if (!lease?.leads) return undefined
    const now = this.#now()
    return now.monoMs < lease.untilMs && !wasSuspended(lease.at, now) ? lease.ballot : undefined
  }

  /** What was published last, over or not; undefined where nothing was, or it changes too fast to be read. */
  published(): PublishedLease | undefined {
    for (let attempt = 0; attempt < hostLimits.leaseTries; attempt++) {
      const count = Atomics.load(this.#cell, COUNT)
      if (count === this.#count) return this.#latest
      this.#copy(SLOTS[count & 1 ? 1 : 0])
      if (Atomics.load(this.#cell, COUNT) === count) {
        this.#count = count
        this.#latest = this.#decoded()
        return this.#latest
      }
    }
    return undefined
  }

  #copy(start: number): void {
    for (let index = 0; index < SLOT_WORDS; index++) {
      this.#slot.words[index] = Atomics.load(this.#cell, start + index)
    }
  }

  #decoded(): PublishedLease {
    const [leads, epoch = 0, term = 0, untilMs = 0, monoMs = 0, wallUs = 0] = this.#slot.fields
    return { leads: leads === 1, ballot: { epoch, term }, untilMs, at: { monoMs, wallUs } }
  }
}
