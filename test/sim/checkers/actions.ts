/** Agreed actions: nothing else is acted on, once at each member, and at one moment. */
import type { Acted, Checker, Stepped } from './checker.js'
import { SUMS_MS } from './clocks.js'
import { LeaderClocks } from './leader-clocks.js'
import { named, Violation } from './violation.js'

/** What is acted on was decided with yes, for that moment, and each member acts on it, or misses it, once. */
export class ActionChecker implements Checker {
  /** Moments of polls on actions that were opened, and of those that ended with yes. */
  readonly #opened = new Map<string, number | undefined>()
  readonly #agreed = new Map<string, number | undefined>()
  readonly #done = new Set<string>()

  stepped({ effects }: Stepped): void {
    for (const effect of effects) {
      if (effect.kind !== 'decided') continue
      const { body } = effect.entry
      if (body.kind === 'open') this.#opened.set(body.poll.id, body.poll.actAtMs)
      else if (body.kind === 'close' && body.outcome === 'yes') {
        this.#agreed.set(body.poll, this.#opened.get(body.poll))
      }
    }
  }

  acted({ process, done: { as, id, dueMs } }: Acted): void {
    const agreedMs = this.#agreed.get(id)
    if (agreedMs === undefined)
      throw new Violation('action', `${process.id} ${as} ${id}, which is not agreed`)
    if (agreedMs !== dueMs) {
      throw new Violation('action', `${process.id} ${as} ${id} for ${dueMs}, which is agreed for ${agreedMs}`)
    }
    const key = `${process.id} ${id}`
    if (this.#done.has(key)) throw new Violation('action', `${process.id} ${as} ${id} twice`)
    this.#done.add(key)
  }
}

/** One acted, or would have, had it been on time. */
interface Act {
  readonly by: NonNullable<Acted['done']['by']>
  readonly id: string
  readonly atMs: number
}

/**
 * Members act on an action at one moment, but for the errors of their clocks, and nobody before it by more
 * than that. All act by the clock by which it was agreed, or do not: nobody by one that began anew since.
 */
export class MomentChecker implements Checker {
  readonly #clocks = new LeaderClocks()
  readonly #acts = new Map<string, Act[]>()

  stepped(stepped: Stepped): void {
    this.#clocks.stepped(stepped)
  }

  acted({ process, atMs, done }: Acted): void {
    const { by, id, lateMs, dueMs, as } = done
    if (as === 'missed' || !by || process.sleptUnseen) return
    const groupMs = this.#clocks.groupMs(by.of, atMs)
    const early = groupMs === undefined ? 0 : dueMs - (groupMs - lateMs)
    if (early > by.errorMs + SUMS_MS) {
      const told = `${early.toFixed(3)} ms before its moment, by ${named(by.of)}, and says ${by.errorMs}`
      throw new Violation('moment', `${process.id} acts on ${id} ${told}`)
    }
    const act = { by, id: process.id, atMs: atMs - lateMs }
    const others = this.#acts.get(id) ?? []
    for (const other of others) this.#compare(id, act, other)
    this.#acts.set(id, [...others, act])
  }

  #compare(action: string, one: Act, other: Act): void {
    const between = this.#clocks.errorBetween(one.by.of, other.by.of)
    if (between === undefined) {
      const clocks = `${named(one.by.of)} and ${named(other.by.of)}`
      const who = `${one.id} and ${other.id}`
      throw new Violation('moment', `${who} act on ${action} by two clocks, of ${clocks}`)
    }
    const errorMs = one.by.errorMs + other.by.errorMs + between
    const apartMs = Math.abs(one.atMs - other.atMs)
    if (apartMs <= errorMs + 2 * SUMS_MS) return
    const told = `${apartMs.toFixed(3)} ms apart, and say ${errorMs.toFixed(3)}`
    throw new Violation('moment', `${one.id} and ${other.id} act on ${action} ${told}`)
  }
}
