/**
 * The history of a group as a member holds it: the log, and the ledger of what of it is decided. Old entries
 * go out at the front, into a second ledger that is as old as the log's beginning: from it a snapshot is
 * made, and the ledger again, where another formation replaces what was decided here.
 */
import { invariant } from '../ports/index.js'
import { type Ballot, isSameBallot, NO_BALLOT } from './ballot.js'
import type { Entry } from './entries.js'
import { commonUntil, type Ended, type Formation, Ledger } from './ledger.js'
import { groupLimits } from './limits.js'
import { Log } from './log.js'
import type { Beat, Snapshot } from './messages.js'

export type HistoryEvent =
  /** An entry is in the log now, decided or not. */
  | { readonly kind: 'appended'; readonly entry: Entry; readonly genesis: Ballot }
  /** The next entry is decided; `ended` are the polls that end with it. */
  | {
      readonly kind: 'decided'
      readonly index: number
      readonly entry: Entry
      /** The formation that it is of. */
      readonly genesis: Ballot
      readonly ended: readonly Ended[]
      /** A value that found no room: nothing changed. */
      readonly isFull: boolean
    }
  /** Shared values are others without an entry that is told: one or more went back, or came by a snapshot. */
  | {
      readonly kind: 'values'
      readonly index: number
      readonly changed: readonly (readonly [key: string, value: Uint8Array | undefined])[]
    }
  /** What was decided here from `from` to `to` is gone: another formation began without it. */
  | { readonly kind: 'lost'; readonly from: number; readonly to: number }
  /** A snapshot replaced all up to `to`; what it has from `from` on was never decided here one by one. */
  | { readonly kind: 'installed'; readonly from: number; readonly to: number }

/** What had been decided here when a snapshot from before took its place: that is not told again. */
interface Before {
  readonly to: number
  readonly formations: readonly Formation[]
}

export class History {
  readonly log = new Log()
  #old = new Ledger()
  #ledger = new Ledger()
  #events: HistoryEvent[] = []
  #before: Before | undefined
  readonly #kept: number

  /** @param kept decided entries that stay in the log; as many again are cut off at once. */
  constructor(kept: number = groupLimits.keptEntries) {
    this.#kept = kept
  }

  /** What the decided entries add up to. */
  get ledger(): Ledger {
    return this.#ledger
  }

  /** What happened since it was asked last. */
  take(): readonly HistoryEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  append(entry: Entry): void {
    this.log.append(entry)
    this.#events.push({ kind: 'appended', entry, genesis: this.log.genesis })
  }

