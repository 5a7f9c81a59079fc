/**
 * Groups on several hosts: seats that are given to each, a cable that is taken out, an address that changes.
 */
import { expect } from 'chai'
import type { ActorProcess } from '../../support/actor-process.js'
import { type Event, until } from '../../support/events.js'
import { lanForTests } from '../../support/lan.js'

const APP = 'test/fixtures/apps/cell.ts'

describe('a group on several hosts', function () {
  this.timeout(60_000)
  const hosts = lanForTests(3)

  function start(host: number, seats: string, ...more: string[]): Promise<ActorProcess> {
    const { processes, lan } = hosts
    const args = ['Member', '--interface', 'eth0', '--seats', seats, ...more]
    return processes.start(APP, args, (...command) => lan.on(host, ...command))
  }

  const isElection = ({ msg }: Event): boolean => msg === 'I lead' || msg === 'is led'

  /** Whom each named last, where all name one, and not this one. */
  function leaderOf(members: readonly ActorProcess[], but = ''): string | undefined {
    const named = members.map(({ log }) => log.events.filter(isElection).at(-1)?.leader)
    const [first] = named
    return named.every((id) => id === first) && typeof first === 'string' && first !== but ? first : undefined
  }

  /** Those that are not this member. */
  function followers(members: readonly ActorProcess[], leader: string): readonly ActorProcess[] {
    return members.filter(
      ({ log }) => !log.events.some(({ msg, member }) => msg === 'joined' && member === leader),
    )
  }

  it('G1.3 Where nobody said which seats are on a host, its components may only observe.', async () => {
    const { log } = await start(1, '')
    const { msg } = await log.saying('on the whole network')
    expect(msg).to.match(/Cell\.north has 3 seats.*give --seats 0/)
    const [one, two] = [await start(2, '0'), await start(3, '1')]
    const observer = await start(1, '', '--observe', 'true')
    await until(() => leaderOf([one, two, observer]) !== undefined)
    expect(observer.log.events.some(({ msg }) => msg === 'I lead')).to.equal(false)
  })

  it('is led by another where the host of the leader is cut off, and by one when it is back', async () => {
    const members = await Promise.all([start(1, '0'), start(2, '1'), start(3, '2')])
    await until(() => leaderOf(members) !== undefined)
    const before = leaderOf(members) ?? ''
    const others = followers(members, before)
    expect(others).to.have.length(2)
    const host = members.findIndex((member) => !others.includes(member)) + 1
    hosts.lan.cable(host, false)
    await until(() => leaderOf(others, before) !== undefined)
    hosts.lan.cable(host, true)
    await until(() => leaderOf(members, before) !== undefined)
  })

  it('goes on where a host gets another address', async () => {
    const members = await Promise.all([start(1, '0'), start(2, '1'), start(3, '2')])
    await until(() => leaderOf(members) !== undefined)
    hosts.lan.readdress(2, '10.77.0.2', '10.77.0.22')
    await members[1]?.log.saying('this host has another address; it joins again')
    const elections = members[1]?.log.events.filter(isElection).length ?? 0
    await until(() => (members[1]?.log.events.filter(isElection).length ?? 0) > elections)
    await until(() => leaderOf(members) !== undefined)
  })
})
