/** A microgrid: inverters that leave the public grid, and come back to it, all at one moment. */
import { AppError, actor, app, number } from 'quorate'
import { Inverter } from './inverter.js'
import { Microgrid } from './messages.js'

/** Milliseconds that a vote needs at least. */
const VOTE_MS = 100

export default app('microgrid', {
  version: '1.0.0',
  groups: { Microgrid },
  actors: {
    Inverter: actor({
      params: {
        instance: number(
          0,
          'which of the inverters this is: it says which reading of this machine is its load',
        ),
        rated: number(5, 'kW that it can feed'),
        peak: number(4, 'kW of load when what it reads of this machine is full'),
        limit: number(15, 'kW of load in all above which the public grid is left at once'),
        islandAfter: number(6000, 'milliseconds on the public grid after which it is left anyway'),
        reconnectAfter: number(6000, 'milliseconds on the island'),
        ahead: number(1500, 'milliseconds from the proposal to the agreed moment'),
        think: number(200, 'milliseconds that an inverter thinks before it votes'),
        show: number(2000, 'milliseconds between two lines on the load'),
      },
      components: (p) => {
        if (p.ahead >= VOTE_MS) return { inverter: [Inverter, p] }
        const text = `--ahead ${p.ahead} leaves no time for a vote`
        throw new AppError('bad-parameter', `${text}; give ${VOTE_MS} milliseconds or more`)
      },
    }),
  },
})
