/**
 * A component that does not keep up with what its group decides: the group goes on, the component leaves it,
 * and is another member when it has room. What is told meanwhile it does not hear.
 */
import type { LinkEvent } from '../../groups/index.js'
import type { GroupStats } from './group.js'

export class Lag {
  readonly #stats: GroupStats
  #isOut = false
  #followed: string | undefined

  constructor(stats: GroupStats) {
    this.#stats = stats
  }

  /** It is to be another member. */
  get isOut(): boolean {
    return this.#isOut
  }

  /** Whom it followed, and did not tell yet that it does so no more. */
  get followed(): string | undefined {
    return this.#followed
  }

  /** What was told last found no room. */
  begin(followed: string | undefined): void {
    this.#isOut = true
    this.#followed = followed
  }

  /** It is another member now. */
  end(): void {
    this.#isOut = false
    this.#followed = undefined
  }

  /** Whether an event is not to be told any more, for it is out. Messages are counted. */
  misses(event: LinkEvent): boolean {
    if (!this.#isOut) return false
    if (event.is === 'message') this.#stats.missed += event.count
    else if (event.is === 'effect' && event.effect.kind === 'ordered') this.#stats.missed++
    return ['message', 'effect', 'connected', 'takes-part'].includes(event.is)
  }
}
