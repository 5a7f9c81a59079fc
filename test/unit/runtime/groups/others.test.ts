/** Who is listed, who holds seats, who is dead: what an actor knows of the members of its groups. */
import { expect } from 'chai'
import type { ActorRecord, GroupAd, Listing } from '../../../../discovery/index.js'
import type { Suspect, Verdict } from '../../../../groups/index.js'
import type { HeldSeat, Seats } from '../../../../runtime/groups/group-place.js'
import { actorIdOf, memberId } from '../../../../runtime/groups/member-info.js'
import { Pulse } from '../../../../runtime/groups/pulse.js'
import { type Listed, Roster } from '../../../../runtime/groups/roster.js'
import { Seating } from '../../../../runtime/groups/seating.js'
import { Suspects } from '../../../../runtime/groups/suspects.js'
import { runtimeLimits } from '../../../../runtime/limits.js'
import { rejectionOf } from '../../../rejection.js'
import { until } from '../../../support/events.js'

const A = 'a'.repeat(16)
const B = 'b'.repeat(16)

function recordOf(id: string): ActorRecord {
  return { id, app: 'app', actor: 'X', host: '10.0.0.1', port: 7000, key: '', generation: 0, wire: [1] }
}

function adOf(member: string, other: Partial<GroupAd> = {}): GroupAd {
  return {
    ...{ group: 'Cell.north', member, component: 'c', seat: '0', parameters: 'quorum=2' },
    ...{ gpub: 'tcp://10.0.0.1:1', gans: 'tcp://10.0.0.1:2', using: { name: 'M', fingerprint: 'f' } },
    ...other,
  }
}

function listingOf(...groups: GroupAd[]): Listing {
  return { ports: [], types: [], groups }
}

describe('the id of a member', () => {
  it('is of its actor, its component and the join', () => {
    const id = memberId(A, 3, 17)
    expect(id).to.equal(`${A}0000000300000011`)
    expect(actorIdOf(id)).to.equal(A)
  })
})

describe('the roster of a group', () => {
  it('has what actors list of their own members, with addresses', () => {
    const roster = new Roster()
    const own = adOf(memberId(A, 0, 1))
    const listing = listingOf(
      own,
      adOf(memberId(B, 0, 1)),
      adOf(memberId(A, 0, 2), { gpub: 'ipc:///tmp/x' }),
      adOf(memberId(A, 0, 3), { gans: 'tcp://example.org:1' }),
    )
    expect([...roster.update(recordOf(A), listing)]).to.deep.equal(['Cell.north'])
    expect(roster.of('Cell.north').map(({ ad }) => ad)).to.deep.equal([own])
  })

  it('keeps those whose directory does not answer, until they are gone, and knows them then', () => {
    const roster = new Roster()
    const member = memberId(A, 0, 1)
    roster.update(recordOf(A), listingOf(adOf(member, { leads: { epoch: 7, term: 1 } })))
    expect([roster.isLive(A), roster.knownEpoch('Cell.north')]).to.deep.equal([true, 7])
    expect(roster.lost(A)).to.have.length(1)
    expect([roster.isLive(A), roster.of('Cell.north').length]).to.deep.equal([false, 1])
    expect([...roster.remove(A)]).to.deep.equal(['Cell.north'])
    expect([roster.of('Cell.north').length, roster.find(member)?.record.id]).to.deep.equal([0, A])
    expect([...roster.update(recordOf(A), listingOf())]).to.deep.equal([])
  })

  it('knows all that are listed, however many they are, and the newest of those that are gone', () => {
    const roster = new Roster()
    const most = runtimeLimits.knownMembers
    const idsOf = (actor: string, join: number): string[] =>
      Array.from({ length: most }, (_, place) => memberId(actor, place, join))
    const list = (actor: string, ids: readonly string[]): void =>
      void roster.update(recordOf(actor), listingOf(...ids.map((id) => adOf(id))))
    const knows = (ids: readonly string[]): number => ids.filter((id) => roster.find(id)).length
    list(A, idsOf(A, 1))
    list(B, idsOf(B, 1))
    expect([knows(idsOf(A, 1)), knows(idsOf(B, 1))]).to.deep.equal([most, most])
    list(A, idsOf(A, 2))
    // Those that are listed again push none out.
    list(B, idsOf(B, 1))
    expect([knows(idsOf(A, 1)), knows(idsOf(A, 2)), knows(idsOf(B, 1))]).to.deep.equal([most, most, most])
    roster.remove(B)
    expect([knows(idsOf(A, 1)), knows(idsOf(A, 2)), knows(idsOf(B, 1))]).to.deep.equal([0, most, most])
  })
})

