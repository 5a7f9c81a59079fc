/** What programs do wrong with groups: it is refused, or told of, with the way out. */
import { expect } from 'chai'
import type { Group } from '../../../../runtime/index.js'
import { createTestNetwork, type TestActor, type TestNetwork } from '../../../../testing/index.js'
import { Cell, Cellist, cells } from './cell.js'
import { first, leaderOf, started } from './cells.js'

describe('a program that is mistaken about its group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  async function outcomeOf(work: () => unknown): Promise<unknown> {
    const outcome = (async () => work())().catch((error: unknown) => error)
    const error = await network.settled(outcome)
    return error instanceof Error && 'code' in error ? error.code : error
  }

  /** As JavaScript, which knows no types. */
  function call(target: object, method: string, ...args: unknown[]): Promise<unknown> {
    return outcomeOf(() => Reflect.apply(Reflect.get(target, method), target, args))
  }

  function warningsOf({ log }: TestActor): string[] {
    return log.filter((text) => /Cell\.north/.test(text))
  }

  it('is told so by an error with a code, whatever it gives', async () => {
    const { members } = await started(network, ['A', 'B'])
    const { leader } = leaderOf(members)
    const { in: cell } = leader
    const at = cell.clock.now() + 1000
    const calls: [object, string, ...unknown[]][] = [
      [cell, 'requestVote', 'x', null],
      [cell, 'requestVote', 'x', 'majority'],
      [cell, 'requestVote', 'x', { timeout: '1s' }],
      [cell, 'requestActionVote', 'open'],
      [cell, 'requestActionVote', 'open', undefined, { timeout: 100 }],
      [cell, 'requestActionVote', 'open', '5s'],
      [cell, 'requestActionVote', 'open', at, null],
      [cell, 'sendToMember', undefined, { n: 1 }],
      [cell, 'transferLeadership', 7],
      [cell.state, 'watch', 'k', undefined],
      [leader, 'joinGroup', Cell, 'x', null],
      [leader, 'leaveGroup', undefined],
    ]
    for (const [target, method, ...args] of calls) {
      expect(await call(target, method, ...args), `${method}(${String(args)})`).to.equal('bad-option')
    }
    expect(leader.polls).to.deep.equal([])
  })

  it('is told once where a vote is awaited that its own handler keeps it from giving', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const [a, b] = members
    if (!a || !b) throw new Error('two are missing')
    const asked: unknown[] = []
    a.onGroupMessage = async (_group, { n }: { n: number }) => {
      const kind = n === 1 ? 'consensus' : 'majority'
      asked.push((await a.in.requestVote('x', { kind, timeout: 500 })).outcome)
    }
    b.in.send({ n: 2 })
    await network.until(() => asked.length === 1)
    expect(warningsOf(first(actors))).to.deep.equal([])
    b.in.send({ n: 1 })
    await network.until(() => warningsOf(first(actors)).length === 1)
    // At once, not when it has ended.
    expect(asked).to.deep.equal(['yes'])
    expect(warningsOf(first(actors)).join()).to.match(/waits for its end; where the handler awaits the vote/)
    await network.until(() => asked.length === 2)
    expect(asked).to.deep.equal(['yes', 'timeout'])
    // One that nobody awaits there is none.
    a.onGroupMessage = () => void a.in.requestVote('y', { kind: 'consensus' })
    const { length } = a.results
    b.in.send({ n: 3 })
    await network.until(() => a.results.length === length + 1)
    expect(a.results.at(-1)?.outcome).to.equal('yes')
    expect(warningsOf(first(actors))).to.have.length(1)
  })

  it('is told once where a hook gives what is no vote', async () => {
    const { members, actors } = await started(network, ['A', 'B'])
    const [a] = members
    if (!a) throw new Error('A is missing')
    for (const given of ['maybe', 1, null] as unknown[]) {
      Reflect.set(a, 'vote', () => given)
      await network.settled(a.in.requestVote('x', { kind: 'consensus', timeout: 100 }))
    }
    expect(warningsOf(first(actors)).filter((text) => /which is no vote/.test(text))).to.deep.equal([
      'Cell.north: onVoteRequest gave "maybe", which is no vote; ' +
        "give true, false, 'yes' or 'no', or call sendVote() later",
    ])
    a.vote = () => undefined
    await network.settled(a.in.requestVote('x', { kind: 'consensus', timeout: 100 }))
    a.vote = async ({ id }) => a.in.sendVote(id, true)
    expect((await network.settled(a.in.requestVote('x', { kind: 'consensus' }))).outcome).to.equal('yes')
  })

  it('cannot change a shared value but by setting it', async () => {
    const { members } = await started(network, ['A', 'B'])
    const { in: cell } = first(members)
    await network.settled(cell.state.set('limits', { list: [1], deep: { kW: 5 }, bytes: new Uint8Array(2) }))
    const value: unknown = cell.state.get('limits')
    expect(value).to.be.frozen
    expect(value).to.have.nested.property('list').that.is.frozen
    expect(value).to.have.nested.property('deep').that.is.frozen
    expect(() => Reflect.apply(Array.prototype.push, Reflect.get(Object(value), 'list'), [2])).to.throw()
  })

  it('cannot watch a value without end', async () => {
    const { members } = await started(network, ['A', 'B'])
    const { state } = first(members).in
    let calls = 0
    let stop: () => void = () => undefined
    const again = (): void => {
      if (++calls > 100) return
      stop()
      stop = state.watch('k', again)
    }
    stop = state.watch('k', again)
    await network.settled(state.set('k', 1))
    await network.settled(state.set('k', 2))
    await network.until(() => calls >= 2)
    await network.advance('1s')
    expect(calls).to.equal(2)
  })

  it('knows of nobody in a group that it has left', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const cell: Group<{ n: number }> = first(members).in
    const { settled } = network
    await settled.call(network, cell.leave())
    expect(cell).to.include({ leader: undefined, hasLeader: false, isLeader: false, size: 0 })
    expect([cell.isConnected, cell.members, cell.observers]).to.deep.equal([false, [], []])
    expect(cell.clock.isKnown).to.equal(false)
    expect(() => cell.clock.now()).to.throw(/it was left/)
  })

  it('is refused where it joins to elect what it observes, or the other way round', async () => {
    const idle = (await network.start(cells, 'Idle')).component(Cellist)
    const observing = await network.settled(idle.join(Cell, 'x', { observe: true }))
    expect(await network.settled(idle.join(Cell, 'x', { observe: true }))).to.equal(observing)
    expect(await outcomeOf(() => idle.join(Cell, 'x'))).to.equal('bad-option')
    await network.settled(idle.join(Cell, 'y'))
    expect(await outcomeOf(() => idle.join(Cell, 'y', { observe: true }))).to.equal('bad-option')
    await network.settled(observing.leave())
    await network.settled(idle.join(Cell, 'x'))
  })

  it('hears of a request that nobody answered how long it waited', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const [cut, ...rest] = [...actors].sort((a) => (a.component(Cellist) === first(others) ? -1 : 1))
    expect(leader).not.to.equal(first(others))
    for (const actor of rest) if (cut) network.cut(cut, actor)
    const { in: cell } = first(others)
    const vote = cell.requestVote('x', { timeout: 50_000 }).catch((error: unknown) => error)
    const error = await network.settled(vote, '200s')
    expect(error).to.have.property('code', 'unknown-outcome')
    expect(error)
      .to.have.property('message')
      .that.matches(/not decided within 80000 ms/)
  })

  it('hears that a request is of another member, where it gets a seat meanwhile', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const observer = (await network.start(cells, 'D', {}, { host: 'd' })).component(Cellist)
    await network.until(() => observer.in.size === 4 && observer.in.hasLeader)
    const { leader } = leaderOf(members)
    const { id } = observer.in
    actors.find((actor) => actor.component(Cellist) === leader)?.kill()
    const ordered = observer.in.sendOrdered({ n: 1 }).catch((error: unknown) => error)
    const vote = observer.in.requestVote('x', { timeout: 20_000 })
    const error = await network.settled(ordered)
    expect(error).to.have.property('code', 'unknown-outcome')
    expect(error)
      .to.have.property('message')
      .that.matches(/this component is another member of the group now/)
    expect((await network.settled(vote)).outcome).to.equal('unknown')
    expect(observer.in.id).not.to.equal(id)
  })
})
