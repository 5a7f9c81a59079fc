/** The messages of one member: from its calls to the link, and from the link to its component's turns. */
import { type Ballot, type LinkCommand, NO_BALLOT, type Route } from '../../groups/index.js'
import { bytesOf, portLimits, wallTime } from '../../ports/index.js'
import type { GroupStats } from './group.js'
import type { GroupTurns } from './group-turns.js'
import type { NamedGroupType } from './group-type.js'
import { Incoming } from './incoming.js'
import type { GroupSender, LeaderSender, MemberInfo } from './member-info.js'
import { Outgoing, type Parcel, partsOf } from './outgoing.js'

export interface TalkOptions {
  /** Type and instance. */
  readonly name: string
  readonly type: NamedGroupType
  readonly stats: GroupStats
  readonly turns: GroupTurns
  /** The number and the id of the member. */
  readonly self: () => { readonly member: number; readonly id: string; readonly token: Ballot | undefined }
  command(command: Extract<LinkCommand, { do: 'send' }>): void
  infoOf(id: string): MemberInfo
  /** Says once what was refused, and of whom. */
  refused(from: string, why: string): void
  missed(from: string, messages: number): void
  /** So many messages were more than one turn of the event loop may send. */
  overflowed(messages: number): void
}

export class Talk {
  readonly #options: TalkOptions
  /** Frames that left in this turn of the event loop. */
  #frames = 0
  #outgoing: Outgoing
  #incoming: Incoming
  /** Of the frame that is taken in. */
  #sender: GroupSender | undefined
  #leader: LeaderSender | undefined
  #ballot: Ballot | undefined

  constructor(options: TalkOptions) {
    this.#options = options
    this.#outgoing = this.#newOutgoing()
    this.#incoming = this.#newIncoming()
  }

  /** The member is another now: all count its messages from 1. */
  renew(): void {
    this.#outgoing = this.#newOutgoing()
    this.#incoming = this.#newIncoming()
  }

  send(route: Route, message: unknown, to?: string): void {
    this.#outgoing.send(route, message, to)
  }

  /** What was taken leaves now. */
  flush(): void {
    this.#outgoing.flush()
  }

  /** In this turn of the event loop no more leaves: what is sent yet is dropped. */
  get isFull(): boolean {
    return this.#frames >= portLimits.turnFrames
  }

  /** A frame of another member. */
  heard(
    route: Route,
    from: string,
    ballot: Ballot | undefined,
    parts: readonly Uint8Array[],
    count: number,
  ): void {
    const { turns } = this.#options
    if (!turns.arrive(bytesOf(parts), () => this.#take(route, from, ballot, parts))) this.missed(route, count)
  }

  /** Messages were dropped. Those to all show as gaps in their numbers. */
  missed(route: Route, count: number): void {
    if (route !== 'all') this.#options.stats.missed += count
  }

  /** An ordered message, as it is in the log. */
  ordered(by: string, payload: Uint8Array): void {
    const { turns, stats } = this.#options
    // It may wait for long, and came in one piece of memory with much else.
    const own = new Uint8Array(payload)
    turns.keep(payload.length, () => {
      const message = this.#incoming.takeOne(by, own)
      if (!message) return
      stats.received++
      const from = this.#senderOf(by, message.sentAt)
      turns.run(turns.ordered, message.value, from)
    })
  }

  /** A participant is gone. */
  forget(id: string): void {
    this.#outgoing.forget(id)
    this.#incoming.forget(id)
  }

  #take(route: Route, from: string, ballot: Ballot | undefined, parts: readonly Uint8Array[]): void {
    this.#ballot = ballot
    this.#sender = undefined
    this.#leader = undefined
    this.#incoming.take(route, from, parts)
  }

  #newOutgoing(): Outgoing {
    const { name, type } = this.#options
    const what = `a message ${type.type.using.name} to ${name}`
    return new Outgoing({ what, timed: type.type.timed, emit: (parcel) => this.#emit(parcel) })
  }

  #newIncoming(): Incoming {
    const { type, missed, refused } = this.#options
    return new Incoming(type.type.using, {
      message: (route, value, from, sentAt) => this.#message(route, value, from, sentAt),
      missed,
      refused,
    })
  }

  #emit({ route, to, frame }: Parcel): void {
    const { self, stats, command } = this.#options
    const { member, id, token } = self()
    const isToSelf = to === id
    if (this.isFull && !isToSelf) {
      stats.dropped += frame.count
      this.#options.overflowed(frame.count)
      return
    }
    stats.sent += frame.count
    // What goes to the member itself needs no socket, but a turn: one that answers itself starves nobody.
    if (route === 'all' || isToSelf) {
      const own = partsOf(frame)
      setImmediate(() => this.heard(route, id, token, own, frame.count))
    }
    if (isToSelf) return
    if (this.#frames++ === 0) setImmediate(this.#nextTurn)
    command({ do: 'send', member, route, to, parts: partsOf(frame), count: frame.count })
  }

  readonly #nextTurn = (): void => {
    this.#frames = 0
  }

  #message(route: Route, value: unknown, from: string, sentAt: number): void {
    const { turns, stats } = this.#options
    this.#sender ??= this.#senderOf(from, sentAt)
    stats.received++
    if (route === 'all') turns.run(turns.toAll, value, this.#sender)
    else if (route === 'to-leader') turns.run(turns.toLeader, value, this.#sender)
    else {
      const { epoch, term } = this.#ballot ?? NO_BALLOT
      this.#leader ??= Object.freeze({ ...this.#sender, epoch, term })
      turns.run(turns.fromLeader, value, this.#leader)
    }
  }

  #senderOf(id: string, sentAt: number): GroupSender {
    const info = this.#options.infoOf(id)
    if (!this.#options.type.type.timed) return info
    const receivedAt = wallTime()
    return Object.freeze(Number.isFinite(sentAt) ? { ...info, sentAt, receivedAt } : { ...info, receivedAt })
  }
}
