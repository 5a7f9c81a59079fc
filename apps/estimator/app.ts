/** Distributed estimation: sensors, an estimator on each host that asks them, and one that aggregates. */
import { actor, app, number } from 'quorate'
import { GlobalEstimator } from './global-estimator.js'
import { LocalEstimator } from './local-estimator.js'
import { SensorQuery, SensorReady, SensorValue } from './messages.js'
import { Sensor } from './sensor.js'

/** Does not leave the host. */
const local = [SensorReady, SensorQuery, SensorValue]

export default app('estimator', {
  version: '1.0.0',
  actors: {
    Sensor: actor({
      params: {
        value: number(20, 'what there is to measure, in °C'),
        noise: number(2, 'how far a reading may be off'),
        period: number(100, 'milliseconds between two readings'),
      },
      local,
      components: (p) => ({ sensor: [Sensor, { value: p.value, noise: p.noise, period: p.period }] }),
    }),
    Estimator: actor({ local, components: () => ({ estimator: LocalEstimator }) }),
    Aggregator: actor({
      params: {
        show: number(1000, 'milliseconds between two lines'),
        silence: number(3000, 'milliseconds without an estimate after which it says so'),
      },
      components: (p) => ({ aggregator: [GlobalEstimator, { show: p.show, silence: p.silence }] }),
    }),
  },
})
