/**
 * One member of a group: its core, if it has one, between its sockets and its component. What came in
 * within a turn of the event loop goes into one step; then, in this order: the lease is published or made
 * void, what the core wants said is sent, the component hears what the core tells it, and at last what
 * others sent to it.
 */
import { type Ballot, compareBallots, isSameBallot, NO_BALLOT } from '../ballot.js'
import { type CoreEffect, type CoreInput, GroupCore, type Moment } from '../core.js'
import { LeaseWriter } from '../host/lease-cell.js'
import type { JoinOptions, LinkCommand, LinkEvent, LinkInput, Route } from '../link.js'
import type { GroupMessage } from '../messages.js'
import { encodeGroupMessage } from '../wire.js'
import { ClockNews } from './clock-news.js'
import type { Parcel } from './frames.js'
import { driverLimits } from './limits.js'
import { MemberNetwork } from './member-network.js'
import type { DriverOptions } from './options.js'
import { Refusals } from './refusals.js'
import { TakingPart } from './taking-part.js'

type SendCommand = Extract<LinkCommand, { do: 'send' }>

/** Users' messages that came in. */
interface Arrived extends Parcel {
  readonly from: string
}

const INCREDIBLE = 'a message that tells of an epoch, or a time, a hundred years from now'

type Stage = 'opening' | 'open' | 'leaving' | 'closed'

export class Member {
  readonly number: number
  readonly refusals: Refusals
  readonly #join: JoinOptions
  readonly #driver: DriverOptions
  /** Wants turn() to be called in this turn of the event loop. */
  readonly #wake: () => void
  readonly #network: MemberNetwork
  readonly #lease: LeaseWriter
  readonly #clockNews = new ClockNews()
  #core: GroupCore | undefined
  #stage: Stage = 'opening'
  #inputs: CoreInput[] = []
  #arrived: Arrived[] = []
  readonly #unsent = new Map<Route, number>()
  #connected: readonly string[] = []
  #isChanged = false
  #hasLease = false
  #isStuck = false
  /** It is to leave, also where it was told so from within a turn. */
  #leaves = false
  readonly #takingPart: TakingPart
  /** The highest ballot of which a leader's message was taken, and whose it was. */
  #heard = { ballot: NO_BALLOT, from: '' }
  #timer: NodeJS.Timeout | undefined
  #timerDueMs = Number.POSITIVE_INFINITY
  #closing: NodeJS.Timeout | undefined

  constructor(number: number, join: JoinOptions, driver: DriverOptions, wake: () => void) {
    this.number = number
    this.#join = join
    this.#driver = driver
    this.#wake = wake
    this.#lease = new LeaseWriter(join.lease)
    this.#lease.void()
    this.refusals = new Refusals((code, text) => this.#tell({ is: 'notice', member: number, code, text }))
    const { id, group, isElectable, timing } = join
    this.#takingPart = new TakingPart(id)
    this.#network = new MemberNetwork({
      ...{ id, group, isElectable, sockets: driver.sockets },
      answerMs: Math.max(driverLimits.linkAnswerMs, driverLimits.linkAnswerBeats * timing.heartbeat),
      events: {
        control: (message) => this.#heardOf(message),
        users: (from, parcel) => this.#take(from, parcel),
        changed: () => this.#noteChange(),
        broken: (peer) => this.#tell({ is: 'broken', member: number, id: peer }),
        unsent: (route, count) => this.#noteUnsent(route, count),
        refused: (source, refusal) => this.refusals.refused(source, refusal, this.#now.monoMs),
      },
    })
  }

  /** Binds its sockets and begins. Never throws. */
  open(): void {
    const { number } = this
    try {
      const ports = this.#network.open(this.#join.host)
      this.#stage = 'open'
      this.#core = this.#newCore()
      this.#tell({ is: 'open', member: number, ...ports })
      this.#wake()
    } catch (error) {
      this.close()
      const { code, message } = failureOf(error)
      this.#tell({ is: 'failed', member: number, code, message })
    }
  }

