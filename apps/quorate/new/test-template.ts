/** The tests of a new app, on `quorate/testing`: of a component by itself, and of the whole app. */
import { type Draft, typed } from './draft.js'

/** The text of `test/app.test`. */
export function test(draft: Draft): string {
  const types = typed(draft, ', type TestComponent, type TestNetwork')
  return `import assert from 'node:assert/strict'
import { createTestNetwork, testComponent${types} } from 'quorate/testing'
import application from '../app.js'
import { Temperature } from '../messages.js'
import { Monitor } from '../monitor.js'

// The network is in memory, and time passes only where a test lets it: a minute is over at once.

describe('a monitor', () => {
  let monitor${typed(draft, ': TestComponent<Monitor>')}

  beforeEach(async () => {
    monitor = await testComponent(Monitor, { limit: 22 })
  })
  afterEach(() => monitor.close())

  it('warns of what is too warm, and only of that', async () => {
    monitor.publish(Temperature, { at: 1, celsius: 21 })
    monitor.publish(Temperature, { at: 2, celsius: 23 })
    await monitor.advance('1s')
    // To the monitor, this test is an actor called Tester.
    assert.deepEqual(monitor.actor.log, ['Tester reads 21.0 °C', 'Tester reads 23.0 °C: too warm'])
  })
})

describe('the app', () => {
  let network${typed(draft, ': TestNetwork')}

  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  it('tells the monitor what a sensor reads, and when the sensor is gone', async () => {
    const monitor = await network.start(application, 'Monitor')
    const sensor = await network.start(application, 'Sensor', { period: 500 })
    await network.until(() => monitor.log.length === 10, '6s')
    for (const line of monitor.log) assert.match(line, /^Sensor reads \\d+\\.\\d °C/)

    const { temperature } = monitor.component(Monitor)
    assert.equal(temperature.connected, 1)
    sensor.kill()
    await network.until(() => temperature.connected === 0, '5s')
  })
})
`
}
