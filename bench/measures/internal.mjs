// Messages between two components of one actor, internal scope: no socket, but copied and checked.

import { load } from '../machine.mjs'
import { median } from '../statistics.mjs'
import { CorrectnessError } from './stream.mjs'

const BURSTS = [256, 16, 1]
const FULL = { times: 5, runMs: 1000, warmMs: 400 }
const QUICK = { times: 2, runMs: 400, warmMs: 200 }

export async function internal({ processes, quick, tell }) {
  const { times, runMs, warmMs } = quick ? QUICK : FULL
  const runs = []
  const figures = {}
  for (const burst of BURSTS) {
    const rates = []
    for (let i = 0; i < times; i++) rates.push(await once(processes, { burst, runMs, warmMs }))
    runs.push({ burst, rates, load: load() })
    figures[`rate${burst}`] = Math.round(median(rates))
    tell(`internal, ${burst} a turn: ${figures[`rate${burst}`]} a second`)
  }
  return { unit: 'messages/s', runMs, warmMs, runs, figures }
}

async function once(processes, options) {
  const program = processes.program('inside-one', options)
  const { sent, received, rate } = await program.next('done')
  await program.end()
  if (sent.count === received.count && sent.sum === received.sum) return rate
  throw new CorrectnessError(
    `internal: sent ${sent.count}, sum ${sent.sum}; received ${JSON.stringify(received)}`,
  )
}
