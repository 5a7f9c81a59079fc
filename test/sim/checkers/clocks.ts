/** The group clock of a member is that of its leader, but for the error that it says. */
import { type Ballot, NO_BALLOT } from '../../../groups/ballot.js'
import type { SimProcess } from '../process.js'
import type { Checker, Stepped } from './checker.js'
import { LeaderClocks } from './leader-clocks.js'
import { named, Violation } from './violation.js'

/** Milliseconds since 1970, as numbers, have steps, and few sums of them are exact. */
export const SUMS_MS = 0.01

/**
 * Of a leader's clock a member is off by no more than it says, while it says how much; and so is who leads
 * after it, which goes on with the clock as it knows it.
 */
export class ClockChecker implements Checker {
  readonly #clocks = new LeaderClocks()
  /** In which ballot each followed somebody last. */
  readonly #followedIn = new Map<string, Ballot>()

  stepped(stepped: Stepped): void {
    const { process, atMs, effects } = stepped
    for (const effect of effects) {
      if (effect.kind === 'leader' && effect.id !== undefined) this.#followedIn.set(process.id, effect.ballot)
    }
    const begun = this.#clocks.stepped(stepped)
    if (begun?.origin) this.#check(process, begun.origin.of, atMs, begun.origin.errorMs)
    if (process.core.isLeading || process.sleptUnseen || !isMeasuring(stepped)) return
    const errorMs = process.core.clock.errorMs(process.host.monoMs(atMs))
    const of = this.#followedIn.get(process.id) ?? NO_BALLOT
    if (errorMs !== undefined) this.#check(process, of, atMs, errorMs)
  }

  #check({ id, core, host }: SimProcess, of: Ballot, atMs: number, errorMs: number): void {
    const trueMs = this.#clocks.groupMs(of, atMs)
    const readMs = core.clock.toGroupMs(host.monoMs(atMs))
    if (trueMs === undefined || readMs === undefined) return
    const offMs = Math.abs(readMs - trueMs)
    if (offMs <= errorMs + SUMS_MS) return
    const [off, error] = [offMs, errorMs].map((ms) => ms.toFixed(3))
    throw new Violation('clock', `${id} is ${off} ms off the clock of ${named(of)}, and says ${error}`)
  }
}

/** Often enough, and not at every step. */
function isMeasuring({ inputs }: Stepped): boolean {
  return inputs.some((input) => {
    const kind = input.kind === 'message' ? input.message.body.kind : undefined
    return kind === 'beat' || kind === 'clock-answer'
  })
}
