// The app of the throughput runs: readings or blocks one way, credit the other.

import { actor, app, Component, message } from 'quorate'
import { z } from 'zod'
import { readingSchema } from './reading.mjs'

export const Reading = message('Reading', readingSchema)
export const Block = message('Block')
const Granted = message('Granted', z.object({ total: z.int() }))

/** What the components do is given to them here: each process has one. */
export const duty = { granted: undefined, reading: undefined, block: undefined, ready: undefined }

class Publisher extends Component {
  readings = this.pub(Reading)
  blocks = this.pub(Block)
  credit = this.sub(Granted, ({ total }) => duty.granted(total))

  onActivate() {
    duty.ready(this)
  }
}

class Subscriber extends Component {
  readings = this.sub(Reading, (reading) => duty.reading(reading))
  blocks = this.sub(Block, undefined, { bytes: (bytes) => duty.block(bytes) })
  credit = this.pub(Granted)

  onActivate() {
    duty.ready(this)
  }
}

export const stream = app('bench-stream', {
  actors: {
    Publisher: actor({ components: () => ({ publisher: [Publisher, {}] }) }),
    Subscriber: actor({ components: () => ({ subscriber: [Subscriber, {}] }) }),
  },
})
