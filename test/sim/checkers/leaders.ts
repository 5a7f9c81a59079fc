/** Who acts as the leader: one at a time, each later one in a higher ballot, and nobody after a release. */
import { type Ballot, compareBallots, isSameBallot, NO_BALLOT } from '../../../groups/ballot.js'
import type { Acting, Checker, Said, Scene, Stepped } from './checker.js'
import { named, Violation } from './violation.js'

/** At no moment do two act. Those who are stopped may: they may be in the middle of what they were doing. */
export class LeaderChecker implements Checker {
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  check([one, other]: readonly Acting[]): void {
    if (!one || !other) return
    const both = [one, other].map(({ process, ballot }) => `${process.id} ${named(ballot)}`)
    throw new Violation('two-leaders', `${both.join(' and ')} act at once`)
  }

  stepped({ process, effects }: Stepped): void {
    const split = effects.find((effect) => effect.kind === 'split')
    // Two formations of one number, one of them long gone, look like one with two leaders.
    if (split && !this.#scene.plan.areClocksWild)
      throw new Violation('two-leaders', `${process.id} met ${split.ids.join(' and ')}`)
  }
}

/** Whoever acts later acts in a higher ballot. */
export class TokenChecker implements Checker {
  #highest: Ballot = NO_BALLOT
  #by = ''

  check(acting: readonly Acting[]): void {
    for (const { process, ballot } of acting) this.#acts(process.id, ballot)
  }

  #acts(id: string, ballot: Ballot): void {
    const order = compareBallots(ballot, this.#highest)
    if (order < 0) {
      const before = `${this.#by} in ${named(this.#highest)}`
      throw new Violation('token', `${id} acts in ${named(ballot)} after ${before}`)
    }
    if (order === 0 && id !== this.#by) {
      throw new Violation('token', `${this.#by} and ${id} act in ${named(ballot)}`)
    }
    this.#highest = ballot
    this.#by = id
  }
}

/** Who released a ballot acts in none so low again, and who steps down is no leader to itself. */
export class ReleaseChecker implements Checker {
  stepped({ process }: Stepped): void {
    const { lease, id, core } = process
    if (!lease) return
    const released = core.facts.released(id)
    if (compareBallots(released, lease.ballot) >= 0) {
      throw new Violation('release', `${id} leads in ${named(lease.ballot)}, and released ${named(released)}`)
    }
  }
}

/** What a member has promised never falls, and who grants in a ballot promises it. */
export class PromiseChecker implements Checker {
  readonly #promised = new Map<string, Ballot>()

  said({ from, message: { body } }: Said): void {
    const isGrant = (body.kind === 'vote-answer' || body.kind === 'beat-answer') && body.granted
    if (!isGrant || compareBallots(from.core.promised, body.ballot) >= 0) return
    const promised = named(from.core.promised)
    throw new Violation('promise', `${from.id} grants in ${named(body.ballot)}, and promised ${promised}`)
  }

  stepped({ process: { id, core } }: Stepped): void {
    const before = this.#promised.get(id) ?? NO_BALLOT
    const { promised } = core
    if (promised === before) return
    if (compareBallots(promised, before) < 0) {
      throw new Violation('promise', `${id} promised ${named(before)}, and now ${named(promised)}`)
    }
    if (!isSameBallot(promised, before)) this.#promised.set(id, promised)
  }
}
