/** What a member knows of its group: whom it follows, who takes part, and with whom messages get through. */
import { type Ballot, isSameBallot, NO_BALLOT } from '../../groups/index.js'

/** What changed, in the order in which it is to be told. */
export interface ViewChange {
  readonly left: readonly string[]
  /** Also who observed and is a member now, or the other way round. */
  readonly joined: readonly string[]
}

export class View {
  readonly #isCoordinated: boolean
  #self: string
  /** It is another member than it was, and takes no part yet: what it has heard of the others is old. */
  #isNew = false
  #leader: string | undefined
  #ballot: Ballot = NO_BALLOT
  #members: readonly string[] = []
  #observers: readonly string[] = []
  #connected: readonly string[] = []

  constructor(self: string, isCoordinated: boolean) {
    this.#self = self
    this.#isCoordinated = isCoordinated
    if (!isCoordinated) this.#members = [self]
  }

  get leader(): string | undefined {
    return this.#leader
  }

  /** Of the leader that it follows, or followed last. */
  get ballot(): Ballot | undefined {
    return isSameBallot(this.#ballot, NO_BALLOT) ? undefined : this.#ballot
  }

  get members(): readonly string[] {
    return this.#members
  }

  get observers(): readonly string[] {
    return this.#observers
  }

  get connected(): readonly string[] {
    return this.#connected
  }

  takesPart(id: string): boolean {
    return this.#members.includes(id) || this.#observers.includes(id)
  }

  /** The member is another now: the others are taken for those that they were until it takes part. */
  renew(self: string): ViewChange {
    const before = this.#self
    this.#self = self
    this.#leader = undefined
    this.#connected = []
    if (!this.#isCoordinated) return this.#participants([self], [])
    this.#isNew = true
    return this.takesPart(before)
      ? this.#participants(without(this.#members, before), without(this.#observers, before))
      : NOTHING
  }

  follow(leader: string | undefined, ballot: Ballot): void {
    this.#leader = leader
    if (leader !== undefined) this.#ballot = ballot
  }

  /** Those that take part, as the member has heard of them. */
  participants(members: readonly string[], observers: readonly string[]): ViewChange {
    if (this.#isNew && !members.includes(this.#self) && !observers.includes(this.#self)) return NOTHING
    this.#isNew = false
    return this.#participants(members, observers)
  }

  /** In a group without a leader those that are connected are its members. */
  connect(ids: readonly string[]): ViewChange {
    this.#connected = ids
    return this.#isCoordinated ? NOTHING : this.#participants([this.#self, ...ids], [])
  }

  #participants(members: readonly string[], observers: readonly string[]): ViewChange {
    const [membersBefore, observersBefore] = [this.#members, this.#observers]
    this.#members = members
    this.#observers = observers
    return {
      left: missing([...membersBefore, ...observersBefore], [...members, ...observers]),
      joined: [...missing(members, membersBefore), ...missing(observers, observersBefore)],
    }
  }
}

const NOTHING: ViewChange = { left: [], joined: [] }

function missing(ids: readonly string[], from: readonly string[]): readonly string[] {
  return ids.filter((id) => !from.includes(id))
}

function without(ids: readonly string[], id: string): readonly string[] {
  return ids.filter((each) => each !== id)
}
