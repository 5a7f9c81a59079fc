/** A component that does what it is told in a group, and has written down what came of it. */
import { z } from 'zod'
import {
  type AnyGroup,
  actor,
  app,
  Component,
  type Group,
  group,
  message,
  type PollRequest,
  type PollResult,
} from '../../runtime/index.js'
import { Notebook } from './notebook.js'
import { type DecidedBy, Scribe } from './scribe.js'

const Text = message('Text', z.object({ text: z.string() }))
type Text = { text: string }

const Cell = group({ quorum: 2, using: Text })

export class Historian extends Component {
  /** Where those that are made from now on write. */
  static notebook: Notebook = new Notebook(
    () => ({ t: 0 }),
    () => undefined,
  )
  /** What is voted on a topic, by whom. */
  static vote: (topic: string) => boolean = () => true
  readonly #scribe = new Scribe(Historian.notebook, this.actor.name)
  cell: Group<Text> | undefined

  override async onActivate(): Promise<void> {
    const cell = await this.joinGroup(Cell, 'north')
    cell.state.watch(undefined, (key, value) => this.#scribe.watched(cell, key, value))
    this.cell = cell
  }

  set(key: string, value: string | null): void {
    if (this.cell) this.#scribe.set(this.cell, key, value)
  }

  get(key: string): void {
    if (this.cell) this.#scribe.get(this.cell, key)
  }

  send(text: string): void {
    if (this.cell) this.#scribe.send(this.cell, text)
  }

  ask(poll: string, decidedBy: DecidedBy, timeout: number): void {
    if (this.cell) this.#scribe.ask(this.cell, poll, decidedBy, timeout)
  }

  override onOrderedMessage(cell: AnyGroup, { text }: Text): void {
    this.#scribe.delivered(cell, text)
  }

  override onVoteRequest(cell: AnyGroup, { topic }: PollRequest): boolean {
    const poll = String(topic)
    const choice = Historian.vote(poll)
    this.#scribe.votes(cell, poll, choice)
    return choice
  }

  override onVoteResult(cell: AnyGroup, { id, topic, outcome }: PollResult): void {
    this.#scribe.heardOutcome(cell, String(topic), outcome, id)
  }

  override onHistoryLost(cell: AnyGroup): void {
    this.#scribe.lost(cell)
  }
}

const historian = actor({ components: () => ({ historian: Historian }) })

export const historians = app('historians', {
  actors: { A: historian, B: historian, C: historian, D: historian },
  groups: { Cell },
})
