/**
 * An inquiry before an election (pre-vote): who would vote, and for what. It binds nobody, so it costs no
 * leader his place. An election within the formation goes before a new formation, which is only for those
 * whose formation cannot be reached.
 */

export interface InquiryAnswer {
  readonly regular: boolean
  readonly forming: boolean
  readonly wallUs: number
}

/** What is known of the formation of who asks. */
export interface InquiryView {
  readonly id: string
  readonly quorum: number
  /** The newest members; none where there never was a formation. */
  readonly members: readonly string[]
  readonly nowMs: number
}

/** An election that can begin. */
export interface Chance {
  readonly forming: boolean
  /** Who votes; of a new formation, its first members. */
  readonly electorate: readonly string[]
}

export class Inquiry {
  readonly nonce: number
  /** Until then one who has a quorum for a new formation waits for more. */
  readonly formAtMs: number
  readonly #answers = new Map<string, InquiryAnswer>()

  /** @param own what the asker itself would do. */
  constructor(nonce: number, formAtMs: number, id: string, own: InquiryAnswer) {
    this.nonce = nonce
    this.formAtMs = formAtMs
    this.#answers.set(id, own)
  }

  /** How many answered, the asker among them. */
  get size(): number {
    return this.#answers.size
  }

  /** The first answer of each counts. */
  answered(from: string, answer: InquiryAnswer): void {
    if (!this.#answers.has(from)) this.#answers.set(from, answer)
  }

  /** The election that can begin now, if any. */
  chance(view: InquiryView): Chance | undefined {
    return this.#regular(view) ?? this.#forming(view)
  }

  /** How far the wall clocks of all who answered are apart, milliseconds. */
  get wallSpreadMs(): number {
    const walls = [...this.#answers.values()].map(({ wallUs }) => wallUs)
    return (Math.max(...walls) - Math.min(...walls)) / 1000
  }

  /** The wall clock of the middle one of all who answered, microseconds since 1970. */
  get medianWallUs(): number {
    const walls = [...this.#answers.values()].map(({ wallUs }) => wallUs).sort((a, b) => a - b)
    return walls[Math.floor(walls.length / 2)] ?? 0
  }

  #regular({ id, members, quorum }: InquiryView): Chance | undefined {
    if (!members.includes(id) || !this.#answers.get(id)?.regular) return undefined
    const votes = members.filter((member) => this.#answers.get(member)?.regular)
    return votes.length >= quorum ? { forming: false, electorate: members } : undefined
  }

  #forming({ id, members, quorum, nowMs }: InquiryView): Chance | undefined {
    if (!this.#answers.get(id)?.forming) return undefined
    // Its own formation is there: it elects, or its leader is alive.
    if (members.filter((member) => this.#answers.has(member)).length >= quorum) return undefined
    const most = 2 * quorum - 1
    const others = [...this.#answers].filter(([other, { forming }]) => forming && other !== id)
    const electorate = [id, ...others.map(([other]) => other)].slice(0, most)
    const isTime = nowMs >= this.formAtMs || electorate.length === most
    return electorate.length >= quorum && isTime ? { forming: true, electorate } : undefined
  }
}
