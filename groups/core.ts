/**
 * The core of a coordinated group: the state of one member, moved by messages and by time. It does no I/O and
 * has no clock and no chance of its own: all of them go in, effects come out. The rules, and why they hold:
 * docs/protocol.md, "Groups".
 *
 *     step              suspension, then what is due, then the inputs, then what follows from them
 *     time              inquiries, beats, and a leader that has lost its quorum
 *     grants            who may be granted, and who is willing to begin a new formation
 *     elections         inquiry → request for votes → leader
 *     leading           beats, lease, decisions, members
 *     following         beats, and the log of the leader
 *     participating     requests and votes, its own and, at the leader, those of all
 *     handing over      release, leaving, and what follows from a death
 *     effects           who takes part, messages
 *
 * Its parts: what is promised (word, facts), what is decided (history: log and ledger), what a leader knows
 * of others (leadership, membership, intake), what it is told itself (participation), and the group clock.
 */
import { type Ballot, compareBallots, comparePositions, isSameBallot, NO_BALLOT } from './ballot.js'
import { clampedWallUs, isCredible, latestUs } from './credible.js'
import type { CoreEffect, CoreInput, CoreOptions, Moment } from './effects.js'
import type { Choice, EntryBody, Requested } from './entries.js'
import { Facts } from './facts.js'
import { GroupClock, type GroupMoment } from './group-clock.js'
import { History } from './history.js'
import { type Chance, Inquiry } from './inquiry.js'
import { Intake } from './intake.js'
import { type Follower, Leadership } from './leadership.js'
import { groupLimits } from './limits.js'
import type { Log } from './log.js'
import { type MembershipView, nextMembers, nextObservers } from './membership.js'
import type {
  Ask,
  AskClock,
  Beat,
  BeatAnswer,
  Body,
  ClockAnswer,
  Follow,
  GroupMessage,
  HandOver,
  Lead,
  Pre,
  PreAnswer,
  Vote,
  VoteAnswer,
} from './messages.js'
import { UNANSWERED } from './messages.js'
import { Participation } from './participation.js'
import { wasSuspended } from './suspension.js'
import type { GroupTiming } from './timing.js'
import { READ_TERM_MAX } from './wire-numbers.js'
import { Word } from './word.js'

export type { CoreEffect, CoreInput, CoreOptions, Moment, Settlement } from './effects.js'

/** A request for votes that is under way. */
interface Candidacy extends Chance {
  readonly ballot: Ballot
  readonly sentAtMs: number
  readonly votes: Set<string>
  readonly refusals: Set<string>
}

/** A wish to hand over, to one or to any. */
interface HandingOver {
  readonly to: string | undefined
  readonly untilMs: number
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
  readonly facts = new Facts()
  readonly clock = new GroupClock()
  readonly #history: History
  readonly #participation: Participation
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
  /** In which ballot it was told that it follows. */
  #followedIn: Ballot = NO_BALLOT
  #inquiry: Inquiry | undefined
  #candidacy: Candidacy | undefined
  #lead: Leadership | undefined
  /** Where it leads. */
  #intake: Intake | undefined
  #isGone = false
  #isCrowded = false
  #isStuck = false
  #handsOver: HandingOver | undefined
  #isQuorumLost = false
  /** The formation of the leader that it follows, or is. */
  #leaderGenesis: Ballot = NO_BALLOT
  #electionDueMs: number
  /** When a leader was heard last, at first the start. */
  #heardAtMs: number
  #beatGrant: BeatGrant | undefined
  #renumberedAtMs = Number.NEGATIVE_INFINITY
  #nonce = 0
  /** What was told of who takes part, and from what it was made. */
  #participants: readonly string[] = []
  #toldOf: readonly unknown[] = []
  /** Somebody may have to be taken in or left out. */
  #isChangeDue = false
  #clockSamples = 0
  #heartbeats = 0

