/** Seats beside those of another meaning: taken, looked at, and freed again. */
import { expect } from 'chai'
import type { SeatHolder, SeatState, Sitter } from '../../../../groups/index.js'
import type { Seats } from '../../../../runtime/groups/group-place.js'
import { Seating } from '../../../../runtime/groups/seating.js'
import { runtimeLimits } from '../../../../runtime/limits.js'
import { VirtualClock } from '../../../../testing/clock/virtual-clock.js'
import { rejectionOf } from '../../../rejection.js'
import { Cell } from './cell.js'
import { Played } from './played.js'

const HERE = 'quorum=2 timed=no'
const THERE = 'quorum=3 timed=no'
/** The highest seat of the highest quorum. */
const LAST_SEAT = '254'

/** The seats of one host, in memory. Who holds one says what it is told to say. */
class HostSeats implements Seats {
  readonly held = new Map<string, SeatState>()
  readonly told: [seat: string, by: string][] = []
  looks = 0
  /** Called when a seat is taken, before whoever took it looks at the others. */
  taken = (): void => undefined

  hold(seat: string, parameters: string | undefined): void {
    this.held.set(seat, { kind: 'held', by: holder('other', parameters) })
  }
  async take(name: Parameters<Seats['take']>[0], { incarnation, parameters }: Sitter) {
    if (this.held.has(name.seat)) return undefined
    const state: SeatState = { kind: 'held', by: holder(incarnation, parameters) }
    this.held.set(name.seat, state)
    this.taken()
    return { name, takenAtMs: 0, release: () => this.held.delete(name.seat) }
  }
  async look({ seat }: Parameters<Seats['look']>[0]): Promise<SeatState> {
    this.looks++
    return this.held.get(seat) ?? { kind: 'free' }
  }
  async tell({ seat }: Parameters<Seats['tell']>[0], { incarnation }: Sitter): Promise<void> {
    this.told.push([seat, incarnation])
  }
  untilFree = (): Promise<void> => Promise.reject(new Error('nobody waits'))
}

function holder(incarnation: string, parameters: string | undefined): SeatHolder {
  return { incarnation, process: undefined, parameters }
}

describe('a seat beside others of its group on a host', () => {
  let seats: HostSeats
  beforeEach(() => {
    seats = new HostSeats()
  })

  function take(parameters = HERE, requireWanted = (): void => undefined) {
    const seating = new Seating({ seats, seatsHere: 'all' })
    const quorum = parameters === HERE ? 2 : 3
    const group = { app: 'app', name: 'Cell.north', type: 'Cell', quorum, parameters }
    return seating.take(group, { incarnation: `m${quorum}` }, requireWanted)
  }

  it('is taken beside those that mean the same, and says what it means', async () => {
    seats.hold('0', HERE)
    expect((await take())?.name.seat).to.equal('1')
    expect(await seats.look({ app: 'app', group: 'Cell.north', seat: '1' })).to.deep.equal({
      kind: 'held',
      by: holder('m2', HERE),
    })
  })

  it('is refused beside one that means something else, whichever seat it is; that one is told', async () => {
    for (const seat of ['0', '2', '3', LAST_SEAT]) {
      seats = new HostSeats()
      seats.hold(seat, THERE)
      const error = await rejectionOf(take())
      expect(error, seat).to.include({ name: 'GroupError', code: 'different-parameters' })
      expect(error.message).to.contain(`quorum 2 here, 3 there (here ${HERE}, there ${THERE})`)
      expect([[...seats.held.keys()], seats.told], seat).to.deep.equal([[seat], [[seat, 'm2']]])
    }
  })

  it('is not taken for a moment where another meaning holds one that it may take', async () => {
    seats.hold('1', THERE)
    let taken = false
    seats.taken = () => {
      taken = true
    }
    await rejectionOf(take())
    expect(taken).to.equal(false)
  })

  it('is given back where another meaning came between the first look and the seat', async () => {
    seats.taken = () => seats.hold('4', THERE)
    expect(await rejectionOf(take())).to.have.property('code', 'different-parameters')
    expect([...seats.held.keys()]).to.deep.equal(['4'])
  })

  it('is never held by two that mean different groups, when many join at once', async () => {
    for (let round = 0; round < 50; round++) {
      seats = new HostSeats()
      const late = seats.look.bind(seats)
      seats.look = async (name) => {
        for (let turn = (name.seat.length * 7 + round) % 5; turn > 0; turn--) await undefined
        return late(name)
      }
      const joining = Array.from({ length: 6 }, async (_, at) => {
        for (let turn = 0; turn < (at * round) % 40; turn++) await undefined
        return take(at % 2 === 0 ? HERE : THERE)
      })
      await Promise.allSettled(joining)
      const meanings = [...seats.held.values()].map((state) => state.kind === 'held' && state.by.parameters)
      expect(new Set(meanings).size, `round ${round}`).to.be.at.most(1)
    }
  })
})

