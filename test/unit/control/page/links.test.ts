import { expect } from 'chai'
import { groupsOf } from '../../../../control/page/model/groups.js'
import { linksOf, messagesIn } from '../../../../control/page/model/links.js'
import { actor, member, place, poll, port } from './told.js'

const worker = (name: string) => `plant.Pump.${name}@rig`

describe('the connections of the page', () => {
  it('are one for each pair and message, from the one that sends', () => {
    const links = linksOf([
      actor('a', { ports: [port('out', 'pub', 'Level', ['b', 'c'])] }),
      actor('b', { ports: [port('in', 'sub', 'Level', ['a']), port('asks', 'qry', 'Ask', ['c'])] }),
      actor('c', { ports: [port('in', 'sub', 'Level', ['a']), port('answers', 'ans', 'Ask', ['b'])] }),
    ])
    expect(links).to.have.deep.members([
      { from: worker('a'), to: worker('b'), message: 'Level' },
      { from: worker('a'), to: worker('c'), message: 'Level' },
      { from: worker('b'), to: worker('c'), message: 'Ask' },
    ])
    expect(messagesIn(links)).to.deep.equal(['Level', 'Ask'])
  })

  it('are none within an actor, to a stranger, of groups and timers, and of who is away', () => {
    const links = linksOf([
      actor('a', {
        ports: [
          port('out', 'pub', 'Level', ['a', 'stranger', 'b']),
          port('Plant.all.gpub', 'gpub', 'Word', ['c']),
          port('tick', 'tim', 'tick', ['c']),
        ],
      }),
      actor('b', { there: false, ports: [port('in', 'sub', 'Level', ['a'])] }),
      actor('c'),
    ])
    expect(links).to.deep.equal([])
  })
})

describe('the groups of the page', () => {
  const both = [member('a'), member('b')]

  it('are as the one tells who knows of the latest ballot', () => {
    const [group, ...others] = groupsOf([
      actor('b', { groups: [place('b', { members: both, leader: member('b'), epoch: 4, term: 9 })] }),
      actor('a', { groups: [place('a', { members: both, leader: member('a'), role: 'leader', epoch: 5 })] }),
      actor('c', { groups: [place('c', { role: 'joining', epoch: 0, term: 0 })] }),
    ])
    expect(others).to.deep.equal([])
    expect(group).to.include({ name: 'Plant.all', epoch: 5, term: 1, quorum: 2, members: 2 })
    expect(group?.leader).to.deep.include({ worker: worker('a') })
    expect(group?.participants.map((each) => each.worker)).to.deep.equal([worker('a'), worker('b')])
    expect(group?.workers).to.have.members([worker('a'), worker('b'), worker('c')])
  })

  it('have no leader where the latest has none, and may have members that nobody knows here', () => {
    const leaderless = place('a', { members: [member('a'), member('x')], epoch: 6 })
    const [group] = groupsOf([
      actor('a', { groups: [leaderless] }),
      actor('b', { groups: [place('b', { leader: member('x'), epoch: 5 })] }),
    ])
    expect(group?.leader).to.equal(undefined)
    expect(group?.participants[1]?.worker).to.equal(undefined)
  })

  it('of two apps are two, though they have one name', () => {
    const other = { ...actor('b', { groups: [place('b')] }) }
    const who = other.who && { ...other.who, app: 'other' }
    const groups = groupsOf([actor('a', { groups: [place('a')] }), { ...other, ...(who && { who }) }])
    expect(groups.map(({ app }) => app)).to.deep.equal(['other', 'plant'])
  })

  it('count the votes of all who tell, and show open polls first', () => {
    const closed = poll({ id: 'p0', opened: 99, outcome: 'yes', ended: 120 })
    const [group] = groupsOf([
      actor('a', { groups: [place('a')], polls: [closed, poll({ vote: 'yes' })] }),
      actor('b', { groups: [place('b')], polls: [poll({ vote: 'no' })] }),
      actor('c', { groups: [place('c')], polls: [poll()] }),
    ])
    expect(group?.polls.map(({ id }) => id)).to.deep.equal(['p1', 'p0'])
    expect(group?.polls[0]).to.include({ yes: 1, no: 1, outcome: null })
  })

  it('take a poll as decided as soon as one says so', () => {
    const polls = [[poll()], [poll({ outcome: 'no', ended: 15 })], [poll()]]
    const [group] = groupsOf(
      polls.map((each, at) => actor(`m${at}`, { groups: [place(`m${at}`)], polls: each })),
    )
    expect(group?.polls[0]).to.include({ outcome: 'no', ended: 15 })
  })
})