  constructor(options: CoreOptions) {
    const { id, timing, startedAtMs, now, knownEpoch = 0, keptEntries } = options
    this.#history = new History(keptEntries)
    this.#participation = new Participation(id, this.#history, (effect) => this.#effects.push(effect))
    this.#options = options
    this.id = id
    this.#timing = timing
    this.#now = now
    this.#word = new Word(timing.word, startedAtMs)
    this.#heardAtMs = now.monoMs
    if (isCredible(knownEpoch, 0, now.wallUs)) this.facts.hearEpoch(knownEpoch)
    // An inquiry binds nobody, so the first is as soon as it may vote: it finds the leader, or others.
    const bornMs = Math.max(now.monoMs, startedAtMs + timing.word)
    this.#electionDueMs = bornMs + 2 * timing.forming * options.random()
  }

  // ── what others see

  get log(): Log {
    return this.#history.log
  }

  /** What of the log is decided, added up. */
  get ledger(): History['ledger'] {
    return this.#history.ledger
  }

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
    const memberDueMs = this.#memberDueMs
    return this.#isGone ? memberDueMs : Math.min(memberDueMs, this.#participation.nextEndMs)
  }

  get #memberDueMs(): number {
    if (this.#lead) {
      const quorumLostMs = this.#quorumSentAtMs(this.#lead) + this.#timing.checkQuorum
      return Math.min(this.#lead.beatDueMs, quorumLostMs, this.#pollDueMs)
    }
    if (this.#isGone) return Number.POSITIVE_INFINITY
    if (!this.#standsForElection)
      return this.#leader === undefined ? Number.POSITIVE_INFINITY : this.#silentAtMs
    const formMs = this.#inquiry?.formAtMs ?? Number.POSITIVE_INFINITY
    return Math.min(this.#electionDueMs, formMs > this.#nowMs ? formMs : Number.POSITIVE_INFINITY)
  }

  // ── step

  /** Moves to a moment, which is not before the last, with what came in by then. */
  step(now: Moment, ...inputs: readonly CoreInput[]): readonly CoreEffect[] {
    this.#effects = []
    if (this.#isGone) return this.#effects
    const isSuspended = wasSuspended(this.#now, now)
    this.#now = now
    if (isSuspended) this.#stoodStill()
    this.#onTime()
    for (const input of inputs) if (!this.#isGone) this.#take(input)
    if (this.#lead) this.#conclude(this.#lead)
    if (this.#lead && this.#handsOver) this.#tryHandingOver(this.#lead, this.#handsOver)
    this.#tellParticipants()
    return this.#effects
  }

  #take(input: CoreInput): void {
    switch (input.kind) {
      case 'message':
        this.#receive(input.message)
        break
      case 'dead':
        if (this.facts.certifyDeath(input.id)) this.#died(input.id)
        break
      case 'heard':
        if (isCredible(input.epoch, this.facts.known, this.#now.wallUs)) this.facts.hearEpoch(input.epoch)
        break
      case 'crowd':
        this.#crowd(input.ids)
        break
      case 'request':
        this.#participation.request(input.tag, input.request, this.#nowMs)
        this.#runErrands()
        break
      case 'vote':
        this.#participation.vote(input.poll, input.choice)
        this.#runErrands()
        break
      case 'hand-over':
        if (this.#lead) this.#handsOver = { to: input.to, untilMs: this.#nowMs + this.#timing.electionMax }
        break
      case 'stall':
        this.#isStuck = input.isStuck
        if (!this.#lead) this.#stepDown()
        this.#handsOver = this.#isStuck ? { to: undefined, untilMs: Number.POSITIVE_INFINITY } : undefined
        break
      case 'leave':
        this.#leave()
        break
    }
  }

  #receive(message: GroupMessage): void {
    const { from, promised, facts, body } = message
    if (from === this.id) return
    const { known } = this.facts
    if (!isCredible(latestUs(message), known, this.#now.wallUs)) {
      this.#effects.push({ kind: 'incredible', from })
      return
    }
    for (const id of this.facts.take(facts)) this.#died(id)
    // It has released its ballot. The one that it asked to take over goes first, if it lives.
    if (this.#leader !== undefined && !this.#lead && this.#isLeaderGone)
      this.#electSoon(groupLimits.afterDeathMs)
    // What a leader said before it died, or released its ballot, is on its way still.
    const isOfLeader = body.kind === 'beat' || body.kind === 'lead'
    if (this.#isGone || (isOfLeader && this.facts.frees(from, body.ballot))) return
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
        this.#asked(from, body, known)
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
      case 'ask':
        this.#takeRequest({ by: from, number: body.number }, body)
        break
      case 'choose':
        this.#takeVote(from, body.poll, body.choice)
        break
      case 'clock':
        this.#askedForClock(from, body)
        break
      case 'clock-answer':
        this.#clockAnswered(from, body)
        break
      case 'tell':
        break
    }
    this.#renumber(promised, body)
  }

  // ── time

  #onTime(): void {
    this.#participation.endOverdue(this.#nowMs)
    const lead = this.#lead
    if (lead) {
      if (this.#nowMs >= this.#quorumSentAtMs(lead) + this.#timing.checkQuorum) {
        this.#stepDown()
        this.#quorumLost()
      } else if (this.#nowMs >= lead.beatDueMs) this.#beatAll(lead)
    }
    if (this.#lead) return
    if (!this.#standsForElection) {
      if (this.#nowMs >= this.#silentAtMs) this.#follow(undefined)
    } else if (this.#nowMs >= this.#electionDueMs) this.#inquire()
    else if (this.#inquiry) this.#tryElection(this.#inquiry)
  }

  get #nowMs(): number {
    return this.#now.monoMs
  }

  get #wallUs(): number {
    return clampedWallUs(this.#now.wallUs)
  }

  get #standsForElection(): boolean {
    return this.#options.isElectable && !this.#isStuck
  }

  /** When one that stands for nothing gives its leader up. */
  get #silentAtMs(): number {
    return this.#heardAtMs + this.#timing.electionMax
  }

  #quorumLost(): void {
    if (this.#isQuorumLost) return
    this.#isQuorumLost = true
    this.#effects.push({ kind: 'quorum-lost' })
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
    if (this.#lead || this.#isCrowded || this.#now.wallUs < (this.#options.earliestWallUs ?? 0)) return false
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
    if (this.#isLeaderGone) this.#tryAgainSoon()
    else this.#postponeElection()
    this.#follow(undefined)
    this.#candidacy = undefined
    const isSilent = this.#nowMs - this.#heardAtMs >= this.#timing.electionMin
    if (isSilent && this.#inquiry && this.#inquiry.size < this.#options.quorum) this.#quorumLost()
    this.#nonce++
    const mayGrant = this.#mayGrant(this.id)
    const willing = { regular: mayGrant, forming: mayGrant && this.#isWilling() }
    const own = { ...willing, wallUs: this.#wallUs, genesis: this.log.genesis }
    this.#inquiry = new Inquiry(this.#nonce, this.#timing, this.id, own, this.#nowMs)
    this.#broadcast({ kind: 'pre', nonce: this.#nonce, last: this.log.last, commit: this.log.commit })
    this.#tryElection(this.#inquiry)
  }

  /** No leader is there that an inquiry could disturb: none was heard of, or the last cannot act any more. */
  get #isLeaderGone(): boolean {
    const { by, ballot } = this.#led
    return by === '' || this.facts.frees(by, ballot)
  }

  /** Others may be under their birth word, or not connected, for a moment yet. */
  #tryAgainSoon(): void {
    const { forming, heartbeat } = this.#timing
    this.#electionDueMs = this.#nowMs + forming + heartbeat * (1 + this.#options.random())
  }

  #inquired(from: string, { nonce, last, commit }: Pre): void {
    const may = this.#mayGrant(from) && !this.#lead
    const regular = may && comparePositions(last, this.log.last) >= 0
    const forming = may && comparePositions(commit, this.log.commit) >= 0 && this.#isWilling()
    if (regular) this.#letGoFirst(from)
    const { genesis } = this.log
    this.#send(from, { kind: 'pre-answer', nonce, regular, forming, wallUs: this.#wallUs, genesis })
    if (this.#lead) this.#send(from, { kind: 'lead', ballot: this.#lead.ballot })
  }

  /** Two that know of a death at one moment would ask for votes at once, and refuse each other. */
  #letGoFirst(other: string): void {
    if (this.#candidacy || (this.#inquiry && this.id < other)) return
    this.#inquiry = undefined
    this.#electionDueMs = Math.max(this.#electionDueMs, this.#nowMs + groupLimits.afterDeathMs)
  }

  #inquiryAnswered(from: string, { nonce, ...answer }: PreAnswer): void {
    const inquiry = this.#inquiry
    if (!inquiry || inquiry.nonce !== nonce) return
    inquiry.answered(from, answer, this.#nowMs)
    this.#tryElection(inquiry)
  }

  #tryElection(inquiry: Inquiry): void {
    const { quorum } = this.#options
    const { members, genesis } = this.log
    const chance = inquiry.chance({ id: this.id, quorum, members, genesis, nowMs: this.#nowMs })
    if (!chance || !this.#mayGrant(this.id)) return
    if (chance.forming && !this.#isWilling()) return
    const wallSpreadMs = inquiry.wallSpreadMs(this.#nowMs)
    if (chance.forming && wallSpreadMs > this.#timing.word / 2) {
      this.#effects.push({ kind: 'clocks-apart', spreadMs: wallSpreadMs })
    }
    this.#askForVotes(chance, this.#nextBallot(chance.forming, inquiry.medianWallUs(this.#nowMs)))
  }

  #nextBallot(forming: boolean, wallUs: number): Ballot {
    const { epoch, term } = this.#promised
    const isOwn = this.log.last.ballot.epoch === epoch && this.facts.known <= epoch
    if (!forming && isOwn && term < READ_TERM_MAX) return { epoch, term: term + 1 }
    const whole = Math.floor(wallUs / EPOCH_STEP_US) * EPOCH_STEP_US
    const drawn = Math.floor(this.#options.random() * EPOCH_STEP_US)
    return { epoch: Math.max(this.facts.known + 1, whole) + drawn, term: 1 }
  }

  #askForVotes(chance: Chance, ballot: Ballot): void {
    this.#inquiry = undefined
    this.#promise(ballot, this.id)
    this.#postponeElection()
    const count = { votes: new Set([this.id]), refusals: new Set<string>() }
    this.#candidacy = { ...chance, ballot, sentAtMs: this.#nowMs, ...count }
    const { forming } = chance
    const { last, commit } = this.log
    for (const id of chance.electorate) {
      if (id !== this.id) this.#send(id, { kind: 'vote', ballot, forming, last, commit })
    }
    this.#countVotes(this.#candidacy)
  }

  /** @param known the highest epoch that it had heard of before this. */
  #asked(from: string, vote: Vote, known: number): void {
    const granted = this.#votesFor(from, vote, known)
    this.facts.hearEpoch(vote.ballot.epoch)
    if (granted) {
      this.#stepDown()
      this.#promise(vote.ballot, from)
      this.#word.give(from, vote.ballot, this.#nowMs)
      this.#postponeElection()
    }
    this.#send(from, { kind: 'vote-answer', ballot: vote.ballot, granted })
  }

  #votesFor(from: string, { ballot, forming, last, commit }: Vote, known: number): boolean {
    const order = compareBallots(ballot, this.#promised)
    const isFree = order > 0 || (order === 0 && this.#votedFor === from)
    if (!isFree || !this.#mayGrant(from)) return false
    if (this.lease && this.#nowMs < this.lease.untilMs) return false
    if (!forming) return comparePositions(last, this.log.last) >= 0
    if (order > 0 && ballot.epoch <= known) return false
    return this.#isWilling() && comparePositions(commit, this.log.commit) >= 0
  }

  #voteAnswered(from: string, { ballot, granted }: VoteAnswer): void {
    const candidacy = this.#candidacy
    if (!candidacy || !isSameBallot(ballot, candidacy.ballot)) return
    if (!candidacy.electorate.includes(from)) return
    if (!granted) {
      this.#refused(candidacy, from)
      return
    }
    candidacy.votes.add(from)
    this.#countVotes(candidacy)
  }

  /** Where no leader can be there, nobody is waited for: it tries again, a little later. */
  #refused({ electorate, refusals }: Candidacy, by: string): void {
    refusals.add(by)
    const left = electorate.filter((id) => !refusals.has(id) && !this.facts.isDead(id)).length
    if (left >= this.#options.quorum || !this.#isLeaderGone) return
    this.#candidacy = undefined
    this.#electionDueMs = this.#nowMs + groupLimits.afterDeathMs * this.#options.random()
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
    if (forming) this.#history.cutToCommit()
    const hasNewClock = forming || !this.clock.isOf(this.log.clock)
    if (hasNewClock) this.clock.begin(ballot, this.#nowMs, this.#now.wallUs / 1000)
    else this.clock.takeOver()
    const next = this.log.last.index + 1
    this.#intake = new Intake(this.ledger, this.log.tail, hasNewClock ? ballot : this.log.clock)
    const begin: EntryBody = hasNewClock ? { kind: 'begin', hasNewClock } : { kind: 'begin' }
    this.#append(lead, forming ? { kind: 'genesis', members: electorate } : begin)
    this.#leaderGenesis = this.log.genesis
    for (const member of this.log.members) {
      if (member === id) continue
      const follower = lead.follow(member, true, next, this.#nowMs)
      if (votes.has(member)) lead.granted(follower, sentAtMs)
    }
    // Those that may be elected say so at the call.
    for (const observer of this.log.observers) lead.follow(observer, false, next, this.#nowMs)
    this.#follow(id)
    this.#beatAll(lead)
    this.#broadcast({ kind: 'lead', ballot })
    this.#participation.restart()
    this.#runErrands()
  }

  // ── leading

  #quorumSentAtMs(lead: Leadership): number {
    return lead.quorumSentAtMs(this.log.members)
  }

  /** What follows for a leader from all that came in. */
  #conclude(lead: Leadership): void {
    const { index } = this.log.commit
    const hasNews = this.#decideByQuorum(lead)
    if (this.log.commit.index > index) this.#runErrands()
    const groupMs = this.clock.toGroupMs(this.#nowMs) ?? 0
    if (this.#intake && groupMs >= this.#intake.nextEndMs) {
      for (const verdict of this.#intake.verdicts(groupMs)) this.#append(lead, { kind: 'close', ...verdict })
    }
    const holdsLease = this.#nowMs < this.#quorumSentAtMs(lead) + this.#timing.lease
    if (this.#isChangeDue && holdsLease) this.#changeParticipants(lead)
    let number: number | undefined
    for (const [id, follower] of lead.followers) {
      if (follower.next <= this.log.last.index && lead.hasRoom(follower)) {
        number ??= lead.beat(this.#nowMs)
        this.#sendBeat(lead, id, follower, this.#isOpeningAll(follower.next) ? UNANSWERED : number)
      } else if (hasNews && follower.next > this.log.last.index) {
        this.#sendBeat(lead, id, follower, UNANSWERED)
      }
    }
  }

  /** Nobody waits for polls to be decided: who hears of one votes, and its end is decided with it. */
  #isOpeningAll(from: number): boolean {
    // Where there are more, they wait for room, which only answers make.
    const { last, commit } = this.log
    if (last.index - commit.index > groupLimits.entriesPerBeat) return false
    const entries = this.log.from(from)
    return from + entries.length > last.index && entries.every(({ body }) => body.kind === 'open')
  }

  /** Gives whether something is decided of which all want to hear at once. */
  #decideByQuorum(lead: Leadership): boolean {
    const index = lead.quorumMatch(this.log.members, this.log.last.index)
    const ballot = this.log.ballotAt(index)
    // Only what was appended in the own ballot is decided by counting; what is before it, with it.
    if (!ballot || !isSameBallot(ballot, lead.ballot)) return false
    const before = this.log.commit.index
    this.#history.decide(index)
    const isNews = (at: number): boolean => this.log.entry(at)?.body.kind !== 'open'
    let hasNews = false
    for (let at = before + 1; at <= index; at++) hasNews ||= isNews(at)
    this.#isChangeDue ||= hasNews && this.log.membersIndex > before
    this.#participation.tellHistory()
    return hasNews
  }

  #changeParticipants(lead: Leadership): void {
    this.#isChangeDue = false
    const { quorum, timing } = this.#options
    const now = { log: this.log, facts: this.facts, lead, nowMs: this.#nowMs }
    const view: MembershipView = { id: this.id, quorum, timing, ...now }
    const members = nextMembers(view)
    if (members) this.#append(lead, { kind: 'members', members })
    const observers = nextObservers(view)
    if (observers) this.#append(lead, { kind: 'observers', observers })
  }

  #append({ ballot }: Leadership, body: EntryBody): void {
    const entry = { ballot, body }
    this.#history.append(entry)
    this.#intake?.appended(entry)
    this.#participation.tellHistory()
  }

  /** When the next poll runs out. */
  get #pollDueMs(): number {
    const next = this.#intake?.nextEndMs ?? Number.POSITIVE_INFINITY
    return this.clock.toLocalMs(next) ?? Number.POSITIVE_INFINITY
  }

  #beatAll(lead: Leadership): void {
    this.#isChangeDue = true
    const number = lead.beat(this.#nowMs)
    lead.beatDueMs = this.#nowMs + this.#timing.heartbeat
    for (const [id, follower] of lead.followers) {
      const isMember = this.log.members.includes(id)
      const isSilent = lead.silentMs(id, this.#nowMs) > this.#timing.electionMax
      if (!isMember && isSilent) lead.followers.delete(id)
      else this.#sendBeat(lead, id, follower, number)
    }
    this.#heartbeats++
    if (this.#heartbeats % groupLimits.heartbeatsPerCall === 0) {
      this.#broadcast({ kind: 'lead', ballot: lead.ballot })
    }
    this.#runErrands()
  }

  #sendBeat({ ballot }: Leadership, id: string, follower: Follower, number: number): void {
    const { log } = this.#history
    const isCut = follower.isApart || follower.next <= log.base.position.index
    const snapshot = isCut ? this.#history.snapshot : undefined
    const index = snapshot ? log.base.position.index : follower.next - 1
    const prev = { ballot: log.ballotAt(index) ?? NO_BALLOT, index }
    const entries = log.from(index + 1)
    follower.isApart = false
    follower.next = index + entries.length + 1
    const { genesis } = log
    const commit = log.commit.index
    this.#send(id, { kind: 'beat', ballot, genesis, number, prev, entries, commit, snapshot })
  }

  #beatAnswered(from: string, { ballot, number, matches, index, granted }: BeatAnswer): void {
    const lead = this.#lead
    const follower = lead?.followers.get(from)
    if (!lead || !follower || !isSameBallot(ballot, lead.ballot)) return
    lead.answered(follower, number, granted, this.#nowMs)
    this.#isChangeDue ||= !this.log.members.includes(from)
    const reached = Math.min(index, this.log.last.index)
    if (!matches && index < 0) follower.isApart = true
    else if (matches) {
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
    const { isElectable } = this.#options
    const isFollowed = this.#leader === from && this.#nowMs - this.#heardAtMs <= 2 * this.#timing.heartbeat
    const isLearner = isElectable && !this.log.members.includes(this.id)
    if (this.#lead || (isFollowed && !isLearner)) return
    this.#electionDueMs = Math.max(this.#electionDueMs, this.#nowMs + 2 * this.#timing.heartbeat)
    this.#send(from, { kind: 'follow', ballot, isElectable })
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
    // In a ballot in which it voted, its vote stands.
    if (compareBallots(beat.ballot, this.#promised) > 0) this.#promise(beat.ballot, from)
    this.#led = { ballot: beat.ballot, by: from }
    this.#heardAtMs = this.#nowMs
    this.#postponeElection()
    const { matches, index } = this.#history.replicate(beat)
    this.#participation.tellHistory()
    const isAnswered = beat.number !== UNANSWERED
    const granted = isAnswered && matches && this.#mayGrant(from)
    if (granted) {
      this.#word.give(from, beat.ballot, this.#nowMs)
      this.#beatGrant = { to: from, ballot: beat.ballot, atMs: this.#nowMs }
    }
    const isNew = this.#leader !== from || !isSameBallot(beat.ballot, this.#followedIn)
    this.#leaderGenesis = beat.genesis
    this.#follow(from)
    const { ballot, number, entries } = beat
    if (isAnswered) this.#send(from, { kind: 'beat-answer', ballot, number, matches, index, granted })
    if (isNew) {
      this.clock.follow()
      this.#clockSamples = 0
      this.#participation.restart()
    }
    this.#runErrands()
    if ((isAnswered && entries.length === 0) || isNew) this.#askClock(from)
  }

  /** Measures the clock of a leader: often at first, then seldom. */
  #askClock(leader: string): void {
    this.#clockSamples++
    const { firstClockSamples, heartbeatsPerClockSample } = groupLimits
    const isTime = this.#clockSamples % heartbeatsPerClockSample === 0
    if (!isTime && this.#clockSamples > firstClockSamples) return
    this.#send(leader, { kind: 'clock', sentMs: this.#nowMs })
  }

  #clockAnswered(from: string, { ballot, sentMs, shows }: ClockAnswer): void {
    const isOfLeader = this.#leader === from && isSameBallot(ballot, this.#led.ballot) && !this.#lead
    if (isOfLeader && isCredible(1000 * shows.ms, 0, this.#now.wallUs)) {
      this.clock.measured(sentMs, shows, this.#nowMs)
    }
  }

  #askedForClock(from: string, { sentMs }: AskClock): void {
    const shows = this.clock.moment(this.#nowMs)
    const lead = this.#lead
    if (lead && shows) this.#send(from, { kind: 'clock-answer', ballot: lead.ballot, sentMs, shows })
  }

  // ── participating

  /** Brings to the leader what it has to hear of this participant. */
  #runErrands(): void {
    const leader = this.#leader
    const { genesis } = this.ledger
    // What belongs to another formation than the leader's would be lost with it.
    if (leader === undefined || !isSameBallot(genesis, this.#leaderGenesis)) return
    const { requests, votes } = this.#participation.due(this.#nowMs, 2 * this.#timing.heartbeat, this.clock)
    for (const { number, request } of requests) {
      const until = request.kind === 'poll' ? this.#momentAfter(request.timeoutMs) : undefined
      const ask: Ask = { kind: 'ask', genesis, number, request, until }
      if (this.#lead) this.#takeRequest({ by: this.id, number }, ask)
      else this.#send(leader, ask)
    }
    for (const [poll, choice] of votes) {
      if (this.#lead) this.#takeVote(this.id, poll, choice)
      else this.#send(leader, { kind: 'choose', poll, choice })
    }
  }

  /** When a time from now is over by the group clock, at the latest; undefined where that is not known. */
  #momentAfter(ms: number): GroupMoment | undefined {
    const now = this.clock.moment(this.#nowMs)
    const errorMs = this.clock.errorMs(this.#nowMs)
    return now && errorMs !== undefined ? { ...now, ms: now.ms + errorMs + ms } : undefined
  }

  #takeRequest(requested: Requested, ask: Ask): void {
    // Else none might ever hold all of the log. It will be sent again.
    if (this.#handsOver) return
    const groupMs = this.clock.toGroupMs(this.#nowMs) ?? 0
    const { log, facts } = this
    const body = this.#intake?.entryOf(requested, ask, { log, facts, groupMs })
    if (this.#lead && body) this.#append(this.#lead, body)
  }

  #takeVote(voter: string, poll: string, choice: Choice): void {
    const lead = this.#lead
    const intake = this.#intake
    if (!lead || !intake) return
    intake.vote(poll, voter, choice, this.clock.toGroupMs(this.#nowMs) ?? 0)
    const verdict = intake.verdict(poll, Number.NEGATIVE_INFINITY)
    if (verdict) this.#append(lead, { kind: 'close', ...verdict })
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
    const lead = this.#lead
    if (!lead) return
    // It was the first to grant its own beats, and is bound by them as the others are.
    this.#beatGrant = { to: this.id, ballot: lead.ballot, atMs: this.#quorumSentAtMs(lead) }
    this.#heardAtMs = this.#nowMs
    this.#lead = undefined
    this.#intake = undefined
    this.#follow(undefined)
    this.#postponeElection()
  }

  /** Leaves the ballot, and forgets how far its clock was from that of the group. */
  #stoodStill(): void {
    this.#stepDown()
    this.clock.forget(this.#nowMs)
    this.#clockSamples = 0
  }

  /** A leader that meets a higher promise is elected above it. */
  #renumber(promised: Ballot, body: Body): void {
    const lead = this.#lead
    if (!lead || body.kind === 'lead' || body.kind === 'beat') return
    if (compareBallots(promised, lead.ballot) <= 0) return
    if (this.#nowMs - this.#renumberedAtMs < groupLimits.renumberMs) return
    this.#renumberedAtMs = this.#nowMs
    this.#stepDown()
    this.#promise(promised, '')
    this.#inquire()
  }

  /** Until somebody has all of its log. */
  #tryHandingOver(lead: Leadership, { to, untilMs }: HandingOver): void {
    if (this.#nowMs <= untilMs) this.#handOver(lead, to)
    if (!this.#lead || this.#nowMs > untilMs) this.#handsOver = undefined
  }

  /** Releases the ballot: acts in none so low again, whether the other takes over or not. */
  #handOver(lead: Leadership, to: string | undefined): void {
    const { last } = this.log
    const heardAtMs = (id: string): number => lead.followers.get(id)?.answeredAtMs ?? Number.NEGATIVE_INFINITY
    const isReady = (id: string): boolean =>
      lead.followers.get(id)?.match === last.index && !this.facts.isDead(id)
    const ready = lead.present(this.log.members, this.#nowMs).filter(isReady)
    const [latest] = ready.toSorted((a, b) => heardAtMs(b) - heardAtMs(a))
    const next = to === undefined ? latest : ready.find((id) => id === to)
    if (next === undefined) return
    this.#stepDown()
    this.facts.release(this.id, lead.ballot)
    this.#send(next, { kind: 'hand-over', ballot: lead.ballot })
    this.#broadcast({ kind: 'tell' })
  }

  /** Tells its own death, for it grants and acts no more. */
  #leave(): void {
    if (this.#lead) {
      this.#handOver(this.#lead, undefined)
      // There may be nobody to hand over to.
      this.#stepDown()
    }
    this.facts.certifyDeath(this.id)
    this.#broadcast({ kind: 'tell' })
    this.#goAway()
  }

  #goAway(): void {
    this.#stepDown()
    this.#follow(undefined)
    this.#isGone = true
  }

  /** More live than there are seats. */
  #crowd(ids: readonly string[]): void {
    const isCrowded = ids.length > 2 * this.#options.quorum - 1
    if (isCrowded && !this.#isCrowded) this.#effects.push({ kind: 'split', ids })
    this.#isCrowded = isCrowded
  }

  #handedOver(from: string, { ballot }: HandOver): void {
    this.facts.release(from, ballot)
    const isOfLeader = this.#leader === from && isSameBallot(ballot, this.#promised)
    if (isOfLeader && this.#standsForElection) this.#inquire()
  }

  /** A member is certified dead. */
  #died(id: string): void {
    if (id === this.id) {
      // Not true, and yet others grant as if it were: two could act.
      this.#goAway()
      this.#effects.push({ kind: 'expelled' })
      return
    }
    if (this.#leader !== id && (this.#leader !== undefined || this.#led.by !== id)) return
    this.#follow(undefined)
    this.#electSoon(0)
  }

  /** In the order of ids, each in a time of its own. */
  #electSoon(inMs: number): void {
    const others = this.log.members.filter((member) => !this.facts.isDead(member)).sort()
    const rank = Math.max(others.indexOf(this.id), 0)
    const slotMs = groupLimits.afterDeathMs / Math.max(others.length, 1)
    const dueMs = this.#nowMs + inMs + (rank + this.#options.random()) * slotMs
    this.#electionDueMs = Math.min(this.#electionDueMs, dueMs)
  }

  // ── effects

  /** Who takes part now, where that has changed. */
  #tellParticipants(): void {
    const of = [this.log.members, this.log.observers, this.facts.deaths]
    if (of.every((each, at) => each === this.#toldOf[at])) return
    this.#toldOf = of
    const isThere = (id: string): boolean => !this.facts.isDead(id)
    const members = this.log.members.filter(isThere)
    const observers = this.log.observers.filter((id) => isThere(id) && !members.includes(id))
    const all = [...members, '', ...observers]
    if (all.length === this.#participants.length && all.every((id, at) => id === this.#participants[at]))
      return
    this.#participants = all
    this.#effects.push({ kind: 'participants', members, observers })
  }

  #follow(leader: string | undefined): void {
    if (this.#leader === leader && (!leader || isSameBallot(this.#followedIn, this.#promised))) return
    this.#leader = leader
    this.#followedIn = this.#promised
    if (leader !== undefined) this.#isQuorumLost = false
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
