/** What an actor lists has a bound: a component that would make it too large does not join. */
import { expect } from 'chai'
import { z } from 'zod'
import { discoveryLimits } from '../../../../discovery/index.js'
import {
  actor,
  app,
  Component,
  type Group,
  type GroupType,
  group,
  message,
} from '../../../../runtime/index.js'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'

const Ping = message('Ping')
const Small = group({ using: Ping })
const Led = group({ quorum: 2, using: Ping })
/** Of each the schema takes some 25 KB. */
const large = Array.from({ length: 50 }, (_, n) => {
  const keys = Array.from({ length: 1400 }, (_, key) => `a_value_of_${n}_${key}`)
  return group({ using: message(`Large${n}`, z.object({ key: z.enum(keys) })) })
})

class Joiner extends Component {
  readonly pings = this.pub(Ping)
  heard = 0
  readonly heardPings = this.sub(Ping, () => this.heard++)

  join(type: GroupType, instance = 'north'): Promise<Group> {
    return this.joinGroup(type, instance)
  }
}

const joins = actor({ components: () => ({ joiner: Joiner }) })
const joiners = app('joiners', {
  actors: { A: joins, B: joins },
  groups: { Small, Led, ...Object.fromEntries(large.map((type, n) => [`Large${n}`, type])) },
})

describe('the listing of an actor that joins groups', function () {
  this.timeout(30_000)
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  async function refusalOf(joining: Promise<Group>): Promise<unknown> {
    return network.settled(
      joining.then(
        ({ name }) => `joined ${name}`,
        (error: unknown) => error,
      ),
    )
  }

  it('has room for so many members; one more is refused, and all others are told', async () => {
    const most = discoveryLimits.listingPorts
    const a = await network.start(joiners, 'A')
    const b = await network.start(joiners, 'B')
    const [one, two] = [a.component(Joiner), b.component(Joiner)]
    const joining = Array.from({ length: most }, (_, n) => one.join(Small, `n${n}`))
    const refused = await refusalOf(one.join(Small, 'more'))
    expect(refused).to.include({ code: 'listing-too-large', retryable: false })
    expect(refused)
      .to.have.property('message')
      .that.matches(/^Small\.more is not joined.*1024 ports.*and as many groups joined; split the actor$/)
    const groups = await network.settled(Promise.all(joining))
    expect(await network.settled(one.join(Small, 'n7'))).to.equal(groups[7])
    const last = await network.settled(two.join(Small, `n${most - 1}`))
    await network.until(() => last.size === 2)
    await network.settled(Promise.resolve(groups[0]?.leave()))
    await network.settled(one.join(Small, 'more'))
    expect(await refusalOf(one.join(Small, 'again'))).to.include({ code: 'listing-too-large' })
    expect([...a.warnings, ...b.warnings]).to.deep.equal([])
  })

  it('has room for so many bytes; a schema more is refused, and the ports stay connected', async () => {
    const a = await network.start(joiners, 'A')
    const b = await network.start(joiners, 'B')
    const [one, two] = [a.component(Joiner), b.component(Joiner)]
    const outcomes = await Promise.all(large.map((type) => refusalOf(one.join(type))))
    const refused = outcomes.filter((each) => each instanceof Error)
    expect(refused).to.have.length.within(1, 15)
    for (const each of refused) expect(each).to.include({ code: 'listing-too-large', retryable: false })
    expect(refused[0])
      .to.have.property('message')
      .that.matches(/takes \d+ bytes, over \d+; use fewer/)
    // Of what is small there is room yet, and for what it may grow to.
    const led = await network.settled(Promise.all([one.join(Led), two.join(Led)]))
    await network.until(() => led.every(({ size, hasLeader }) => size === 2 && hasLeader))
    two.pings.send(1)
    one.pings.send(1)
    await network.until(() => one.heard === 2 && two.heard === 2)
    expect([...a.warnings, ...b.warnings]).to.deep.equal([])
  })
})
