/**
 * How far a component has heard of the history of its group, and what of it it did not hear: a snapshot took
 * the place of it, it did not keep up, or another member in its place took part later. It is told which
 * entries those are; such as follow one another, at once, where it was not told of the first yet.
 */
import { commonUntil, type Formation, type LinkEffect, type LinkEvent } from '../../groups/index.js'
import type { HistoryRange } from './group-hooks.js'
import type { GroupTurns } from './group-turns.js'

/** What a member that is none any more had heard of. */
interface Before {
  readonly to: number
  readonly formations: readonly Formation[]
}

export class Heard {
  readonly #turns: Pick<GroupTurns, 'has' | 'later' | 'call'>
  /** The present member takes part. */
  #takesPart = false
  /** The newest entry of which it was told, or from behind which it takes part. */
  #index = 0
  /** The first entry of which it is told now. */
  #first = 1
  #formations: readonly Formation[] = []
  #before: Before | undefined
  /** It was handed on, and the component has not heard of it yet. */
  #waiting: { from: number; to: number } | undefined

  constructor(turns: Pick<GroupTurns, 'has' | 'later' | 'call'>) {
    this.#turns = turns
  }

  /** The core tells something; what else comes of it, comes later. */
  take(effect: LinkEffect): void {
    if (this.#takesPart) this.#goOn(effect)
    if (effect.kind === 'installed') this.#missed({ from: effect.missedFrom, to: effect.to })
    if (effect.kind === 'history-lost') this.#tell({ from: effect.from, to: effect.to })
  }

  #goOn(effect: LinkEffect): void {
    const { from, to } = entriesOf(effect) ?? { from: this.#index + 1, to: this.#index }
    this.#first = from
    this.#index = Math.max(this.#index, to)
    // What it heard of in between stays in between.
    if (effect.kind === 'ordered' || effect.kind === 'history-lost') this.#waiting = undefined
    if (effect.kind === 'history-lost') this.#index = Math.min(this.#index, effect.from - 1)
  }

  /** What was told last found no room, nor does what comes after it. */
  overflowed(): void {
    // What waited to be told may be what found no room.
    this.#waiting = undefined
    if (this.#takesPart) this.#before ??= { to: this.#first - 1, formations: this.#formations }
  }

  /** It is not told: it came after what found no room. */
  skips(event: LinkEvent): void {
    if (event.is !== 'effect' || event.effect.kind !== 'installed' || !this.#before) return
    // What comes with a snapshot is told before it, by higher numbers.
    const { to, formations } = this.#before
    this.#before = { to: Math.min(to, event.effect.missedFrom - 1), formations }
  }

  /** The member is another now, and takes no part yet. */
  renew(): void {
    if (this.#takesPart) this.#before ??= { to: this.#index, formations: this.#formations }
    this.#takesPart = false
  }

  /** The member takes part: what was not heard of in between is told. */
  takesPart({ index, unheardTo, formations }: Extract<LinkEvent, { is: 'takes-part' }>): void {
    this.#formations = formations
    if (this.#takesPart) return
    this.#takesPart = true
    this.#index = index
    const before = this.#before
    this.#before = undefined
    if (!before) return
    const common = commonUntil(before.formations, formations)
    // Where another formation began before that, what was heard of beyond is gone.
    if (common < before.to) this.#missed({ from: common + 1, to: Math.max(before.to, unheardTo) })
    else this.#missed({ from: before.to + 1, to: unheardTo })
  }

  /** The component did not hear of these. */
  #missed({ from, to }: HistoryRange): void {
    if (from > to) return
    this.#first = from
    if (this.#waiting?.to === from - 1) this.#waiting.to = to
    else {
      this.#waiting = { from, to }
      this.#tell(this.#waiting)
    }
  }

  #tell(range: HistoryRange): void {
    if (!this.#turns.has('onHistoryLost')) return
    this.#turns.later(() => {
      if (this.#waiting === range) this.#waiting = undefined
      return this.#turns.call('onHistoryLost', Object.freeze(range))
    })
  }
}

/** The entries of which it tells; undefined where it tells of none. */
function entriesOf(effect: LinkEffect): HistoryRange | undefined {
  if (effect.kind === 'installed') return { from: Math.min(effect.missedFrom, effect.to), to: effect.to }
  if (effect.kind === 'ended') return { from: effect.ended.index, to: effect.ended.index }
  if (effect.kind !== 'ordered' && effect.kind !== 'value') return undefined
  return { from: effect.index, to: effect.index }
}
