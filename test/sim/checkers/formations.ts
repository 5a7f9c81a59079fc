/** Formations follow each other: what one decided, and who may begin the next. */

import type { Position } from '../../../groups/ballot.js'
import {
  type Ballot,
  compareBallots,
  comparePositions,
  isSameBallot,
  NO_BALLOT,
} from '../../../groups/ballot.js'
import type { Entry } from '../../../groups/entries.js'
import type { SimProcess } from '../process.js'
import { type Acting, type Checker, type Said, type Scene, type Stepped, wins } from './checker.js'
import { named, Violation } from './violation.js'

/**
 * Once a formation has been won in a ballot, nobody ever again is elected, holds a lease, or decides in a
 * lower one (Lemma D). Members that never heard of it may go on with an older formation above it.
 */
export class FormationChecker implements Checker {
  #newest: Ballot = NO_BALLOT
  #by = ''

  stepped(stepped: Stepped): void {
    const { process, effects } = stepped
    const { lease, core } = process
    if (!lease) return
    const isWon = wins(stepped)
    if (isWon && isSameBallot(core.log.genesis, lease.ballot)) this.#won(process, lease.ballot)
    const isOlder = compareBallots(lease.ballot, this.#newest) < 0
    if (isOlder && isWon) this.#fail(process, lease.ballot, 'is elected')
    if (isOlder && effects.some(({ kind }) => kind === 'decided'))
      this.#fail(process, lease.ballot, 'decides')
  }

  check(acting: readonly Acting[]): void {
    for (const { process, ballot } of acting) {
      if (compareBallots(ballot, this.#newest) < 0) this.#fail(process, ballot, 'holds a lease')
    }
  }

  #won({ id }: SimProcess, ballot: Ballot): void {
    if (compareBallots(ballot, this.#newest) < 0) return
    this.#newest = ballot
    this.#by = id
  }

  #fail({ id }: SimProcess, ballot: Ballot, what: string): never {
    const won = `${this.#by} won formation ${named(this.#newest)}`
    throw new Violation('formation', `${id} ${what} in ${named(ballot)} after ${won}`)
  }
}

/** A vote of one who has a log for a new formation. */
interface FormingVote {
  readonly by: SimProcess
  readonly ballot: Ballot
  /** By its clock, since it held the log of a leader of its formation last. */
  readonly silentMs: number
  /** Whether in truth a quorum of its members is gone. */
  readonly isGone: boolean
  /** Its last entry, and the last that it knew to be decided. */
  readonly last: Position
  readonly commit: Position
}

/** Keeps the votes for new formations, of those who have a formation. */
class FormingVotes {
  readonly #scene: Scene
  readonly #heardAtMs = new Map<string, number>()
  readonly #attempts = new Set<string>()
  votes: FormingVote[] = []

  constructor(scene: Scene) {
    this.#scene = scene
  }

  said(said: Said): FormingVote | undefined {
    const { from, message, monoMs } = said
    const { body } = message
    if (body.kind === 'beat-answer' && body.matches) this.#heardAtMs.set(from.id, monoMs)
    if (body.kind === 'vote' && body.forming) {
      const isFirst = !this.#attempts.has(named(body.ballot))
      this.#attempts.add(named(body.ballot))
      // What came in later in the same step may have given it another log.
      const isAsThen = comparePositions(body.last, from.core.log.last) === 0
      return isFirst && isAsThen ? this.#voted(said, body.ballot) : undefined
    }
    const isYes = body.kind === 'vote-answer' && body.granted && this.#attempts.has(named(body.ballot))
    return isYes ? this.#voted(said, body.ballot) : undefined
  }

  #voted({ from, monoMs }: Said, ballot: Ballot): FormingVote | undefined {
    const { log } = from.core
    if (log.isEmpty) return undefined
    const { processes, plan } = this.#scene
    const isFew = (members: readonly string[]): boolean =>
      members.filter((id) => processes.has(id)).length < plan.quorum
    const isGone = isFew(log.members) && isFew(log.committedMembers)
    const silentMs = monoMs - (this.#heardAtMs.get(from.id) ?? from.startedAtMs)
    const vote = { by: from, ballot, silentMs, isGone, last: log.last, commit: log.commit }
    this.votes.push(vote)
    return vote
  }
}

/**
 * Nobody gives up a formation of which in truth a quorum lives, unless it was silent for long; nor, whatever
 * it is told, while a leader that lives may have a lease by its last grant.
 */
export class WillingChecker implements Checker {
  readonly #scene: Scene
  readonly #votes: FormingVotes
  /** The last grant of each to a beat. A leader grants its own; who elected it was free of others. */
  readonly #granted = new Map<string, { to: string; ballot: Ballot; monoMs: number }>()

  constructor(scene: Scene) {
    this.#scene = scene
    this.#votes = new FormingVotes(scene)
  }

  said(said: Said): void {
    const { from, to, message, monoMs } = said
    const { body } = message
    if (body.kind === 'beat-answer' && body.granted && to !== undefined) {
      this.#granted.set(from.id, { to, ballot: body.ballot, monoMs })
    }
    const vote = this.#votes.said(said)
    this.#votes.votes = []
    if (!vote) return
    if (this.#isBound(from.id, monoMs)) this.#fail(vote, 'bound by a beat')
    const { grace } = this.#scene.plan.timing
    if (!vote.isGone && (grace === 'never' || vote.silentMs < grace)) {
      this.#fail(vote, `${vote.silentMs.toFixed(0)} ms after it heard its leader`)
    }
  }

  stepped({ process: { id, lease } }: Stepped): void {
    if (!lease) return
    const monoMs = lease.untilMs - this.#scene.plan.timing.lease
    this.#granted.set(id, { to: id, ballot: lease.ballot, monoMs })
  }

  #isBound(id: string, monoMs: number): boolean {
    const grant = this.#granted.get(id)
    const { word, lease } = this.#scene.plan.timing
    if (!grant || monoMs >= grant.monoMs + word + lease) return false
    const leader = this.#scene.processes.get(grant.to)
    return !!leader && compareBallots(leader.core.facts.released(grant.to), grant.ballot) < 0
  }

  #fail({ by, ballot }: FormingVote, why: string): never {
    throw new Violation('willing', `${by.id} votes for the new formation ${named(ballot)}, ${why}`)
  }
}

interface Decided {
  readonly position: Position
  readonly genesis: Ballot
  /** Who held it when it was decided first. */
  readonly holders: readonly SimProcess[]
}

/**
 * What is decided stays. Within a formation, every leader holds it. Another formation begins without it only
 * where fewer than q of those who held it live, or one of them heard nothing of its formation for long: then
 * it is `unknown`.
 */
export class LossChecker implements Checker {
  readonly #scene: Scene
  readonly #votes: FormingVotes
  readonly #decided = new Map<string, Decided>()
  /** The last decision of each formation. */
  readonly #newest = new Map<string, Decided>()

  constructor(scene: Scene) {
    this.#scene = scene
    this.#votes = new FormingVotes(scene)
  }

  said(said: Said): void {
    this.#votes.said(said)
  }

  stepped(stepped: Stepped): void {
    const { process, effects } = stepped
    for (const effect of effects) {
      if (effect.kind === 'decided') this.#decides(effect.index, effect.entry, effect.genesis)
    }
    if (!wins(stepped) || !process.lease) return
    const { log } = process.core
    if (isSameBallot(log.genesis, process.lease.ballot)) this.#forms(process, process.lease.ballot)
    else this.#elected(process)
  }

  #decides(index: number, { ballot }: Entry, genesis: Ballot): void {
    const key = `${named(ballot)} ${index}`
    if (this.#decided.has(key)) return
    const position = { ballot, index }
    const holders = [...this.#scene.processes.values()].filter((each) => holds(each, position, genesis))
    const decided = { position, genesis, holders }
    this.#decided.set(key, decided)
    const newest = this.#newest.get(named(genesis))
    if (!newest || comparePositions(newest.position, position) < 0) this.#newest.set(named(genesis), decided)
  }

  #elected(process: SimProcess): void {
    const { id, core } = process
    for (const { position, genesis, holders } of this.#newest.values()) {
      const order = compareBallots(genesis, core.log.genesis)
      if (order < 0 || holds(process, position, genesis)) continue
      // Another formation that few hold any more may be passed over by one that never heard of it.
      const left = holders.filter((each) => each.isAlive && holds(each, position, genesis))
      if (order > 0 && left.length < this.#scene.plan.quorum) continue
      throw new Violation(
        'lost',
        `${id} leads without ${position.index} of ${named(genesis)}, which is decided`,
      )
    }
  }

  #forms({ id, core }: SimProcess, ballot: Ballot): void {
    const votes = this.#votes.votes.filter((vote) => isSameBallot(vote.ballot, ballot))
    this.#votes.votes = []
    const { grace } = this.#scene.plan.timing
    const base = positionAt(core.log, core.log.membersIndex - 1)
    for (const { by, silentMs, isGone, last, commit } of votes) {
      if (comparePositions(base, commit) < 0) {
        throw new Violation('lost', `${id} forms ${named(ballot)} without what ${by.id} knows to be decided`)
      }
      if (!by.isAlive || isGone || (grace !== 'never' && silentMs >= grace)) continue
      const { log } = by.core
      for (let index = last.index; index > log.base.position.index; index--) {
        const position = positionAt(log, index)
        if (core.log.matches(position)) break
        const decided = this.#decided.get(`${named(position.ballot)} ${index}`)
        if (!decided) continue
        const left = decided.holders.filter(({ isAlive }) => isAlive)
        if (left.length < this.#scene.plan.quorum || !left.includes(by)) continue
        const held = left.map((holder) => holder.id).join()
        throw new Violation('lost', `${id} forms ${named(ballot)} without ${index}, which ${held} hold`)
      }
    }
  }
}

/** Whether its history has what was decided there, in its log or in its snapshot. */
function holds({ core: { log, ledger } }: SimProcess, position: Position, genesis: Ballot): boolean {
  if (position.index > log.base.position.index) return log.matches(position)
  const { formations } = ledger
  const at = formations.findIndex((each) => isSameBallot(each.genesis, genesis))
  return at >= 0 && (formations[at + 1]?.index ?? Number.POSITIVE_INFINITY) > position.index
}

function positionAt(log: SimProcess['core']['log'], index: number): Position {
  return { ballot: log.ballotAt(index) ?? NO_BALLOT, index }
}
