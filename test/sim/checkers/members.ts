/** Changes of the members: by one, one at a time, by a leader that acts and has decided in its ballot. */
import { type Ballot, isSameBallot } from '../../../groups/ballot.js'
import type { SimProcess } from '../process.js'
import type { Checker, Said, Scene, Stepped } from './checker.js'
import { named, Violation } from './violation.js'

export class MembersChecker implements Checker {
  readonly #scene: Scene
  readonly #seen = new Map<string, number>()

  /** Who answered a beat, or a request for its vote, in which ballot. */
  readonly #answered = new Set<string>()

  /** Whom each granted last, in which ballot, and until when of the world its word is in force. */
  readonly #words = new Map<
    string,
    { readonly to: string; readonly ballot: Ballot; readonly untilMs: number }
  >()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  said({ from, to, message: { body }, monoMs }: Said): void {
    if (body.kind !== 'beat-answer' && body.kind !== 'vote-answer') return
    const { ballot, granted } = body
    this.#answered.add(`${from.id} ${named(ballot)}`)
    const untilMs = from.host.worldMs(monoMs + this.#scene.plan.timing.word)
    if (granted && to !== undefined) this.#words.set(from.id, { to, ballot, untilMs })
  }

  stepped(stepped: Stepped): void {
    const { process } = stepped
    const { id, core, lease } = process
    if (!lease) return
    const { log } = core
    const index = log.membersIndex
    if (this.#seen.get(id) === index) return
    this.#seen.set(id, index)
    const entry = log.entry(index)
    if (entry?.body.kind !== 'members' || !isSameBallot(entry.ballot, lease.ballot)) return
    if (!this.#mayAct(stepped, index)) this.#fail(process, entry.body.members, 'it does not act')
    this.#changes(process, index, entry.body.members)
  }

  /**
   * Before the step, or after it; or in it alone: an answer gave it a lease, which rests on one who is left
   * out with the change.
   */
  #mayAct({ process, atMs, actedIn, inputs }: Stepped, changedAt: number): boolean {
    if (actedIn || process.actsIn(atMs)) return true
    const { id, lease, core } = process
    const isGranted = inputs.some((input) => {
      const body = input.kind === 'message' ? input.message.body : undefined
      return (body?.kind === 'beat-answer' || body?.kind === 'vote-answer') && body.granted
    })
    const gave = (member: string): boolean => {
      const word = this.#words.get(member)
      return !!lease && word?.to === id && isSameBallot(word.ballot, lease.ballot) && word.untilMs > atMs
    }
    const backing = membersBefore(core.log, changedAt).members.filter(gave).length
    return isGranted && backing >= this.#scene.plan.quorum - 1
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
