/** What a groupie does in one group: joins it, works there at its paces, leaves it and comes back. */
import type { Group, InputOf } from 'quorate'
import type { Word } from './messages.js'
import { Pace } from './pace.js'
import type { Doing, Part } from './script.js'
import { Tally } from './tally.js'

type WordGroup = Group<InputOf<typeof Word>, unknown>

export interface MembershipOptions {
  readonly part: Part
  /** Joins the group of the part. */
  join(): Promise<WordGroup>
  /** Says what happened. */
  tell(text: string): void
}

interface Work {
  readonly doing: Doing
  /** Undefined before it began. */
  pace: Pace | undefined
}

export class Membership {
  readonly name: string
  readonly tally = new Tally()
  readonly #options: MembershipOptions
  #group: WordGroup | undefined
  #work: Work[] = []
  /** How many of its movings are done, and since when it waits for the next. */
  #moved = 0
  #sinceMs = 0
  #isMoving = false
  /** Messages so far, of all kinds. */
  #n = 0

  constructor(options: MembershipOptions) {
    this.#options = options
    this.name = `${options.part.type}.${options.part.instance}`
  }

  /** What it says to who asks for its vote; undefined: nothing. */
  get says(): 'yes' | 'no' | undefined {
    const { says } = this.#options.part
    return says === 'nothing' ? undefined : says
  }

  async join(): Promise<void> {
    const { part, join, tell } = this.#options
    const group = await join()
    this.#sinceMs = performance.now()
    this.#work = part.doings.map((doing) => ({ doing, pace: undefined }))
    this.#group = group
    tell(`joined ${this.name}${part.isObserver ? ' as an observer' : ''}`)
  }

  /** Does what is due. To be called often. */
  step(nowMs: number): void {
    if (this.#isMoving) return
    const group = this.#group
    if (group) for (const work of this.#work) this.#keepUp(group, work, nowMs)
    const next = this.#options.part.movings[this.#moved]
    if (!next || nowMs - this.#sinceMs < next.afterMs) return
    this.#isMoving = true
    this.#attempt(async () => {
      try {
        await this.#move(next.do)
      } finally {
        this.#moved++
        this.#sinceMs = performance.now()
        this.#isMoving = false
      }
    })
  }

  /** What needs a leader waits for the first one. */
  #keepUp(group: WordGroup, work: Work, nowMs: number): void {
    const { doing } = work
    if (!work.pace && doing.do !== 'send' && !(group.hasLeader && group.clock.isKnown)) return
    work.pace ??= new Pace(doing.perSecond, nowMs)
    for (let due = work.pace.due(nowMs); due > 0; due--) this.#attempt(() => this.#do(group, doing))
  }

  /** What fails, now or later, is counted. */
  #attempt(act: () => unknown): void {
    const failed = (error: unknown): void => this.tally.fail(error)
    try {
      Promise.resolve(act()).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  async #move(what: 'leave' | 'rejoin' | 'transfer'): Promise<void> {
    const group = this.#group
    if (what === 'rejoin') await this.join()
    else if (group && what === 'transfer') {
      if (!group.isLeader) return
      await group.transferLeadership()
      this.#options.tell(`handed the lead of ${this.name} over`)
    } else if (group) {
      this.#group = undefined
      await group.leave()
      this.#options.tell(`left ${this.name}`)
    }
  }

  async #do(group: WordGroup, doing: Doing): Promise<void> {
    const word = { n: ++this.#n }
    switch (doing.do) {
      case 'send':
        group.send(word)
        return this.tally.count('sent')
      case 'order':
        await group.sendOrdered(word)
        return this.tally.count('ordered')
      case 'tell leader':
        await group.sendToLeader(word)
        return this.tally.count('told the leader')
      case 'tell members':
        return this.#tellMembers(group, word)
      case 'vote':
        this.tally.count('polls')
        await group.requestVote(word, { kind: doing.kind })
        return
      case 'act': {
        const { kind, aheadMs } = doing
        const at = group.clock.now() + aheadMs
        this.tally.count('polls')
        await group.requestActionVote(word, at, { kind, timeout: Math.max(1, aheadMs / 2) })
      }
    }
  }

  /** Where it leads: each of the others. */
  #tellMembers(group: WordGroup, word: InputOf<typeof Word>): void {
    if (!group.isLeader) return
    for (const member of [...group.members, ...group.observers]) {
      if (member.isSelf) continue
      group.sendToMember(member, word)
      this.tally.count('told members')
    }
  }
}
