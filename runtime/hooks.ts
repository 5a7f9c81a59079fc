/**
 * The hooks of an actor's components: each runs as a turn of its component, so that none runs beside a
 * handler. What a hook throws is told with its name; one that hangs is named, and waited for only so long.
 *
 *   onActivate    of all at once; where one throws, the actor does not start
 *   onPeer        when an actor of the app comes or goes; not where it does both before it can be told
 *   onDeadline    after a handler that took longer than the deadline of its port
 *   onStall       after the event loop stood still
 *   onLimit       where the actor uses much of what it may
 *   onDeactivate  of all at once, before what waits; not of a component whose onActivate is known to hang
 */

import type { Logger } from 'pino'
import { portLimits } from '../ports/index.js'
import { atMost } from './at-most.js'
import { ACTIVATED, type Component } from './component.js'
import { AppError } from './errors.js'
import type { DeadlineEvent, LimitEvent, LimitKind, PeerEvent } from './hook-events.js'
import { describeError, describeThrown, isOfTheStop } from './lifetime.js'
import { runtimeLimits } from './limits.js'
import { Notices } from './notices.js'
import type { ComponentTurns } from './turns.js'

export interface HookedComponent {
  readonly name: string
  readonly component: Component<object>
  readonly turns: ComponentTurns
}

type Hook = 'onActivate' | 'onPeer' | 'onDeadline' | 'onStall' | 'onLimit' | 'onDeactivate'

/** What a component is to hear of its peers. */
interface News {
  readonly waiting: Map<string, PeerEvent>
  /** A turn of the component is to come, or under way, in which it hears them. */
  hasTurn: boolean
}

export class Hooks {
  readonly #components: readonly HookedComponent[]
  readonly #log: Logger
  /** What hooks threw: one that does so each time fills no disk. */
  readonly #failures: Notices
  /** Components whose onActivate has begun, if they have one. */
  readonly #begun = new Set<HookedComponent>()
  /** Those of them whose onActivate still runs. */
  readonly #activating = new Set<HookedComponent>()
  /** Those of them of which it was told that they hang. */
  readonly #late = new Set<HookedComponent>()
  readonly #news = new Map<HookedComponent, News>()
  /** What components are to hear: the longest since they heard the last. */
  readonly #stalls = new Map<HookedComponent, number>()
  /** And what of each kind they are to hear: what came last. */
  readonly #limits = new Map<HookedComponent, Map<LimitKind, LimitEvent>>()
  #stopping = false

  constructor(components: readonly HookedComponent[], log: Logger) {
    this.#components = components
    this.#log = log
    this.#failures = new Notices(log)
  }

