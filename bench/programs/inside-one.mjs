// Publisher and subscriber in one actor: messages that stay inside it, checked by zod, a burst a turn.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { actor, app, Component, message, startActor } from 'quorate'
import { now, tell } from './channel.mjs'
import { amountOf, readingOf, readingSchema } from './reading.mjs'
import { options } from './task.mjs'

const Reading = message('Reading', readingSchema)
const received = { count: 0, sum: 0 }
let port

class Publisher extends Component {
  readings = this.pub(Reading)

  onActivate() {
    port = this.readings
  }
}

class Subscriber extends Component {
  readings = this.sub(Reading, (reading) => {
    received.count++
    received.sum += amountOf(reading)
  })
}

const inside = app('bench-inside', {
  actors: {
    Both: actor({
      internal: [Reading],
      components: () => ({ publisher: Publisher, subscriber: Subscriber }),
    }),
  },
})

const { insecure } = options
await startActor(inside, 'Both', { discovery: 'static:', insecure, logLevel: 'warn' })
await port.ready()
await send(options.warmMs)
const sent = await send(options.runMs)
tell({ type: 'done', sent, received, rate: (1000 * sent.count) / sent.ms })

/** Sends for so long and until all has come; what came before is forgotten. */
async function send(ms) {
  Object.assign(received, { count: 0, sum: 0 })
  const beganAt = now()
  let count = 0
  let sum = 0
  do {
    for (let i = 0; i < options.burst; i++) {
      const reading = readingOf(count++)
      sum += amountOf(reading)
      port.send(reading)
    }
    await nextTurn()
  } while (now() < beganAt + ms)
  while (received.count < count) await nextTurn()
  return { count, sum, ms: now() - beganAt }
}
