// The raw publisher: zeromq.js as its manual shows it, one value a frame, each send awaited. It has to
// find out by itself when the subscription has arrived: it probes until the first credit comes.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Publisher, Pull } from 'zeromq'
import { blocksOf, stamp } from './block.mjs'
import { now, tell } from './channel.mjs'
import { Credit } from './credit.mjs'
import { amountOf, readingOf } from './reading.mjs'
import { options } from './task.mjs'
import { pack } from './wire.mjs'

const { burst, runMs, window, blockBytes } = options
const credit = new Credit()
const pub = new Publisher({ sendHighWaterMark: 1000 + 2 * window })
const grants = new Pull()
await pub.bind('tcp://127.0.0.1:*')
await grants.bind('tcp://127.0.0.1:*')
tell({ type: 'directory', data: pub.lastEndpoint, credit: grants.lastEndpoint })
void readGrants()
while (credit.granted === 0) {
  await pub.send('')
  await new Promise((done) => setTimeout(done, 5))
}
const { count, sum } = await (blockBytes ? sendBlocks() : sendReadings())
tell({ type: 'sent', count, sum })

async function readGrants() {
  for await (const [frame] of grants) credit.grant(Number(frame.toString()))
}

async function sendReadings() {
  const endAt = now() + runMs
  let sent = 0
  let sum = 0
  do {
    for (let i = 0; i < burst; i++) {
      const reading = readingOf(sent++)
      sum += amountOf(reading)
      await pub.send(pack(reading))
    }
    await nextTurn()
    if (sent + burst > credit.granted && !(await credit.wait(sent + burst))) break
  } while (now() < endAt)
  return { count: sent, sum }
}

async function sendBlocks() {
  const blocks = blocksOf(blockBytes, window)
  const endAt = now() + runMs
  let sent = 0
  let sum = 0
  do {
    const block = blocks[sent % blocks.length]
    sum += stamp(block, sent++)
    await pub.send(block)
    await nextTurn()
    if (sent + 1 > credit.granted && !(await credit.wait(sent + 1))) break
  } while (now() < endAt)
  return { count: sent, sum }
}
