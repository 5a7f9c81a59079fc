/** Queries and answers: one to one, one to many, several answers each, and the other way round. */
import { actor, app, number } from 'quorate'
import { Answerer } from './answerer.js'
import { Asker } from './asker.js'
import { Foreman } from './foreman.js'
import { Worker } from './worker.js'

export default app('qryans', {
  version: '1.0.0',
  actors: {
    Asker: actor({
      params: { period: number(1000, 'milliseconds between two rounds of questions') },
      components: (p) => ({ asker: [Asker, { period: p.period }] }),
    }),
    Answerer: actor({ components: () => ({ answerer: Answerer }) }),
    Foreman: actor({
      params: { pace: number(500, 'milliseconds between two jobs') },
      components: (p) => ({ foreman: [Foreman, { period: p.pace }] }),
    }),
    Worker: actor({ components: () => ({ worker: Worker }) }),
  },
})
