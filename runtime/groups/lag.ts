/**
 * A component that does not keep up with what its group decides: the group goes on, the component leaves it,
 * and is another member when it has room. What was decided meanwhile it does not hear, and hears that.
 */
import type { LinkEffect, LinkEvent } from '../../groups/index.js'
import type { GroupStats } from './group.js'
import type { HistoryRange } from './group-hooks.js'

export class Lag {
  readonly #stats: GroupStats
  #isOut = false
  /** The newest entry of the history that was told of. */
  #index = 0
  /** The first that was not. */
  #missedFrom: number | undefined

  constructor(stats: GroupStats) {
    this.#stats = stats
  }

  /** It is to be another member. */
  get isOut(): boolean {
    return this.#isOut
  }

  /** Something of the history is about to be told. */
  tells(effect: LinkEffect): void {
    this.#index = Math.max(this.#index, indexOf(effect))
  }

  /** What was told last found no room. */
  begin(): void {
    this.#isOut = true
    this.#missedFrom ??= this.#index
  }

  /** It is another member now. */
  end(): void {
    this.#isOut = false
  }

  /** The new member has caught up: what was decided without the component, about, where something was. */
  takeMissed(): HistoryRange | undefined {
    const from = this.#missedFrom
    this.#missedFrom = undefined
    return from === undefined ? undefined : { from, to: Math.max(from, this.#index) }
  }

  /** Whether an event is not to be told any more, for it is out. Messages are counted. */
  misses(event: LinkEvent): boolean {
    if (!this.#isOut) return false
    if (event.is === 'message') this.#stats.missed += event.count
    else if (event.is === 'effect' && event.effect.kind === 'ordered') this.#stats.missed++
    return event.is === 'message' || event.is === 'effect' || event.is === 'connected'
  }
}

/** Of what it tells; 0 where it does not say. */
function indexOf(effect: LinkEffect): number {
  if (effect.kind === 'ended') return effect.ended.index
  if (effect.kind === 'installed') return effect.to
  return effect.kind === 'ordered' || effect.kind === 'value' ? effect.index : 0
}
