/** The estimator of a host by itself: the test is its sensor, which answers, or does not. */
import { expect } from 'chai'
import { LocalEstimator } from '../../../../apps/estimator/local-estimator.js'
import { Estimate, SensorQuery, SensorReady, SensorValue } from '../../../../apps/estimator/messages.js'
import { type TestComponent, testComponent } from '../../../../testing/index.js'

/** Milliseconds that the estimator waits for a sensor. */
const PATIENCE_MS = 500

describe('the estimator of a host', () => {
  let tested: TestComponent<LocalEstimator>
  /** When the sensor was asked. */
  let asked: number[]

  beforeEach(async () => {
    asked = []
    tested = await testComponent(LocalEstimator)
  })
  afterEach(() => tested.close())

  /** The sensor answers with these values, one after another, each so much later; then no more. */
  function sensorAnswers(values: readonly number[], afterMs = 0): void {
    const left = [...values]
    tested.answer(SensorQuery, SensorValue, ({ at }, reply) => {
      asked.push(tested.network.now)
      const value = left.shift()
      if (value !== undefined) setTimeout(() => reply({ at, value }), afterMs)
      return undefined
    })
  }

  function sensorIsReady(): void {
    tested.publish(SensorReady, { at: Date.now() })
  }

  it('asks nobody who has nothing new', async () => {
    sensorAnswers([20])
    await tested.advance('1min')
    expect(asked).to.deep.equal([])
    expect(tested.published(Estimate)).to.deep.equal([])
  })

  it('asks a sensor that is ready, and tells what it makes of the answers: a smoothed value', async () => {
    sensorAnswers([20, 30, 30])
    for (let count = 1; count <= 3; count++) {
      sensorIsReady()
      await tested.until(() => tested.published(Estimate).length === count)
    }
    const [first, second, third] = tested.published(Estimate)
    expect(first).to.deep.equal({ value: 20, sensors: 1 })
    expect(second).to.deep.equal({ value: 21, sensors: 1 })
    expect(third?.value).to.be.closeTo(21.9, 1e-9)
  })

  it('has one request under way at a time: who gets ready meanwhile is asked after the reply', async () => {
    sensorAnswers([20, 20], 100)
    sensorIsReady()
    await tested.until(() => asked.length === 1)
    sensorIsReady()
    sensorIsReady()
    await tested.advance('10s')
    expect(asked).to.have.length(2)
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).to.be.within(100, 110)
    expect(tested.published(Estimate)).to.have.length(2)
    expect(tested.component.query.stats.late).to.equal(0)
  })

  it('waits only so long for a sensor, counts no late answer, and asks when it is ready again', async () => {
    sensorAnswers([99], 2000)
    sensorIsReady()
    await tested.until(() => asked.length === 1)
    const { query } = tested.component
    expect(query.inFlight).to.equal(1)
    await tested.until(() => query.inFlight === 0)
    expect(tested.network.now - (asked[0] ?? 0)).to.be.within(PATIENCE_MS - 5, PATIENCE_MS + 5)
    await tested.until(() => query.stats.late === 1)
    expect(asked).to.have.length(1)
    expect(tested.published(Estimate)).to.deep.equal([])

    sensorAnswers([25])
    sensorIsReady()
    await tested.until(() => tested.published(Estimate).length === 1)
    expect(tested.published(Estimate)).to.deep.equal([{ value: 25, sensors: 1 }])
  })

  it('goes on after a sensor that failed', async () => {
    tested.answer(SensorQuery, SensorValue, () => {
      throw new Error('it is broken')
    })
    sensorIsReady()
    await tested.advance('1s')
    sensorAnswers([20])
    sensorIsReady()
    await tested.until(() => tested.published(Estimate).length === 1)
    expect(tested.component.query.inFlight).to.equal(0)
  })
})
