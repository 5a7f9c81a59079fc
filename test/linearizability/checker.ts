/**
 * Decides whether a history is linearizable: whether each operation can be given one moment between its call
 * and its return, so that a model which does one after the other answers all of them as they were answered.
 * Wing and Gong's search as Lowe has it: what was tried is remembered as the set of the operations that are
 * placed and the state that they lead to. Operations that never returned may be placed anywhere after their
 * call, or nowhere. The search is bounded, and then says that it does not know: to a test that is a failure.
 */
import { type Timed, Timeline } from './timeline.js'

/** What does one operation after the other. States are values: they are never changed. */
export interface Model<State, Op> {
  readonly initial: State
  /** The states that an operation, with the answer that it got, may lead to; none where it cannot be next. */
  step(state: State, op: Op): readonly State[]
  /** Equal for equal states only. */
  keyOf(state: State): string
  /**
   * Whether to place it as soon as it can be placed forbids nothing that to place it later would allow. So
   * nothing else is tried in its stead.
   */
  isEager?(op: Op): boolean
}

/** Configurations of one search, unless told. */
export const CONFIGURATIONS_MOST = 300_000

export type Verdict<State, Op> = { readonly configurations: number } & (
  | { readonly is: 'ok'; readonly order: readonly Op[] }
  /** Too many configurations. */
  | { readonly is: 'unknown' }
  | { readonly is: 'wrong'; readonly farthest: Farthest<State, Op> }
)

/** Where the search came farthest. */
export interface Farthest<State, Op> {
  /** In an order that fits. */
  readonly placed: readonly Op[]
  readonly state: State
  /** One of them would have to be next, and none can be. */
  readonly stuck: readonly Op[]
}

/** An operation that is placed, and what may be tried instead. */
interface Frame<State> {
  readonly of: number
  readonly before: State
  readonly others: State[]
}

export function linearize<State, Op extends Timed>(
  operations: readonly Op[],
  model: Model<State, Op>,
  most: number = CONFIGURATIONS_MOST,
): Verdict<State, Op> {
  return new Search(operations, model, most).run()
}

class Search<State, Op extends Timed> {
  readonly #operations: readonly Op[]
  readonly #model: Model<State, Op>
  readonly #most: number
  readonly #timeline: Timeline
  readonly #frames: Frame<State>[] = []
  readonly #isPlaced: Uint16Array
  readonly #seen = new Set<string>()
  #state: State
  /** How many are not placed that returned. */
  #missing: number
  #configurations = 0
  #farthest: Farthest<State, Op> | undefined

  constructor(operations: readonly Op[], model: Model<State, Op>, most: number) {
    this.#operations = operations
    this.#model = model
    this.#most = most
    this.#timeline = new Timeline(operations)
    this.#isPlaced = new Uint16Array(Math.ceil(operations.length / 16))
    this.#state = model.initial
    this.#missing = operations.filter(isRequired).length
  }

  run(): Verdict<State, Op> {
    let event = this.#timeline.first
    while (this.#missing > 0) {
      if (this.#configurations > this.#most) return { is: 'unknown', configurations: this.#configurations }
      if (event?.isCall) {
        event = this.#place(event.of) ? this.#timeline.first : event.next
        continue
      }
      this.#remember()
      const undone = this.#undo()
      if (undone === undefined) return this.#wrong()
      event = undone === 'other' ? this.#timeline.first : undone
    }
    return { is: 'ok', configurations: this.#configurations, order: this.#order }
  }

  get #order(): readonly Op[] {
    return this.#frames.flatMap(({ of }) => this.#operations[of] ?? [])
  }

  #place(of: number): boolean {
    const op = this.#operations[of]
    if (!op) return false
    this.#mark(of)
    const [next, ...others] = this.#model.step(this.#state, op).filter((state) => this.#isNew(op, state))
    if (next === undefined) {
      this.#mark(of)
      return false
    }
    this.#frames.push({ of, before: this.#state, others })
    this.#state = next
    this.#configurations++
    this.#timeline.lift(of)
    if (isRequired(op)) this.#missing--
    return true
  }

  /** What is placed at once leads to one configuration only, which needs not be remembered. */
  #isNew(op: Op, state: State): boolean {
    if (this.#model.isEager?.(op)) return true
    const key = String.fromCharCode(...this.#isPlaced) + this.#model.keyOf(state)
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  /** Placed or, the second time, not placed. */
  #mark(of: number): void {
    this.#isPlaced[of >> 4] = (this.#isPlaced[of >> 4] ?? 0) ^ (1 << (of & 15))
  }

  /** Takes the last step back, and goes another way: with another state, or from the event that it gives. */
  #undo() {
    for (;;) {
      const frame = this.#frames.at(-1)
      const op = frame && this.#operations[frame.of]
      if (!frame || !op) return undefined
      const other = frame.others.shift()
      if (other !== undefined) {
        this.#state = other
        return 'other' as const
      }
      this.#frames.pop()
      this.#state = frame.before
      this.#mark(frame.of)
      this.#timeline.putBack(frame.of)
      if (isRequired(op)) this.#missing++
      if (!this.#model.isEager?.(op)) return this.#timeline.after(frame.of)
    }
  }

  #remember(): void {
    if (this.#farthest && this.#farthest.placed.length >= this.#frames.length) return
    const stuck = this.#timeline.candidates.flatMap((of) => this.#operations[of] ?? [])
    this.#farthest = { placed: this.#order, state: this.#state, stuck }
  }

  #wrong(): Verdict<State, Op> {
    const farthest = this.#farthest ?? { placed: [], state: this.#model.initial, stuck: [] }
    return { is: 'wrong', configurations: this.#configurations, farthest }
  }
}

function isRequired({ endedAt }: Timed): boolean {
  return endedAt !== Number.POSITIVE_INFINITY
}
