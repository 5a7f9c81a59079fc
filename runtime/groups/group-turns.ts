/**
 * The turns that a component has for one of its groups: messages and news come in their order, wait where it
 * is busy, up to bounds, and run one at a time with all its other handlers.
 */
import type { ComponentTurns, TurnSource } from '../turns.js'
import { Arrivals } from './arrivals.js'
import type { AnyGroup } from './group.js'
import type { GroupHooks } from './group-hooks.js'
import type { GroupSender, LeaderSender } from './member-info.js'

type Arguments<Hook extends keyof GroupHooks> = Required<GroupHooks>[Hook] extends (
  group: AnyGroup,
  ...rest: infer Rest
) => unknown
  ? Rest
  : never

/** Hears at once of what a component hears in its turn, and of what it is asked. */
export interface GroupWatcher extends GroupHooks {
  /** This member has voted. */
  onVoted?(group: AnyGroup, poll: string, vote: 'yes' | 'no'): void
}

export interface GroupTurnsOptions {
  readonly component: GroupHooks
  readonly turns: ComponentTurns
  readonly source: TurnSource
  readonly group: AnyGroup
  readonly watcher: GroupWatcher
  /** Frames of messages that found no room. */
  readonly dropped: () => void
  /** What the group decided found no room, nor will what comes after it, until it goes on: see again(). */
  readonly overflowed: () => void
}

export class GroupTurns {
  readonly #options: GroupTurnsOptions
  readonly #arrivals: Arrivals
  #isOut = false

  /** The handlers of messages. */
  readonly toAll: (message: unknown, from: GroupSender) => unknown
  readonly toLeader: (message: unknown, from: GroupSender) => unknown
  readonly fromLeader: (message: unknown, from: LeaderSender) => unknown
  readonly ordered: (message: unknown, from: GroupSender) => unknown

  constructor(options: GroupTurnsOptions) {
    this.#options = options
    const { component, group } = options
    this.toAll = (message, from) => component.onGroupMessage?.(group, message, from)
    this.toLeader = (message, from) => component.onMessageToLeader?.(group, message, from)
    this.fromLeader = (message, from) => component.onMessageFromLeader?.(group, message, from)
    this.ordered = (message, from) => component.onOrderedMessage?.(group, message, from)
    this.#arrivals = new Arrivals(options.turns.gate(options.source))
  }

  /** The number of the turn of the component that runs now; undefined where none does. */
  get running(): number | undefined {
    return this.#options.turns.running
  }

  /** Whether the component wants to hear of it. */
  has(hook: keyof GroupHooks): boolean {
    return this.#options.component[hook] !== undefined
  }

  /** Calls a hook of the component in its turn. */
  tell<Hook extends keyof GroupHooks>(hook: Hook, ...args: Arguments<Hook>): void {
    this.tellWith(0, hook, ...args)
  }

  /** As tell(), of something that takes so many bytes while it waits. */
  tellWith<Hook extends keyof GroupHooks>(bytes: number, hook: Hook, ...args: Arguments<Hook>): void {
    this.show(hook, ...args)
    if (this.has(hook)) this.later(() => this.call(hook, ...args), bytes)
  }

  /** Who watches hears of it, and the component does not. */
  show<Hook extends keyof GroupHooks>(hook: Hook, ...args: Arguments<Hook>): void {
    const { watcher, group } = this.#options
    if (watcher[hook]) Reflect.apply(watcher[hook], watcher, [group, ...args])
  }

  /** As show(), of a vote of this member. */
  voted(poll: string, vote: 'yes' | 'no'): void {
    const { watcher, group } = this.#options
    watcher.onVoted?.(group, poll, vote)
  }

  /** Calls it now: the component's turn has come. */
  call<Hook extends keyof GroupHooks>(hook: Hook, ...args: Arguments<Hook>): unknown {
    const { component, group } = this.#options
    const method = component[hook]
    return method ? Reflect.apply(method, component, [group, ...args]) : undefined
  }

  /** Runs something of the component's in its turn. It is never dropped: see keep(). */
  later(run: () => unknown, bytes = 0): void {
    this.keep(bytes, () => this.#options.turns.run(this.#options.source, run, undefined, undefined))
  }

  /** As later(), what has a bound elsewhere, and is run in any case. */
  surely(run: () => unknown): void {
    const { turns, source } = this.#options
    this.#arrivals.surely(() => turns.run(source, run, undefined, undefined))
  }

  /** Hands messages to the turns, now or when there is room. False where they were dropped. */
  arrive(bytes: number, take: () => void): boolean {
    const isTaken = !this.#isOut && this.#arrivals.add(bytes, take)
    if (!isTaken) this.#options.dropped()
    return isTaken
  }

  /**
   * As arrive(), what the group decided: none of it is dropped, unless so much waits that the group has to go
   * on without the component.
   */
  keep(bytes: number, take: () => void): void {
    if (this.#isOut || this.#arrivals.keep(bytes, take)) return
    this.#isOut = true
    this.#options.overflowed()
  }

  /** Resolves when the component has room for all that waits. */
  drained(): Promise<void> {
    return this.#arrivals.drained()
  }

  /** Goes on after an overflow: as another member, which hears what is decided from now on. */
  again(): void {
    this.#isOut = false
  }

  /** A message, as cheaply as can be: what calls it has arrived already. */
  run<A, B>(handler: (a: A, b: B) => unknown, a: A, b: B): void {
    this.#options.turns.run(this.#options.source, handler, a, b)
  }

  /** Nothing more is handed on; what the turns have, they run. */
  close(): void {
    this.#arrivals.close()
    this.#options.turns.remove(this.#options.source)
  }
}
