/** Members that join while their host is overloaded: their processes get no time for long, at any moment. */
import { expect } from 'chai'
import { type Random, randomFrom } from '../../testing/random.js'
import { type Boat, Fleet, until } from './fleet.js'

/** How often each is stopped at least: some of it while it is taken in, and follows. */
const STOPS = 6
/** Messages that another sends while one gets no time: 50 ms for each 100. */
const STARVED_MESSAGES = [100, 1500] as const
/** Answers that another gives, one after the other, while one gets time: some milliseconds, later more. */
const LIVELY_ANSWERS = 20

describe('a member that joins while its host is overloaded', function () {
  this.timeout(120_000)
  let fleet: Fleet | undefined
  afterEach(() => fleet?.end())

  /** Stops it in its tracks, again and again, until it follows somebody, and then some. */
  async function starve(boat: Boat, witness: Boat, random: Random): Promise<void> {
    const [least, most] = STARVED_MESSAGES
    await until(() => boat.told('joining').length > 0)
    for (let stops = 1; boat.told('led').length === 0 || stops <= STOPS; stops++) {
      boat.program.pause()
      const sent = witness.told('sent').length
      witness.say('burst', least + Math.floor(random() * (most - least)))
      await until(() => witness.told('sent').length > sent)
      boat.program.resume()
      for (let n = random() * LIVELY_ANSWERS * stops; n > 0; n--) await witness.state(1)
    }
  }

  it('unseats nobody, and follows the leader that there is', async () => {
    const seated = new Fleet(3, 1, 3)
    fleet = seated
    const { boats } = seated
    const leader = await seated.untilLed()
    await seated.untilMet()
    const elections = boats.map((boat) => boat.told('led').length)
    const { epoch, term } = boats[0]?.told('led').at(-1) ?? expect.fail('it follows one')
    const random = randomFrom(1)
    // As many as there are seats left.
    const late = boats.slice(0, 2).map((witness) => ({ witness, boat: seated.late() }))
    await Promise.all(late.map(({ boat, witness }) => starve(boat, witness, random)))
    for (const { boat } of late) {
      const words = boat.told('led').map((word) => [word.by, word.isSelf, word.epoch, word.term])
      for (const word of words) expect(word).to.deep.equal([leader, false, epoch, term])
    }
    expect(boats.map((boat) => boat.told('led').length)).to.deep.equal(elections)
  })
})