describe('the seats of a group', () => {
  const group = { app: 'app', name: 'Cell.north', type: 'Cell', quorum: 2, parameters: 'quorum=2' }
  const sitter = { incarnation: 'm' }
  const wanted = (): void => undefined

  /** Seats in memory, of which some are taken; `free()` frees one. */
  function seatsWith(...taken: string[]) {
    const held = new Set(taken)
    const waiting: (() => void)[] = []
    const seats: Seats = {
      take: async (name) => {
        if (held.has(name.seat)) return undefined
        held.add(name.seat)
        const seat: HeldSeat = { name, takenAtMs: 0, release: () => held.delete(name.seat) }
        return seat
      },
      look: async ({ seat }) => {
        const by = { incarnation: 'other', process: undefined, parameters: 'quorum=2' }
        return held.has(seat) ? { kind: 'held', by } : { kind: 'free' }
      },
      tell: async () => undefined,
      untilFree: (name, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          const look = (): void => (held.has(name.seat) ? void waiting.push(look) : resolve())
          look()
        }),
    }
    const free = (seat: string): void => {
      held.delete(seat)
      for (const look of waiting.splice(0)) look()
    }
    return { seats, free }
  }

  it('are taken in their order, as far as they are on this host', async () => {
    const { seats } = seatsWith('1')
    const seating = new Seating({ seats, seatsHere: [0, 1] })
    expect((await seating.take(group, sitter, wanted))?.name.seat).to.equal('0')
    expect(await seating.take(group, sitter, wanted)).to.equal(undefined)
  })

  it('are refused where nobody said which are on this host, with what to say', async () => {
    const { seats } = seatsWith()
    const seating = new Seating({ seats, seatsHere: undefined })
    const error = await rejectionOf(seating.take(group, sitter, wanted))
    expect(error).to.have.property('code', 'no-seats')
    expect(String(error)).to.match(/has 3 seats on the whole network.*seats: \[0\] \(numbers from 0 to 2/)
  })

  it('are waited for until one is free, or the wait ends', async () => {
    const { seats, free } = seatsWith('0', '1', '2')
    const seating = new Seating({ seats, seatsHere: 'all' })
    const wait = new AbortController()
    const freed = seating.untilFree(group, wait.signal)
    free('1')
    await freed
    const other = seating.untilFree({ ...group, name: 'Cell.south' }, wait.signal)
    await other
    const none = new Seating({ seats, seatsHere: [] })
    expect(await rejectionOf(none.untilFree(group, wait.signal))).to.have.property('code', 'no-seats')
    free('1')
    const { seats: full } = seatsWith('0', '1', '2')
    const late = rejectionOf(new Seating({ seats: full, seatsHere: 'all' }).untilFree(group, wait.signal))
    wait.abort(new Error('enough'))
    expect(await late).to.have.property('message', 'enough')
  })
})

