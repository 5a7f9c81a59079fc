/** The sensor by itself: what it says without being asked, and what when asked. */
import { expect } from 'chai'
import { SensorQuery, SensorReady, SensorValue } from '../../../../apps/estimator/messages.js'
import { Sensor } from '../../../../apps/estimator/sensor.js'
import { type TestComponent, testComponent } from '../../../../testing/index.js'

describe('a sensor of the estimator', () => {
  let tested: TestComponent<Sensor>

  beforeEach(async () => {
    tested = await testComponent(Sensor, { value: 20, noise: 2, period: 100 })
  })
  afterEach(() => tested.close())

  const ask = () => tested.ask(SensorQuery, SensorValue, { at: Date.now() })

  it('gives its value before the first reading', async () => {
    expect(tested.published(SensorReady)).to.deep.equal([])
    expect((await ask()).value).to.equal(20)
  })

  it('says once a period that it has a new reading, and gives that one to whoever asks', async () => {
    await tested.until(() => tested.published(SensorReady).length === 3)
    const [first, second, third] = tested.published(SensorReady).map(({ at }) => at)
    expect([second, third]).to.deep.equal([(first ?? 0) + 100, (first ?? 0) + 200])
    const reading = await ask()
    expect(reading.at).to.equal(third)
    expect(await ask()).to.deep.equal(reading)
  })

  it('is off by its noise, and no more', async () => {
    const values = new Set<number>()
    for (let count = 1; count <= 20; count++) {
      await tested.until(() => tested.published(SensorReady).length === count)
      values.add((await ask()).value)
    }
    expect(values.size).to.be.above(1)
    for (const value of values) expect(value).to.be.within(18, 22)
  })
})
