/** Forged and old frames: where one of them makes RIAPS drop its leader, follow another, or grow. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Ballot } from '../../groups/ballot.js'
import { Envelope, routingIdOf } from '../../groups/driver/frames.js'
import type { Body } from '../../groups/messages.js'
import { timings } from '../../groups/timing.js'
import { encodeGroupMessage } from '../../groups/wire.js'
import { createSockets, type DealerSocket } from '../../ports/index.js'
import { introduce, joinDirectly, type TestMember } from '../integration/groups/driver/members.js'
import type { Cores } from '../support/cores.js'
import { eventually } from '../support/eventually.js'
import { beat, formed, inquiry, polling, position, voteFor, voting } from '../support/group-words.js'

const FIVE = ['a', 'b', 'c', 'd', 'e']
const { lan } = timings
/** As in the test of the driver that members are made for. */
const GROUP = 'test/Cell.one'

describe('frames that no member sent, or sent long ago', () => {
  /** A group of five, and what a test may say of it later: nobody moved. */
  function five(): { group: Cores; leader: string; others: string[]; ballot: Ballot; unmoved: () => void } {
    const [group, leader] = formed(FIVE, { quorum: 3 })
    const ballot = group.core(leader).promised
    group.forget()
    const unmoved = (): void => {
      expect(group.acting).to.deep.equal([leader])
      for (const id of FIVE) {
        expect(group.core(id).leader, id).to.equal(leader)
        expect(group.core(id).promised, id).to.deep.equal(ballot)
        expect(group.told(id, 'leader'), id).to.deep.equal([])
      }
    }
    return { group, leader, others: FIVE.filter((id) => id !== leader), ballot, unmoved }
  }

  it('as a request for votes of term 0 depose nobody (RIAPS: the leader, at 4 of 4 followers)', () => {
    const { group, others, ballot, unmoved } = five()
    const old = { ...ballot, term: ballot.term - 1 }
    const next = { ...ballot, term: ballot.term + 1 }
    for (const asked of [{ epoch: 0, term: 0 }, old, ballot, next]) {
      const vote = voteFor(asked, { forming: false, last: position(99, next) })
      for (const id of others) {
        group.hear(id, 'x', vote)
        group.hear(id, 'x', inquiry(position(99, next)))
      }
      group.run(3 * lan.heartbeat)
    }
    unmoved()
  })

  it('as a leader of an old term, or of none, are followed by nobody (RIAPS: by 4 of 4)', () => {
    const { group, others, ballot, unmoved } = five()
    for (const claimed of [
      { epoch: 0, term: 0 },
      { ...ballot, term: 0 },
      { ...ballot, epoch: 1 },
    ]) {
      for (const id of others) {
        group.hear(id, 'x', beat(claimed, []))
        group.hear(id, 'x', { kind: 'lead', ballot: claimed })
      }
      group.run(3 * lan.heartbeat)
    }
    unmoved()
  })

  it('as a leader in the ballot of the real one show, and are not followed', () => {
    const { group, leader, others, ballot, unmoved } = five()
    for (const id of others) group.hear(id, 'x', beat(ballot, []))
    for (const id of others) {
      expect(group.told(id, 'split')).to.deep.equal([{ kind: 'split', ids: [leader, 'x'] }])
    }
    unmoved()
  })

  it('as a leader of a newer term never act, and the real one is back above it (RIAPS: they lead on)', () => {
    const { group, leader, others, ballot } = five()
    const claimed = { ...ballot, term: ballot.term + 1 }
    for (const id of others) group.hear(id, 'x', beat(claimed, []), { promised: claimed })
    group.run(2000)
    expect(group.acting).to.have.length(1)
    for (const id of FIVE) expect(group.core(id).leader).to.equal(group.acting[0])
    const { term = 0 } = group.core(group.acting[0] ?? leader).lease?.ballot ?? {}
    expect(term).to.be.above(claimed.term)
    expect(group.acted.every(({ id }) => FIVE.includes(id))).to.equal(true)
  })

  it('as twenty members that nobody knows change no majority (RIAPS: of 25, which none can have)', () => {
    const { group, leader, others, ballot, unmoved } = five()
    const forged: Body[] = [
      { kind: 'tell' },
      { kind: 'beat-answer', ballot, number: 1, matches: true, index: 1, granted: true },
      { kind: 'vote-answer', ballot, granted: true },
    ]
    for (let n = 0; n < 20; n++) {
      for (const id of FIVE) for (const body of forged) group.hear(id, `x${n}`, body)
    }
    unmoved()
    expect([...group.core(leader).log.members].sort()).to.deep.equal(FIVE)
    group.give(leader, polling(1))
    group.run(10)
    const [asked] = group.told(leader, 'asked')
    for (const id of [leader, ...others.slice(0, 2)]) group.give(id, voting(asked?.poll.id ?? ''))
    group.run(50)
    expect(group.told(leader, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['yes'])
    group.kill(leader)
    group.run(2 * (lan.electionMax + lan.word))
    expect(group.acting).to.have.length(1)
  })

  it('as all that was said in an earlier term, said again, move nobody', () => {
    const [group, leader] = formed(FIVE, { quorum: 3 })
    const said: [to: string, from: string, body: Body][] = []
    group.drop((body, from, to) => {
      said.push([to, from, body])
      return false
    })
    group.run(250)
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.heal()
    const next = group.lead()
    group.run(2000)
    const kinds = said.map(([, , { kind }]) => kind)
    expect(kinds).to.include.members(['beat', 'beat-answer', 'hand-over'])
    const { ballot } = group.core(next).lease ?? {}
    group.forget()
    for (const [to, from, body] of said) group.hear(to, from, body)
    group.run(2000)
    expect(group.acting).to.deep.equal([next])
    expect(group.core(next).lease?.ballot).to.deep.equal(ballot)
    for (const id of FIVE) expect(group.told(id, 'leader'), id).to.deep.equal([])
  })

  it('of a member that stood still, or was cut off, depose nobody (RIAPS: the leader)', () => {
    for (const asleep of [true, false]) {
      const { group, others, unmoved } = five()
      const [late = ''] = others
      if (asleep) group.pause(late)
      else group.cut(late)
      group.run(10_000)
      if (asleep) group.goOn(late)
      else group.heal()
      group.run(3000)
      const moved = group.told(late, 'leader').length
      group.forget()
      expect(moved, 'it lost its leader, and has it again').to.be.at.most(2)
      unmoved()
    }
  })
})

describe('frames of strangers, on the sockets of a group', () => {
  let members: TestMember[]
  const ends: (() => void)[] = []
  beforeEach(() => {
    members = []
  })
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  async function group(): Promise<TestMember> {
    for (let n = 0; n < 3; n++) {
      members.push(joinDirectly(ends, { quorum: 2, group: GROUP, timing: lan }))
    }
    await eventually(() => members.every(({ peer }) => peer), 'all are bound')
    introduce(members)
    const leader = (): TestMember | undefined => members.find(({ leads }) => leads)
    await eventually(
      () => members.every((each) => each.leader === leader()?.id && each.participants.length === 3),
      'all follow one',
    )
    return leader() ?? expect.fail('none leads')
  }

  /** A socket at the gans of a member that calls itself so. */
  function dealer(of: TestMember, id: string): DealerSocket {
    const sockets = createSockets()
    ends.push(() => sockets.closeAll())
    const made = sockets.dealer({ routingId: routingIdOf(id) })
    made.connect(of.peer?.gans ?? '')
    return made
  }

  async function say(by: DealerSocket, frame: Buffer): Promise<void> {
    for (;;) {
      try {
        return await by.send(frame)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }

  it('neither lead, nor vote, nor count: 20 that greet, beat, ask and vote', async function () {
    this.timeout(20_000)
    const leader = await group()
    const { epoch, term } = leader.reader.read() ?? expect.fail('it leads')
    const ballot = { epoch, term: term + 1 }
    const bodies: Body[] = [
      beat(ballot, []),
      { kind: 'lead', ballot },
      { kind: 'follow', ballot: { epoch, term }, isElectable: true },
      voteFor(ballot, { forming: false, last: position(99, ballot) }),
      { kind: 'tell' },
    ]
    for (let n = 0; n < 20; n++) {
      const id = randomBytes(16).toString('hex')
      const envelope = new Envelope(GROUP, id)
      const facts = { known: ballot.epoch, dead: [leader.id], released: [] }
      const messages = bodies.map((body) => encodeGroupMessage({ from: id, promised: ballot, facts, body }))
      for (const member of members) {
        const socket = dealer(member, id)
        await say(socket, envelope.greeting('hello', member.id))
        await say(socket, envelope.control(member.id, messages))
      }
    }
    // What comes now comes after all of that: each has read its sockets since.
    const asked = members.map((member) => [member, member.poll()] as const)
    await eventually(
      () => asked.every(([member, tag]) => member.effects('settled').some((each) => each.tag === tag)),
      'their own polls are decided',
    )
    expect(leader.reader.read()).to.deep.equal({ epoch, term })
    for (const member of members) {
      expect([member.leader, member.participants.length]).to.deep.equal([leader.id, 3])
      expect(member.effects('settled').map(({ outcome }) => outcome)).to.deep.equal(['yes'])
    }
  })
})
