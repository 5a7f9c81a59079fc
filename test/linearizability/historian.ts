/** A component that does what it is told in a group, and writes down what it asked for and was told of. */
import { z } from 'zod'
import {
  type AnyGroup,
  actor,
  app,
  Component,
  type Group,
  GroupError,
  group,
  message,
  type PollRequest,
  type PollResult,
} from '../../runtime/index.js'
import type { Call, HistoryLine, PollOutcome } from './history.js'

const Text = message('Text', z.object({ text: z.string() }))
type Text = { text: string }

const Cell = group({ quorum: 2, using: Text })

/** Errors of calls that did not take place, for certain. */
const REFUSALS: ReadonlySet<string> = new Set(['again', 'full', 'too-large', 'no-leader'])

/** Lines in the order in which they were written; `t` counts them. */
export class Notebook {
  readonly lines: HistoryLine[] = []
  readonly #nowMs: () => number
  #ids = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  saw(p: string, call: Call): void {
    this.lines.push({ ...this.#when(p), e: 'saw', ...call })
  }

  /** Gives what is to be called when it has ended. */
  asks(p: string, call: Call): (e: 'ok' | 'fail' | 'info', outcome?: PollOutcome) => void {
    const id = ++this.#ids
    this.lines.push({ ...this.#when(p), e: 'invoke', id, ...call })
    return (e, outcome) => {
      this.lines.push({ ...this.#when(p), e, id, ...(outcome === undefined ? {} : { outcome }) })
    }
  }

  #when(p: string) {
    return { t: this.lines.length, ms: this.#nowMs(), p }
  }
}

export class Historian extends Component {
  /** Where those that are made from now on write. */
  static notebook: Notebook = new Notebook(() => 0)
  /** What is voted on a topic, by whom. */
  static vote: (topic: string) => boolean = () => true
  readonly #notebook = Historian.notebook
  cell: Group<Text> | undefined

  override async onActivate(): Promise<void> {
    const cell = await this.joinGroup(Cell, 'north')
    cell.state.watch(undefined, (key, value) => {
      // A handler comes in its turn, and so later than what is read meanwhile.
      this.#notebook.saw(`${this.#nameIn(cell)} watching`, { f: 'get', key, value: textOf(value) })
    })
    this.cell = cell
  }

  set(key: string, value: string | null): void {
    const { cell } = this
    if (!cell) return
    const ended = this.#asks(cell, { f: 'set', key, value })
    const done = value === null ? cell.state.delete(key) : cell.state.set(key, value)
    done.then(
      () => ended('ok'),
      (error) => ended(endOf(error)),
    )
  }

  get(key: string): void {
    const { cell } = this
    if (cell) this.#saw(cell, { f: 'get', key, value: textOf(cell.state.get(key)) })
  }

  send(text: string): void {
    const { cell } = this
    if (!cell) return
    const ended = this.#asks(cell, { f: 'send', message: text })
    cell.sendOrdered({ text }).then(
      () => ended('ok'),
      (error) => ended(endOf(error)),
    )
  }

  ask(poll: string, decidedBy: 'majority' | 'consensus', timeout: number): void {
    const { cell } = this
    if (!cell) return
    const ended = this.#asks(cell, { f: 'poll', poll, decidedBy })
    cell.requestVote(poll, { kind: decidedBy, timeout }).then(
      ({ outcome }) => ended('ok', outcome),
      (error) => ended(endOf(error)),
    )
  }

  override onOrderedMessage(cell: AnyGroup, { text }: Text): void {
    this.#saw(cell, { f: 'deliver', message: text })
  }

  override onVoteRequest(cell: AnyGroup, { topic }: PollRequest): boolean {
    const poll = String(topic)
    const choice = Historian.vote(poll)
    this.#asks(cell, { f: 'vote', poll, choice: choice ? 'yes' : 'no' })
    return choice
  }

  override onVoteResult(cell: AnyGroup, { id, topic, outcome }: PollResult): void {
    this.#saw(cell, { f: 'outcome', poll: String(topic), outcome, pollId: id })
  }

  override onHistoryLost(cell: AnyGroup): void {
    this.#saw(cell, { f: 'lost' })
    this.#notebook.saw(`${this.#nameIn(cell)} watching`, { f: 'lost' })
  }

  #saw(cell: AnyGroup, call: Call): void {
    this.#notebook.saw(this.#nameIn(cell), call)
  }

  #asks(cell: AnyGroup, call: Call) {
    return this.#notebook.asks(this.#nameIn(cell), call)
  }

  /** Another where it becomes another member. */
  #nameIn(cell: AnyGroup): string {
    return `${this.actor.name} ${cell.id.slice(0, 6)}`
  }
}

function endOf(error: unknown): 'fail' | 'info' {
  return error instanceof GroupError && REFUSALS.has(error.code) ? 'fail' : 'info'
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : String(value)
}

const historian = actor({ components: () => ({ historian: Historian }) })

export const historians = app('historians', {
  actors: { A: historian, B: historian, C: historian, D: historian },
  groups: { Cell },
})
