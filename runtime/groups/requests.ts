/**
 * What a member asked the group for and waits to hear of: each gets a tag, by which its end is told. Those
 * that wait are bounded, and so is their time.
 */
import {
  GroupError,
  groupLimits,
  type LinkInput,
  type Outcome,
  type Request,
  type Settlement,
} from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'

/**
 * How a request ended; or that it was not heard of in time, or can be heard of no more, for the component
 * left, or is another member now.
 */
export type End = Settlement | 'late' | 'left' | 'renewed'

interface Waiting {
  readonly ended: (as: End, outcome: Outcome | undefined) => void
  readonly timer: NodeJS.Timeout
}

export class Requests {
  readonly #what: string
  readonly #waiting = new Map<number, Waiting>()
  #tag = 0

  /** @param what names the group in errors. */
  constructor(what: string) {
    this.#what = what
  }

  get size(): number {
    return this.#waiting.size
  }

  /**
   * Gives the input that asks for it; `ended` is called once.
   * @param withinMs beyond the time that a request may take
   * @throws GroupError `again` where too many wait.
   */
  add(request: Request, ended: Waiting['ended'], withinMs = 0): LinkInput {
    if (this.#waiting.size >= groupLimits.requests) {
      const text = `${this.#what}: ${this.#waiting.size} requests of this member wait to be decided`
      throw new GroupError('again', `${text}; await some of them first`)
    }
    const tag = ++this.#tag
    const timer = setTimeout(
      () => this.end(tag, 'late', undefined),
      runtimeLimits.groupRequestMs + withinMs,
    ).unref()
    this.#waiting.set(tag, { ended, timer })
    return { kind: 'request', tag, request }
  }

  /** Harmless for a tag that waits no more. */
  end(tag: number, as: End, outcome: Outcome | undefined): void {
    const waiting = this.#waiting.get(tag)
    if (!waiting) return
    this.#waiting.delete(tag)
    clearTimeout(waiting.timer)
    waiting.ended(as, outcome)
  }

  /** Ends all that wait. */
  endAll(as: End): void {
    for (const tag of [...this.#waiting.keys()]) this.end(tag, as, undefined)
  }
}

/** What the promise of a request that is no poll does. */
export function settle(
  what: string,
  as: End,
  resolve: () => void,
  reject: (error: GroupError) => void,
): void {
  if (as === 'done') resolve()
  else reject(errorOf(what, as))
}

/** @param as not `done` @param withinMs beyond the time that a request may take */
export function errorOf(what: string, as: Exclude<End, 'done'>, withinMs = 0): GroupError {
  switch (as) {
    case 'full':
      return new GroupError(
        'full',
        `${what}: the shared values of the group have reached their bound; delete some`,
      )
    case 'busy':
      return new GroupError(
        'again',
        `${what}: too many requests of this member wait; await some of them first`,
      )
    case 'timeout':
      return new GroupError('unknown-outcome', `${what}: its time was over before the group heard of it`)
    case 'action-past': {
      const text = `${what}: its moment had passed, or its clock been replaced, before the group heard of it`
      return new GroupError(
        'action-past',
        `${text}; nobody was asked; give one further ahead: group.clock.now() + …`,
      )
    }
    case 'left':
      return new GroupError('left', `${what}: the component left the group meanwhile; it may yet take place`)
    case 'late': {
      const ms = runtimeLimits.groupRequestMs + withinMs
      const text = `${what}: not decided within ${ms} ms; it may yet take place`
      return new GroupError('unknown-outcome', `${text}; is there a leader?`)
    }
    case 'unknown': {
      const text = `${what}: the group lost its quorum meanwhile; whether it took place, nobody knows here`
      return new GroupError('unknown-outcome', `${text}; look, and ask again if not`)
    }
    case 'renewed': {
      const text = `${what}: this component is another member of the group now, which hears no more of it`
      return new GroupError('unknown-outcome', `${text}; look whether it took place, and ask again if not`)
    }
  }
}
