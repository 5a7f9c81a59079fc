/**
 * An inquiry before an election (pre-vote): who would vote, and for what. It binds nobody, so it costs no
 * leader his place. An election within the formation goes before a new formation, which is only for those
 * whose formation cannot be reached.
 */
import { type Ballot, isSameBallot } from './ballot.js'
import type { GroupTiming } from './timing.js'

export interface InquiryAnswer {
  readonly regular: boolean
  readonly forming: boolean
  readonly wallUs: number
  readonly genesis: Ballot
}

/** What is known of the formation of who asks. */
export interface InquiryView {
  readonly id: string
  readonly quorum: number
  /** The newest members; none where there never was a formation. */
  readonly members: readonly string[]
  readonly genesis: Ballot
  readonly nowMs: number
}

/** An election that can begin. */
export interface Chance {
  readonly forming: boolean
  /** Who votes; of a new formation, its first members. */
  readonly electorate: readonly string[]
}

/** An answer, and when it came. */
interface Taken extends InquiryAnswer {
  readonly atMs: number
}

export class Inquiry {
  readonly nonce: number
  /** Until then one who has a quorum for a new formation waits for more. */
  readonly formAtMs: number
  readonly #lateAtMs: number
  readonly #answers = new Map<string, Taken>()

  /** @param own what the asker itself would do. */
  constructor(nonce: number, { forming, word }: GroupTiming, id: string, own: InquiryAnswer, nowMs: number) {
    this.nonce = nonce
    this.formAtMs = nowMs + forming
    this.#lateAtMs = nowMs + word / 4
    this.#answers.set(id, { ...own, atMs: nowMs })
  }

  /** How many answered, the asker among them. */
  get size(): number {
    return this.#answers.size
  }

  /**
   * The first answer of each counts. One that was long under way does not: its wall clock is of a moment that
   * nobody knows, and an epoch that is drawn from old ones may be below that of a leader of meanwhile.
   */
  answered(from: string, answer: InquiryAnswer, nowMs: number): void {
    if (!this.#answers.has(from) && nowMs < this.#lateAtMs)
      this.#answers.set(from, { ...answer, atMs: nowMs })
  }

  /** The election that can begin now, if any. */
  chance(view: InquiryView): Chance | undefined {
    return this.#regular(view) ?? this.#forming(view)
  }

  /** How far the wall clocks of all who answered are apart, milliseconds. */
  wallSpreadMs(nowMs: number): number {
    const walls = this.#walls(nowMs)
    return ((walls.at(-1) ?? 0) - (walls[0] ?? 0)) / 1000
  }

  /** What the wall clock of the middle one of all who answered shows now, microseconds since 1970. */
  medianWallUs(nowMs: number): number {
    const walls = this.#walls(nowMs)
    return walls[Math.floor(walls.length / 2)] ?? 0
  }

  /** The wall clocks as they are now, in order. */
  #walls(nowMs: number): number[] {
    const walls = [...this.#answers.values()].map(({ wallUs, atMs }) => wallUs + (nowMs - atMs) * 1000)
    return walls.sort((a, b) => a - b)
  }

  #regular({ id, members, quorum }: InquiryView): Chance | undefined {
    if (!members.includes(id) || !this.#answers.get(id)?.regular) return undefined
    const votes = members.filter((member) => this.#answers.get(member)?.regular)
    return votes.length >= quorum ? { forming: false, electorate: members } : undefined
  }

  #forming({ id, members, genesis, quorum, nowMs }: InquiryView): Chance | undefined {
    if (!this.#answers.get(id)?.forming) return undefined
    // Its own formation is there: it elects, or its leader is alive. Who went on with another is not of it.
    const isThere = (member: string): boolean => {
      const answer = this.#answers.get(member)
      return answer !== undefined && (answer.regular || isSameBallot(answer.genesis, genesis))
    }
    if (members.filter(isThere).length >= quorum) return undefined
    const most = 2 * quorum - 1
    const others = [...this.#answers].filter(([other, { forming }]) => forming && other !== id)
    const electorate = [id, ...others.map(([other]) => other)].slice(0, most)
    const isTime = nowMs >= this.formAtMs || electorate.length === most
    return electorate.length >= quorum && isTime ? { forming: true, electorate } : undefined
  }
}
