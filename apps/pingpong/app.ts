/** Table tennis by request and reply: what to do when no pong comes back, as a state machine. */
import { actor, app, number } from 'quorate'
import { Pinger } from './pinger.js'
import { Ponger } from './ponger.js'

export default app('pingpong', {
  version: '1.0.0',
  actors: {
    Pinger: actor({
      params: {
        rest: number(500, 'milliseconds between a pong and the next ping'),
        patience: number(200, 'milliseconds to wait for a pong'),
      },
      components: (p) => ({ pinger: [Pinger, p] }),
    }),
    Ponger: actor({
      params: {
        nap: number(5, 'each ping of so many it sleeps over; 0 for none'),
        asleep: number(300, 'milliseconds of such a sleep'),
        lives: number(0, 'pings that it answers before its process dies; 0 for any number'),
      },
      components: (p) => ({ ponger: [Ponger, p] }),
    }),
  },
})