  /** Takes other addresses; what failed is told, and it stays where it is. */
  renew(): void {
    if (this.#stage !== 'open') return
    const { number } = this
    try {
      this.#tell({ is: 'open', member: number, ...this.#network.renew(this.#join.host) })
    } catch (error) {
      const { code, message } = failureOf(error)
      const text = `it takes no other addresses, and can be reached where it was: ${message}`
      this.#tell({ is: 'notice', member: number, code, text })
    }
  }

  get isClosed(): boolean {
    return this.#stage === 'closed'
  }

  setPeers(command: Extract<LinkCommand, { do: 'peers' }>): void {
    if (this.#stage === 'closed') return
    for (const id of this.#network.setPeers(command.peers)) this.refusals.knows(id)
  }

  input(input: LinkInput): void {
    if (this.#stage === 'opening' || this.#stage === 'open') this.#input(input)
  }

  /** Whether its component is stuck. To be told as often as one likes. */
  stall(isStuck: boolean): void {
    if (isStuck === this.#isStuck || this.#stage === 'closed') return
    this.#isStuck = isStuck
    this.#input({ kind: 'stall', isStuck })
  }

  /** Users' messages. */
  send({ route, to, parts, count }: SendCommand): void {
    const target = this.#stage === 'open' ? this.#targetOf(route, to) : undefined
    if (!target) {
      this.#noteUnsent(route, count)
      return
    }
    const parcel: Parcel = { route, ballot: target.ballot, count, parts }
    if (target.id === this.#join.id) this.#take(this.#join.id, parcel)
    else this.#network.users(target.id, parcel)
  }

  /** Tells all that it goes, and then closes. */
  leave(): void {
    if (this.#stage === 'opening') {
      this.close()
      this.#tell({ is: 'left', member: this.number })
    } else if (this.#stage === 'open' && !this.#leaves) {
      this.#leaves = true
      this.#input({ kind: 'leave' })
    }
  }

  /** The lease is void once this returns. */
  close(lingerMs = 0): void {
    if (this.#stage === 'closed') return
    this.#stage = 'closed'
    this.#lease.void()
    this.tellRefused()
    clearTimeout(this.#timer)
    clearTimeout(this.#closing)
    this.#network.close(lingerMs)
  }

  /** What came in since the last one. */
  turn(): void {
    if (this.#stage === 'opening' || this.#stage === 'closed') return
    if (this.#core) this.#step(this.#core)
    else this.#inputs = []
    for (const each of this.#arrived.splice(0)) this.#deliver(each)
    for (const [route, count] of this.#unsent) this.#tell({ is: 'unsent', member: this.number, route, count })
    this.#unsent.clear()
    this.#tellConnected()
    // What comes from within this turn, as that it leaves, is for the next.
    if (this.#leaves && this.#inputs.length === 0) this.#closeSoon()
    if (this.#core) this.#arm(this.#core)
  }

  /** To be called every `driverLimits.watchMs`: who of the others is still heard. */
  look(): void {
    if (this.#stage === 'open') this.#network.look()
  }

  /** Now and then: the error of a clock grows. */
  tellClock(): void {
    if (!this.#core || this.#stage !== 'open') return
    const news = this.#clockNews.of(this.#core.clock, this.#now.monoMs)
    if (news) this.#tell({ is: 'clock', member: this.number, ...news })
  }

  /** Now and then: how many frames were refused since. */
  tellRefused(): void {
    const count = this.refusals.take()
    if (count > 0) this.#tell({ is: 'refused', member: this.number, count })
  }

  get #now(): Moment {
    return this.#driver.now()
  }

  #newCore(): GroupCore | undefined {
    const { id, quorum, timing, isElectable, startedAtMs, knownEpoch } = this.#join
    if (quorum === undefined) return undefined
    const { random } = this.#driver
    const times = { startedAtMs, now: this.#now }
    return new GroupCore({ id, quorum, timing, isElectable, ...times, random, knownEpoch })
  }

  #input(input: CoreInput): void {
    this.#inputs.push(input)
    this.#wake()
  }

  // ── the core

  #step(core: GroupCore): void {
    do {
      const now = this.#now
      const inputs = this.#inputs.splice(0, driverLimits.inputsPerStep)
      const effects = core.step(now, ...inputs)
      // Void before anything is said: who hears of it may lead at once.
      this.#publishLease(core, now)
      this.#perform(core, effects)
    } while (this.#inputs.length > 0)
    this.tellClock()
  }

  /** What it said last still has to leave. */
  #closeSoon(): void {
    if (this.#stage !== 'open') return
    this.#stage = 'leaving'
    this.#closing = setTimeout(() => {
      this.close(driverLimits.lingerMs)
      this.#tell({ is: 'left', member: this.number })
    }, driverLimits.leaveMs)
  }

  #publishLease({ lease }: GroupCore, now: Moment): void {
    if (lease) this.#lease.grant(lease.ballot, lease.untilMs, now)
    else if (this.#hasLease) this.#lease.void()
    this.#hasLease = lease !== undefined
  }

  #perform(core: GroupCore, effects: readonly CoreEffect[]): void {
    const saying = new Map<string, Uint8Array[]>()
    const say = (to: string, bytes: Uint8Array): void => {
      const before = saying.get(to)
      if (before) before.push(bytes)
      else saying.set(to, [bytes])
    }
    for (const effect of effects) {
      if (effect.kind !== 'send' && effect.kind !== 'broadcast') continue
      const bytes = encodeGroupMessage(effect.message)
      for (const to of effect.kind === 'send' ? [effect.to] : this.#network.peers) say(to, bytes)
    }
    for (const [to, messages] of saying) this.#network.control(to, messages, core.isLeading)
    for (const effect of effects) {
      const part = this.#takingPart.of(effect, core)
      if (part) this.#tell({ is: 'takes-part', member: this.number, ...part })
      if (effect.kind === 'send' || effect.kind === 'broadcast' || effect.kind === 'decided') continue
      if (effect.kind === 'incredible') {
        this.refusals.refused(effect.from, { code: effect.kind, text: INCREDIBLE }, this.#now.monoMs)
        continue
      }
      this.#tell({ is: 'effect', member: this.number, effect })
    }
  }

  #arm({ dueAtMs }: GroupCore): void {
    if (dueAtMs === this.#timerDueMs && this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timerDueMs = dueAtMs
    if (!Number.isFinite(dueAtMs) || this.#stage !== 'open') return
    const ms = Math.max(1, Math.ceil(dueAtMs - this.#now.monoMs))
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.turn()
    }, ms)
  }

  // ── what comes in

  #heardOf(message: GroupMessage): void {
    if (this.#core && this.#stage === 'open') this.#input({ kind: 'message', message })
  }

  /** After the step of this turn, where there is one: what it says may be what makes them valid. */
  #take(from: string, parcel: Parcel): void {
    if (this.#stage !== 'open') return
    const { route, ballot, count, parts } = parcel
    const arrived = { from, route, ballot, count, parts }
    if (this.#inputs.length === 0 && this.#arrived.length === 0 && from !== this.#join.id) {
      this.#deliver(arrived)
      return
    }
    this.#arrived.push(arrived)
    this.#wake()
  }

  #deliver({ from, route, ballot, count, parts }: Arrived): void {
    if (route === 'to-leader' && !this.#core?.isLeading) {
      this.refusals.count('not-leader')
      return
    }
    if (route === 'from-leader' && !(ballot && this.#isOfLeader(from, ballot))) {
      const text = 'messages of a leader that is none any more'
      this.refusals.refused(from, { code: 'old-ballot', text }, this.#now.monoMs)
      return
    }
    this.#tell({ is: 'message', member: this.number, route, from, ballot, count, parts })
  }

  /** Never of a lower ballot than what was taken before, and of one leader in each. */
  #isOfLeader(from: string, ballot: Ballot): boolean {
    const core = this.#core
    const heard = this.#heard
    if (!core || compareBallots(ballot, core.promised) < 0 || compareBallots(ballot, heard.ballot) < 0)
      return false
    const leads = core.leader
    if (leads !== undefined && isSameBallot(ballot, core.promised) && leads !== from) return false
    if (isSameBallot(ballot, heard.ballot) && heard.from !== from) return false
    this.#heard = { ballot, from }
    return true
  }

  // ── what goes out

  /** Where users' messages go now; undefined where they cannot. */
  #targetOf(
    route: Route,
    to: string | undefined,
  ): { readonly id: string | undefined; readonly ballot: Ballot | undefined } | undefined {
    if (route === 'all') return { id: undefined, ballot: undefined }
    if (route === 'to-leader') {
      const leader = this.#core?.leader
      return leader === undefined ? undefined : { id: leader, ballot: undefined }
    }
    const lease = this.#core?.lease
    return lease && this.#now.monoMs < lease.untilMs ? { id: to, ballot: lease.ballot } : undefined
  }

  #noteUnsent(route: Route, count: number): void {
    this.#unsent.set(route, (this.#unsent.get(route) ?? 0) + count)
    this.#wake()
  }

  #noteChange(): void {
    this.#isChanged = true
    this.#wake()
  }

  #tellConnected(): void {
    if (!this.#isChanged) return
    this.#isChanged = false
    const ids = this.#network.connected
    if (ids.length === this.#connected.length && ids.every((id, at) => id === this.#connected[at])) return
    this.#connected = ids
    this.#tell({ is: 'connected', member: this.number, ids })
  }

  #tell(event: LinkEvent): void {
    this.#driver.on(event)
  }
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'cannot-bind', message: String(error) }
  const code = 'code' in error ? String(error.code) : 'cannot-bind'
  return { code, message: error.message }
}
