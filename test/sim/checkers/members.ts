/** Changes of the members: by one, one at a time, by a leader that acts and has decided in its ballot. */
import { isSameBallot } from '../../../groups/ballot.js'
import type { SimProcess } from '../process.js'
import type { Checker, Said, Scene, Stepped } from './checker.js'
import { named, Violation } from './violation.js'

export class MembersChecker implements Checker {
  readonly #scene: Scene
  readonly #seen = new Map<string, number>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** Who answered a beat, or a request for its vote, in which ballot. */
  readonly #answered = new Set<string>()

  said({ from, message: { body } }: Said): void {
    if (body.kind === 'beat-answer' || body.kind === 'vote-answer') {
      this.#answered.add(`${from.id} ${named(body.ballot)}`)
    }
  }

  stepped({ process, atMs, actedIn }: Stepped): void {
    const { id, core, lease } = process
    if (!lease) return
    const { log } = core
    const index = log.membersIndex
    if (this.#seen.get(id) === index) return
    this.#seen.set(id, index)
    const entry = log.entry(index)
    if (entry?.body.kind !== 'members' || !isSameBallot(entry.ballot, lease.ballot)) return
    if (!actedIn && !process.actsIn(atMs)) this.#fail(process, entry.body.members, 'it does not act')
    this.#changes(process, index, entry.body.members)
  }

  #fail({ id }: SimProcess, members: readonly string[], text: string): never {
    throw new Violation('members', `${id} changes the members to ${members.join()}: ${text}`)
  }

  #changes(process: SimProcess, index: number, members: readonly string[]): void {
    const { log } = process.core
    const { quorum } = this.#scene.plan
    const fail = (text: string): never => this.#fail(process, members, text)
    if (members.length > 2 * quorum - 1 || members.length < quorum) fail(`there are ${members.length}`)
    if (!isSameBallot(log.commit.ballot, process.lease?.ballot ?? log.commit.ballot)) {
      fail('nothing is decided in its ballot')
    }
    const before = membersBefore(log, index)
    if (before.index > log.commit.index) fail(`those of ${before.index} are not decided`)
    const differing = [
      ...members.filter((member) => !before.members.includes(member)),
      ...before.members.filter((member) => !members.includes(member)),
    ]
    if (differing.length !== 1) fail(`${differing.join()} differ from ${before.members.join()}`)
    if (members.length > before.members.length) return
    const there = members.filter((member) => member === process.id || this.#hasAnswered(member, process))
    if (there.length < quorum) fail(`of them only ${there.join()} are there`)
  }

  #hasAnswered(member: string, { lease }: SimProcess): boolean {
    return !!lease && this.#answered.has(`${member} ${named(lease.ballot)}`)
  }
}

function membersBefore(log: SimProcess['core']['log'], index: number) {
  for (let at = index - 1; at > log.base.position.index; at--) {
    const body = log.entry(at)?.body
    if (body?.kind === 'members' || body?.kind === 'genesis') return { index: at, members: body.members }
  }
  return { index: log.base.position.index, members: log.base.members }
}
