import { expect } from 'chai'
import fc from 'fast-check'
import type { Ballot } from '../../../groups/ballot.js'
import type { Entry } from '../../../groups/entries.js'
import { Log } from '../../../groups/log.js'

const B1: Ballot = { epoch: 1, term: 1 }
const B2: Ballot = { epoch: 1, term: 2 }
const genesis = (ballot: Ballot, ...members: string[]): Entry => ({
  ballot,
  body: { kind: 'genesis', members },
})
const members = (ballot: Ballot, ...list: string[]): Entry => ({
  ballot,
  body: { kind: 'members', members: list },
})
const begin = (ballot: Ballot): Entry => ({ ballot, body: { kind: 'begin' } })

describe('the log of a member', () => {
  it('is empty at first: of no formation, without members', () => {
    const log = new Log()
    expect([log.isEmpty, log.members, log.last.index, log.genesis.epoch]).to.deep.equal([true, [], 0, 0])
    expect(log.matches({ ballot: { epoch: 0, term: 0 }, index: 0 })).to.equal(true)
  })

  it('has the members of its newest entry that names some, decided or not, and goes back with it', () => {
    const log = new Log()
    log.append(genesis(B1, 'a', 'b'))
    log.commitTo(1)
    log.append(members(B1, 'a', 'b', 'c'))
    expect(log.members).to.deep.equal(['a', 'b', 'c'])
    expect(log.membersIndex).to.equal(2)
    expect(log.committedMembers).to.deep.equal(['a', 'b'])
    log.cutAfter(1)
    expect(log.members).to.deep.equal(['a', 'b'])
    expect(log.membersIndex).to.equal(1)
  })

  it('is of the formation of its last genesis', () => {
    const log = new Log()
    const later: Ballot = { epoch: 7, term: 1 }
    for (const entry of [genesis(B1, 'a', 'b'), begin(B2), genesis(later, 'b', 'c')]) log.append(entry)
    expect(log.genesis).to.deep.equal(later)
    log.cutAfter(2)
    expect(log.genesis).to.deep.equal(B1)
  })

  it('decides each entry once, in order, and no further than it reaches', () => {
    const log = new Log()
    for (const entry of [genesis(B1, 'a', 'b'), begin(B1), begin(B1)]) log.append(entry)
    expect(log.commitTo(2).map(({ index }) => index)).to.deep.equal([1, 2])
    expect(log.commitTo(1)).to.deep.equal([])
    expect(log.commitTo(99).map(({ index }) => index)).to.deep.equal([3])
    expect(log.commit).to.deep.equal({ ballot: B1, index: 3 })
  })

  it('that is cut at its front is the same log from there on', () => {
    const kinds = fc.constantFrom('begin', 'members')
    fc.assert(
      fc.property(fc.array(kinds, { maxLength: 20 }), fc.nat(), fc.nat(), (bodies, at, cut) => {
        const [whole, short] = [new Log(), new Log()]
        const entries = [
          genesis(B1, 'a', 'b'),
          ...bodies.map((kind, n) => (kind === 'begin' ? begin(B2) : members(B2, 'a', `m${n}`))),
        ]
        for (const log of [whole, short]) {
          for (const entry of entries) log.append(entry)
          log.commitTo(1 + (at % entries.length))
        }
        short.compactTo(short.commit.index)
        const from = short.base.position.index
        const upTo = from + (cut % (entries.length - from + 1))
        for (const log of [whole, short]) log.cutAfter(upTo)
        const seen = (log: Log) => [log.last, log.commit, log.members, log.genesis, log.from(from + 1)]
        expect(seen(short)).to.deep.equal(seen(whole))
      }),
    )
  })

  it('becomes what a snapshot says', () => {
    const log = new Log()
    log.append(genesis(B1, 'a', 'b'))
    const position = { ballot: B2, index: 40 }
    log.install({ position, members: ['c', 'd'], observers: [], genesis: B1, clock: B1 })
    expect([log.last, log.commit, log.members, log.isEmpty]).to.deep.equal([
      position,
      position,
      ['c', 'd'],
      false,
    ])
    log.append(members(B2, 'c', 'd', 'e'))
    expect(log.from(41)).to.have.length(1)
    expect(log.from(40)).to.deep.equal([])
  })
})