  /** Takes in what a leader sends; gives what to answer. */
  replicate(beat: Beat): { matches: boolean; index: number } {
    const { prev, entries, commit, snapshot } = this.#clipped(beat)
    if (snapshot && !this.log.matches(prev)) this.#install(snapshot)
    if (!this.log.matches(prev)) return { matches: false, index: this.#guess(prev.index) }
    let { index } = prev
    for (const entry of entries) {
      index++
      const mine = this.log.ballotAt(index)
      if (mine && isSameBallot(mine, entry.ballot)) continue
      if (mine) this.#replace(index)
      this.append(entry)
    }
    this.decide(Math.min(commit, index))
    return { matches: true, index }
  }

  /**
   * Without what is before the own beginning. That is decided, and so is in the log of every leader of the
   * same formation.
   */
  #clipped(beat: Beat): Beat {
    const { position } = this.log.base
    const before = position.index - beat.prev.index
    if (before <= 0 || !isSameBallot(beat.genesis, this.#ledger.genesis)) return beat
    if (before > beat.entries.length) return { ...beat, prev: this.log.commit, entries: [] }
    return { ...beat, prev: position, entries: beat.entries.slice(before) }
  }

  /** Decides all up to an index. */
  decide(index: number): void {
    for (const { index: at, entry } of this.log.commitTo(index)) {
      const { body } = entry
      const isFull = body.kind === 'set' && !this.#ledger.fits(body.key, body.value)
      const ended = this.#ledger.apply(at, entry)
      const { genesis } = this.#ledger
      if (this.#wasDecided(at)) {
        // The value had gone back with the snapshot.
        if (body.kind === 'set' && !isFull) this.#tellValues(at, [[body.key, body.value]])
        continue
      }
      this.#events.push({ kind: 'decided', index: at, entry, genesis, ended, isFull })
    }
    this.#compact()
  }

  /** Whether an entry that is decided now was so before a snapshot came; tells where the two part. */
  #wasDecided(index: number): boolean {
    const before = this.#before
    if (!before) return false
    if (index <= before.to) {
      const formation = before.formations.findLast((each) => each.index <= index)
      if (formation && isSameBallot(formation.genesis, this.#ledger.genesis)) return true
      this.#events.push({ kind: 'lost', from: index, to: before.to })
    }
    this.#before = undefined
    return false
  }

  /** A new formation goes on from what is decided here. */
  cutToCommit(): void {
    this.log.cutAfter(this.log.commit.index)
  }

  /** All up to the beginning of the log. */
  get snapshot(): Snapshot {
    return { base: this.log.base, ledger: this.#old.state }
  }

  /** Another formation goes on from before here. */
  #replace(index: number): void {
    const decided = this.log.commit.index
    this.log.cutAfter(index - 1)
    if (decided < index) return
    this.#events.push({ kind: 'lost', from: index, to: this.#before?.to ?? decided })
    this.#before = undefined
    const { values } = this.#ledger
    this.#ledger = new Ledger(this.#old.state)
    this.#replay(this.#ledger, this.log.base.position.index, index - 1)
    this.#tellValues(index - 1, differing(values, this.#ledger.values))
  }

  #tellValues(index: number, changed: Extract<HistoryEvent, { kind: 'values' }>['changed']): void {
    if (changed.length > 0) this.#events.push({ kind: 'values', index, changed })
  }

  #install({ base, ledger }: Snapshot): void {
    const { index } = base.position
    // Where a snapshot follows a snapshot, what was there before the first counts.
    const { to, formations } = this.#before ?? {
      to: this.log.commit.index,
      formations: this.#ledger.formations,
    }
    // Of what comes after it, a snapshot says nothing.
    const upToIt = formations.filter((each) => each.index <= index)
    const common = Math.min(commonUntil(upToIt, ledger.formations), to)
    // What follows may be what was here, or another formation may begin before it.
    this.#before = common > index ? { to: common, formations } : undefined
    if (common < to) this.#events.push({ kind: 'lost', from: common + 1, to })
    this.log.install(base)
    const { values } = this.#ledger
    this.#old = new Ledger(ledger)
    this.#ledger = new Ledger(ledger)
    this.#tellValues(index, differing(values, this.#ledger.values))
    this.#events.push({ kind: 'installed', from: common + 1, to: index })
  }

  #compact(): void {
    const from = this.log.base.position.index
    const to = this.log.commit.index - this.#kept
    if (to - from < this.#kept) return
    this.#replay(this.#old, from, to)
    this.log.compactTo(to)
  }

  #replay(ledger: Ledger, after: number, to: number): void {
    for (let index = after + 1; index <= to; index++) {
      const entry = this.log.entry(index)
      invariant(entry !== undefined, 'what is decided and not in the snapshot is in the log')
      ledger.apply(index, entry)
    }
  }

  /** Where the logs may still be one: before the own entries of the ballot that differs; −1 for nowhere. */
  #guess(index: number): number {
    const { last, base } = this.log
    if (last.index < index) return last.index
    const differs = this.log.ballotAt(index)
    let at = index
    // Down to the base and no further: entries of no ballot, which only garbage holds, would never end.
    const isOfIt = (): boolean =>
      differs !== undefined && isSameBallot(this.log.ballotAt(at) ?? NO_BALLOT, differs)
    while (at >= base.position.index && isOfIt()) at--
    return at >= base.position.index ? Math.max(at, 0) : -1
  }
}

/** The keys whose values are others now, undefined where there is none any more. */
function differing(
  before: ReadonlyMap<string, Uint8Array>,
  now: ReadonlyMap<string, Uint8Array>,
): (readonly [key: string, value: Uint8Array | undefined])[] {
  const isOther = (key: string): boolean => {
    const [one, other] = [before.get(key), now.get(key)]
    return one !== other && !(one && other && Buffer.compare(one, other) === 0)
  }
  const keys = new Set([...before.keys(), ...now.keys()])
  return [...keys].filter(isOther).map((key) => [key, now.get(key)] as const)
}
