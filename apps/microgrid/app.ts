/** A microgrid: inverters that leave the public grid, and come back to it, all at one moment. */
import { actor, app, number } from 'quorate'
import { Inverter } from './inverter.js'
import { Microgrid } from './messages.js'

export default app('microgrid', {
  version: '1.0.0',
  groups: { Microgrid },
  actors: {
    Inverter: actor({
      params: {
        instance: number(
          0,
          'which of the inverters this is: each reads something else of this machine as its load',
        ),
        rated: number(5, 'kW that it can feed'),
        limit: number(20, 'kW of load in all above which the public grid is left at once'),
        islandAfter: number(6000, 'milliseconds on the public grid after which it is left anyway'),
        reconnectAfter: number(6000, 'milliseconds on the island'),
        ahead: number(1500, 'milliseconds from the proposal to the agreed moment'),
        think: number(200, 'milliseconds that an inverter thinks before it votes'),
        show: number(2000, 'milliseconds between two lines on the load'),
      },
      components: (p) => ({ inverter: [Inverter, p] }),
    }),
  },
})
