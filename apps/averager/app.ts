/** Distributed averaging: every node measures, all agree on the mean, and nobody is in charge. */
import { actor, app, number } from 'quorate'
import { Averager } from './averager.js'
import { SensorData } from './messages.js'
import { Sensor } from './sensor.js'

export default app('averager', {
  version: '1.0.0',
  actors: {
    Averager: actor({
      params: {
        instance: number(0, 'which of the actors this is; its sensor reads the CPU of that number'),
        Ts: number(50, 'milliseconds between two steps of the averaging'),
        show: number(1000, 'milliseconds between two lines'),
      },
      internal: [SensorData],
      components: (p) => ({
        sensor: [Sensor, { cpu: p.instance }],
        averager: [Averager, { Ts: p.Ts, show: p.show }],
      }),
    }),
  },
})
