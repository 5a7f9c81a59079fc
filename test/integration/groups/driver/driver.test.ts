import { expect } from 'chai'
import { eventually } from '../../../support/eventually.js'
import { introduce, joinDirectly, type MemberOptions, type TestMember } from './members.js'

describe('the driver of groups, over sockets', () => {
  let members: TestMember[]
  const ends: (() => void)[] = []
  beforeEach(() => {
    members = []
  })
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  function join(options: Partial<MemberOptions> = {}): TestMember {
    const member = joinDirectly(ends, { quorum: 2, ...options })
    members.push(member)
    return member
  }

  const bound = (): Promise<void> => eventually(() => members.every(({ peer }) => peer), 'all are bound')

  async function group(count: number, options: Partial<MemberOptions> = {}): Promise<TestMember> {
    for (let i = 0; i < count; i++) join(options)
    await bound()
    introduce(members)
    await eventually(
      () => members.every(({ connected }) => connected.length === count - 1),
      'all are connected',
    )
    return leader()
  }

  async function leader(among = members): Promise<TestMember> {
    const found = (): TestMember | undefined => among.find(({ leads }) => leads)
    await eventually(
      () => found() !== undefined && among.every((each) => each.leader === found()?.id),
      'all follow one leader',
    )
    return found() ?? expect.fail('no leader')
  }

  it('elects one leader, which all follow', async () => {
    const first = await group(3)
    expect(members.filter(({ leads }) => leads)).to.deep.equal([first])
    await eventually(() => members.every(({ participants }) => participants.length === 3), 'all take part')
  })

  it('replaces a leader that is killed and certified dead', async () => {
    const first = await group(3)
    await eventually(() => members.every(({ participants }) => participants.length === 3), 'all take part')
    const rest = members.filter((member) => member !== first)
    for (const member of rest) {
      member.on = (event) => {
        if (event.is === 'broken' && event.id === first.id) member.input({ kind: 'dead', id: first.id })
      }
    }
    first.link.close()
    const second = await leader(rest)
    expect(second.id).not.to.equal(first.id)
  })

  it('brings messages to all, to the leader, and from the leader', async () => {
    const first = await group(3)
    const [one, two] = members.filter((member) => member !== first)
    if (!one || !two) expect.fail('there are three')
    one.say('all', 'hello')
    two.say('to-leader', 'please')
    first.say('from-leader', 'yes', two.id)
    first.say('to-leader', 'to myself')
    const isThere = (member: TestMember, text: string): boolean =>
      member.messages.some((each) => each.text === text)
    await eventually(() => isThere(first, 'hello') && isThere(two, 'hello'), 'all hear it')
    await eventually(() => isThere(first, 'please') && isThere(first, 'to myself'), 'the leader hears it')
    await eventually(() => isThere(two, 'yes'), 'the member hears it')
    expect(one.messages).to.deep.equal([])
    const yes = two.messages.find(({ text }) => text === 'yes')
    expect(yes).to.deep.include({ route: 'from-leader', from: first.id })
    expect(yes?.ballot).to.deep.equal(first.reader.read())
  })

  it('decides polls, ordered messages and values at all', async () => {
    await group(3)
    await eventually(() => members.every(({ participants }) => participants.length === 3), 'all take part')
    const [one] = members
    if (!one) expect.fail('there are three')
    const tag = one.poll()
    const settled = (): unknown[] => one.effects('settled').map(({ tag, as, outcome }) => [tag, as, outcome])
    await eventually(() => settled().length === 1, 'the poll is settled')
    expect(settled()).to.deep.equal([[tag, 'done', 'yes']])
    await eventually(
      () => members.every((each) => each.effects('ended').length === 1),
      'all hear how it ended',
    )
    for (const [at, member] of members.entries()) {
      for (let i = 0; i < 20; i++) member.request({ kind: 'ordered', payload: Buffer.from(`${at}.${i}`) })
      member.request({ kind: 'set', key: `key ${at}`, value: Buffer.from(`value ${at}`) })
    }
    const heard = (member: TestMember): string[] =>
      member.effects('ordered').map(({ payload }) => Buffer.from(payload).toString())
    await eventually(() => members.every((each) => heard(each).length === 60), 'all hear all of it')
    expect(new Set(members.map((each) => heard(each).join())).size).to.equal(1)
    await eventually(() => members.every((each) => each.effects('value').length === 3), 'all know the values')
  })

  it('keeps 2,000 requests of one member, and does each once', async function () {
    this.timeout(30_000)
    await group(3)
    await eventually(() => members.every(({ participants }) => participants.length === 3), 'all take part')
    const one = members.find(({ leads }) => !leads) ?? expect.fail('not all lead')
    for (let i = 0; i < 2000; i++) one.request({ kind: 'ordered', payload: Buffer.from(String(i)) })
    await eventually(() => one.effects('settled').length === 2000, 'all are settled')
    expect(one.effects('settled').every(({ as }) => as === 'done')).to.equal(true)
    await eventually(() => members.every((each) => each.effects('ordered').length === 2000), 'all hear them')
  })

  it('a leader that leaves is replaced at once', async () => {
    const first = await group(3)
    await eventually(() => members.every(({ participants }) => participants.length === 3), 'all take part')
    const rest = members.filter((member) => member !== first)
    first.link.send({ do: 'leave', member: 1 })
    await eventually(() => first.told('left').length === 1, 'it has left')
    expect(first.leads).to.equal(false)
    const second = await leader(rest)
    expect(second.id).not.to.equal(first.id)
  })
})
