/** Groups as their members tell of them: merged, shown, and where they differ. */
import { expect } from 'chai'
import { groupLines, groupSampleOf } from '../../../../apps/quorate/group-list.js'
import { groupsOf } from '../../../../apps/quorate/group-views.js'
import type { Sighting } from '../../../../apps/quorate/observatory.js'
import type { Screen } from '../../../../apps/quorate/terminal.js'
import type { GroupStatus } from '../../../../runtime/index.js'
import { sighting } from './sightings.js'

const wide: Screen = { colour: false, isTerminal: false, columns: Number.POSITIVE_INFINITY, rows: 1 }
const ESCAPE = String.fromCharCode(27)

/** `aaaaaaaaaaaaaaaa`: an actor's id. */
const actorId = (letter: string): string => letter.repeat(16)
const memberId = (letter: string): string => `${actorId(letter)}0000000000000001`
const participants = (letters: string): GroupStatus['members'] =>
  [...letters].map((letter) => ({ id: memberId(letter), actor: `Node${letter}`, component: 'cell' }))

interface Facts extends Partial<Omit<GroupStatus, 'members' | 'observers' | 'leader'>> {
  /** Letters of actors. */
  readonly members?: string
  readonly observers?: string
  readonly leader?: string
}

function status(
  letter: string,
  { members = 'abc', observers = '', leader = 'a', ...facts }: Facts,
): GroupStatus {
  return {
    name: 'Cell.north',
    component: 'cell',
    id: memberId(letter),
    seat: '0',
    quorum: 2,
    epoch: 17,
    term: 2,
    leaseMs: leader === letter ? 412 : 0,
    connected: [],
    openPolls: 0,
    clockErrorMs: 0.123,
    stats: { sent: 1 },
    ...facts,
    leader: leader && memberId(leader),
    members: participants(members),
    observers: participants(observers),
  }
}

function actor(letter: string, ...groups: GroupStatus[]): Sighting {
  const seen = sighting({ id: actorId(letter), actor: `Node${letter}`, app: 'grid' })
  return { ...seen, status: seen.status && { ...seen.status, groups } }
}

