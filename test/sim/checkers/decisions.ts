/** What is decided: by a quorum, one thing at a place of a formation, in order, whoever hears it. */
import { isSameBallot } from '../../../groups/ballot.js'
import type { CoreEffect } from '../../../groups/core.js'
import type { Entry } from '../../../groups/entries.js'
import type { Checker, Said, Scene, Stepped } from './checker.js'
import { named, Violation } from './violation.js'

type Decided = Extract<CoreEffect, { kind: 'decided' }>

/** What is decided at a place of a formation is one thing, and is heard in order, without a gap. */
export class DecisionChecker implements Checker {
  readonly #decided = new Map<string, Entry>()
  readonly #heard = new Map<string, number>()

  stepped({ process, effects }: Stepped): void {
    for (const effect of effects) {
      if (effect.kind === 'decided') this.#check(process.id, effect)
      else if (effect.kind === 'history-lost') this.#heard.set(process.id, effect.from - 1)
      else if (effect.kind === 'installed') {
        // What was heard before, and is in the history still, is not told again.
        this.#heard.set(process.id, Math.max(this.#heard.get(process.id) ?? 0, effect.to))
      }
    }
  }

  #check(id: string, { index, entry, genesis }: Decided): void {
    const heard = this.#heard.get(id) ?? 0
    if (index !== heard + 1) throw new Violation('decision', `${id} hears ${index} after ${heard}`)
    this.#heard.set(id, index)
    const place = `${named(genesis)} ${index}`
    const before = this.#decided.get(place)
    if (!before) this.#decided.set(place, entry)
    // The log checker sees that entries of one ballot and place are one.
    else if (!isSameBallot(before.ballot, entry.ballot)) {
      const [one, other] = [before, entry].map((each) => JSON.stringify(each))
      throw new Violation('decision', `${place}: ${one} and, at ${id}, ${other}`)
    }
  }
}

/**
 * A leader decides by counting only what it appended in its own ballot and q of the newest members hold. One
 * step may decide and then append other members: they were not counted.
 */
export class CommitChecker implements Checker {
  readonly #scene: Scene
  /** How far each held the log of the leader of a ballot: its answers may arrive when it is in another. */
  readonly #held = new Map<string, number>()
  /** The newest members in the log of each, after its last step. */
  readonly #members = new Map<string, readonly string[]>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  said({ from, message: { body } }: Said): void {
    if (body.kind !== 'beat-answer' || !body.matches) return
    const key = `${from.id} ${named(body.ballot)}`
    this.#held.set(key, Math.max(this.#held.get(key) ?? 0, body.index))
  }

  stepped(stepped: Stepped): void {
    const { core, id } = stepped.process
    this.#check(stepped, this.#members.get(id) ?? core.log.members)
    this.#members.set(id, core.log.members)
  }

  #check({ process, effects }: Stepped, before: readonly string[]): void {
    const { core, id, lease } = process
    const last = effects.findLast((effect) => effect.kind === 'decided')
    // One that leads from this step on may have decided what it heard before.
    if (!lease || last?.kind !== 'decided' || !core.isLeading) return
    const { ballot } = lease
    if (!isSameBallot(last.entry.ballot, ballot)) {
      throw new Violation('commit', `${id} leads in ${named(ballot)}, decides ${named(last.entry.ballot)}`)
    }
    const isHeld = (member: string): boolean =>
      member === id || (this.#held.get(`${member} ${named(ballot)}`) ?? 0) >= last.index
    const [holders, holdersBefore] = [core.log.members.filter(isHeld), before.filter(isHeld)]
    if (Math.max(holders.length, holdersBefore.length) >= this.#scene.plan.quorum) return
    throw new Violation('commit', `${id} decides ${last.index}, which only ${holders.join()} hold`)
  }
}
