/**
 * The core of a coordinated group: the state of one member, moved by messages and by time. It does no I/O and
 * has no clock and no chance of its own: all of them go in, effects come out. The rules, and why they hold:
 * docs/protocol.md, "Groups".
 *
 *     step              suspension, then what is due, then the input, then what follows for a leader
 *     time              inquiries, beats, and a leader that has lost its quorum
 *     grants            who may be granted, and who is willing to begin a new formation
 *     elections         inquiry → request for votes → leader
 *     leading           beats, lease, decisions, members
 *     following         beats, and the log of the leader
 *     handing over      release, and what follows from a death
 */
import { type Ballot, compareBallots, comparePositions, isSameBallot, NO_BALLOT } from './ballot.js'
import type { Entry, EntryBody } from './entries.js'
import { Facts } from './facts.js'
import { type Chance, Inquiry } from './inquiry.js'
import { type Follower, Leadership } from './leadership.js'
import { groupLimits } from './limits.js'
import { Log } from './log.js'
import { nextMembers } from './membership.js'
import type {
  Beat,
  BeatAnswer,
  Body,
  Follow,
  GroupMessage,
  HandOver,
  Lead,
  Pre,
  PreAnswer,
  Vote,
  VoteAnswer,
} from './messages.js'
import type { GroupTiming } from './timing.js'
import { Word } from './word.js'

/** The two clocks of a member. */
export interface Moment {
  /** Milliseconds; only grows. */
  readonly monoMs: number
  /** Microseconds since 1970. */
  readonly wallUs: number
}

export interface CoreOptions {
  /** New at each start of the process: nobody votes twice after forgetting. */
  readonly id: string
  readonly quorum: number
  readonly timing: GroupTiming
  /** Holds a seat of the group: elects, and may be elected. Others observe. */
  readonly isElectable: boolean
  /** When the process started, by the monotonic clock. */
  readonly startedAtMs: number
  readonly now: Moment
  /** Numbers from 0 up to 1. */
  readonly random: () => number
}

export type CoreInput =
  | { readonly kind: 'message'; readonly message: GroupMessage }
  /** A certificate: the process of the member is gone, checked on its own host. */
  | { readonly kind: 'dead'; readonly id: string }
  /** Asks the leader, which is this member, to append an entry. */
  | { readonly kind: 'propose'; readonly body: EntryBody }
  /** Asks the leader, which is this member, to hand over; to whom it may choose, unless told. */
  | { readonly kind: 'hand-over'; readonly to: string | undefined }

export type CoreEffect =
  | { readonly kind: 'send'; readonly to: string; readonly message: GroupMessage }
  /** To all electable members that there are, whether they follow or not. */
  | { readonly kind: 'broadcast'; readonly message: GroupMessage }
  /** Whom the member follows, in which ballot; itself where it leads. */
  | { readonly kind: 'leader'; readonly id: string | undefined; readonly ballot: Ballot }
  | { readonly kind: 'decided'; readonly index: number; readonly entry: Entry }
  /** What was decided here from `from` to `to` is gone: another formation began without it. */
  | { readonly kind: 'history-lost'; readonly from: number; readonly to: number }
  /** Two led in one ballot: more members than seats, or an id that is used twice. */
  | { readonly kind: 'split'; readonly ids: readonly string[] }

/** A request for votes that is under way. */
interface Candidacy extends Chance {
  readonly ballot: Ballot
  readonly sentAtMs: number
  readonly votes: Set<string>
}

/** A grant to a beat. */
interface BeatGrant {
  readonly to: string
  readonly ballot: Ballot
  readonly atMs: number
}

/** Whole milliseconds of an epoch; what is below them is drawn, so that no two formations have one number. */
const EPOCH_STEP_US = 1000

export class GroupCore {
  readonly id: string
  readonly log = new Log()
  readonly facts = new Facts()
  readonly #options: CoreOptions
  readonly #timing: GroupTiming
  readonly #word: Word
  #now: Moment
  #effects: CoreEffect[] = []
  #promised: Ballot = NO_BALLOT
  #votedFor: string | undefined
  /** Who led in the highest ballot in which somebody was heard to. */
  #led = { ballot: NO_BALLOT, by: '' }
  #leader: string | undefined
  #inquiry: Inquiry | undefined
  #candidacy: Candidacy | undefined
  #lead: Leadership | undefined
  #electionDueMs: number
  /** When a leader was heard last, at first the start. */
  #heardAtMs: number
  #beatGrant: BeatGrant | undefined
  #renumberedAtMs = Number.NEGATIVE_INFINITY
  #nonce = 0