  /**
   * Runs onActivate of every component, as the first of its turns, once `ports` are open; not at all where
   * that resolves to false. @throws AppError `not-activated` as soon as one throws.
   */
  async activate(ports: Promise<boolean>): Promise<void> {
    let notice: NodeJS.Timeout | undefined
    const all = this.#components.map((each) => this.#activate(each, ports))
    const noticed = ports.then((open) => {
      if (open) notice = setTimeout(() => this.#tellOfLate(), runtimeLimits.activateNoticeMs).unref()
    })
    try {
      await Promise.all([noticed, ...all])
    } finally {
      clearTimeout(notice)
    }
  }

  async #activate(each: HookedComponent, ports: Promise<boolean>): Promise<void> {
    let failure: AppError | undefined
    await each.turns.hook(async () => {
      if (!(await ports) || this.#stopping) return
      this.#begun.add(each)
      this.#activating.add(each)
      let what = 'onActivate'
      try {
        await each.component.onActivate?.()
        what = 'the entry of its first state'
        await each.component[ACTIVATED]?.()
      } catch (cause) {
        const text = `${each.name}: ${what} threw: ${describeThrown(cause)}`
        failure = new AppError('not-activated', text, { cause })
      }
      this.#activating.delete(each)
    })
    if (!failure) return
    // While the actor stops, nobody waits for it to start: then it is told as what any hook throws.
    if (this.#stopping) this.#threw(each, 'onActivate', failure.cause)
    else throw failure
  }

  #tellOfLate(): void {
    if (this.#stopping) return
    for (const each of this.#activating) {
      this.#late.add(each)
      const text = `onActivate of ${each.name} has not ended after ${runtimeLimits.activateNoticeMs} ms`
      this.#log.warn(`${text}; until it does, ${each.name} handles nothing and the actor is not ready`)
    }
  }

  /** Tells every component of a peer. What waits to be told is bounded by the peers there are. */
  peer(event: PeerEvent): void {
    for (const each of this.#components) {
      if (!each.component.onPeer) continue
      const news = this.#news.get(each) ?? { waiting: new Map(), hasTurn: false }
      this.#news.set(each, news)
      // What still waits of this peer is the opposite: together they change nothing.
      if (!news.waiting.delete(event.actorId)) news.waiting.set(event.actorId, event)
      if (news.hasTurn) continue
      news.hasTurn = true
      void each.turns.hook(() => this.#tell(each, news))
    }
  }

  /**
   * Tells a component of a handler that overran the deadline of its port, as its next turn: so never more
   * than one waits to be told.
   */
  deadline(component: string, event: DeadlineEvent): void {
    const each = this.#components.find(({ name }) => name === component)
    if (!each?.component.onDeadline || this.#stopping) return
    void each.turns.hookFirst(() => {
      return this.#guard(each, 'onDeadline', () => each.component.onDeadline?.(event))
    })
  }

  /**
   * Tells every component that the event loop stood still. One that is still to hear of the last is told
   * once.
   */
  stalled(ms: number): void {
    if (this.#stopping) return
    for (const each of this.#components) {
      if (!each.component.onStall) continue
      const waiting = this.#stalls.get(each) ?? 0
      this.#stalls.set(each, Math.max(waiting, ms))
      if (waiting > 0) continue
      void each.turns.hookFirst(() => {
        const longest = this.#stalls.get(each) ?? ms
        this.#stalls.delete(each)
        return this.#guard(each, 'onStall', () => each.component.onStall?.(longest))
      })
    }
  }

  /**
   * Tells every component of a limit that is near; resolves when all have heard. One that is still to hear
   * of that kind hears the last. Never rejects.
   */
  async limit(event: LimitEvent): Promise<void> {
    if (this.#stopping) return
    const told = this.#components.map(async (each) => {
      if (!each.component.onLimit) return
      const waiting = this.#limits.get(each) ?? new Map<LimitKind, LimitEvent>()
      this.#limits.set(each, waiting)
      const isTold = waiting.has(event.kind)
      waiting.set(event.kind, event)
      if (isTold) return
      await each.turns.hookFirst(() => {
        const { kind, used, limit } = waiting.get(event.kind) ?? event
        waiting.delete(kind)
        return this.#guard(each, 'onLimit', () => each.component.onLimit?.(kind, used, limit))
      })
    })
    await Promise.all(told)
  }

  async #tell(each: HookedComponent, news: News): Promise<void> {
    for (const [id, event] of news.waiting) {
      news.waiting.delete(id)
      await this.#guard(each, 'onPeer', () => each.component.onPeer?.(event))
    }
    news.hasTurn = false
  }

  /**
   * Runs onDeactivate of every component, as the next of its turns: what waits to be handled keeps it from
   * none. Resolves when all have ended, at the latest after `runtimeLimits.deactivateMs`; those that hang are
   * named. Never rejects.
   */
  async deactivate(): Promise<void> {
    this.#stopping = true
    const waiting = new Set<HookedComponent>()
    const begun = new Set<HookedComponent>()
    const all = this.#components.map(async (each) => {
      if (this.#late.has(each) && this.#activating.has(each)) {
        this.#log.warn(`onActivate of ${each.name} still has not ended; stopping without its onDeactivate`)
        return
      }
      waiting.add(each)
      // Of a component without the hook it waits for the handler under way.
      await each.turns.hookFirst(() => {
        begun.add(each)
        if (!this.#begun.has(each)) return undefined
        return this.#guard(each, 'onDeactivate', () => each.component.onDeactivate?.())
      })
      waiting.delete(each)
    })
    await atMost(runtimeLimits.deactivateMs, Promise.all(all))
    for (const each of waiting) this.#log.warn(this.#whyLate(each, begun.has(each)))
  }

  #whyLate(each: HookedComponent, hasBegun: boolean): string {
    const within = `within ${runtimeLimits.deactivateMs} ms; stopping anyway`
    if (hasBegun) return `onDeactivate of ${each.name} did not end ${within}`
    if (this.#activating.has(each)) return `onActivate of ${each.name} did not end ${within}`
    return `a handler of ${each.name} did not end ${within}`
  }

  async #guard(each: HookedComponent, hook: Hook, call: () => unknown): Promise<void> {
    try {
      await call()
    } catch (error) {
      this.#threw(each, hook, error)
    }
  }

  #threw({ name }: HookedComponent, hook: Hook, error: unknown): void {
    if (this.#stopping && isOfTheStop(error)) return
    const text = `${hook} of ${name} threw: ${describeThrown(error)}`
    const repeated = this.#failures.isDue(text.slice(0, portLimits.foreignText))
    if (repeated) this.#log.error({ component: name, err: describeError(error), ...repeated }, text)
  }
}
