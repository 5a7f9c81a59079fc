/** Members of groups, each by a link of its own, in place of the components that would have joined. */
import { randomBytes } from 'node:crypto'
import { directLink } from '../../../../groups/driver/index.js'
import { createLeaseCell, hostMoment, hostNowMs, LeaseReader } from '../../../../groups/host/index.js'
import type {
  Ballot,
  Choice,
  GroupLink,
  GroupPeer,
  GroupTiming,
  LinkEffect,
  LinkEvent,
  LinkInput,
  Moment,
  OpenGroupLink,
  Route,
} from '../../../../groups/index.js'
import { timings } from '../../../../groups/index.js'
import { createSockets } from '../../../../ports/index.js'

export interface MemberOptions {
  readonly open: OpenGroupLink
  readonly group?: string
  readonly quorum?: number | undefined
  readonly timing?: GroupTiming
  readonly isElectable?: boolean
  readonly host?: string
  readonly now?: () => Moment
  readonly id?: string
}

export interface HeardMessage {
  readonly route: Route
  readonly from: string
  readonly ballot: Ballot | undefined
  readonly text: string
}

/** One that has joined, and what it was told. */
export class TestMember {
  readonly id: string
  readonly events: LinkEvent[] = []
  readonly messages: HeardMessage[] = []
  readonly link: GroupLink
  readonly lease = createLeaseCell()
  readonly reader: LeaseReader
  peer: GroupPeer | undefined
  leader: string | undefined
  participants: readonly string[] = []
  connected: readonly string[] = []
  /** Polls in which it was asked to vote get this answer; none where undefined. */
  choice: Choice | undefined = 'yes'
  /** Called with each event, after all else. */
  on: (event: LinkEvent) => void = () => undefined
  #tag = 0

  constructor(options: MemberOptions) {
    const { open, group = 'test/Cell.one', quorum, timing = timings['lan-fast'] } = options
    const { isElectable = true, host = '127.0.0.1', now, id = randomBytes(16).toString('hex') } = options
    this.id = id
    this.reader = now ? new LeaseReader(this.lease, now) : new LeaseReader(this.lease)
    this.link = open((event) => this.#heard(event, host, isElectable))
    const startedAtMs = now ? now().monoMs : hostNowMs()
    const joined = { id: this.id, group, quorum, timing, isElectable, startedAtMs, knownEpoch: 0, host }
    this.link.send({ do: 'join', member: 1, options: { ...joined, lease: this.lease } })
  }

  hears(others: readonly TestMember[]): void {
    const peers = others.flatMap(({ peer, id }) => (peer && id !== this.id ? [peer] : []))
    this.link.send({ do: 'peers', member: 1, peers })
  }

  input(input: LinkInput): void {
    this.link.send({ do: 'input', member: 1, input })
  }

  request(request: Extract<LinkInput, { kind: 'request' }>['request']): number {
    const tag = ++this.#tag
    this.input({ kind: 'request', tag, request })
    return tag
  }

  poll(timeoutMs = 5000): number {
    const poll = { kind: 'poll', decidedBy: 'majority', timeoutMs, actAt: undefined } as const
    return this.request({ ...poll, topic: Buffer.from('topic') })
  }

  say(route: Route, text: string, to?: string): void {
    this.link.send({ do: 'send', member: 1, route, to, parts: [Buffer.from(text)], count: 1 })
  }

  effects<K extends LinkEffect['kind']>(kind: K): Extract<LinkEffect, { kind: K }>[] {
    return this.events.flatMap((event) =>
      event.is === 'effect' && isKind(event.effect, kind) ? [event.effect] : [],
    )
  }

  told<I extends LinkEvent['is']>(is: I): Extract<LinkEvent, { is: I }>[] {
    return this.events.filter((event): event is Extract<LinkEvent, { is: I }> => event.is === is)
  }

  get leads(): boolean {
    return this.reader.read() !== undefined
  }

  #heard(event: LinkEvent, host: string, isElectable: boolean): void {
    this.events.push(event)
    if (event.is === 'open') {
      const at = (port: number): string => `tcp://${host}:${port}`
      this.peer = { id: this.id, gpub: at(event.gpub), gans: at(event.gans), isElectable }
    } else if (event.is === 'connected') this.connected = event.ids
    else if (event.is === 'message') this.#message(event)
    else if (event.is === 'effect') this.#effect(event.effect)
    this.on(event)
  }

  #message({ route, from, ballot, parts }: Extract<LinkEvent, { is: 'message' }>): void {
    this.messages.push({ route, from, ballot, text: Buffer.concat(parts).toString() })
  }

  #effect(effect: LinkEffect): void {
    if (effect.kind === 'leader') this.leader = effect.id
    else if (effect.kind === 'participants') this.participants = [...effect.members, ...effect.observers]
    else if (effect.kind === 'asked' && this.choice) {
      this.input({ kind: 'vote', poll: effect.poll.id, choice: this.choice })
    }
  }
}

function isKind<K extends LinkEffect['kind']>(
  effect: LinkEffect,
  kind: K,
): effect is Extract<LinkEffect, { kind: K }> {
  return effect.kind === kind
}

/** One with its driver in this thread, and sockets of its own; `ends` gets what closes it, and them. */
export function joinDirectly(ends: (() => void)[], options: Omit<MemberOptions, 'open'> = {}): TestMember {
  const sockets = createSockets()
  const open = directLink({ sockets, now: hostMoment, random: Math.random })
  const member = new TestMember({ open, ...options })
  ends.push(() => {
    member.link.close()
    sockets.closeAll()
  })
  return member
}

/** Tells each of the others. */
export function introduce(members: readonly TestMember[]): void {
  for (const member of members) member.hears(members)
}
