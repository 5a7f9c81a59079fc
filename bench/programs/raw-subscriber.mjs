// The raw subscriber: `for await`, one value a frame, nothing checked.

import { Push, Subscriber } from 'zeromq'
import { readStamp } from './block.mjs'
import { onTold, tell } from './channel.mjs'
import { Tally } from './credit.mjs'
import { amountOf } from './reading.mjs'
import { options } from './task.mjs'
import { unpack } from './wire.mjs'

const sub = new Subscriber({ receiveHighWaterMark: 1000 + 2 * options.window })
const grants = new Push()
sub.connect(options.data)
grants.connect(options.credit)
sub.subscribe('')
// A grant that finds the socket busy waits its turn; the newest says it all.
let sending = Promise.resolve()
const tally = new Tally(options, (total) => {
  sending = sending.then(() => grants.send(String(total)))
})
onTold('sent', ({ count }) => tally.expect(count))
onTold('enough', () => tell({ type: 'received', ...tally.result() }))
void tally.complete.then((result) => tell({ type: 'received', ...result }))

// The first probe says that the subscription has arrived.
await sub.receive()
tally.open()
if (options.blockBytes) {
  for await (const [frame] of sub) if (frame.length > 0) tally.take(readStamp(frame))
} else {
  for await (const [frame] of sub) if (frame.length > 0) tally.take(amountOf(unpack(frame)))
}
