/** Members that do not go together, or do not keep up; and groups that cannot be joined. */
import { expect } from 'chai'
import { z } from 'zod'
import { type AppDefinition, actor, app, group, message } from '../../../../runtime/index.js'
import {
  createTestNetwork,
  type TestActor,
  type TestNetwork,
  testComponent,
} from '../../../../testing/index.js'
import { rejectionOf } from '../../../rejection.js'
import { Cell, Cellist, cells, Data, Loose } from './cell.js'
import { first, leaderOf, started } from './cells.js'

/** Of one name with that of the others. */
const otherData = message('Data', z.object({ n: z.string() })) as unknown as typeof Data

/** An app of the same name as `cells`, whose groups mean something else. */
function otherApp(Other: typeof Cell): AppDefinition {
  const actors = { Z: actor({ components: () => ({ cellist: [Cellist, { joins: false }] }) }) }
  return app('cells', { actors, groups: { Cell: Other } })
}

describe('members of a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  function complaint({ events }: TestActor, what = 'kept apart'): string | undefined {
    const told = events.find(({ event, msg }) => event === 'error' && String(msg).includes(what))
    return told && String(told.msg)
  }

  for (const [what, options, text] of [
    ['another quorum', { quorum: 3 }, 'quorum 3 here, 2 there'],
    ['other times', { timing: { heartbeat: 90 } }, 'heartbeat 90 here, 100 there'],
    ['other messages that say when they left', { timed: true }, 'timed yes here, no there'],
  ] as const) {
    it(`with ${what} are refused, and both say why`, async () => {
      const { actors, members } = await started(network, ['A', 'B'])
      const Other = group({ quorum: 2, using: Data, ...options })
      const stranger = (await network.start(otherApp(Other), 'Z')).component(Cellist)
      const error = await network.settled(rejectionOf(stranger.join(Other)))
      expect(error).to.include({ name: 'GroupError', code: 'different-parameters', retryable: false })
      expect(error.message).to.contain(`means another group by the name: ${text} (here quorum=`)
      expect(error.message).to.match(/there quorum=2 timed=no .*; start both with one app, the same version/)
      for (const each of actors) {
        expect(complaint(each, 'was refused')).to.match(
          /^Cell\.north: a member in the process 3 of this host/,
        )
      }
      await network.advance('3s')
      expect(first(members).in.size).to.equal(2)
      expect(first(actors).events.filter(({ event }) => event === 'error')).to.have.length(1)
    })
  }

  it('with other parameters are refused, too, where they would observe, or nobody leads', async () => {
    const { actors } = await started(network, ['A', 'B'])
    const Other = group({ quorum: 3, using: Data })
    const stranger = (await network.start(otherApp(Other), 'Z')).component(Cellist)
    await network.advance('1s')
    const error = await network.settled(rejectionOf(stranger.join(Other, 'north', { observe: true })))
    expect([error.name, Reflect.get(error, 'code')]).to.deep.equal(['GroupError', 'different-parameters'])
    expect(error.message).to.match(/^Cell\.north is not joined: cellist of [AB] means another group/)
    expect(actors.map((each) => complaint(each, 'was refused'))).to.not.include(undefined)

    const Leaderless = group({ using: Data })
    const loose = (await network.start(otherApp(Leaderless), 'Z')).component(Cellist)
    await network.advance('1s')
    const refused = await network.settled(rejectionOf(loose.join(Leaderless)))
    expect(refused.message).to.contain('quorum none here, 2 there')
  })

  it('with other parameters join when all others are gone', async () => {
    const { actors, members } = await started(network, ['A', 'B'])
    const Other = group({ quorum: 3, using: Data })
    const newer: Cellist[] = []
    for (let n = 0; n < 3; n++) newer.push((await network.start(otherApp(Other), 'Z')).component(Cellist))
    await network.settled(first(members).leave(first(members).in))
    const early = await network.settled(rejectionOf(first(newer).join(Other)))
    expect(early).to.have.property('code', 'different-parameters')
    actors[1]?.kill()
    // They hear of it.
    await network.advance('1s')
    const joined = newer.map(async (each) => {
      each.cell = await each.join(Other)
    })
    await network.settled(Promise.all(joined))
    await network.until(() => newer.every(({ in: cell }) => cell.size === 3 && cell.hasLeader))
  })

  it('with other parameters keep apart where they joined unseen, and both say why', async () => {
    const old = await network.start(cells, 'Idle', {}, { host: 'old' })
    const Other = group({ using: Data })
    const late = await network.start(otherApp(Other), 'Z', {}, { host: 'new' })
    network.cut('old', 'new')
    const mine = await network.settled(old.component(Cellist).join(Cell, 'north', { observe: true }))
    const theirs = await network.settled(late.component(Cellist).join(Other))
    network.heal()
    await network.until(() => [old, late].every((each) => complaint(each) !== undefined))
    expect(complaint(old)).to.match(/cellist of Z is kept apart, .* quorum 2 here, none there/)
    await network.advance('3s')
    expect([mine.size, theirs.size]).to.deep.equal([0, 1])
  })

  it('with another message keep apart, and both say why', async () => {
    const { actors, members } = await started(network, ['A', 'B'])
    const Other = group({ quorum: 2, using: otherData })
    const stranger = await network.start(otherApp(Other), 'Z')
    const theirs = await network.settled(stranger.component(Cellist).join(Other))
    await network.until(() => [...actors, stranger].every((each) => complaint(each) !== undefined))
    for (const each of [first(actors), stranger]) {
      expect(complaint(each)).to.match(/the schemas of its messages differ: at value\.n/)
      expect(complaint(each)).to.match(/; start both with one app, the same version of it$/)
    }
    await network.advance('3s')
    expect([theirs.isConnected, theirs.hasLeader, first(members).in.size]).to.deep.equal([false, false, 2])
  })

  it('with a message that only got another optional field go together', async () => {
    const { members } = await started(network, ['A', 'B'])
    const using = message('Data', z.object({ n: z.number(), m: z.number().optional() }))
    const Other = group({ quorum: 2, using })
    const newer = (await network.start(otherApp(Other), 'Z')).component(Cellist)
    const theirs = await network.settled(newer.join(Other))
    await network.until(() => theirs.size === 3 && theirs.hasLeader)
    theirs.send({ n: 5 })
    await network.until(() => members.every(({ messages }) => messages.includes(5)))
  })

  it('that do not keep up hear of the gap, and of what comes after it', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { others } = leaderOf(members)
    const slow = first(others)
    const free: (() => void)[] = []
    slow.onGroupMessage = (_group, { n }: { n: number }) => {
      slow.messages.push(n)
      return free.length === 0 ? new Promise<void>((resolve) => free.push(resolve)) : undefined
    }
    const { in: cell } = first(members.filter((each) => each !== slow))
    // Each in a frame of its own, more than may wait.
    for (let n = 0; n < 6000; n++) {
      cell.send({ n })
      await new Promise((resolve) => process.nextTick(resolve))
    }
    await network.advance('1s')
    first(free)()
    await network.advance('1s')
    cell.send({ n: 9999 })
    await network.until(() => slow.messages.includes(9999))
    expect(slow.in.stats.missed + slow.messages.length).to.equal(6001)
    expect(slow.in.stats.missed).to.be.above(0)
    const warnings = actors.find((each) => each.component(Cellist) === slow)?.log ?? []
    expect(warnings.join()).to.match(/does not keep up/)
    // Nobody was unseated by it.
    expect(leaderOf(members).leader.in.size).to.equal(3)
  })

  it('that send more than a turn may hold are told, and the others see the gap', async () => {
    const { members, actors } = await started(network, ['A', 'B'])
    const [a, b] = members
    if (!a || !b) throw new Error('two are missing')
    const bulky = { n: 1, text: 'x'.repeat(70_000) }
    for (let n = 0; n < 1500; n++) a.in.send(bulky)
    const full = a.in.sendToLeader({ n: 2 }).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(await network.settled(full)).to.have.property('code', 'again')
    await network.advance('1s')
    a.in.send({ n: 3 })
    await network.until(() => b.messages.includes(3))
    expect(a.in.stats.dropped).to.be.above(0)
    expect(b.in.stats.missed + b.messages.length).to.equal(1501)
    expect(actors[0]?.log.join()).to.match(/too many for one turn/)
  })

  it('whose handler throws are told, and go on', async () => {
    const { members, actors } = await started(network, ['A', 'B'])
    const [a, b] = members
    if (!a || !b) throw new Error('two are missing')
    b.onGroupMessage = (_group, { n }: { n: number }) => {
      b.messages.push(n)
      if (n === 1) throw new Error('I do not like 1')
    }
    for (const n of [1, 2]) a.in.send({ n })
    await network.until(() => b.messages.length === 2)
    expect(actors[1]?.log.join()).to.match(/the handler of cellist\.Cell\.north threw: I do not like 1/)
  })

  it('that send what the schema refuses are counted, and not heard', async () => {
    const { members } = await started(network, ['A', 'B'])
    const [a, b] = members
    const bad: unknown = { n: 'one' }
    Reflect.apply(a?.in.send ?? (() => undefined), a?.in, [bad])
    a?.in.send({ n: 2 })
    await network.until(() => b?.messages.length === 1)
    expect([b?.messages, b?.in.stats.refused]).to.deep.equal([[2], 1])
  })
})

