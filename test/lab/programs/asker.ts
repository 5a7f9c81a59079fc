/**
 * Asks a group for all kinds of things at random while a trial is played: shared values, ordered messages,
 * polls. What it asks for and is told of goes into a file, line by line, so that nothing of it is lost where
 * its process is killed. What was asked for in other trials is none of its business, and left out.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { HistoryLine, PollOutcome } from '../../linearizability/history.js'
import { Notebook } from '../../linearizability/notebook.js'
import { type DecidedBy, Scribe, type ScribedGroup } from '../../linearizability/scribe.js'
import { Chance } from '../../support/chance.js'
import type { Asked } from '../words.js'

/** Between two things that it asks for, at most. */
const EVERY_MS = 200
const KEYS = ['x', 'y', 'z'] as const
/** Milliseconds that a poll has. */
const POLLS_MS = [100, 300, 1000] as const

export interface AskedGroup extends ScribedGroup {
  readonly isLeader: boolean
  readonly state: ScribedGroup['state'] & { entries(): Iterable<[string, unknown]> }
}

export class Asker {
  readonly tag: string
  readonly #cell: AskedGroup
  readonly #scribe: Scribe
  readonly #chance: Chance
  #file: number | undefined
  #timer: NodeJS.Timeout | undefined
  #count = 0

  constructor(cell: AskedGroup, host: number, { tag, file, seed }: Asked, nowMs: () => number) {
    this.tag = tag
    this.#cell = cell
    this.#chance = new Chance(seed)
    this.#file = openSync(file, 'a')
    const notebook = new Notebook(
      () => ({ t: nowMs() }),
      (line) => this.#write(line),
    )
    this.#scribe = new Scribe(notebook, `host ${host}`)
    if (cell.isLeader) this.#clear()
    this.#next()
  }

  /** Asks for no more, and reads what is there. */
  end(): void {
    clearTimeout(this.#timer)
    for (const key of KEYS) this.#scribe.get(this.#cell, this.#named(key))
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  watched(key: string, value: unknown): void {
    if (this.#isOwn(key)) this.#scribe.watched(this.#cell, key, value)
  }

  delivered(text: string): void {
    if (this.#isOwn(text)) this.#scribe.delivered(this.#cell, text)
  }

  votes(poll: string): boolean {
    const choice = this.#chance.below(10) < 8
    if (this.#isOwn(poll)) this.#scribe.votes(this.#cell, poll, choice)
    return choice
  }

  heardOutcome(poll: string, outcome: PollOutcome, pollId: string): void {
    if (this.#isOwn(poll)) this.#scribe.heardOutcome(this.#cell, poll, outcome, pollId)
  }

  lost(): void {
    this.#scribe.lost(this.#cell)
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      this.#ask()
      this.#next()
    }, this.#chance.below(EVERY_MS))
  }

  #ask(): void {
    const chance = this.#chance
    const kind = chance.below(100)
    const key = this.#named(chance.pick(KEYS))
    const mark = this.#named(`${this.#cell.id.slice(0, 6)}.${++this.#count}`)
    if (kind < 25) this.#scribe.set(this.#cell, key, chance.below(10) === 0 ? null : mark)
    else if (kind < 50) this.#scribe.get(this.#cell, key)
    else if (kind < 75) this.#scribe.send(this.#cell, mark)
    else {
      const decidedBy = chance.pick<DecidedBy>(['majority', 'majority', 'consensus'])
      this.#scribe.ask(this.#cell, mark, decidedBy, chance.pick(POLLS_MS))
    }
  }

  /** Values of other trials: a group has no room for those of hundreds. */
  #clear(): void {
    for (const [key] of this.#cell.state.entries()) {
      if (!this.#isOwn(key)) this.#cell.state.delete(key).catch(() => undefined)
    }
  }

  #named(name: string): string {
    return `${this.tag}.${name}`
  }

  #isOwn(name: string): boolean {
    return name.startsWith(this.#named(''))
  }

  /** What ends later stays open. */
  #write(line: HistoryLine): void {
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}
