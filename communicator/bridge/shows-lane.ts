/**
 * A group of this network, for the other end: an observer that joins it, tells what happens there, and how it
 * is whenever that changed or the other end asks. It takes no seat, elects nobody, and votes so that it makes
 * no difference, unless told otherwise.
 */
import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { messageOf } from '../../ports/index.js'
import type {
  ActionMoment,
  AnyGroup,
  GroupSender,
  HistoryRange,
  MemberInfo,
  MissedAction,
  PollRequest,
  PollResult,
} from '../../runtime/index.js'
import { beatFrame, type GroupHappening, type RemoteMember, type SightFrame } from './group-messages.js'
import { LaneComponent } from './lane-component.js'
import { LaneReader, laneFrame, packed, UNNUMBERED, unpacked, VALUE } from './lane-frame.js'
import type { ShownLane } from './lanes.js'
import { bridgeLimits } from './limits.js'
import { neutralVote } from './neutral-vote.js'
import { Newest } from './newest.js'
import { Outflow } from './outflow.js'
import { codeOf, textOf } from './port-code.js'

export class ShowsLane extends LaneComponent<ShownLane> {
  readonly #run = randomUUID()
  readonly #news = new Newest<Buffer>({
    messages: bridgeLimits.queueMessages,
    bytes: bridgeLimits.queueBytes,
  })
  #group: AnyGroup | undefined
  #isTold = true
  /** The last question of the other end, and when it came. */
  #beat: { readonly number: number; readonly cameMs: number } | undefined
  readonly #flow = new Outflow({
    open: (signal) => this.params.crossing.open(this.name, { run: this.#run }, { signal }),
    opened: (stream) => this.#opened(stream),
    next: () => this.#nextNews() ?? this.#nextSight(),
    failed: (error) => this.count.failed(codeOf(error), textOf(error)),
  })

  override async onActivate(): Promise<void> {
    const { group, instance } = this.params.lane
    this.#group = await this.joinGroup(group, instance, { observe: true })
    await super.onActivate()
    this.#flow.start()
  }

  override async onDeactivate(): Promise<void> {
    this.#flow.stop()
    await super.onDeactivate()
  }

  override onVoteRequest(group: AnyGroup, poll: PollRequest): 'yes' | 'no' {
    const { id, topic, kind, requestedBy, voters } = poll
    const isAction = 'action' in poll
    this.#tell(group, {
      is: 'poll-opened',
      poll: id,
      topic,
      kind,
      requestedBy: remote(requestedBy),
      isAction,
    })
    const { vote } = this.params.lane
    return vote === 'neutral' ? neutralVote(kind, voters) : vote
  }

  override onActionVoteRequest(group: AnyGroup, poll: PollRequest): 'yes' | 'no' {
    return this.onVoteRequest(group, poll)
  }

  override onVoteResult(group: AnyGroup, result: PollResult): void {
    const { id: poll, topic, kind, outcome, requestedBy } = result
    const isAction = 'action' in result
    const told = { poll, topic, kind, requestedBy: remote(requestedBy), isAction }
    this.#tell(group, { is: 'poll-ended', ...told, outcome })
  }

  override onAction(group: AnyGroup, action: unknown, { late }: ActionMoment): void {
    this.#tell(group, { is: 'action', action, late })
  }

  override onActionMissed(group: AnyGroup, action: unknown, _when: MissedAction): void {
    this.#tell(group, { is: 'action-missed', action })
  }

  override onLeaderElected(group: AnyGroup, leader: MemberInfo): void {
    const { epoch, term } = group
    this.#tell(group, { is: 'leader-elected', leader: remote(leader), epoch, term })
  }

  override onLeaderExited(group: AnyGroup, leader: MemberInfo): void {
    this.#tell(group, { is: 'leader-exited', leader: remote(leader) })
  }

  override onQuorumLost(group: AnyGroup): void {
    this.#tell(group, { is: 'quorum-lost' })
  }

  override onSplit(group: AnyGroup, members: readonly MemberInfo[]): void {
    this.#tell(group, { is: 'split', members: members.map(remote) })
  }

  override onMemberJoined(group: AnyGroup, member: MemberInfo): void {
    this.#tell(group, { is: 'member-joined', member: remote(member) })
  }

  override onMemberLeft(group: AnyGroup, member: MemberInfo): void {
    this.#tell(group, { is: 'member-left', member: remote(member) })
  }

  override onGroupMessage(group: AnyGroup, message: unknown, from: GroupSender): void {
    if (!this.params.lane.messages) return
    this.#tell(group, { is: 'message', message, from: remote(from) })
  }

  override onOrderedMessage(group: AnyGroup, message: unknown, from: GroupSender): void {
    if (!this.params.lane.messages) return
    this.#tell(group, { is: 'ordered-message', message, from: remote(from) })
  }

  override onHistoryLost(group: AnyGroup, { from, to }: HistoryRange): void {
    this.#tell(group, { is: 'history-lost', from, to })
  }

  #tell(group: AnyGroup, happening: GroupHappening): void {
    this.#group = group
    this.#isTold = false
    try {
      const news = packed(happening, `news of ${group.name}`)
      this.count.dropped(this.#news.add(news, news.length))
    } catch (error) {
      this.#news.skip(1)
      this.count.dropped(1)
      this.count.failed(codeOf(error), messageOf(error))
    }
    this.#flow.wake()
  }

  #opened(stream: Duplex): void {
    const reader = new LaneReader()
    this.#beat = undefined
    stream.on('data', (piece) => {
      try {
        for (const { payload } of reader.read(piece)) this.#asked(payload)
      } catch (error) {
        this.count.refused(messageOf(error))
        stream.destroy()
      }
    })
  }

  #asked(payload: Buffer): void {
    const message = unpacked(payload)
    const asked = 'value' in message ? beatFrame.safeParse(message.value) : undefined
    if (!asked?.success) {
      this.count.refused('what is no question of the end that watches')
      return
    }
    this.#beat = { number: asked.data.beat, cameMs: performance.now() }
    this.#isTold = false
    this.#flow.wake()
  }

  #nextNews(): Buffer | undefined {
    const next = this.#news.take()
    if (!next) return undefined
    this.count.carried()
    return laneFrame(VALUE, next.number, next.item)
  }

  /** How the group is now: as late as it can be said. */
  #nextSight(): Buffer | undefined {
    const group = this.#group
    if (this.#isTold || !group || !this.#beat) return undefined
    this.#isTold = true
    const { number: beat, cameMs } = this.#beat
    const sight: SightFrame = {
      sight: {
        group: group.name,
        isConnected: group.isConnected,
        leader: group.leader ? remote(group.leader) : null,
        epoch: group.epoch,
        term: group.term,
        members: group.members.map(remote),
        observers: group.observers.map(remote),
      },
      beat,
      heldMs: performance.now() - cameMs,
    }
    return laneFrame(UNNUMBERED, 0, packed(sight, `what is known of ${group.name}`))
  }
}

function remote({ id, actor, component, host, isObserver }: MemberInfo): RemoteMember {
  return { id, actor, component, host, isObserver }
}
