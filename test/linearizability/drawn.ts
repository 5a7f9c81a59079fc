/**
 * Draws histories as a group could have made them: a log that takes what is asked of it at one moment within
 * a window, and participants that hear of it later, each in its own time.
 */
import { type Random, randomFrom } from '../../testing/random.js'
import type { Call, Operation } from './history.js'

export interface DrawOptions {
  readonly seed: number
  /** At least so many; a poll is never cut in two. */
  readonly operations: number
}

const PARTICIPANTS: readonly string[] = ['a', 'b', 'c', 'd', 'e']
const KEYS: readonly string[] = ['x', 'y', 'z']
/** Moments for which a request may be under way, before it takes place and after. */
const WINDOW = 12

export function drawnHistory({ seed, operations: count }: DrawOptions): readonly Operation[] {
  const group = new DrawnGroup(randomFrom(seed))
  while (group.operations.length < count) group.step()
  return group.operations.sort((a, b) => a.invokedAt - b.invokedAt)
}

/** An operation that took one moment. */
export function at(moment: number, process: string, call: Call): Operation {
  return within(moment, moment, process, call)
}

export function within(invokedAt: number, endedAt: number, process: string, call: Call): Operation {
  return { process, group: '', formation: undefined, call, ms: invokedAt, invokedAt, endedAt }
}

interface Version {
  readonly value: string | null
  readonly by: string
  readonly endedAt: number
}

class DrawnGroup {
  readonly operations: Operation[] = []
  readonly #random: Random
  #now = WINDOW
  #marks = 0
  readonly #askedAt = new Map<string, number>()
  readonly #values = new Map<string, Version[]>(KEYS.map((key) => [key, []]))
  readonly #seen = new Map<string, number>()
  readonly #log: string[] = []
  readonly #heard = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  step(): void {
    this.#now++
    const kind = this.#random()
    if (kind < 0.2) this.#set()
    else if (kind < 0.5) this.#read()
    else if (kind < 0.6) this.#send()
    else if (kind < 0.97) this.#handle()
    else this.#poll()
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)]
    if (item === undefined) throw new Error('there is none to pick')
    return item
  }

  /** A request takes place now, was asked for a while ago, and is answered later, or never. */
  #asked(process: string, call: Call): Operation {
    const invokedAt = Math.max(this.#now - WINDOW * this.#random(), (this.#askedAt.get(process) ?? 0) + 1e-6)
    this.#askedAt.set(process, invokedAt)
    const isOpen = this.#random() < 0.05
    const endedAt = isOpen ? Number.POSITIVE_INFINITY : this.#now + WINDOW * this.#random()
    const operation = within(invokedAt, endedAt, process, call)
    this.operations.push(operation)
    return operation
  }

  #set(): void {
    const [key, by] = [this.#pick(KEYS), this.#pick(PARTICIPANTS)]
    const value = this.#random() < 0.1 ? null : `v${++this.#marks}`
    const { endedAt } = this.#asked(by, { f: 'set', key, value })
    this.#values.get(key)?.push({ value, by, endedAt })
  }

  #read(): void {
    const [key, process] = [this.#pick(KEYS), this.#pick(PARTICIPANTS)]
    const versions = this.#values.get(key) ?? []
    const own = versions.findLastIndex(({ by, endedAt }) => by === process && endedAt < this.#now) + 1
    const least = Math.max(own, this.#seen.get(`${process} ${key}`) ?? 0)
    const seen = least + Math.floor(this.#random() * (versions.length + 1 - least))
    this.#seen.set(`${process} ${key}`, seen)
    const value = versions[seen - 1]?.value ?? null
    this.operations.push(at(this.#now, process, { f: 'get', key, value }))
  }

  #send(): void {
    const message = `m${++this.#marks}`
    this.#asked(this.#pick(PARTICIPANTS), { f: 'send', message })
    this.#log.push(message)
  }

  #handle(): void {
    const process = this.#pick(PARTICIPANTS)
    const heard = this.#heard.get(process) ?? 0
    const message = this.#log[heard]
    if (message === undefined) return
    this.#heard.set(process, heard + 1)
    this.operations.push(at(this.#now, process, { f: 'deliver', message }))
  }

  /** All vote, one after the other; it ends when that is certain. */
  #poll(): void {
    const poll = `p${++this.#marks}`
    const by = this.#pick(PARTICIPANTS)
    const choices = PARTICIPANTS.map(() => (this.#random() < 0.7 ? ('yes' as const) : ('no' as const)))
    const yes = choices.filter((choice) => choice === 'yes').length
    const outcome = 2 * yes > choices.length ? 'yes' : 'no'
    const opened = this.#now
    const asked = { f: 'poll', poll, decidedBy: 'majority', outcome } as const
    this.operations.push(within(opened - 1, opened + 2 * choices.length + 1, by, asked))
    for (const [n, choice] of choices.entries()) {
      const voter = PARTICIPANTS[n] ?? by
      this.operations.push(within(opened + n, Number.POSITIVE_INFINITY, voter, { f: 'vote', poll, choice }))
    }
    this.#now += choices.length
    const told = { poll, outcome, pollId: poll, electorate: [...PARTICIPANTS] } as const
    for (const process of PARTICIPANTS)
      this.operations.push(at(++this.#now, process, { f: 'outcome', ...told }))
  }
}
