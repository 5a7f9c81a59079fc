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

/** What a member of the actor is asked. */
export interface PollHappening {
  /** Type and instance. */
  readonly group: string
  /** The member that is asked: 32 hex characters. */
  readonly member: string
  /** By which `poll` tells how it ended. */
  readonly poll: string
  /** What is voted on; of an action the action. */
  readonly topic: unknown
  /** What decides it: the most, or all. */
  readonly kind: PollKind
  /** Who asked for it: the member, its actor and its component; '' where that is not known. */
  readonly requestedBy: { readonly id: string; readonly actor: string; readonly component: string }
  /** Milliseconds from now until it ends without a decision; undefined while the group clock is not known. */
  readonly endsInMs: number | undefined
  /** As `endsInMs`, until the action that it is about; undefined of one that is about none. */
  readonly actsInMs: number | undefined
}

/** One thing that happened to an actor. */
export type Happening =
  | { readonly is: 'started' | 'ready' | 'stopping' }
  | ({ readonly is: 'peer' } & PeerEvent)
  | ({ readonly is: 'leader' | 'leader-lost' } & LeaderHappening)
  | { readonly is: 'quorum-lost'; readonly group: string }
  | ({ readonly is: 'poll-asked' } & PollHappening)
  | { readonly is: 'voted'; readonly member: string; readonly poll: string; readonly vote: 'yes' | 'no' }
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

  /** Whether anybody is told. */
  get isWatched(): boolean {
    return this.#listeners.size > 0
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
