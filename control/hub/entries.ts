/** All commands that a hub remembers, each for each of its targets, and what it keeps of them. */
import type { JsonObject } from '../fastapi/json.js'
import { type Entry, type EntryState, entryIn, entryRecord, hasEnded, stateRecord } from './entry.js'
import type { Journal, RecordKey } from './journal.js'
import { hubLimits } from './limits.js'

/** Of which of them somebody wants to know. */
export interface Sought {
  readonly target?: string | undefined
  readonly state?: EntryState | undefined
  /** Those of smaller sequence. */
  readonly before: number
  readonly most: number
}

export type Posted = Pick<Entry, 'target' | 'command' | 'postedMs' | 'deadlineMs'>

export class Entries {
  readonly #journal: Journal
  /** By command, then by target. */
  readonly #known = new Map<string, Map<string, Entry>>()
  /** In the order in which they came. */
  readonly #all = new Map<number, Entry>()
  /** Those that somebody has by a lease, and those that end at a time. */
  readonly #timed = new Set<Entry>()
  /** Those that nobody waits for here: they have ended, or were taken for good. In that order. */
  readonly #past = new Set<Entry>()
  #sequence = 0

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** What was kept, in the order in which it came. */
  restore(records: Iterable<readonly [RecordKey, JsonObject]>): readonly Entry[] {
    const commands: (readonly [key: string, JsonObject])[] = []
    const states = new Map<string, JsonObject>()
    for (const [[kind, ...names], record] of records) {
      if (kind === 'command') commands.push([JSON.stringify(names), record])
      if (kind === 'state') states.set(JSON.stringify(names), record)
    }
    const entries = commands.flatMap(([key, record]) => entryIn(record, states.get(key)) ?? [])
    entries.sort((one, other) => one.sequence - other.sequence)
    for (const entry of entries) this.#remember(entry)
    this.#sequence = entries.at(-1)?.sequence ?? 0
    return entries
  }

  /** By target; undefined for a command that is not known, or no more. */
  of(commandId: string): ReadonlyMap<string, Entry> | undefined {
    return this.#known.get(commandId)
  }

  /** Those whose time may be over. */
  get timed(): ReadonlySet<Entry> {
    return this.#timed
  }

  /** The newest first. */
  newest({ target, state, before, most }: Sought): readonly Entry[] {
    const found: Entry[] = []
    for (const entry of this.#all.values()) {
      if (entry.sequence >= before) break
      if (target !== undefined && entry.target !== target) continue
      if (state !== undefined && entry.state !== state) continue
      found.push(entry)
      // Seldom, so that what is left out costs no more than what is looked at.
      if (found.length >= 2 * most) found.splice(0, most)
    }
    return found.slice(-most).reverse()
  }

  /** One that is queued, and keeps it. */
  add({ target, command, postedMs, deadlineMs }: Posted): Entry {
    const sequence = ++this.#sequence
    const fresh = { state: 'queued', token: '', leasedUntilMs: 0, attempts: 0, endedMs: 0 } as const
    const entry: Entry = { target, command, sequence, postedMs, deadlineMs, ...fresh }
    this.#remember(entry)
    this.keepCommand(entry)
    return entry
  }

  keepCommand(entry: Entry): void {
    this.#journal.put(keyOf('command', entry), entryRecord(entry))
  }

  /** Keeps what has become of it. */
  keepState(entry: Entry): void {
    this.#journal.put(keyOf('state', entry), stateRecord(entry))
    if (hasEnded(entry) || (entry.state !== 'leased' && entry.deadlineMs === 0)) this.#timed.delete(entry)
    else this.#timed.add(entry)
    if (hasEnded(entry) || entry.state === 'taken') this.#letPass(entry)
  }

  forget(entry: Entry): void {
    const { id } = entry.command
    const known = this.#known.get(id)
    known?.delete(entry.target)
    if (known?.size === 0) this.#known.delete(id)
    this.#all.delete(entry.sequence)
    this.#past.delete(entry)
    this.#timed.delete(entry)
    this.#journal.remove(keyOf('command', entry))
    this.#journal.remove(keyOf('state', entry))
  }

  /** Remembers it until there are too many of its kind. */
  #letPass(entry: Entry): void {
    this.#past.delete(entry)
    this.#past.add(entry)
    for (const oldest of this.#past) {
      if (this.#past.size <= hubLimits.pastCommands) break
      this.forget(oldest)
    }
  }

  #remember(entry: Entry): void {
    const { id } = entry.command
    const known = this.#known.get(id) ?? new Map<string, Entry>()
    this.#known.set(id, known.set(entry.target, entry))
    this.#all.set(entry.sequence, entry)
    if (hasEnded(entry) || entry.state === 'taken') this.#past.add(entry)
    if (!hasEnded(entry) && (entry.deadlineMs !== 0 || entry.state === 'leased')) this.#timed.add(entry)
  }
}

function keyOf(kind: 'command' | 'state', { target, command }: Entry): RecordKey {
  return [kind, command.id, target]
}
