/**
 * An inverter of a microgrid: tells its load, votes on moves, and moves its breaker at the moment that was
 * agreed. One of them coordinates: whom the group has elected. It holds nothing that would be lost with it.
 */
import {
  type ActionMoment,
  type ActionRequest,
  type AnyGroup,
  Component,
  type Group,
  type GroupSender,
  type InputOf,
  type MemberInfo,
  type MissedAction,
  type OutputOf,
  type PollResult,
} from 'quorate'
import { z } from 'zod'
import { GRID, Grid, Move, nameOf } from './agreed.js'
import { Breaker } from './breaker.js'
import type { Moved } from './coordination.js'
import { Coordinator, type CoordinatorParams } from './coordinator.js'
import { HostLoad } from './load.js'
import { Loads } from './loads.js'
import { Microgrid, type Report } from './messages.js'
import { kW, timeOfDay } from './wording.js'

/** A report as it is heard. */
type Heard = OutputOf<typeof Report>

export interface InverterParams extends CoordinatorParams {
  readonly instance: number
  /** kW that it can feed. */
  readonly rated: number
  /** kW of load when what it reads of the machine is full. */
  readonly peak: number
  /** Milliseconds that it thinks before it votes. */
  readonly think: number
  /** Milliseconds between two lines of the coordinator on the load. */
  readonly show: number
}

/** A move that is voted on, agreed or made, and when it is due by the group clock. */
interface Due {
  readonly move: Move
  readonly atMs: number
}

/** What an operator lets an inverter feed. */
const Derating = z.object({
  percent: z.number().min(0).max(100).describe('of what it is rated for'),
  why: z.string().max(200).default('').describe('is logged'),
})

/** So long after its moment a move that nobody reports to have made is none any more. */
const OVERDUE_MS = 1000

