/** Elections: where RIAPS has no leader for ever, elects slowly, or loses one that is elected again. */
import { expect } from 'chai'
import { checkedTiming, timings } from '../../groups/timing.js'
import { decodeGroupMessage, encodeGroupMessage } from '../../groups/wire.js'
import { READ_TERM_MAX } from '../../groups/wire-numbers.js'
import { createTestNetwork, type TestNetwork } from '../../testing/index.js'
import { Cores } from '../support/cores.js'
import { beat, formed, inquiry, LATER, sent, voteFor } from '../support/group-words.js'
import { first, leaderOf } from '../unit/runtime/groups/cells.js'
import { Crew } from './crew.js'

const { lan } = timings
/** An election that nobody disturbs: the longest wait, the word of who granted last, and some round trips. */
const ELECTION_MS = lan.electionMax + lan.word + 100
const NO_FACTS = { known: LATER, dead: [], released: [] }
const FIVE = ['a', 'b', 'c', 'd', 'e']

/** Short, and as close to each other as the rules allow. */
const tightest = {
  ...{ heartbeat: 4, electionMin: 12, electionMax: 13, lease: 9, word: 11 },
  ...{ checkQuorum: 13, forming: 1, grace: 26 },
}

/** The one that has asked for votes by now. */
function candidate(group: Cores, ids: readonly string[]): string | undefined {
  return ids.find((id) => sent(group.told(id, 'send'), 'vote').length > 0)
}

