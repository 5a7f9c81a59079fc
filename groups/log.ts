/**
 * The log of a member: entries from 1 on, of which those up to `commit` are decided. What is old is cut off
 * at the front and stands in a snapshot (`base`). Members and formation count from the moment that their
 * entry is appended, and go back with it when it is cut off.
 */
import { invariant } from '../ports/index.js'
import { type Ballot, isSameBallot, LOG_START, NO_BALLOT, type Position } from './ballot.js'
import { bytesOf, type Entry } from './entries.js'
import { groupLimits } from './limits.js'

/** Where a log begins that has been cut at the front. */
export interface LogBase {
  /** The last entry that is cut off. */
  readonly position: Position
  readonly members: readonly string[]
  readonly observers: readonly string[]
  /** The ballot of its formation. */
  readonly genesis: Ballot
  /** The ballot in which the group clock began. */
  readonly clock: Ballot
}

/** What holds from an index on. */
interface Standing extends Omit<LogBase, 'position'> {
  readonly index: number
}

const NOBODY = { members: [], observers: [] }
const EMPTY: LogBase = { position: LOG_START, ...NOBODY, genesis: NO_BALLOT, clock: NO_BALLOT }

export class Log {
  #base: LogBase = EMPTY
  #entries: Entry[] = []
  /** The first is that of the base; each later one is of an entry that changed it. */
  #standings: Standing[] = [standingOf(EMPTY)]
  #commit = 0

  get isEmpty(): boolean {
    return this.last.index === 0
  }

  get base(): LogBase {
    return this.#base
  }

  get last(): Position {
    return this.#positionAt(this.#base.position.index + this.#entries.length)
  }

  /** The last entry that is decided. */
  get commit(): Position {
    return this.#positionAt(this.#commit)
  }

  /** The newest members, decided or not; none where the log is empty. */
  get members(): readonly string[] {
    return this.#standing().members
  }

  /** The newest observers, decided or not. */
  get observers(): readonly string[] {
    return this.#standing().observers
  }

  /** Where the newest members stand in the log. */
  get membersIndex(): number {
    const { members } = this
    return this.#standings.find((standing) => standing.members === members)?.index ?? 0
  }

  /** The ballot of the formation that the last entry is of. */
  get genesis(): Ballot {
    return this.#standing().genesis
  }

  /** The ballot in which the group clock of the last entry began. */
  get clock(): Ballot {
    return this.#standing().clock
  }

  /** The members that are decided. */
  get committedMembers(): readonly string[] {
    return this.#standing(this.#commit).members
  }

  /** The ballot of an entry, or of the base; undefined outside. */
  ballotAt(index: number): Ballot | undefined {
    if (index === this.#base.position.index) return this.#base.position.ballot
    return this.entry(index)?.ballot
  }

  entry(index: number): Entry | undefined {
    return this.#entries[index - this.#base.position.index - 1]
  }

  /** Entries from an index on, as many as go with one beat; none before the base. */
  from(index: number): readonly Entry[] {
    const start = index - this.#base.position.index - 1
    if (start < 0) return []
    let end = start
    let bytes = 0
    while (end < this.#entries.length && end - start < groupLimits.entriesPerBeat) {
      const entry = this.#entries[end]
      bytes += entry ? bytesOf(entry) : 0
      if (end > start && bytes > groupLimits.entryBytesPerBeat) break
      end++
    }
    return this.#entries.slice(start, end)
  }

  /** What is not decided. */
  get tail(): readonly Entry[] {
    return this.#entries.slice(this.#commit - this.#base.position.index)
  }

  /** Whether it holds this very entry, and so, as logs go, all before it. */
  matches({ ballot, index }: Position): boolean {
    const mine = this.ballotAt(index)
    return mine !== undefined && isSameBallot(mine, ballot)
  }

  append(entry: Entry): number {
    this.#entries.push(entry)
    const { index } = this.last
    const { body, ballot } = entry
    const now = this.#standing()
    if (body.kind === 'genesis') {
      const { members } = body
      this.#standings.push({ index, members, observers: [], genesis: ballot, clock: ballot })
    } else if (body.kind === 'begin' && body.hasNewClock) {
      this.#standings.push({ ...now, index, clock: ballot })
    } else if (body.kind === 'members') this.#standings.push({ ...now, index, members: body.members })
    else if (body.kind === 'observers') this.#standings.push({ ...now, index, observers: body.observers })
    return index
  }

  /** Cuts off all after an index, which may be decided only where another formation replaces it. */
  cutAfter(index: number): void {
    invariant(index >= this.#base.position.index, 'a log is not cut within its snapshot')
    this.#entries.length = Math.min(this.#entries.length, index - this.#base.position.index)
    this.#standings = this.#standings.filter((standing) => standing.index <= index)
    this.#commit = Math.min(this.#commit, index)
  }

  /** Decides all up to an index; gives the entries that this decides, with their indexes. */
  commitTo(index: number): { readonly index: number; readonly entry: Entry }[] {
    const decided: { index: number; entry: Entry }[] = []
    for (let at = this.#commit + 1; at <= Math.min(index, this.last.index); at++) {
      const entry = this.entry(at)
      invariant(entry !== undefined, 'what is decided is in the log')
      decided.push({ index: at, entry })
      this.#commit = at
    }
    return decided
  }

  /** Cuts off all up to an index, which is decided, at the front. */
  compactTo(index: number): void {
    invariant(index <= this.#commit, 'only what is decided goes into a snapshot')
    const { members, observers, genesis, clock } = this.#standing(index)
    const position = this.#positionAt(index)
    this.#entries.splice(0, index - this.#base.position.index)
    this.#base = { position, members, observers, genesis, clock }
    const later = this.#standings.filter((standing) => standing.index > index)
    this.#standings = [standingOf(this.#base), ...later]
  }

  /** Becomes what a snapshot says, all of it decided. */
  install(base: LogBase): void {
    this.#base = base
    this.#entries = []
    this.#standings = [standingOf(base)]
    this.#commit = base.position.index
  }

  #positionAt(index: number): Position {
    return { ballot: this.ballotAt(index) ?? NO_BALLOT, index }
  }

  #standing(index = Number.POSITIVE_INFINITY): Standing {
    const found = this.#standings.findLast((standing) => standing.index <= index)
    invariant(found !== undefined, 'the base of a log has a standing')
    return found
  }
}

function standingOf({ position: { index }, ...standing }: LogBase): Standing {
  return { index, ...standing }
}