describe('members that are suspected to be dead', () => {
  const listed: Listed = {
    ...{ record: recordOf(A), ad: adOf(memberId(A, 0, 1)), types: [] },
    process: { bootId: 'x', pidNamespace: 'x', timeNamespace: '', netNamespace: 'x', pid: 1, startTicks: 1 },
  }

  function suspectsThat(...verdicts: Verdict[]) {
    const asked: Suspect[] = []
    const dead: Listed[] = []
    let isLive = false
    const suspects = new Suspects({
      app: 'app',
      witnesses: {
        certify: async (suspect) => {
          asked.push(suspect)
          return verdicts.shift() ?? 'alive'
        },
      },
      isLive: () => isLive,
      dead: (each) => dead.push(each),
    })
    return { suspects, asked, dead, live: () => (isLive = true) }
  }

  it('are so where a witness says it, also later', async () => {
    const { suspects, asked, dead } = suspectsThat('alive', 'gone')
    suspects.suspect(listed)
    suspects.suspect(listed)
    await until(() => dead.length === 1)
    expect(asked).to.have.length(2)
    expect(asked[0]).to.deep.equal({
      incarnation: listed.ad.member,
      process: listed.process,
      seat: { app: 'app', group: 'Cell.north', seat: '0' },
    })
    suspects.close()
  })

  it('are asked about where they named a witness, at the host where they are', async () => {
    const { process } = listed
    if (!process) return expect.fail('no process')
    const witness = { port: 4711, key: 'k' }
    const { suspects, asked, dead } = suspectsThat('gone')
    suspects.suspect({ ...listed, process: { ...process, witness } })
    await until(() => dead.length === 1)
    expect(asked[0]).to.deep.include({ witness: { ...witness, host: listed.record.host } })
    suspects.close()
  })

  it('are not where nobody knows, or their directory answers', async () => {
    for (const [verdict, answers] of [
      ['unknown', false],
      ['alive', true],
    ] as const) {
      const { suspects, asked, dead, live } = suspectsThat(verdict, 'gone')
      if (answers) live()
      suspects.suspect(listed)
      await until(() => asked.length === 1)
      await new Promise((resolve) => setImmediate(resolve))
      suspects.suspect(listed)
      await until(() => asked.length === 2)
      expect(dead.length).to.be.at.most(1)
      suspects.close()
    }
  })
})

describe('what many wait for at once', () => {
  const warnings: string[] = []
  const warned = ({ name }: Error): void => void warnings.push(name)
  beforeEach(() => {
    process.on('warning', warned)
  })
  afterEach(() => {
    process.off('warning', warned)
    warnings.length = 0
  })

  /** Waits until the signal aborts. */
  const forever = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })

  it('is no leak to Node: members that are suspected', async () => {
    let looks = 0
    const suspects = new Suspects({
      app: 'app',
      witnesses: {
        certify: (_suspect, signal) => {
          looks++
          return forever(signal)
        },
      },
      isLive: () => false,
      dead: () => undefined,
    })
    for (let n = 1; n <= 40; n++) {
      suspects.suspect({ record: recordOf(A), ad: adOf(memberId(A, 0, n)), types: [], process: undefined })
    }
    await new Promise((resolve) => setImmediate(resolve))
    suspects.close()
    expect([looks, warnings]).to.deep.equal([40, []])
  })

  it('is no leak to Node: the seats of a large group', async () => {
    const place = {
      seats: {
        take: async () => undefined,
        look: async () => ({ kind: 'free' as const }),
        tell: async () => undefined,
        untilFree: (_name: unknown, signal: AbortSignal) => forever(signal),
      },
      seatsHere: 'all' as const,
    }
    const wait = new AbortController()
    const group = { app: 'app', name: 'Cell.north', type: 'Cell', quorum: 40, parameters: 'quorum=40' }
    const ended = rejectionOf(new Seating(place).untilFree(group, wait.signal))
    await new Promise((resolve) => setImmediate(resolve))
    wait.abort(new Error('enough'))
    expect(await ended).to.have.property('message', 'enough')
    expect(warnings).to.deep.equal([])
  })
})

describe('the pulse of an event loop', () => {
  it('tells that it stood still, and for how long', async () => {
    let nowMs = 0
    const told: number[] = []
    const pulse = new Pulse(
      () => nowMs,
      (ms) => told.push(ms),
    )
    nowMs = 5000
    await until(() => told.length > 0)
    expect(told).to.deep.equal([5000])
    pulse.close()
  })
})