describe('an election in a group, member by member', () => {
  it('follows when the leader and then the candidate die (RIAPS: never, the deadlines are gone)', () => {
    const [group, leader] = formed(FIVE, { quorum: 3 })
    group.kill(leader)
    group.forget()
    const others = FIVE.filter((id) => id !== leader)
    group.runUntil(() => candidate(group, others) !== undefined, ELECTION_MS)
    const died = candidate(group, others) ?? ''
    // Its requests for votes arrive, and it is no more.
    group.kill(died)
    expect(group.lead(2 * ELECTION_MS)).to.be.oneOf(others.filter((id) => id !== died))
  })

  it('goes on when a beat comes later than the hand-over that ended its ballot', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.hold((body, from, to) => body.kind === 'beat' && from === leader && to === next)
    group.runUntil(() => group.held.length > 0)
    const [late] = group.held
    group.heal()
    group.release()
    group.run(5)
    group.give(leader, { kind: 'hand-over', to: next })
    group.run(1)
    if (late) group.hear(next, leader, late.message.body, { promised: late.message.promised })
    expect([late !== undefined, group.core(next).leader]).to.deep.equal([true, undefined])
    group.run(50)
    expect(group.acting).to.deep.equal([next])
  })

  it('is once above a promise, however high that is, and not again and again', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    const claimed = { epoch, term: READ_TERM_MAX }
    group.hear(next, 'x', beat(claimed, []), { promised: claimed })
    group.run(2000)
    group.forget()
    group.run(10_000)
    expect(group.acting).to.have.length(1)
    expect(group.told(group.lead(), 'leader')).to.deep.equal([])
  })

  it('follows when every vote goes to one that dies, again and again, as long as there is a quorum', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const [group] = formed(ids, { quorum: 4 })
    for (let left = ids.length; left > 4; left--) {
      group.kill(group.lead(2 * ELECTION_MS))
      group.runUntil(() => group.acting.length > 0, 2 * ELECTION_MS)
    }
    expect(group.acting).to.have.length(1)
  })

  it('is not put off by a request for votes of one that is none of them (RIAPS: by one, for ever)', () => {
    const [group, leader] = formed(FIVE, { quorum: 3 })
    const others = FIVE.filter((id) => id !== leader)
    group.kill(leader)
    for (const ballot of [{ epoch: 0, term: 0 }, group.core(leader === 'a' ? 'b' : 'a').promised]) {
      for (const id of others) group.hear(id, 'x', voteFor(ballot, { forming: false }))
    }
    for (const id of others) group.hear(id, 'x', inquiry())
    group.runUntil(() => group.acting.length > 0, ELECTION_MS)
    expect(group.acting).to.have.length(1)
  })

  it('follows each time that one of three dies, 100 times of 100 (RIAPS: 51 of 52)', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const [group, leader] = formed(['a', 'b', 'c'], { seed })
      group.kill(leader)
      group.runUntil(() => group.acting.length > 0, 2 * ELECTION_MS)
      expect(group.acting, `seed ${seed}`).to.have.length(1)
    }
  })

  it('follows each time with the shortest times that go together, too, 12 of 12 (RIAPS: 6)', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const [group, leader] = formed(['a', 'b', 'c'], { seed, timing: tightest })
      group.kill(leader)
      group.runUntil(() => group.acting.length > 0, 2000)
      expect(group.acting, `seed ${seed}`).to.have.length(1)
    }
    expect(() => checkedTiming('Cell', { ...tightest, word: 10 }))
      .to.throw()
      .with.property('code', 'bad-timing')
  })

  it('has its first leader within 2 s though all began at once, 50 times of 50 (RIAPS: up to 7.6 s)', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const group = new Cores(FIVE, { quorum: 3, seed })
      group.lead(2000)
      expect(group.acting, `seed ${seed}`).to.have.length(1)
    }
  })

  it('is won by one that hears an old leader meanwhile (RIAPS: a candidate gives way to any leader)', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.hold((body, from) => body.kind === 'beat' && from === leader)
    group.runUntil(() => group.held.length > 0)
    const [late] = group.held
    group.kill(leader)
    group.heal()
    group.forget()
    group.hold((body) => body.kind === 'vote-answer')
    const others = ['a', 'b', 'c'].filter((id) => id !== leader)
    group.runUntil(() => group.held.some(({ message }) => message.body.kind === 'vote-answer'), ELECTION_MS)
    const stands = candidate(group, others) ?? ''
    if (late) group.hear(stands, leader, late.message.body)
    group.release()
    expect(group.acting).to.deep.equal([stands])
  })

  it('counts no vote of an earlier one, nor one twice, nor of strangers (RIAPS: each that comes)', () => {
    const group = new Cores(FIVE, { quorum: 3 })
    group.hold((body) => body.kind === 'vote-answer')
    group.runUntil(() => group.held.length > 0)
    const [answer] = group.held.splice(0)
    const [id, voter, body] = [answer?.to ?? '', answer?.from ?? '', answer?.message.body]
    if (body?.kind !== 'vote-answer') throw new Error('no vote')
    const { epoch, term } = body.ballot
    for (const older of [
      { epoch: epoch - 1, term },
      { epoch, term: term - 1 },
    ]) {
      for (const from of FIVE) if (from !== id) group.hear(id, from, { ...body, ballot: older })
    }
    for (let n = 0; n < 5; n++) group.hear(id, voter, body)
    for (const stranger of ['x', 'y', 'z']) group.hear(id, stranger, body)
    expect(group.core(id).isLeading).to.equal(false)
    const [other = ''] = FIVE.filter((each) => each !== id && each !== voter)
    group.hear(id, other, body)
    expect(group.core(id).isLeading).to.equal(true)
  })

  it('gets no second vote of one that died and forgot its first (RIAPS: the restarted vote again)', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.kill(next)
    group.start('again')
    const { epoch, term } = group.core(leader).promised
    const ballot = { epoch, term: term + 1 }
    group.hold((_body, from) => from === 'again')
    const asked = group.hear('again', 'x', voteFor(ballot, { forming: false }))
    expect(sent(asked, 'vote-answer').map(({ granted }) => granted)).to.deep.equal([false])
    group.run(lan.word - 1)
    expect(group.held.some(({ message: { body } }) => body.kind === 'beat-answer' && body.granted)).to.equal(
      false,
    )
  })

  it('has room for terms and epochs that never end (RIAPS: 32 bits of a term, and then?)', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    // A term is counted within an epoch, and an epoch is of the wall clock: no member starts from 0 again.
    expect(epoch).to.be.above(2 ** 32)
    group.give(leader, { kind: 'heard', epoch: LATER })
    group.give(leader, { kind: 'leave' })
    const { ballot } = group.core(group.lead()).lease ?? {}
    expect(ballot).to.deep.include({ term: 1 })
    expect(ballot?.epoch).to.be.above(LATER)
    const message = {
      from: 'a',
      promised: { epoch: LATER, term: 2 ** 31 },
      facts: NO_FACTS,
      body: { kind: 'tell' },
    } as const
    expect(decodeGroupMessage(encodeGroupMessage(message))).to.deep.equal(message)
  })
})