  constructor(options: CoreOptions) {
    const { id, timing, startedAtMs, now } = options
    this.#options = options
    this.id = id
    this.#timing = timing
    this.#now = now
    this.#word = new Word(timing.word, startedAtMs)
    this.#heardAtMs = now.monoMs
    this.#electionDueMs = 0
    this.#postponeElection()
  }

  // ── what others see

  get promised(): Ballot {
    return this.#promised
  }

  get leader(): string | undefined {
    return this.#leader
  }

  get isLeading(): boolean {
    return this.#lead !== undefined
  }

  /** The ballot in which it may act until `untilMs` of its monotonic clock, unless it steps down before. */
  get lease(): { readonly ballot: Ballot; readonly untilMs: number } | undefined {
    const lead = this.#lead
    return lead && { ballot: lead.ballot, untilMs: this.#quorumSentAtMs(lead) + this.#timing.lease }
  }

  /** When step() wants to be called next, by the monotonic clock. */
  get dueAtMs(): number {
    if (this.#lead) {
      const quorumLostMs = this.#quorumSentAtMs(this.#lead) + this.#timing.checkQuorum
      return Math.min(this.#lead.beatDueMs, quorumLostMs)
    }
    if (!this.#options.isElectable) return Number.POSITIVE_INFINITY
    const formMs = this.#inquiry?.formAtMs ?? Number.POSITIVE_INFINITY
    return Math.min(this.#electionDueMs, formMs > this.#nowMs ? formMs : Number.POSITIVE_INFINITY)
  }

  // ── step

  /** Moves to a moment, which is not before the last, with an input, if there is one. */
  step(now: Moment, input?: CoreInput): readonly CoreEffect[] {
    this.#effects = []
    const isSuspended = this.#wasSuspended(now)
    this.#now = now
    if (isSuspended) this.#leaveBallot()
    this.#onTime()
    if (input) this.#take(input)
    if (this.#lead) this.#conclude(this.#lead)
    return this.#effects
  }

  /** The machine stood still: its wall clock ran away from the other, which stood, too. */
  #wasSuspended({ monoMs, wallUs }: Moment): boolean {
    const ran = monoMs - this.#now.monoMs
    const off = Math.abs((wallUs - this.#now.wallUs) / 1000 - ran)
    return off > groupLimits.suspensionMs + groupLimits.suspensionPart * ran
  }

  #take(input: CoreInput): void {
    if (input.kind === 'message') this.#receive(input.message)
    else if (input.kind === 'dead') {
      if (this.facts.certifyDeath(input.id)) this.#died(input.id)
    } else if (input.kind === 'propose') {
      if (this.#lead) this.#append(this.#lead, input.body)
    } else if (this.#lead) this.#handOver(this.#lead, input.to)
  }

  #receive({ from, promised, facts, body }: GroupMessage): void {
    if (from === this.id) return
    for (const id of this.facts.take(facts)) this.#died(id)
    // What a candidate asks for is heard of when it is promised: until then it may be refused as too low.
    if (body.kind !== 'vote') this.facts.hearEpoch(promised.epoch)
    switch (body.kind) {
      case 'pre':
        this.#inquired(from, body)
        break
      case 'pre-answer':
        this.#inquiryAnswered(from, body)
        break
      case 'vote':
        this.#asked(from, body)
        break
      case 'vote-answer':
        this.#voteAnswered(from, body)
        break
      case 'beat':
        this.#beaten(from, body)
        break
      case 'beat-answer':
        this.#beatAnswered(from, body)
        break
      case 'lead':
        this.#ledBy(from, body)
        break
      case 'follow':
        this.#followed(from, body)
        break
      case 'hand-over':
        this.#handedOver(from, body)
        break
      case 'tell':
        break
    }
    this.#renumber(promised, body)
  }

  // ── time

  #onTime(): void {
    const lead = this.#lead
    if (lead) {
      if (this.#nowMs >= this.#quorumSentAtMs(lead) + this.#timing.checkQuorum) this.#stepDown()
      else if (this.#nowMs >= lead.beatDueMs) this.#beatAll(lead)
    }
    if (this.#lead || !this.#options.isElectable) return
    if (this.#nowMs >= this.#electionDueMs) this.#inquire()
    else if (this.#inquiry) this.#tryElection(this.#inquiry)
  }

  get #nowMs(): number {
    return this.#now.monoMs
  }

  #postponeElection(): void {
    const { electionMin, electionMax } = this.#timing
    this.#electionDueMs = this.#nowMs + electionMin + (electionMax - electionMin) * this.#options.random()
  }

  // ── grants

  #mayGrant(id: string): boolean {
    return this.#options.isElectable && this.#word.mayGrant(id, this.#nowMs, this.facts)
  }

  /** Whether it gives its formation up, or never had one. */
  #isWilling(): boolean {
    if (this.log.isEmpty) return true
    if (this.#isBoundByBeat()) return false
    const isGone = (members: readonly string[]): boolean =>
      members.filter((id) => !this.facts.isDead(id)).length < this.#options.quorum
    if (isGone(this.log.members) && isGone(this.log.committedMembers)) return true
    const { grace } = this.#timing
    return grace !== 'never' && this.#nowMs - this.#heardAtMs > grace
  }

  /** A leader may still hold a lease by its last grant, or one that was granted with it. */
  #isBoundByBeat(): boolean {
    const grant = this.#beatGrant
    if (!grant || this.#nowMs >= grant.atMs + this.#timing.word + this.#timing.lease) return false
    return !this.facts.frees(grant.to, grant.ballot)
  }

  // ── elections

  /** Asks whether an election could succeed. */
  #inquire(): void {
    this.#postponeElection()
    this.#follow(undefined)
    this.#candidacy = undefined
    this.#nonce++
    const mayGrant = this.#mayGrant(this.id)
    const own = { regular: mayGrant, forming: mayGrant && this.#isWilling(), wallUs: this.#now.wallUs }
    this.#inquiry = new Inquiry(this.#nonce, this.#nowMs + this.#timing.forming, this.id, own)
    this.#broadcast({ kind: 'pre', nonce: this.#nonce, last: this.log.last, commit: this.log.commit })
    this.#tryElection(this.#inquiry)
  }

  #inquired(from: string, { nonce, last, commit }: Pre): void {
    const may = this.#mayGrant(from) && !this.#lead
    const regular = may && comparePositions(last, this.log.last) >= 0
    const forming = may && comparePositions(commit, this.log.commit) >= 0 && this.#isWilling()
    this.#send(from, { kind: 'pre-answer', nonce, regular, forming, wallUs: this.#now.wallUs })
    if (this.#lead) this.#send(from, { kind: 'lead', ballot: this.#lead.ballot })
  }

  #inquiryAnswered(from: string, { nonce, regular, forming, wallUs }: PreAnswer): void {
    const inquiry = this.#inquiry
    if (!inquiry || inquiry.nonce !== nonce) return
    inquiry.answered(from, { regular, forming, wallUs })
    this.#tryElection(inquiry)
  }

  #tryElection(inquiry: Inquiry): void {
    const { quorum } = this.#options
    const chance = inquiry.chance({ id: this.id, quorum, members: this.log.members, nowMs: this.#nowMs })
    if (!chance || !this.#mayGrant(this.id)) return
    if (chance.forming && !this.#isWilling()) return
    this.#askForVotes(chance, this.#nextBallot(chance.forming, inquiry.medianWallUs))
  }

  #nextBallot(forming: boolean, wallUs: number): Ballot {
    const { epoch, term } = this.#promised
    const isOwn = this.log.last.ballot.epoch === epoch && this.facts.known <= epoch
    if (!forming && isOwn) return { epoch, term: term + 1 }
    const whole = Math.floor(wallUs / EPOCH_STEP_US) * EPOCH_STEP_US
    const drawn = whole + Math.floor(this.#options.random() * EPOCH_STEP_US)
    return { epoch: Math.max(this.facts.known + 1, drawn), term: 1 }
  }

  #askForVotes(chance: Chance, ballot: Ballot): void {
    this.#inquiry = undefined
    this.#promise(ballot, this.id)
    this.#postponeElection()
    this.#candidacy = { ...chance, ballot, sentAtMs: this.#nowMs, votes: new Set([this.id]) }
    const { forming } = chance
    const { last, commit } = this.log
    for (const id of chance.electorate) {
      if (id !== this.id) this.#send(id, { kind: 'vote', ballot, forming, last, commit })
    }
    this.#countVotes(this.#candidacy)
  }

  #asked(from: string, vote: Vote): void {
    const granted = this.#votesFor(from, vote)
    this.facts.hearEpoch(vote.ballot.epoch)
    if (granted) {
      this.#stepDown()
      this.#promise(vote.ballot, from)
      this.#word.give(from, vote.ballot, this.#nowMs)
      this.#postponeElection()
    }
    this.#send(from, { kind: 'vote-answer', ballot: vote.ballot, granted })
  }

  #votesFor(from: string, { ballot, forming, last, commit }: Vote): boolean {
    const order = compareBallots(ballot, this.#promised)
    const isFree = order > 0 || (order === 0 && this.#votedFor === from)
    if (!isFree || !this.#mayGrant(from)) return false
    if (this.lease && this.#nowMs < this.lease.untilMs) return false
    if (!forming) return comparePositions(last, this.log.last) >= 0
    if (order > 0 && ballot.epoch < this.facts.known) return false
    return this.#isWilling() && comparePositions(commit, this.log.commit) >= 0
  }

  #voteAnswered(from: string, { ballot, granted }: VoteAnswer): void {
    const candidacy = this.#candidacy
    if (!candidacy || !granted || !isSameBallot(ballot, candidacy.ballot)) return
    if (!candidacy.electorate.includes(from)) return
    candidacy.votes.add(from)
    this.#countVotes(candidacy)
  }

  #countVotes(candidacy: Candidacy): void {
    const isLate = this.#nowMs >= candidacy.sentAtMs + this.#timing.lease
    if (candidacy.votes.size < this.#options.quorum || isLate) return
    this.#win(candidacy)
  }

  #win({ ballot, forming, electorate, votes, sentAtMs }: Candidacy): void {
    const { id, quorum } = this.#options
    this.#candidacy = undefined
    const lead = new Leadership({ id, ballot, quorum, timing: this.#timing })
    this.#lead = lead
    this.#led = { ballot, by: id }
    if (forming) this.log.cutAfter(this.log.commit.index)
    const next = this.log.last.index + 1
    this.log.append({
      ballot,
      body: forming ? { kind: 'genesis', members: electorate } : { kind: 'begin' },
    })
    for (const member of this.log.members) {
      if (member === id) continue
      const follower = lead.follow(member, true, next, this.#nowMs)
      if (votes.has(member)) lead.granted(follower, sentAtMs)
    }
    this.#follow(id)
    this.#beatAll(lead)
  }

  // ── leading

  #quorumSentAtMs(lead: Leadership): number {
    return lead.quorumSentAtMs(this.log.members)
  }

  /** What follows for a leader from all that came in. */
  #conclude(lead: Leadership): void {
    const index = lead.quorumMatch(this.log.members, this.log.last.index)
    const ballot = this.log.ballotAt(index)
    // Only what was appended in the own ballot is decided by counting; what is before it, with it.
    if (ballot && isSameBallot(ballot, lead.ballot)) this.#decide(index)
    if (this.#nowMs < this.#quorumSentAtMs(lead) + this.#timing.lease) {
      const view = { ...this.#options, log: this.log, facts: this.facts, lead, nowMs: this.#nowMs }
      const members = nextMembers(view)
      if (members) this.#append(lead, { kind: 'members', members })
    }
    for (const [id, follower] of lead.followers) {
      if (follower.next <= this.log.last.index) this.#sendBeat(lead, id, follower, lead.beat(this.#nowMs))
    }
  }

  #append({ ballot }: Leadership, body: EntryBody): void {
    this.log.append({ ballot, body })
  }

  #beatAll(lead: Leadership): void {
    const number = lead.beat(this.#nowMs)
    for (const [id, follower] of lead.followers) {
      const isMember = this.log.members.includes(id)
      const isSilent = lead.silentMs(id, this.#nowMs) > this.#timing.electionMax
      if (!isMember && isSilent) lead.followers.delete(id)
      else this.#sendBeat(lead, id, follower, number)
    }
    this.#broadcast({ kind: 'lead', ballot: lead.ballot })
  }

  #sendBeat({ ballot }: Leadership, id: string, follower: Follower, number: number): void {
    const index = follower.next - 1
    const prev = { ballot: this.log.ballotAt(index) ?? NO_BALLOT, index }
    const entries = this.log.from(follower.next, groupLimits.entriesPerBeat)
    follower.next += entries.length
    this.#send(id, { kind: 'beat', ballot, number, prev, entries, commit: this.log.commit.index })
  }

  #beatAnswered(from: string, { ballot, number, matches, index, granted }: BeatAnswer): void {
    const lead = this.#lead
    const follower = lead?.followers.get(from)
    if (!lead || !follower || !isSameBallot(ballot, lead.ballot)) return
    lead.answered(follower, number, granted, this.#nowMs)
    const reached = Math.min(index, this.log.last.index)
    if (matches) {
      follower.match = Math.max(follower.match, reached)
      follower.next = Math.max(follower.next, follower.match + 1)
    } else follower.next = Math.max(follower.match, Math.min(reached, follower.next - 1)) + 1
  }

  #followed(from: string, { ballot, isElectable }: Follow): void {
    const lead = this.#lead
    if (!lead || !isSameBallot(ballot, lead.ballot)) return
    lead.follow(from, isElectable, this.log.last.index + 1, this.#nowMs)
  }

  // ── following

  #ledBy(from: string, { ballot }: Lead): void {
    if (compareBallots(ballot, this.#promised) < 0) {
      this.#send(from, { kind: 'tell' })
      return
    }
    if (this.#lead) this.#meets(from, ballot)
    this.#inquiry = undefined
    if (this.#leader === from || this.#lead) return
    this.#electionDueMs = Math.max(this.#electionDueMs, this.#nowMs + 2 * this.#timing.heartbeat)
    this.#send(from, { kind: 'follow', ballot, isElectable: this.#options.isElectable })
  }

  /** Another leads in a ballot that is not lower than the own one. */
  #meets(from: string, ballot: Ballot): void {
    const lease = this.lease
    if (!lease) return
    if (this.#nowMs < lease.untilMs) this.#effects.push({ kind: 'split', ids: [this.id, from] })
    if (compareBallots(ballot, lease.ballot) > 0) this.#stepDown()
  }

  #beaten(from: string, beat: Beat): void {
    if (compareBallots(beat.ballot, this.#promised) < 0) {
      this.#send(from, { kind: 'tell' })
      return
    }
    if (isSameBallot(beat.ballot, this.#led.ballot) && this.#led.by !== from) {
      this.#effects.push({ kind: 'split', ids: [this.#led.by, from] })
      return
    }
    if (this.#lead) this.#meets(from, beat.ballot)
    this.#stepDown()
    this.#promise(beat.ballot, from)
    this.#led = { ballot: beat.ballot, by: from }
    this.#heardAtMs = this.#nowMs
    this.#postponeElection()
    const { matches, index } = this.#replicate(beat)
    const granted = matches && this.#mayGrant(from)
    if (granted) {
      this.#word.give(from, beat.ballot, this.#nowMs)
      this.#beatGrant = { to: from, ballot: beat.ballot, atMs: this.#nowMs }
    }
    this.#follow(from)
    const { ballot, number } = beat
    this.#send(from, { kind: 'beat-answer', ballot, number, matches, index, granted })
  }

  /** Takes the entries of a leader in. */
  #replicate({ prev, entries, commit }: Beat): { matches: boolean; index: number } {
    if (!this.log.matches(prev)) return { matches: false, index: this.#guess(prev.index) }
    let { index } = prev
    for (const entry of entries) {
      index++
      const mine = this.log.ballotAt(index)
      if (mine && isSameBallot(mine, entry.ballot)) continue
      if (mine) this.#replace(index)
      this.log.append(entry)
    }
    this.#decide(Math.min(commit, index))
    return { matches: true, index }
  }

  /** Where the logs may still be one: before the own entries of the ballot that differs. */
  #guess(index: number): number {
    const { last } = this.log
    if (last.index < index) return last.index
    const differs = this.log.ballotAt(index)
    let at = index
    while (at > 0 && differs && isSameBallot(this.log.ballotAt(at) ?? NO_BALLOT, differs)) at--
    return at
  }

  /** Another formation goes on from before here. */
  #replace(index: number): void {
    const to = this.log.commit.index
    this.log.cutAfter(index - 1)
    if (to >= index) this.#effects.push({ kind: 'history-lost', from: index, to })
  }

  #decide(index: number): void {
    for (const { index: at, entry } of this.log.commitTo(index)) {
      this.#effects.push({ kind: 'decided', index: at, entry })
    }
  }

  // ── handing over

  /** Promises a ballot to who leads it or asks to; nothing lower is promised again. */
  #promise(ballot: Ballot, to: string): void {
    this.#promised = ballot
    this.#votedFor = to
    this.facts.hearEpoch(ballot.epoch)
  }

  /** Leaves the ballot, as leader or candidate. The lease is void from here on. */
  #stepDown(): void {
    this.#inquiry = undefined
    this.#candidacy = undefined
    if (!this.#lead) return
    this.#lead = undefined
    this.#follow(undefined)
    this.#postponeElection()
  }

  #leaveBallot(): void {
    if (this.#lead || this.#candidacy || this.#inquiry) this.#stepDown()
  }

  /** A leader that meets a higher promise is elected above it. */
  #renumber(promised: Ballot, body: Body): void {
    const lead = this.#lead
    if (!lead || body.kind === 'lead' || body.kind === 'beat') return
    if (compareBallots(promised, lead.ballot) <= 0) return
    if (this.#nowMs - this.#renumberedAtMs < groupLimits.renumberMs) return
    this.#renumberedAtMs = this.#nowMs
    this.#stepDown()
    this.#inquire()
  }

  /** Releases the ballot: acts in none so low again, whether the other takes over or not. */
  #handOver(lead: Leadership, to: string | undefined): void {
    const { last } = this.log
    const ready = this.log.members.filter((id) => lead.followers.get(id)?.match === last.index)
    const next = to === undefined ? ready[0] : ready.find((id) => id === to)
    if (next === undefined) return
    this.#stepDown()
    this.facts.release(this.id, lead.ballot)
    this.#send(next, { kind: 'hand-over', ballot: lead.ballot })
    this.#broadcast({ kind: 'tell' })
  }

  #handedOver(from: string, { ballot }: HandOver): void {
    this.facts.release(from, ballot)
    if (this.#leader === from && isSameBallot(ballot, this.#promised)) this.#inquire()
  }

  /** A member is certified dead. */
  #died(id: string): void {
    if (this.#leader !== id || !this.#options.isElectable) return
    this.#follow(undefined)
    const others = this.log.members.filter((member) => !this.facts.isDead(member)).sort()
    const rank = Math.max(others.indexOf(this.id), 0)
    const slotMs = groupLimits.afterDeathMs / Math.max(others.length, 1)
    const dueMs = this.#nowMs + (rank + this.#options.random()) * slotMs
    this.#electionDueMs = Math.min(this.#electionDueMs, dueMs)
  }

  // ── effects

  #follow(leader: string | undefined): void {
    if (this.#leader === leader) return
    this.#leader = leader
    this.#effects.push({ kind: 'leader', id: leader, ballot: this.#promised })
  }

  #message(body: Body): GroupMessage {
    return { from: this.id, promised: this.#promised, facts: this.facts.told(), body }
  }

  #send(to: string, body: Body): void {
    this.#effects.push({ kind: 'send', to, message: this.#message(body) })
  }

  #broadcast(body: Body): void {
    this.#effects.push({ kind: 'broadcast', message: this.#message(body) })
  }
}