describe('a group that cannot be joined', () => {
  let network: TestNetwork
  let idle: Cellist
  beforeEach(async () => {
    network = createTestNetwork()
    idle = (await network.start(cells, 'Idle')).component(Cellist)
  })
  afterEach(() => network.close())

  async function codeOf(work: Promise<unknown>): Promise<unknown> {
    const outcome = await network.settled(work.then(() => undefined).catch((error: unknown) => error))
    return outcome instanceof Error && 'code' in outcome ? outcome.code : outcome
  }

  it('is one that the app does not name, or an instance without a proper name', async () => {
    const stranger = group({ quorum: 2, using: message('Data', z.object({ n: z.number() })) })
    expect(await codeOf(idle.join(stranger))).to.equal('unknown-group')
    for (const name of ['', '1', 'a b', 'a.b', 'x'.repeat(64)]) {
      expect(await codeOf(idle.join(Cell, name)), name).to.equal('bad-instance')
    }
    // And the next attempt is one.
    await network.settled(idle.join(Loose, 'x'))
  })

  it('is left when the component leaves it while it joins, and when its actor stops', async () => {
    const joining = idle.join()
    const group = await network.settled(joining)
    await network.settled(Promise.all([group.leave(), group.leave()]))
    await network.settled(group.leave())
    expect(await codeOf(group.sendOrdered({ n: 1 }))).to.equal('left')
  })
})

describe('a component under test that joins a group', () => {
  it('is its only member', async () => {
    const tested = await testComponent(Cellist, { joins: false }, { groups: { Cell, Loose } })
    const alone = await tested.settled(tested.component.join(Loose))
    await tested.until(() => alone.size === 1)
    alone.send({ n: 3 })
    await tested.until(() => tested.component.messages.length === 1)
    await tested.close()
  })
})
