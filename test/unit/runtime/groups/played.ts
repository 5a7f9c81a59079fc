/** An actor with groups whose link, seats and place the test plays. */
import pino from 'pino'
import type { LinkCommand, LinkEffect, LinkEvent, SeatState } from '../../../../groups/index.js'
import { makeComponent } from '../../../../runtime/component.js'
import { ActorGroups } from '../../../../runtime/groups/actor-groups.js'
import type { JoiningComponent } from '../../../../runtime/groups/actor-groups-options.js'
import type { Group } from '../../../../runtime/groups/group.js'
import type { GroupPlace, SeatsHere } from '../../../../runtime/groups/group-place.js'
import { namedGroupTypes } from '../../../../runtime/groups/group-type.js'
import { Notices } from '../../../../runtime/notices.js'
import { ComponentTurns } from '../../../../runtime/turns.js'
import { until } from '../../../support/events.js'
import { Cell, Cellist, cells, type Data } from './cell.js'

export type Join = Extract<LinkCommand, { do: 'join' }>

const FORMATIONS = [{ genesis: { epoch: 1, term: 1 }, index: 1 }]

/** An actor's groups, whose other side the test is. */
export class Played {
  readonly commands: LinkCommand[] = []
  /** How often a link was opened. */
  links = 0
  /** Seats that are held, by member. */
  readonly seats = new Map<string, string>()
  seatsHere: SeatsHere = 'all'
  /** What the others mean by the group; undefined where they do not say. */
  theirs = namedGroupTypes('cells', cells.groups).get(Cell)?.parameters
  readonly groups: ActorGroups
  readonly cellist: Cellist
  /** What was logged. */
  readonly log: string[] = []
  #on: (event: LinkEvent) => void = () => undefined
  #whenFreed: (() => void)[] = []

  constructor() {
    const log = pino({ level: 'info' }, { write: (line: string) => this.log.push(line) })
    const context = {
      name: 'cellist',
      actor: 'A',
      actorId: 'a'.repeat(16),
      app: 'cells',
      params: { joins: false },
      log,
    }
    const { component } = makeComponent(Cellist, context)
    if (!(component instanceof Cellist)) throw new Error('it is another component')
    this.cellist = component
    const joining: JoiningComponent = {
      name: 'cellist',
      component,
      turns: new ComponentTurns(() => undefined),
    }
    this.groups = new ActorGroups({
      ...{ app: cells, actor: 'A', actorId: 'a'.repeat(16), notices: new Notices(log), log },
      key: () => '',
      host: () => '127.0.0.1',
      place: () => this.#place,
      components: () => [joining],
      requireRoom: () => undefined,
      watcher: {},
      listed: () => undefined,
      witness: () => undefined,
      stalled: () => undefined,
    })
  }

  get joins(): readonly Join[] {
    return this.commands.flatMap((command) => (command.do === 'join' ? [command] : []))
  }

  tell(event: LinkEvent): void {
    this.#on(event)
  }

  /** Has the core of a member tell something. */
  effect({ member }: Join, ...effects: LinkEffect[]): void {
    for (const effect of effects) this.tell({ is: 'effect', member, effect })
  }

  /** The member takes part, with others. */
  takesPart(join: Join, ...others: string[]): void {
    this.effect(join, { kind: 'participants', members: [join.options.id, ...others], observers: [] })
  }

  /** The member hears what is decided behind an entry; up to another there was something to hear before. */
  hearsBehind({ member }: Join, index: number, unheardTo = index, formations = FORMATIONS): void {
    this.tell({ is: 'takes-part', member, index, unheardTo, formations })
  }

  left({ member }: Join): void {
    this.tell({ is: 'left', member })
  }

  /** Joins the group. Gives it, and its first member. */
  async joined(): Promise<{ readonly group: Group<Data>; readonly first: Join }> {
    const joining = this.groups.join('cellist', Cell, 'north', {})
    const first = await this.open(1)
    return { group: await joining, first }
  }

  /** All seats of the group are others'. */
  takeAll(): void {
    for (const seat of ['0', '1', '2']) this.seats.set(`other ${seat}`, seat)
  }

  /** One of the others is gone. */
  freeOne(): void {
    this.seats.delete('other 1')
    for (const told of this.#whenFreed.splice(0)) told()
  }

  /** The sockets of the newest member are bound. */
  async open(count: number): Promise<Join> {
    await until(() => this.joins.length === count)
    const join = this.joins[count - 1]
    if (!join) throw new Error('nobody joins')
    this.tell({ is: 'open', member: join.member, gpub: 1, gans: 2 })
    return join
  }

  #look(seat: string): SeatState {
    const [incarnation] = [...this.seats].find(([, held]) => held === seat) ?? []
    if (incarnation === undefined) return { kind: 'free' }
    return { kind: 'held', by: { incarnation, process: undefined, parameters: this.theirs } }
  }

  get #place(): GroupPlace {
    return {
      openLink: (on) => {
        this.links++
        this.#on = on
        return { send: (command) => this.commands.push(command), close: () => undefined }
      },
      now: () => ({ monoMs: performance.now(), wallUs: Date.now() * 1e3 }),
      setAlarm: () => () => undefined,
      seats: {
        take: async (name, { incarnation: member }) => {
          if ([...this.seats.values()].includes(name.seat)) return undefined
          this.seats.set(member, name.seat)
          return { name, takenAtMs: 42, release: () => this.seats.delete(member) }
        },
        look: async ({ seat }) => this.#look(seat),
        tell: async () => undefined,
        untilFree: () => new Promise((resolve) => this.#whenFreed.push(resolve)),
      },
      seatsHere: this.seatsHere,
      witnesses: { certify: async () => 'unknown' },
      process: undefined,
    }
  }
}
