/**
 * Members in the place of others, of the same component: where a seat becomes free for one that observes,
 * where one was put out of its group, lost its sockets, or did not keep up. Each has an id of its own, and a
 * word that counts from there. The component may leave at any moment: then a seat that was taken is freed.
 */
import type { Logger } from 'pino'
import { messageOf } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'
import type { HeldSeat } from './group-place.js'
import type { Membership } from './membership.js'
import type { Incarnation } from './surroundings.js'

export interface ReplacementsOptions {
  readonly log: Logger
  /** Why no seat of the group can become free on this host; undefined where one can. */
  noSeats(membership: Membership): string | undefined
  /** Resolves when a seat of the group may be free. */
  untilFree(membership: Membership, signal: AbortSignal): Promise<void>
  /** Who it is next, without a seat. */
  next(membership: Membership): Incarnation
  takeSeat(membership: Membership, id: string): Promise<HeldSeat | undefined>
  begin(membership: Membership, now: Incarnation): Promise<void>
  /** Resolves when the others were told, or soon. @param isGone it grants nothing any more */
  leave(membership: Membership, isGone: boolean): Promise<void>
}

export class Replacements {
  readonly #options: ReplacementsOptions
  /** Waits for seats, and before joining again. */
  readonly #waits = new Map<Membership, AbortController>()
  /** Of those that were put out: when, and how long they waited. */
  readonly #losses = new Map<Membership, { readonly atMs: number; readonly waitMs: number }>()

  constructor(options: ReplacementsOptions) {
    this.#options = options
  }

  /** It observes until a seat is free. */
  waitForSeat(membership: Membership): void {
    const { log, noSeats, untilFree, next, takeSeat, begin, leave } = this.#options
    const { name, options } = membership
    const why = noSeats(membership)
    if (why !== undefined) {
      options.surroundings.warn(membership, 'seats', why)
      return
    }
    log.info({ group: name }, `all seats of ${name} here are taken: this member observes until one is free`)
    this.#again(membership, async (signal) => {
      for (;;) {
        await untilFree(membership, signal)
        const now = next(membership)
        const seat = await takeSeat(membership, now.id)
        if (!seat) {
          signal.throwIfAborted()
          continue
        }
        await holding(seat, signal, () => leave(membership, false))
        await begin(membership, { ...now, seat })
        log.info({ group: name }, `a seat of ${name} is free: this member takes part in elections`)
        return
      }
    })
  }

  /** It is out of its group, and joins again. @param isGone it grants nothing any more */
  lost(membership: Membership, why: string, isGone: boolean): void {
    const { log, next, takeSeat, begin, leave } = this.#options
    const { name, options } = membership
    const { wantsSeat } = options
    const waitMs = this.#waitAfterLoss(membership)
    log.error({ group: name }, `${name}: ${why}; it joins again as another member`)
    const left = leave(membership, isGone)
    this.#again(membership, async (signal) => {
      await left
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref())
      await membership.ready()
      signal.throwIfAborted()
      const now = next(membership)
      const seat = wantsSeat ? await takeSeat(membership, now.id) : undefined
      await holding(seat, signal, () => undefined)
      await begin(membership, { ...now, seat })
      if (wantsSeat && !seat) this.waitForSeat(membership)
    })
  }

  /** The component has left the group. */
  end(membership: Membership): void {
    this.#waits.get(membership)?.abort()
    this.#waits.delete(membership)
    this.#losses.delete(membership)
  }

  #waitAfterLoss(membership: Membership): number {
    const { rejoinMs, rejoinMaxMs } = runtimeLimits
    const atMs = performance.now()
    const last = this.#losses.get(membership)
    const isAgain = last !== undefined && atMs - last.atMs < 2 * rejoinMaxMs
    const waitMs = isAgain ? Math.min(2 * last.waitMs, rejoinMaxMs) : rejoinMs
    this.#losses.set(membership, { atMs, waitMs })
    return waitMs
  }

  /** What is to be done later for a membership, in place of what else was; again where it fails. */
  #again(membership: Membership, work: (signal: AbortSignal) => Promise<void>): void {
    this.#waits.get(membership)?.abort()
    const wait = new AbortController()
    this.#waits.set(membership, wait)
    work(wait.signal).catch((error: unknown) => {
      if (!wait.signal.aborted && !membership.isLeft) this.lost(membership, messageOf(error), true)
    })
  }
}

/** Does something with a seat that nobody uses yet; frees it where that fails, or nobody wants it now. */
async function holding(
  seat: HeldSeat | undefined,
  signal: AbortSignal,
  work: () => Promise<void> | undefined,
): Promise<void> {
  try {
    signal.throwIfAborted()
    await work()
    signal.throwIfAborted()
  } catch (error) {
    seat?.release()
    throw error
  }
}