export class Inverter extends Component<InverterParams> {
  readonly measure = this.timer('1s', () => this.#measure())
  readonly coordinate = this.timer('100ms', () => this.#coordinate())
  readonly thought = this.timer('sporadic', () => this.#vote())
  readonly display = this.timer(this.params.show, () => this.#show())

  /** kW that it can feed now. */
  readonly rated = this.property('rated', z.number().min(0), {
    value: this.params.rated,
    description: 'kW that it can feed now',
  })
  readonly derate = this.command('derate', Derating, (to) => this.#derate(to), {
    description: 'lets it feed no more than a share of what it is rated for',
  })

  readonly #source = new HostLoad(this.params.instance)
  readonly #loads = new Loads()
  readonly #breaker = new Breaker()
  readonly #coordinator = new Coordinator(this.params, this.log)
  #group: Group<InputOf<typeof Report>, Heard> | undefined
  #due: Due | undefined
  #moved: Moved | undefined
  /** The polls that it thinks about, and what it is going to say. */
  #asked: { readonly id: string; readonly isFor: boolean }[] = []

  override async onActivate(): Promise<void> {
    this.#group = await this.joinGroup(Microgrid, 'north')
    this.#group.state.watch(GRID, () => this.#follow())
    this.#follow()
    const loadKW = this.#measure()
    const { source } = this.#source
    this.log.info(`its load is the ${source} of this machine: ${kW(loadKW)}, rated ${kW(this.params.rated)}`)
  }

  override onGroupMessage(_group: AnyGroup, report: Heard, from: GroupSender): void {
    if (report.kind === 'load') this.#loads.hear(from.id, report)
  }

  override onMessageToLeader(_group: AnyGroup, report: Heard, from: GroupSender): void {
    if (report.kind === 'moved') this.#coordinator.hear(from.id, report)
  }

  override onMemberLeft(_group: AnyGroup, { id }: MemberInfo): void {
    this.#loads.forget(id)
  }

  override onLeaderElected(group: AnyGroup, leader: MemberInfo): void {
    if (leader.isSelf) {
      this.#coordinator.elected(group)
      const move = this.#moving
      if (move) this.log.info(`goes on with ${nameOf(move)}, which is under way`)
    }
    // Whoever coordinates now may not have heard of it.
    if (this.#moved && this.#moved.sequence > (this.#grid?.sequence ?? 0)) this.#report(this.#moved)
  }

  override onQuorumLost(group: AnyGroup): void {
    if (!group.hasLeader) this.log.warn('too few inverters: nobody coordinates, and no breaker moves')
  }

  /** Votes at once, or when it has thought. */
  override onActionVoteRequest(_group: AnyGroup, { id, action, at }: ActionRequest): boolean | undefined {
    const { data: move } = Move.safeParse(action)
    const isNew = move !== undefined && move.sequence > this.#breaker.sequence
    if (isNew) this.#due = { move, atMs: at }
    // On the island they have to carry all the load by themselves.
    const { loadKW, ratedKW } = this.#loads.sum
    const isFor = isNew && (move.to === 'connected' || loadKW <= ratedKW)
    if (this.params.think <= 0) return isFor
    this.#asked.push({ id, isFor })
    this.log.debug({ thinks: id }, 'thinks about its vote')
    this.thought.launch(this.params.think)
    return undefined
  }

  override onVoteResult(group: AnyGroup, { action, at, outcome }: PollResult): void {
    const { data: move } = Move.safeParse(action)
    if (!move || at === undefined) return
    const isAgreed = outcome === 'yes'
    if (isAgreed && move.sequence > this.#breaker.sequence) this.#due = { move, atMs: at }
    else if (this.#due?.atMs === at) this.#due = undefined
    if (!group.isLeader) return
    const what = isAgreed ? `agreed: all at ${timeOfDay(at)}` : `not agreed (${outcome})`
    this.log.info({ voted: outcome, sequence: move.sequence, at }, `${nameOf(move)} is ${what}`)
  }

  override onAction(_group: AnyGroup, action: unknown, { at, late }: ActionMoment): void {
    const move = Move.parse(action)
    if (!this.#breaker.make(move)) return
    this.#moved = { ...move, atMs: at, movedAtMs: at + late }
    const moved = this.#breaker.isOpen ? 'opened' : 'closed'
    this.log.info(
      { moved, sequence: move.sequence, at, late },
      `${moved} its breaker at ${timeOfDay(at)} (${late.toFixed(2)} ms late)`,
    )
    this.#report(this.#moved)
  }

  override onActionMissed(_group: AnyGroup, action: unknown, { lateBy }: MissedAction): void {
    const { data: move } = Move.safeParse(action)
    if (move) this.log.warn(`missed ${nameOf(move)}: heard of it ${lateBy.toFixed(0)} ms too late`)
  }

  get #grid(): Grid | undefined {
    return Grid.safeParse(this.#group?.state.get(GRID)).data
  }

  /**
   * The move that is voted on, agreed or made, until it is shared where the grid stands: it is not to be
   * asked for again. One that nothing came of is none any more.
   */
  get #moving(): Move | undefined {
    const { move, atMs } = this.#due ?? {}
    const clock = this.#group?.clock
    if (!move || atMs === undefined || !clock?.isKnown) return undefined
    const isShared = move.sequence <= (this.#grid?.sequence ?? 0)
    return isShared || clock.now() >= atMs + OVERDUE_MS ? undefined : move
  }

  #measure(): number {
    const loadKW = this.#source.read() * this.params.peak
    this.#group?.send({ kind: 'load', loadKW, ratedKW: this.rated.value })
    return loadKW
  }

  /** Tells the others at once: what they can carry together, they vote by. */
  #derate({ percent, why }: z.infer<typeof Derating>): { readonly ratedKW: number } {
    this.rated.value = (this.params.rated * percent) / 100
    this.log.info(`feeds no more than ${kW(this.rated.value)} now${why === '' ? '' : `: ${why}`}`)
    this.#measure()
    return { ratedKW: this.rated.value }
  }

  /** It came late, or missed a move: where the others are, it goes at once. */
  #follow(): void {
    const grid = this.#grid
    if (!grid || !this.#breaker.follow(grid)) return
    const moved = this.#breaker.isOpen ? 'opened' : 'closed'
    this.log.info(
      { followed: moved, sequence: grid.sequence },
      `${moved} its breaker after the others, who are ${grid.mode}`,
    )
  }

  #vote(): void {
    for (const { id, isFor } of this.#asked.splice(0)) {
      try {
        this.#group?.sendVote(id, isFor)
      } catch (error) {
        // It was decided while it thought.
        this.log.debug(error)
      }
    }
  }

  #report(moved: Moved): void {
    // Where there is no leader, the next one is told.
    this.#group?.sendToLeader({ kind: 'moved', ...moved }).catch(() => undefined)
  }

  #coordinate(): void {
    const group = this.#group
    if (!group?.clock.isKnown) return
    const isMoving = this.#moving !== undefined
    this.#coordinator.step(group, { grid: this.#grid, loadKW: this.#loads.sum.loadKW, isMoving })
  }

  #show(): void {
    if (!this.#group?.isLeader) return
    const { loadKW, ratedKW } = this.#loads.sum
    const mode = this.#grid?.mode ?? 'connected'
    this.log.info({ mode, loadKW, ratedKW }, `${mode}, load ${kW(loadKW)} of ${kW(ratedKW)}`)
  }
}
