/**
 * Does in a group what it is told, through the API that components have, and writes down what was asked for
 * and what the component was told of.
 */
import type { PollOutcome } from './history.js'
import type { Ended, Notebook } from './notebook.js'

export type DecidedBy = 'majority' | 'consensus'

/** Of a `Group`, from wherever it was imported, what is asked of it here. */
export interface ScribedGroup {
  readonly id: string
  readonly state: {
    get(key: string): unknown
    set(key: string, value: unknown): Promise<void>
    delete(key: string): Promise<void>
  }
  sendOrdered(message: { text: string }): Promise<void>
  requestVote(
    topic: string,
    options: { readonly kind: DecidedBy; readonly timeout: number },
  ): Promise<{ readonly outcome: PollOutcome }>
}

type Named = Pick<ScribedGroup, 'id'>

/** Errors of calls that did not take place, for certain. */
const REFUSALS: ReadonlySet<unknown> = new Set(['again', 'full', 'too-large', 'no-leader'])

export class Scribe {
  readonly #notebook: Notebook
  readonly #who: string

  constructor(notebook: Notebook, who: string) {
    this.#notebook = notebook
    this.#who = who
  }

  set(cell: ScribedGroup, key: string, value: string | null): void {
    const ended = this.#notebook.asks(this.#nameIn(cell), { f: 'set', key, value })
    settle(value === null ? cell.state.delete(key) : cell.state.set(key, value), ended)
  }

  get(cell: ScribedGroup, key: string): void {
    this.#notebook.saw(this.#nameIn(cell), { f: 'get', key, value: textOf(cell.state.get(key)) })
  }

  send(cell: ScribedGroup, text: string): void {
    const ended = this.#notebook.asks(this.#nameIn(cell), { f: 'send', message: text })
    settle(cell.sendOrdered({ text }), ended)
  }

  ask(cell: ScribedGroup, poll: string, decidedBy: DecidedBy, timeout: number): void {
    const ended = this.#notebook.asks(this.#nameIn(cell), { f: 'poll', poll, decidedBy })
    cell.requestVote(poll, { kind: decidedBy, timeout }).then(
      ({ outcome }) => ended('ok', outcome),
      (error: unknown) => ended(endOf(error)),
    )
  }

  /** A handler comes in its turn, and so later than what is read meanwhile. */
  watched(cell: Named, key: string, value: unknown): void {
    this.#notebook.saw(`${this.#nameIn(cell)} watching`, { f: 'get', key, value: textOf(value) })
  }

  delivered(cell: Named, text: string): void {
    this.#notebook.saw(this.#nameIn(cell), { f: 'deliver', message: text })
  }

  votes(cell: Named, poll: string, choice: boolean): void {
    this.#notebook.asks(this.#nameIn(cell), { f: 'vote', poll, choice: choice ? 'yes' : 'no' })
  }

  heardOutcome(cell: Named, poll: string, outcome: PollOutcome, pollId: string): void {
    this.#notebook.saw(this.#nameIn(cell), { f: 'outcome', poll, outcome, pollId })
  }

  lost(cell: Named): void {
    this.#notebook.saw(this.#nameIn(cell), { f: 'lost' })
    this.#notebook.saw(`${this.#nameIn(cell)} watching`, { f: 'lost' })
  }

  /** Another where it becomes another member. */
  #nameIn({ id }: Named): string {
    return `${this.#who} ${id.slice(0, 6)}`
  }
}

function settle(done: Promise<void>, ended: Ended): void {
  done.then(
    () => ended('ok'),
    (error: unknown) => ended(endOf(error)),
  )
}

function endOf(error: unknown): 'fail' | 'info' {
  return error instanceof Error && 'code' in error && REFUSALS.has(error.code) ? 'fail' : 'info'
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : String(value)
}
