/** All checkers, by name; each sees all that happens, and one of them alone can be made to. */
import type { SimProcess } from '../process.js'
import { ActionChecker, MomentChecker } from './actions.js'
import type { Acted, Acting, Checker, Scene, Stepped } from './checker.js'
import { ClockChecker } from './clocks.js'
import { CommitChecker, DecisionChecker } from './decisions.js'
import { FormationChecker, LossChecker, WillingChecker } from './formations.js'
import { LeaseChecker, VoteChecker, WordChecker } from './grants.js'
import { LeaderChecker, PromiseChecker, ReleaseChecker, TokenChecker } from './leaders.js'
import { BoundsChecker, LogChecker } from './logs.js'
import { MembersChecker } from './members.js'
import { CountChecker, OrderChecker, PollChecker, RequestChecker } from './polls.js'
import { ValueChecker } from './values.js'

export const checkers: Readonly<Record<string, new (scene: Scene) => Checker>> = {
  'two-leaders': LeaderChecker,
  token: TokenChecker,
  word: WordChecker,
  lease: LeaseChecker,
  promise: PromiseChecker,
  vote: VoteChecker,
  release: ReleaseChecker,
  formation: FormationChecker,
  willing: WillingChecker,
  lost: LossChecker,
  log: LogChecker,
  commit: CommitChecker,
  decision: DecisionChecker,
  poll: PollChecker,
  count: CountChecker,
  request: RequestChecker,
  order: OrderChecker,
  values: ValueChecker,
  action: ActionChecker,
  moment: MomentChecker,
  clock: ClockChecker,
  members: MembersChecker,
  bounds: BoundsChecker,
}

/** What holds only while the clocks of walls are nearly right, so that no two formations have one number. */
const OF_CLOCKS: ReadonlySet<string> = new Set([
  ...['token', 'formation', 'log', 'lost', 'decision', 'poll', 'request'],
  ...['action', 'moment', 'clock'],
])

/** What holds only while monotonic clocks drift no more than the group clock counts on. */
const OF_DRIFT: ReadonlySet<string> = new Set(['moment', 'clock'])

export interface CheckersOptions {
  readonly world: Scene
  /** The name of the one that checks; without, all do. */
  readonly only?: string | undefined
}

export class Checkers {
  readonly #world: Scene
  readonly #all: readonly Checker[]
  readonly #saying: readonly Checker[]
  readonly #stepping: readonly Checker[]
  readonly #acting: readonly Checker[]
  readonly #checking: readonly Checker[]

  constructor({ world, only }: CheckersOptions) {
    const { areClocksWild, areClocksSteady } = world.plan
    const isVoid = (name: string): boolean =>
      (areClocksWild && OF_CLOCKS.has(name)) || (!areClocksSteady && OF_DRIFT.has(name))
    const isMeant = (name: string): boolean => (only === undefined || name === only) && !isVoid(name)
    const chosen = Object.entries(checkers).filter(([name]) => isMeant(name))
    this.#all = chosen.map(([, Class]) => new Class(world))
    this.#world = world
    this.#saying = this.#all.filter(({ said }) => said)
    this.#stepping = this.#all.filter(({ stepped }) => stepped)
    this.#acting = this.#all.filter(({ acted }) => acted)
    this.#checking = this.#all.filter(({ check }) => check)
  }

  /** Requests that are not settled: of whom, and their tags. */
  get unsettled(): RequestChecker['unsettled'] {
    return this.#all.flatMap((checker) => (checker instanceof RequestChecker ? checker.unsettled : []))
  }

  started(process: SimProcess): void {
    for (const checker of this.#all) checker.started?.(process)
  }

  /** @throws Violation. */
  stepped(stepped: Stepped): void {
    const { process, effects, atMs } = stepped
    const monoMs = process.host.monoMs(atMs)
    for (const effect of effects) {
      if (effect.kind !== 'send' && effect.kind !== 'broadcast') continue
      const to = effect.kind === 'send' ? effect.to : undefined
      const said = { from: process, to, message: effect.message, monoMs }
      for (const checker of this.#saying) checker.said?.(said)
    }
    for (const checker of this.#stepping) checker.stepped?.(stepped)
  }

  /** @throws Violation. */
  acted(acted: Acted): void {
    for (const checker of this.#acting) checker.acted?.(acted)
  }

  /** @throws Violation. */
  checkAll(nowMs: number): void {
    let acting: Acting[] | undefined
    for (const process of this.#world.processes.values()) {
      const ballot = process.lease && process.actsIn(nowMs)
      if (ballot) acting = [...(acting ?? []), { process, ballot }]
    }
    if (acting) for (const checker of this.#checking) checker.check?.(acting)
  }
}