describe('the list of groups', () => {
  const three = ['a', 'b', 'c'].map((letter) => actor(letter, status(letter, {})))

  it('has a block for each group: who leads it, by which token, and who takes part', () => {
    expect(groupLines(three, wide)).to.deep.equal([
      'Cell.north  grid  3 members  quorum 2',
      '  leader Nodea aaaaaaaa  token 17.2  lease 412 ms',
      '  role    actor  id        component  seat  host       pid  clock     up',
      '  leader  Nodea  aaaaaaaa  cell       0     127.0.0.1   77  ±0.12 ms  5 s',
      '  member  Nodeb  bbbbbbbb  cell       0     127.0.0.1   77  ±0.12 ms  5 s',
      '  member  Nodec  cccccccc  cell       0     127.0.0.1   77  ±0.12 ms  5 s',
    ])
  })

  it('has for programs where the ports of each member are bound, as far as its quorate says so', () => {
    const at = { gpub: 'tcp://127.0.0.1:5001', gans: 'tcp://127.0.0.1:5002' }
    const seen = [actor('a', status('a', at)), actor('b', status('b', { gpub: '', gans: '' })), three[2]]
    const [group] = Object(
      groupSampleOf(
        seen.flatMap((each) => each ?? []),
        1,
      ),
    ).groups
    const [first, ...others] = group.participants
    expect(first).to.include(at)
    for (const each of others) expect(each).to.include({ gpub: null, gans: null })
  })

  it('tells of observers, open polls, and groups that have no leader, or none by design', () => {
    const facts = { members: 'ab', observers: 'c', openPolls: 3 }
    const watched = ['a', 'b', 'c'].map((letter) => actor(letter, status(letter, facts)))
    expect(groupLines(watched, wide)[0]).to.match(/ {2}2 members, 1 observer {2}quorum 2 {2}3 open polls$/)

    expect(groupLines(watched, wide)[5]).to.match(/^ {2}observer {2}Nodec/)
    const lost = actor('a', status('a', { members: 'a', leader: '', clockErrorMs: -1 }))
    expect(groupLines([lost], wide).slice(0, 2)).to.deep.equal([
      'Cell.north  grid  1 member  quorum 2',
      '  no leader',
    ])
    expect(groupLines([lost], wide)[3]).to.match(/ 77 {9}5 s$/)
    const crowd = actor(
      'a',
      status('a', { members: 'ab', leader: '', quorum: 0, epoch: 0, term: 0, seat: '' }),
    )
    expect(groupLines([crowd], wide)[0]).to.equal('Cell.north  grid  2 members')
  })

  it('shows who takes part and does not answer, and says that the lease is not known then', () => {
    const lines = groupLines(three.slice(1), wide)
    expect(lines[1]).to.match(/ leader Nodea aaaaaaaa {2}token 17\.2 {2}lease unknown$/)
    expect(lines[3]).to.match(/^ {2}leader {2}Nodea {2}aaaaaaaa {2}cell {13}does not answer$/)
  })

  it('says so where two mean another group by one name, though neither sees anybody', () => {
    const meant = (letter: string, quorum: number): Sighting => {
      const alone = status(letter, { members: '', leader: '', epoch: 0, term: 0, quorum })
      const group = {
        group: 'Cell.north',
        member: alone.id,
        component: 'cell',
        gpub: '',
        gans: '',
        seat: '0',
      }
      const using = { name: 'Data', fingerprint: 'f' }
      const groups = [{ ...group, parameters: `quorum=${quorum} timed=no`, using }]
      return { ...actor(letter, alone), listing: { ports: [], types: [], groups } }
    }
    const both = [meant('a', 2), meant('b', 3)]
    expect(groupLines(both, wide).slice(-2)).to.deep.equal([
      '  2 views of it differ; of the others say:',
      '  Nodeb bbbbbbbb: kept apart, for it means another group: quorum 3 here, 2 there',
    ])
    const [group] = Object(groupSampleOf(both, 1)).groups
    expect(group).to.include({ agree: false, quorum: 2 })
    expect(group.differing).to.have.length(1)
    expect(group.differing[0]).to.include({ id: memberId('b'), meaning: 'quorum 3 here, 2 there' })
    expect(Object(groupSampleOf([meant('a', 2), meant('c', 2)], 1)).groups[0].agree).to.equal(true)
  })

  it('says so where views of a group differ, and how, those who see the same in one line', () => {
    const [first] = three
    if (!first) throw new Error('three actors')
    const old = { epoch: 16, term: 1, leader: 'b', members: 'bcd' }
    const seen = [
      first,
      actor('b', status('b', old)),
      actor('c', status('c', old)),
      actor('e', status('e', {})),
    ]
    const lines = groupLines(seen, wide)
    expect(lines.slice(3).map((line) => line.trim().split(/ {2,}/).slice(0, 2).join(' '))).to.deep.equal([
      'leader Nodea',
      'member Nodeb',
      'member Nodec',
      'joining Nodee',
      '2 views of it differ; of the others say:',
      'Nodeb bbbbbbbb, Nodec cccccccc: leader Nodeb bbbbbbbb token 16.1; ' +
        'without Nodea aaaaaaaa; with Noded dddddddd',
    ])
    const demoted = actor('b', status('b', { members: 'ac', observers: 'b' }))
    expect(groupLines([first, demoted], wide).at(-1)).to.match(/: who is a member, who an observer$/)
    expect(groupLines([actor('b', status('b', { leader: '' })), first], wide).at(-1)).to.match(/: no leader$/)
  })

  it('takes the view of the highest token, of its leader first, then of who knows of more', () => {
    const best = (...seen: Sighting[]): string | undefined => groupsOf(seen)[0]?.best.id
    expect(best(actor('b', status('b', {})), actor('a', status('a', {})))).to.equal(memberId('a'))
    expect(best(actor('a', status('a', { term: 1 })), actor('b', status('b', {})))).to.equal(memberId('b'))
    expect(best(actor('a', status('a', {})), actor('b', status('b', { epoch: 18 })))).to.equal(memberId('b'))
    const few = actor('b', status('b', { members: 'b' }))
    expect(best(few, actor('c', status('c', {})))).to.equal(memberId('c'))
  })

  it('keeps groups of the same name in two apps apart, and sorts them', () => {
    const other = actor('b', status('b', { members: 'b', leader: 'b' }))
    const elsewhere = { ...other, status: other.status && { ...other.status, app: 'else' } }
    const both = [...three, elsewhere, actor('d', { ...status('d', {}), name: 'A.b' })]
    expect(groupsOf(both).map(({ app, name }) => `${app} ${name}`)).to.deep.equal([
      'else Cell.north',
      'grid A.b',
      'grid Cell.north',
    ])
    expect(groupLines(both, wide).filter((line) => line.includes('component'))).to.have.length(1)
  })

  it('has nothing of actors that do not answer, are in no group, or of an older quorate', () => {
    const old = sighting({ id: actorId('a') })
    expect(groupLines([old, actor('b'), { ...old, status: undefined }], wide)).to.deep.equal([])
  })

  it('fits into the terminal, and steers it nowhere', () => {
    const hostile = status('a', { name: `Cell.${ESCAPE}[2J`, component: 'x\ny', members: 'ab' })
    const named = {
      ...hostile,
      members: [...hostile.members, { id: 'z', actor: `${ESCAPE}c`, component: '' }],
    }
    for (const columns of [30, 60, 90]) {
      for (const line of groupLines([actor('a', named), actor('b', status('b', {}))], { ...wide, columns })) {
        expect(line.length).to.be.at.most(columns)
        expect(line).not.to.match(/\p{Cc}/u)
      }
    }
  })

  it('is an object for programs', () => {
    const stranger = actor('b', status('b', { leader: '', term: 1 }))
    const sample = JSON.parse(JSON.stringify(groupSampleOf([...three.slice(0, 1), stranger], 7)))
    expect(sample).to.include({ v: 1, t: 7 })
    const [group] = sample.groups
    const facts = { app: 'grid', name: 'Cell.north', quorum: 2, leader: memberId('a'), epoch: 17, term: 2 }
    expect(group).to.include({ ...facts, leaseMs: 412, openPolls: 0, agree: false })
    expect(
      group.participants.map(({ role, answers }: { role: string; answers: boolean }) => [role, answers]),
    ).to.deep.equal([
      ['leader', true],
      ['member', true],
      ['member', false],
    ])
    expect(group.participants[0]).to.deep.include({ actor: 'Nodea', seat: '0', pid: 77, stats: { sent: 1 } })
    expect(group.differing).to.have.length(1)
    expect(group.differing[0]).to.include({ id: memberId('b'), leader: null, term: 1 })
  })
})
