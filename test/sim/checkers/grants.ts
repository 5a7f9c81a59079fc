/** What members grant: their words, their votes, and the leases that rest on them. */
import { type Ballot, compareBallots, isSameBallot, NO_BALLOT } from '../../../groups/ballot.js'
import type { SimProcess } from '../process.js'
import type { Checker, Said, Scene, Stepped } from './checker.js'
import { named, Violation } from './violation.js'

/** Until when, by the clock of who gave it, a word is in force. */
interface Word {
  readonly by: SimProcess
  readonly to: string
  readonly ballot: Ballot
  readonly untilMs: number
}

interface Grant {
  readonly to: string
  readonly ballot: Ballot
  /** A vote for itself, which promises, but gives no word. */
  readonly isOwn: boolean
}

function grantOf({ from, to, message: { body } }: Said): Grant | undefined {
  if (body.kind === 'vote') return { to: from.id, ballot: body.ballot, isOwn: true }
  if (body.kind !== 'vote-answer' && body.kind !== 'beat-answer') return undefined
  return body.granted && to !== undefined ? { to, ballot: body.ballot, isOwn: false } : undefined
}

/**
 * A member's word is given to one at a time, by its own clock: not before its birth word is over, and to
 * another only once it is over, or its holder is truly dead, or truly released it.
 */
export class WordChecker implements Checker {
  readonly #scene: Scene
  readonly #words = new Map<string, Word>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  said(said: Said): void {
    const grant = grantOf(said)
    if (!grant) return
    const { from, monoMs } = said
    const { word } = this.#scene.plan.timing
    if (!from.isElectable) throw new Violation('word', `${from.id}, an observer, grants ${grant.to}`)
    if (monoMs < from.startedAtMs + word) {
      throw new Violation('word', `${from.id} grants ${grant.to} before its birth word is over`)
    }
    const given = this.#words.get(from.id)
    if (given && given.to !== grant.to && monoMs < given.untilMs && !this.#isFree(given)) {
      const keeps = `${given.to} ${named(given.ballot)} for ${(given.untilMs - monoMs).toFixed(1)} ms more`
      throw new Violation('word', `${from.id} grants ${grant.to} ${named(grant.ballot)}, and keeps ${keeps}`)
    }
    if (grant.isOwn) return
    const { to, ballot } = grant
    this.#words.set(from.id, { by: from, to, ballot, untilMs: monoMs + word })
  }

  /** In truth, and not as far as the member knows. */
  #isFree({ to, ballot }: Word): boolean {
    const holder = this.#scene.processes.get(to)
    return !holder || compareBallots(holder.core.facts.released(to), ballot) >= 0
  }
}

/** A lease is backed, to its end, by the words of q − 1 others in its ballot. */
export class LeaseChecker implements Checker {
  readonly #scene: Scene
  readonly #words = new Map<string, Word>()
  readonly #backed = new Map<string, number>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  said(said: Said): void {
    const grant = grantOf(said)
    if (!grant || grant.isOwn) return
    const { from, monoMs } = said
    const untilMs = monoMs + this.#scene.plan.timing.word
    this.#words.set(from.id, { by: from, to: grant.to, ballot: grant.ballot, untilMs })
  }

  stepped({ process, atMs }: Stepped): void {
    const { lease, id, host } = process
    if (!lease || lease.untilMs === this.#backed.get(id) || !process.actsIn(atMs)) return
    this.#backed.set(id, lease.untilMs)
    const endMs = host.worldMs(lease.untilMs)
    let backing = 0
    for (const { by, to, ballot, untilMs } of this.#words.values()) {
      if (to === id && isSameBallot(ballot, lease.ballot) && by.host.worldMs(untilMs) > endMs) backing++
    }
    const { quorum } = this.#scene.plan
    if (backing < quorum - 1) {
      throw new Violation('lease', `the lease of ${id} in ${named(lease.ballot)} rests on ${backing} words`)
    }
  }
}

/** A member votes once in a ballot, grants in none below, and nobody while it acts as the leader. */
export class VoteChecker implements Checker {
  readonly #voted = new Map<string, { ballot: Ballot; to: string }>()
  #stepping: { id: string; grantedTo: string } | undefined

  said(said: Said): void {
    const grant = grantOf(said)
    if (!grant) return
    const { from, message } = said
    const { to, ballot } = grant
    const before = this.#voted.get(from.id) ?? { ballot: NO_BALLOT, to }
    const order = compareBallots(ballot, before.ballot)
    const isVote = message.body.kind !== 'beat-answer'
    if (order < 0 || (isVote && order === 0 && before.to !== to)) {
      const voted = `${before.to} in ${named(before.ballot)}`
      throw new Violation('vote', `${from.id} grants ${to} in ${named(ballot)} after ${voted}`)
    }
    if (isVote) this.#voted.set(from.id, { ballot, to })
    if (!grant.isOwn) this.#stepping = { id: from.id, grantedTo: to }
  }

  stepped({ process, actedIn }: Stepped): void {
    const stepping = this.#stepping
    this.#stepping = undefined
    if (stepping?.id !== process.id || !actedIn) return
    throw new Violation('vote', `${process.id} acts in ${named(actedIn)}, and grants ${stepping.grantedTo}`)
  }
}
