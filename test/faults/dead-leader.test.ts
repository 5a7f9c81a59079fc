/** Writing to a leader that is dead: in RIAPS it blocks the writer's group for 10 s, and then ends it. */
import { expect } from 'chai'
import { Fleet, until, type Word } from './fleet.js'

const WRITTEN = 3000

describe('a group of processes whose leader is killed', function () {
  this.timeout(60_000)
  let fleet: Fleet
  before(async () => {
    fleet = new Fleet(3, 1, 2)
    await fleet.untilLed()
    await fleet.untilMet()
  })
  after(() => fleet.end())

  it('goes on when each writes 3,000 messages to it, before and after (RIAPS: the writers die)', async () => {
    const leader = await fleet.untilLed()
    const [boat, others] = fleet.boatOf(leader)
    const written = (count: number): Promise<void> =>
      until(() => others.every((each) => each.told('written').length === count))
    for (const each of others) each.say('write', WRITTEN)
    const killed = boat.program.kill()
    for (const each of others) each.say('write', WRITTEN)
    await killed
    // All of it settles: what was not taken was said so, by name.
    await written(2)
    for (const { done = 0, codes = [] } of others.flatMap((each) => each.told('written'))) {
      expect(codes.filter((code) => !['again', 'no-leader'].includes(code))).to.deep.equal([])
      if (codes.length === 0) expect(done).to.equal(WRITTEN)
    }
    const next = await fleet.untilLed(others, leader)
    const before = await fleet.states(others)
    for (const each of others) each.say('write', 100)
    await written(3)
    for (const each of others) expect(each.told('written').at(-1)).to.include({ done: 100 })
    const answersOf = (states: readonly Word[]): number[] => states.map(({ answers = 0 }) => answers)
    const least = Math.min(...answersOf(before)) + 100
    const states = await fleet.untilEach(({ answers = 0 }) => answers >= least, others)
    expect(states.map((state) => [state.size, state.leader])).to.deep.equal(others.map(() => [2, next]))
  })
})
