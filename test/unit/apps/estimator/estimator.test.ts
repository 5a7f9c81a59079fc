/** The whole estimator on hosts in memory: sensors that are killed, and cables that are cut. */
import { expect } from 'chai'
import estimator from '../../../../apps/estimator/app.js'
import { GlobalEstimator } from '../../../../apps/estimator/global-estimator.js'
import { LocalEstimator } from '../../../../apps/estimator/local-estimator.js'
import { createTestNetwork, type TestActor, type TestNetwork } from '../../../../testing/index.js'

describe('the estimator on two hosts and an aggregator', () => {
  let network: TestNetwork
  let aggregator: TestActor
  /** Two at 20 °C on the first host, and one at 26 °C on the second. */
  let sensors: TestActor[]
  let estimators: TestActor[]

  beforeEach(async () => {
    network = createTestNetwork()
    aggregator = await network.start(estimator, 'Aggregator', { show: 500, silence: 2000 }, { host: 'c' })
    estimators = []
    for (const host of ['a', 'b']) estimators.push(await network.start(estimator, 'Estimator', {}, { host }))
    sensors = []
    for (const [host, value] of [
      ['a', 20],
      ['a', 20],
      ['b', 26],
    ] as const) {
      sensors.push(await network.start(estimator, 'Sensor', { value, noise: 0, period: 250 }, { host }))
    }
  })
  afterEach(() => network.close())

  const shows = (text: string): Promise<void> =>
    network.until(() => aggregator.log.findLast((line) => line.includes('°C')) === text, '20s')

  it('weighs the hosts by their sensors, which are asked on their own host only', async () => {
    await shows('22.00 °C by 3 sensors on 2 hosts')
    const asked = estimators.map((each) => each.component(LocalEstimator).query.connected)
    expect(asked).to.deep.equal([2, 1])
  })

  it('counts a sensor no longer that is killed', async () => {
    await shows('22.00 °C by 3 sensors on 2 hosts')
    sensors[0]?.kill()
    await shows('23.00 °C by 2 sensors on 2 hosts')
  })

  it('counts a host no longer whose estimator is killed, and again when there is another', async () => {
    await shows('22.00 °C by 3 sensors on 2 hosts')
    estimators[1]?.kill()
    await shows('20.00 °C by 2 sensors on 1 host')
    await network.start(estimator, 'Estimator', {}, { host: 'b' })
    await shows('22.00 °C by 3 sensors on 2 hosts')
  })

  it('goes on with the host that it reaches while a cable is cut', async () => {
    await shows('22.00 °C by 3 sensors on 2 hosts')
    network.cut('b', 'c')
    await shows('20.00 °C by 2 sensors on 1 host')
    network.heal('b', 'c')
    await shows('22.00 °C by 3 sensors on 2 hosts')
  })

  it('says that it hears nothing where all estimators are gone', async () => {
    await shows('22.00 °C by 3 sensors on 2 hosts')
    for (const each of estimators) each.kill()
    await network.until(() => aggregator.log.includes('no estimate for 2000 ms'))
    expect(aggregator.component(GlobalEstimator).estimate.connected).to.equal(0)
  })
})
