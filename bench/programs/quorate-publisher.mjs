// Our publisher: sends readings in bursts, a burst a turn, or blocks of bytes.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { startActor } from 'quorate'
import { blocksOf, stamp } from './block.mjs'
import { now, tell } from './channel.mjs'
import { Credit } from './credit.mjs'
import { amountOf, readingOf } from './reading.mjs'
import { duty, stream } from './stream.mjs'
import { options } from './task.mjs'

const { burst, runMs, window, blockBytes, insecure } = options
const credit = new Credit()
let component

duty.granted = (total) => credit.grant(total)
duty.ready = (made) => {
  component = made
}

const running = await startActor(stream, 'Publisher', { discovery: 'static:', insecure, logLevel: 'warn' })
tell({ type: 'directory', directory: running.directory })
while (credit.granted === 0) await credit.wait(1)
const { count, sum } = await (blockBytes ? sendBlocks() : sendReadings())
tell({ type: 'sent', count, sum, stats: { ...(blockBytes ? component.blocks : component.readings).stats } })

async function sendReadings() {
  const port = component.readings
  const endAt = now() + runMs
  let sent = 0
  let sum = 0
  do {
    for (let i = 0; i < burst; i++) {
      const reading = readingOf(sent++)
      sum += amountOf(reading)
      port.send(reading)
    }
    await nextTurn()
    if (sent + burst > credit.granted && !(await credit.wait(sent + burst))) break
  } while (now() < endAt)
  return { count: sent, sum }
}

async function sendBlocks() {
  const port = component.blocks
  const blocks = blocksOf(blockBytes, window)
  const endAt = now() + runMs
  let sent = 0
  let sum = 0
  do {
    const block = blocks[sent % blocks.length]
    sum += stamp(block, sent++)
    port.sendBytes(block)
    await nextTurn()
    if (sent + 1 > credit.granted && !(await credit.wait(sent + 1))) break
  } while (now() < endAt)
  return { count: sent, sum }
}