describe('a seat beside one whose holder does not say what it means', () => {
  let clock: VirtualClock
  let seats: HostSeats
  beforeEach(() => {
    clock = new VirtualClock()
    seats = new HostSeats()
  })
  afterEach(() => clock.end())

  /** Lets time pass until it has ended. */
  async function settled<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const end = (): void => {
      isOver = true
    }
    work.then(end, end)
    await clock.until(() => isOver, 2 * runtimeLimits.seatSilentMs)
    return work
  }

  function take(requireWanted = (): void => undefined) {
    const seating = new Seating({ seats, seatsHere: 'all' })
    const group = { app: 'app', name: 'Cell.north', type: 'Cell', quorum: 2, parameters: HERE }
    return seating.take(group, { incarnation: 'm2' }, requireWanted)
  }

  it('is refused when it was asked long enough, not before, and not with a guess', async () => {
    for (const state of [{ kind: 'unclear' }, { kind: 'held', by: holder('old', undefined) }] as const) {
      seats.held.clear()
      seats.held.set('7', state)
      const sinceMs = performance.now()
      const error = await settled(rejectionOf(take()))
      expect(performance.now() - sinceMs).to.be.within(runtimeLimits.seatSilentMs, 11_000)
      expect(error).to.have.property('code', 'different-parameters')
      expect(error.message).to.match(/seat 7 on this host has not said in 10000 ms which parameters.*; see/)
      expect([...seats.held.keys()]).to.deep.equal(['7'])
    }
  })

  it('is taken when that one answers in time, or is gone', async () => {
    seats.held.set('1', { kind: 'unclear' })
    seats.held.set('9', { kind: 'unclear' })
    const taking = take()
    setTimeout(() => seats.hold('1', HERE), 300)
    setTimeout(() => seats.held.delete('9'), 900)
    const sinceMs = performance.now()
    expect((await settled(taking))?.name.seat).to.equal('0')
    expect(performance.now() - sinceMs).to.be.within(900, 1500)
  })

  it('is given back as soon as nobody wants it any more', async () => {
    seats.held.set('9', { kind: 'unclear' })
    let isOver = false
    const taking = take(() => {
      if (isOver) throw new Error('it is over')
    })
    setTimeout(() => {
      isOver = true
    }, 300)
    expect(await settled(rejectionOf(taking))).to.have.property('message', 'it is over')
    expect([...seats.held.keys()]).to.deep.equal(['9'])
  })
})

describe('a member in the place of another', () => {
  let played: Played
  beforeEach(() => {
    played = new Played()
  })
  afterEach(() => played.groups.close())

  it('takes no seat beside another meaning, and tries again until it is gone', async () => {
    const { group, first } = await played.joined()
    played.seats.set('stranger', '2')
    const { theirs } = played
    played.theirs = theirs?.replace('quorum=2', 'quorum=3')
    played.tell({ is: 'effect', member: first.member, effect: { kind: 'expelled' } })
    const isRefused = (): boolean => played.log.some((line) => line.includes('is not joined: a process'))
    await new Promise<void>((resolve) => {
      const look = (): void => (isRefused() ? resolve() : void setTimeout(look, 5))
      look()
    })
    expect([played.joins.length, [...played.seats.keys()]]).to.deep.equal([1, ['stranger']])
    played.seats.delete('stranger')
    const second = await played.open(2)
    expect(second.options.isElectable).to.equal(true)
    expect(await played.groups.join('cellist', Cell, 'north', {})).to.equal(group)
  })
})
