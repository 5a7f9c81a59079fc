/**
 * What happens to an actor, for those who watch it from outside: doors, consoles. Changes of one property
 * within a turn of the event loop are told as one.
 */
import type { Outcome, PollKind } from '../../groups/index.js'
import type { DeadlineEvent, PeerEvent } from '../hook-events.js'
import type { AnyProperty } from './property.js'

/** Who leads a group, and in which ballot. */
export interface LeaderHappening {
  /** Type and instance. */
  readonly group: string
  /** The member: 32 hex characters. */
  readonly member: string
  /** Of the member; '' while its actor is not connected to this one. */
  readonly actor: string
  /** Of the member; '' as that of the actor. */
  readonly component: string
  /** With `term` the ballot in which it leads, or led. */
  readonly epoch: number
  /** As `epoch`. */
  readonly term: number
}

/** One thing that happened to an actor. */
export type Happening =
  | { readonly is: 'started' | 'ready' | 'stopping' }
  | ({ readonly is: 'peer' } & PeerEvent)
  | ({ readonly is: 'leader' | 'leader-lost' } & LeaderHappening)
  | { readonly is: 'quorum-lost'; readonly group: string }
  | {
      readonly is: 'poll'
      readonly group: string
      readonly poll: string
      readonly topic: unknown
      readonly kind: PollKind
      readonly outcome: Outcome
    }
  | {
      readonly is: 'property'
      readonly component: string
      readonly property: string
      readonly value: unknown
      readonly before: unknown
    }
  | ({ readonly is: 'deadline'; readonly component: string } & DeadlineEvent)
  | { readonly is: 'stalled'; readonly ms: number }
  | {
      readonly is: 'event'
      readonly component: string
      readonly kind: number
      readonly context: object | null
    }

/** Told of each; must not throw. */
export type HappeningListener = (happening: Happening) => void

export class Happenings {
  readonly #listeners = new Set<HappeningListener>()
  /** Properties that changed in this turn of the event loop, and what they were before it. */
  readonly #changed = new Map<AnyProperty, { readonly component: string; readonly before: unknown }>()

  /** Calls this with each from now on; gives what ends that. */
  watch(listener: HappeningListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(happening: Happening): void {
    for (const listener of [...this.#listeners]) listener(happening)
  }

  changed(component: string, property: AnyProperty, before: unknown): void {
    if (this.#listeners.size === 0) return
    if (this.#changed.size === 0) setImmediate(() => this.flush())
    if (!this.#changed.has(property)) this.#changed.set(property, { component, before })
  }

  /** Tells of changes now. */
  flush(): void {
    const all = [...this.#changed]
    this.#changed.clear()
    for (const [property, { component, before }] of all) {
      const value = property.shown
      if (!Object.is(value, before)) {
        this.tell({ is: 'property', component, property: property.name, value, before })
      }
    }
  }
}
