/** The aggregator by itself: the test is the host that it hears. */
import { expect } from 'chai'
import { GlobalEstimator } from '../../../../apps/estimator/global-estimator.js'
import { Estimate } from '../../../../apps/estimator/messages.js'
import { type TestComponent, testComponent } from '../../../../testing/index.js'

const SILENT = 'no estimate for 3000 ms'

describe('the aggregator', () => {
  let tested: TestComponent<GlobalEstimator>

  beforeEach(async () => {
    tested = await testComponent(GlobalEstimator, { show: 1000, silence: 3000 })
  })
  afterEach(() => tested.close())

  it('shows the last estimate of a host at each step', async () => {
    tested.publish(Estimate, { value: 10, sensors: 1 })
    tested.publish(Estimate, { value: 20, sensors: 2 })
    await tested.until(() => tested.actor.log.length === 1, '1s')
    expect(tested.actor.log).to.deep.equal(['20.00 °C by 2 sensors on 1 host'])
    tested.publish(Estimate, { value: 21.5, sensors: 1 })
    await tested.until(() => tested.actor.log.length === 2, '1s')
    expect(tested.actor.log[1]).to.equal('21.50 °C by 1 sensor on 1 host')
  })

  it('says after a silence that there was one, and shows nothing of before it', async () => {
    tested.publish(Estimate, { value: 20, sensors: 1 })
    await tested.advance(10)
    const heardMs = tested.network.now
    await tested.until(() => tested.actor.log.includes(SILENT))
    expect(tested.network.now - heardMs).to.be.within(2990, 3000)
    const before = tested.actor.log.length
    await tested.advance('1min')
    expect(tested.actor.log).to.have.length(before)
    tested.publish(Estimate, { value: 25, sensors: 1 })
    await tested.until(() => tested.actor.log.length > before, '1s')
    expect(tested.actor.log.at(-1)).to.equal('25.00 °C by 1 sensor on 1 host')
  })

  it('says so, too, where nobody was ever heard', async () => {
    await tested.advance('1min')
    expect(tested.actor.log).to.deep.equal([SILENT])
  })

  it('takes no pause for a silence that is shorter', async () => {
    for (let pause = 0; pause < 5; pause++) {
      tested.publish(Estimate, { value: 20, sensors: 1 })
      await tested.advance(2900)
    }
    expect(tested.actor.log).not.to.include(SILENT)
  })
})
