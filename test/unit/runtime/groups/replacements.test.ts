/**
 * Members in the place of others, over a link that the test plays: put out, sockets lost, the thread ended.
 */
import { expect } from 'chai'
import pino from 'pino'
import type { LinkCommand, LinkEvent } from '../../../../groups/index.js'
import { makeComponent } from '../../../../runtime/component.js'
import { ActorGroups, type JoiningComponent } from '../../../../runtime/groups/actor-groups.js'
import type { GroupPlace } from '../../../../runtime/groups/group-place.js'
import { Notices } from '../../../../runtime/notices.js'
import { ComponentTurns } from '../../../../runtime/turns.js'
import { until } from '../../../support/events.js'
import { Cell, Cellist, cells } from './cell.js'

type Join = Extract<LinkCommand, { do: 'join' }>

/** An actor's groups, whose other side the test is. */
class Played {
  readonly commands: LinkCommand[] = []
  /** How often a link was opened. */
  links = 0
  /** Seats that are held, by member. */
  readonly seats = new Map<string, string>()
  readonly groups: ActorGroups
  #on: (event: LinkEvent) => void = () => undefined

  constructor() {
    const log = pino({ level: 'silent' })
    const context = {
      name: 'cellist',
      actor: 'A',
      actorId: 'a'.repeat(16),
      app: 'cells',
      params: { joins: false },
      log,
    }
    const { component } = makeComponent(Cellist, context)
    const joining: JoiningComponent = {
      name: 'cellist',
      component,
      turns: new ComponentTurns(() => undefined),
    }
    this.groups = new ActorGroups({
      ...{ app: cells, actor: 'A', actorId: 'a'.repeat(16), notices: new Notices(log), log },
      host: () => '127.0.0.1',
      place: () => this.#place,
      components: () => [joining],
      listed: () => undefined,
      stalled: () => undefined,
    })
  }

  get joins(): readonly Join[] {
    return this.commands.flatMap((command) => (command.do === 'join' ? [command] : []))
  }

  tell(event: LinkEvent): void {
    this.#on(event)
  }

  /** The sockets of the newest member are bound. */
  async open(count: number): Promise<Join> {
    await until(() => this.joins.length === count)
    const join = this.joins[count - 1]
    if (!join) throw new Error('nobody joins')
    this.tell({ is: 'open', member: join.member, gpub: 1, gans: 2 })
    return join
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
        take: async (name, member) => {
          if ([...this.seats.values()].includes(name.seat)) return undefined
          this.seats.set(member, name.seat)
          return { name, takenAtMs: 42, release: () => this.seats.delete(member) }
        },
        untilFree: () => new Promise(() => undefined),
      },
      seatsHere: 'all',
      witnesses: { certify: async () => 'unknown' },
      process: undefined,
    }
  }
}

describe('a member in the place of another', () => {
  let played: Played
  beforeEach(() => {
    played = new Played()
  })
  afterEach(() => played.groups.close())

  async function joined() {
    const joining = played.groups.join('cellist', Cell, 'north', {})
    const first = await played.open(1)
    return { group: await joining, first }
  }

  it('joins with the seat that it has, whose last holder may have given its word until then', async () => {
    const { group, first } = await joined()
    expect(first.options).to.include({
      id: group.id,
      group: 'cells/Cell.north',
      quorum: 2,
      isElectable: true,
    })
    expect(first.options.startedAtMs).to.equal(42)
  })

  it('joins again where others hold it for dead, under another id, with the same handle', async () => {
    const { group, first } = await joined()
    played.tell({ is: 'effect', member: first.member, effect: { kind: 'expelled' } })
    const second = await played.open(2)
    await until(() => group.id === second.options.id)
    expect(second.options.id).not.to.equal(first.options.id)
    expect(played.commands).to.deep.include({ do: 'leave', member: first.member })
    expect([...played.seats.keys()]).to.deep.equal([second.options.id])
    expect(await played.groups.join('cellist', Cell, 'north', {})).to.equal(group)
  })

  it('over another link where the thread has ended, as soon and as seldom as is right', async () => {
    const { group, first } = await joined()
    const ended = { is: 'failed', code: 'thread-ended', message: 'the thread has ended' } as const
    played.tell({ ...ended, member: first.member })
    const second = await played.open(2)
    expect(played.links).to.equal(2)
    await until(() => group.id === second.options.id)
    const againMs = performance.now()
    played.tell({ ...ended, member: second.member })
    await played.open(3)
    // Twice as late as the first time.
    expect(performance.now() - againMs).to.be.above(150)
  })

  it('frees its seat when it has left, and not before', async () => {
    const { group, first } = await joined()
    const leaving = group.leave()
    expect(played.seats.size).to.equal(1)
    expect(played.commands.at(-1)).to.deep.equal({ do: 'leave', member: first.member })
    played.tell({ is: 'left', member: first.member })
    await leaving
    expect(played.seats.size).to.equal(0)
  })

  it('where it leaves while it joins, neither joins nor frees its seat before it is told', async () => {
    const joining = played.groups.join('cellist', Cell, 'north', {})
    await until(() => played.joins.length === 1)
    const [membership] = played.groups.memberships
    const leaving = membership?.leave()
    const outcome = await joining.then(
      () => 'joined',
      (error: unknown) => error,
    )
    expect(outcome).to.have.property('code', 'left')
    expect(played.seats.size).to.equal(1)
    played.tell({ is: 'left', member: played.joins[0]?.member ?? 0 })
    await leaving
    expect(played.seats.size).to.equal(0)
  })

  it('whose sockets cannot be bound has not joined, and may try again', async () => {
    const joining = played.groups.join('cellist', Cell, 'north', {})
    await until(() => played.joins.length === 1)
    played.tell({ is: 'failed', member: 1, code: 'EADDRNOTAVAIL', message: 'no such address' })
    const outcome = await joining.then(
      () => 'joined',
      (error: unknown) => error,
    )
    expect(outcome).to.have.property('code', 'cannot-join')
    expect([played.seats.size, played.groups.memberships.length]).to.deep.equal([0, 0])
    const again = played.groups.join('cellist', Cell, 'north', {})
    await played.open(2)
    expect((await again).id).to.equal(played.joins[1]?.options.id)
  })
})
