// Our subscriber: zod has checked what its handler gets.

import { startActor } from 'quorate'
import { readStamp } from './block.mjs'
import { onTold, tell } from './channel.mjs'
import { Tally } from './credit.mjs'
import { amountOf } from './reading.mjs'
import { duty, stream } from './stream.mjs'
import { options, until } from './task.mjs'

let component
const tally = new Tally(options, (total) => component.credit.send({ total }))
duty.reading = (reading) => tally.take(amountOf(reading))
duty.block = (block) => tally.take(readStamp(block))
duty.ready = (made) => {
  component = made
}

const { directory, insecure } = options
await startActor(stream, 'Subscriber', { discovery: `static:${directory}`, insecure, logLevel: 'warn' })
const { readings, blocks, credit } = component
await until(() => readings.connected === 1 && blocks.connected === 1 && credit.connected === 1)
onTold('sent', ({ count }) => tally.expect(count))
onTold('enough', () => report(tally.result()))
tally.open()
report(await tally.complete)

function report(result) {
  tell({ type: 'received', ...result, stats: { ...(options.blockBytes ? blocks : readings).stats } })
}
