/** The microgrid with virtual time: its coordinator dies at every bad moment, and nothing is lost. */
import { expect } from 'chai'
import microgrid from '../../../../apps/microgrid/app.js'
import { Inverter } from '../../../../apps/microgrid/inverter.js'
import type { RuntimeEvent } from '../../../../runtime/index.js'
import { createTestNetwork, type TestActor, type TestNetwork } from '../../../../testing/index.js'

interface Moved {
  readonly moved: string
  readonly sequence: number
  readonly at: number
  readonly late: number
}

interface Elected {
  readonly epoch: number
  readonly term: number
}

const FIVE = [0, 1, 2, 3, 4]

describe('a microgrid', function () {
  this.timeout(60_000)
  let network: TestNetwork
  let started: TestActor[]
  /** The dead, too. */
  let all: TestActor[]

  beforeEach(() => {
    network = createTestNetwork({ delayMs: { min: 1, max: 3 } })
    started = []
  })
  afterEach(() => network.close())

  interface Wanted {
    readonly limit?: number
    readonly rated?: number
    readonly think?: number
    /** Each on a host of its own unless told. */
    readonly host?: string
  }

  async function inverters(
    instances: readonly number[],
    { limit = 1000, rated = 5, think = 200, host }: Wanted = {},
  ): Promise<void> {
    const params = { islandAfter: 3000, reconnectAfter: 3000, rated, peak: 4, think, ahead: 1500, limit }
    for (const instance of instances) {
      const options = { host: host ?? `h${instance}`, logLevel: 'debug' }
      started.push(await network.start(microgrid, 'Inverter', { ...params, instance }, options))
    }
    all = started
  }
  const movesOf = (actor: TestActor): Moved[] => actor.events.filter(isMoved)
  /** Who told last that it coordinates, among those that are there. */
  const coordinator = (): TestActor => {
    const [newest] = started
      .flatMap((actor) => actor.events.filter(isElected).map(({ epoch, term }) => ({ actor, epoch, term })))
      .sort((a, b) => b.epoch - a.epoch || b.term - a.term)
    if (!newest) throw new Error('nobody coordinates')
    return newest.actor
  }
  const someoneTold = (text: RegExp): boolean =>
    started.some(({ log }) => log.some((line) => text.test(line)))
  const timesTold = (text: RegExp): number =>
    all.flatMap(({ log }) => log.filter((line) => text.test(line))).length
  const killCoordinator = (): void => {
    const dead = coordinator()
    dead.kill()
    started = started.filter((actor) => actor !== dead)
  }
  /** All moved so often, each time once and at one moment. */
  const expectMovedTogether = (times: number): void => {
    for (let index = 0; index < times; index++) {
      const moves = started.map((actor) => movesOf(actor)[index])
      for (const move of moves) {
        expect(move).to.deep.include({ sequence: index + 1, moved: index % 2 === 0 ? 'opened' : 'closed' })
        expect(move?.at).to.equal(moves[0]?.at)
        expect(move?.late).to.be.below(5)
      }
    }
  }

  it('opens all breakers at one moment, once, and closes them again', async () => {
    await inverters(FIVE)
    await network.until(() => someoneTold(/^connected: 5 breakers of \d closed/))
    expectMovedTogether(2)
    expect(someoneTold(/^islanding 1 is agreed: all at \d\d:\d\d:\d\d\.\d{3}$/)).to.equal(true)
    expect(
      someoneTold(/^islanded: 5 breakers of 5 open, within \d\.\d\d ms \(clocks to ±\d+\.\d\d ms\)$/),
    ).to.equal(true)
    expect(started.filter(({ events }) => events.some(isElected))).to.have.length(1)
  })

  const moments: Readonly<Record<string, () => boolean>> = {
    'before it proposes anything': () => someoneTold(/coordinates now/),
    'before anybody has heard of the vote': () => someoneTold(/a vote on islanding 1/),
    'while all think about their votes': () => timesTold(/thinks about its vote/) === 5,
    'between the vote and the moment that was agreed': () => someoneTold(/islanding 1 is agreed/),
    'when the breakers are open, and before it has said so': () => someoneTold(/opened its breaker/),
  }
  for (const [moment, isReached] of Object.entries(moments)) {
    for (const host of ['h', undefined]) {
      const where = host ? 'on one host' : 'on five hosts'
      it(`loses nothing where its coordinator dies ${moment}, ${where}`, async () => {
        await inverters(FIVE, host ? { host } : {})
        await network.until(isReached)
        killCoordinator()
        await network.until(() => someoneTold(/^connected: 4 breakers of \d closed/))
        expectMovedTogether(2)
        expect(someoneTold(/^islanded: 4 breakers of \d open/)).to.equal(true)
      })
    }
  }

  it('decides a vote whose coordinator has died, for the moment that it was for', async () => {
    await inverters(FIVE, { host: 'h' })
    await network.until(() => timesTold(/thinks about its vote/) === 5)
    killCoordinator()
    await network.until(() => someoneTold(/^islanded: 4 breakers of \d open/))
    expect(someoneTold(/goes on with islanding 1, which is under way/)).to.equal(true)
    expect(timesTold(/a vote on islanding 1/)).to.equal(1)
  })

  it('needs no time to think', async () => {
    await inverters(FIVE, { think: 0 })
    await network.until(() => someoneTold(/^connected: 5 breakers of 5 closed/))
    expectMovedTogether(2)
  })

  it('asks for each move once, though it is to decide again in the very moment of the move', async () => {
    await inverters(FIVE)
    await network.until(() => someoneTold(/a vote on islanding 1/))
    const leader = coordinator().component(Inverter)
    const other = first(started.map((actor) => actor.component(Inverter)).filter((each) => each !== leader))
    await network.advance(1460)
    // It is busy at the moment, and has move and tick behind each other when it is not.
    leader.onGroupMessage = () => new Promise((resolve) => setTimeout(resolve, 45))
    await network.settled(other.onActivate())
    await network.until(() => someoneTold(/^islanded: 5 breakers of 5 open/))
    expect(timesTold(/a vote on islanding 1/)).to.equal(1)
    expect(timesTold(/is not agreed/)).to.equal(0)
  })

  it('goes on with three of five, and stands still with two', async () => {
    await inverters(FIVE)
    await network.until(() => someoneTold(/islanding 1 is agreed/))
    killCoordinator()
    await network.until(() => someoneTold(/^islanded: 4 breakers/))
    killCoordinator()
    await network.until(() => someoneTold(/^connected: 3 breakers of \d closed/))
    expectMovedTogether(2)
    killCoordinator()
    await network.advance('20s')
    expect(started.map((actor) => movesOf(actor).length)).to.deep.equal([2, 2])
    expect(someoneTold(/too few inverters/)).to.equal(true)
  })

  it('takes those that come late, or were cut off, where the others are', async () => {
    await inverters(FIVE)
    await network.until(() => someoneTold(/coordinates now/))
    const lonely = started.find((actor) => actor !== coordinator())
    const others = started.filter((actor) => actor !== lonely)
    if (!lonely) throw new Error('five inverters')
    for (const other of others) network.cut(lonely, other)
    await network.until(() => someoneTold(/^islanded: 4 breakers/))
    expect(movesOf(lonely)).to.deep.equal([])
    for (const other of others) network.heal(lonely, other)
    await network.until(() => lonely.log.some((line) => /opened its breaker after the others/.test(line)))
    await inverters([5])
    await network.until(() =>
      (started.at(-1)?.log ?? []).some((line) => /opened its breaker after the others/.test(line)),
    )
    // The sixth observes: it votes and moves, and is never elected.
    await network.until(() => someoneTold(/^connected: 6 breakers of 6 closed/))
  })

  it('leaves the grid at once where the load is above what it may deliver', async () => {
    await inverters(FIVE, { limit: 0 })
    await network.until(() => someoneTold(/coordinates now/))
    await network.until(() => someoneTold(/the load is above 0 kW: a vote on islanding 1/), '2s')
  })

  it('does not agree on an island that could not carry its load', async () => {
    await inverters(FIVE, { rated: 0 })
    await network.until(() => someoneTold(/islanding 1 is not agreed \(no\)/))
    expect(all.flatMap(movesOf)).to.deep.equal([])
  })
})

function first<T>([item]: readonly T[]): T {
  if (item === undefined) throw new Error('there is none')
  return item
}

function isMoved(event: RuntimeEvent): event is RuntimeEvent & Moved {
  return typeof event.moved === 'string'
}

function isElected(event: RuntimeEvent): event is RuntimeEvent & Elected {
  return typeof event.epoch === 'number' && typeof event.term === 'number'
}
