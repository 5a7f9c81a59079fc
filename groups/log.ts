/**
 * The log of a member: entries from 1 on, of which those up to `commit` are decided. What is old is cut off
 * at the front and stands in a snapshot (`base`). Members and formation count from the moment that their
 * entry is appended, and go back with it when it is cut off.
 */
import { invariant } from '../ports/index.js'
import { type Ballot, isSameBallot, LOG_START, NO_BALLOT, type Position } from './ballot.js'
import type { Entry } from './entries.js'

/** Where a log begins that has been cut at the front. */
export interface LogBase {
  /** The last entry that is cut off. */
  readonly position: Position
  readonly members: readonly string[]
  /** The ballot of its formation. */
  readonly genesis: Ballot
}

/** What holds from an index on. */
interface Standing {
  readonly index: number
  readonly members: readonly string[]
  readonly genesis: Ballot
}

const EMPTY: LogBase = { position: LOG_START, members: [], genesis: NO_BALLOT }

export class Log {
  #base: LogBase = EMPTY
  #entries: Entry[] = []
  /** The first is that of the base; each later one is of an entry that changed it. */
  #standings: Standing[] = [{ index: 0, members: [], genesis: NO_BALLOT }]
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

  /** Where the newest members stand in the log. */
  get membersIndex(): number {
    return this.#standings.findLast(({ members }) => members === this.members)?.index ?? 0
  }

  /** The ballot of the formation that the last entry is of. */
  get genesis(): Ballot {
    return this.#standing().genesis
  }

  /** The ballot of the formation that an entry is of. */
  genesisAt(index: number): Ballot {
    return this.#standing(index).genesis
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

  /** Entries from an index on, at most so many. */
  from(index: number, most: number): readonly Entry[] {
    const start = index - this.#base.position.index - 1
    return start < 0 ? [] : this.#entries.slice(start, start + most)
  }

  /** Whether it holds this very entry, and so, as logs go, all before it. */
  matches({ ballot, index }: Position): boolean {
    const mine = this.ballotAt(index)
    return mine !== undefined && isSameBallot(mine, ballot)
  }

  append(entry: Entry): number {
    this.#entries.push(entry)
    const { index } = this.last
    const { genesis } = this.#standing()
    if (entry.body.kind === 'genesis') {
      this.#standings.push({ index, members: entry.body.members, genesis: entry.ballot })
    } else if (entry.body.kind === 'members') {
      this.#standings.push({ index, members: entry.body.members, genesis })
    }
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
    const { members, genesis } = this.#standing(index)
    const position = this.#positionAt(index)
    this.#entries.splice(0, index - this.#base.position.index)
    this.#base = { position, members, genesis }
    const later = this.#standings.filter((standing) => standing.index > index)
    this.#standings = [{ index, members, genesis }, ...later]
  }

  /** Becomes what a snapshot says, all of it decided. */
  install(base: LogBase): void {
    const { position, members, genesis } = base
    this.#base = base
    this.#entries = []
    this.#standings = [{ index: position.index, members, genesis }]
    this.#commit = position.index
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
