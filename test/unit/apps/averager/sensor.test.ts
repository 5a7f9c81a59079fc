/** The sensor of the averager: it reads this machine, whatever its load. */
import { expect } from 'chai'
import { SensorData } from '../../../../apps/averager/messages.js'
import { Sensor } from '../../../../apps/averager/sensor.js'
import { testComponent } from '../../../../testing/index.js'

describe('the sensor of an averager', () => {
  for (const cpu of [0, 1000]) {
    it(`publishes a percentage at once; CPU number ${cpu} is that modulo their count`, async () => {
      const tested = await testComponent(Sensor, { cpu })
      try {
        await tested.until(() => tested.published(SensorData).length === 1, 100)
        expect(tested.published(SensorData)[0]?.value).to.be.within(0, 100)
      } finally {
        await tested.close()
      }
    })
  }
})
