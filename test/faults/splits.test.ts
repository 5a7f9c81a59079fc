/** Splits and their healing: where RIAPS has two leaders for good, or a leader of too few. */
import { expect } from 'chai'
import { createTestNetwork, type TestNetwork } from '../../testing/index.js'
import type { Cellist } from '../unit/runtime/groups/cell.js'
import { first, leaderOf } from '../unit/runtime/groups/cells.js'
import { Crew } from './crew.js'

/** How long the sides are apart, and are watched when they are healed. */
const APART_MS = 10_000
const HEALED_MS = 10_000

describe('a group that is split', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  const leads = ({ in: cell }: Cellist): boolean => cell.isLeader

  /**
   * The cables are mended, and one leads. At the moment of healing beats arrive that were on their way for as
   * long as the split; so some may be told of their old leader once more, before they are of the next.
   */
  async function heals(crew: Crew, elections = 1): Promise<void> {
    crew.forget()
    network.heal()
    await crew.untilLed()
    await crew.pass(HEALED_MS)
    leaderOf(crew.members)
    expect(Math.max(...crew.elections), 'elections after the healing').to.be.at.most(elections)
    expect([crew.mostActing, crew.hasGoneBack]).to.deep.equal([1, false])
  }

  for (const [size, apart, type] of [
    [5, 2, 'Three'],
    [7, 3, 'Four'],
  ] as const) {
    const sides = `${apart}|${size - apart}`
    it(`leaves one leader when ${size} split ${sides} are healed (RIAPS: two, for good)`, async () => {
      const crew = await Crew.of(network, type, size)
      const [few, many] = crew.split(apart)
      await crew.until(() => many.some(leads))
      await crew.pass(APART_MS)
      expect([few.some(leads), many.filter(leads).length]).to.deep.equal([false, 1])
      const elected = leaderOf(many).leader
      await heals(crew)
      expect(leads(elected), 'the newer leader stays').to.equal(true)
    })
  }

  for (const [size, type] of [
    [6, 'Four'],
    [4, 'Three'],
  ] as const) {
    const half = size / 2
    it(`has no leader on either side of ${half}|${half}, and one when it is healed (RIAPS: ${
      size === 6 ? 'one on each side' : 'the old one leads its half on'
    })`, async () => {
      const crew = await Crew.of(network, type, size)
      crew.split(half)
      await crew.until(() => !crew.members.some(leads), 1000)
      await crew.until(() => crew.members.every(({ in: cell }) => !cell.hasLeader))
      crew.forget()
      await crew.pass(APART_MS)
      expect([crew.members.some(leads), Math.max(...crew.elections)]).to.deep.equal([false, 0])
      await heals(crew, 2)
    })
  }

  it('has at most one leader in 3|3 by its quorum of 3 (RIAPS: by that of those it sees)', async () => {
    const crew = await Crew.of(network, 'Three', 6)
    expect(first(crew.members).in.observers, 'six, of whom five may elect').to.have.length(1)
    crew.split(3)
    await crew.pass(APART_MS)
    expect(crew.members.filter(leads).length).to.be.at.most(1)
    await heals(crew)
  })

  it('is led by nobody alone, or in a pair of five, when the lease is over (RIAPS: leads on)', async () => {
    for (const apart of [1, 2]) {
      const crew = await Crew.of(network, 'Three', 5, {})
      const [few] = crew.split(apart)
      await crew.until(() => !few.some(leads), 600)
      await crew.until(() => few.every(({ told }) => told.includes('quorum lost')))
      await heals(crew)
      for (const member of [...crew.members]) crew.kill(member)
      await network.advance('5s')
    }
  })

  it('decides no vote among too few, and none with two outcomes (RIAPS: the pair decides)', async () => {
    const crew = await Crew.of(network, 'Three', 5)
    const [few, many] = crew.split(2)
    const asked = first(few).in.requestVote('among two', { timeout: 1000 })
    let end: unknown
    asked.then(
      ({ outcome }) => {
        end = outcome
      },
      (error: unknown) => {
        end = error
      },
    )
    await crew.until(() => many.some(leads))
    const decided = await network.settled(leaderOf(many).leader.in.requestVote('among three'))
    expect(decided.outcome).to.equal('yes')
    await crew.until(() => end !== undefined)
    expect(end).to.have.property('code', 'unknown-outcome')
    expect(few.flatMap(({ results }) => results)).to.deep.equal([])
    await heals(crew)
    const heard = new Map<string, Set<string>>()
    for (const { id, outcome } of crew.members.flatMap(({ results }) => results)) {
      heard.set(id, (heard.get(id) ?? new Set()).add(outcome))
    }
    expect([...heard].filter(([, outcomes]) => outcomes.size !== 1)).to.deep.equal([])
    expect(heard.get(decided.id)?.has('yes')).to.equal(true)
  })
})
