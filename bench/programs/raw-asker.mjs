// The raw asker: a DEALER. With many in flight it does the least that works: an answer comes in, the next
// question goes out, and the id within the value says which is which.

import { Dealer } from 'zeromq'
import { tell } from './channel.mjs'
import { questionOf } from './question.mjs'
import { options } from './task.mjs'
import { oneByOne, TripCount } from './trips.mjs'
import { pack, unpack } from './wire.mjs'

const dealer = new Dealer()
dealer.connect(options.data)
if (options.inFlight === 1) {
  const us = await oneByOne(ask, options)
  tell({ type: 'done', us: [...us], asked: us.length, answered: us.length })
} else {
  const count = await many(new TripCount(options))
  tell({ type: 'done', rate: count.rate(), asked: count.asked, answered: count.answered })
}

async function ask(number) {
  const question = questionOf(number)
  await dealer.send(pack(question))
  const [frame] = await dealer.receive()
  const answer = unpack(frame)
  if (answer.id !== question.id) throw new Error(`asked ${question.id}, got the answer to ${answer.id}`)
}

async function many(count) {
  const open = new Set()
  const send = () => {
    const question = questionOf(count.asked++)
    open.add(question.id)
    return dealer.send(pack(question))
  }
  for (let i = 0; i < options.inFlight; i++) await send()
  for await (const [frame] of dealer) {
    const { id } = unpack(frame)
    if (!open.delete(id)) throw new Error(`got an answer to ${id}, which is not asked`)
    count.add()
    if (count.open) await send()
    else if (open.size === 0) break
  }
  return count
}