describe('an election in a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  it('elects one of two, and of as many as the quorum (RIAPS: 3 are needed where 2 were said)', async () => {
    for (const [type, size] of [
      ['Two', 2],
      ['Three', 3],
    ] as const) {
      const crew = await Crew.of(network, type, size)
      expect(crew.members.filter(({ in: cell }) => cell.isLeader)).to.have.length(1)
      for (const member of [...crew.members]) crew.kill(member)
      await network.advance('5s')
    }
  })

  it('follows when the leader and then the next one die (RIAPS: no leader in 150 heartbeats)', async () => {
    const crew = await Crew.of(network, 'Three', 5)
    crew.kill(first(crew.members))
    await crew.until(() => crew.members.some(({ in: cell }) => cell.isLeader))
    crew.kill(leaderOf(crew.members).leader)
    const diedMs = network.now
    await crew.untilLed()
    expect(network.now - diedMs).to.be.below(2 * ELECTION_MS)
    expect([crew.mostActing, crew.hasGoneBack]).to.deep.equal([1, false])
  })

  it('is over in less than a heartbeat with the default times (RIAPS: in 2, of a second)', async () => {
    const crew = await Crew.of(network, 'Three', 5, { host: 'one' })
    crew.kill(first(crew.members))
    const diedMs = network.now
    await crew.until(() => crew.members.some(({ in: cell }) => cell.isLeader))
    expect(network.now - diedMs).to.be.below(lan.heartbeat)
  })

  it('may elect one that led before, which leads as any (RIAPS: its thread dies)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const [former, next] = crew.members
    if (!former || !next) throw new Error('two are missing')
    for (let round = 1; round <= 3; round++) {
      await network.settled(former.in.transferLeadership(next.in.id))
      await crew.untilLed()
      await network.settled(next.in.transferLeadership(former.in.id))
      expect(await crew.untilLed()).to.equal(former)
      const sent = crew.members.map(({ in: cell }, n) => cell.sendToLeader({ n }))
      await network.settled(Promise.all(sent))
      await crew.until(() => crew.members.every(({ fromLeader }) => fromLeader.length === round))
      expect((await network.settled(next.in.requestVote(round))).outcome).to.equal('yes')
    }
    expect([crew.mostActing, crew.hasGoneBack]).to.deep.equal([1, false])
  })

  it('may elect again one that was cut off as the leader (RIAPS: its thread dies)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const [former, ...others] = crew.members
    if (!former) throw new Error('nobody led')
    crew.split(1)
    await crew.until(() => others.some(({ in: cell }) => cell.isLeader))
    network.heal()
    const next = await crew.untilLed()
    await network.settled(next.in.transferLeadership(former.in.id))
    expect(await crew.untilLed()).to.equal(former)
    await network.settled(next.in.sendToLeader({ n: 1 }))
    await crew.until(() => next.fromLeader.length === 1)
    expect([crew.mostActing, crew.hasGoneBack]).to.deep.equal([1, false])
  })
})
