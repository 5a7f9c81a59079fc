// Messages a second, pub -> sub, two processes, tcp, a small typed object: ours with the schema checked,
// raw zeromq.js, and the C program as the limit. The sides take turns.

import { roundOf } from '../columns.mjs'
import { load } from '../machine.mjs'
import { median, pairedRatio, round } from '../statistics.mjs'
import { limitOnce, streamOnce } from './stream.mjs'

const OBJECT =
  'a reading: { meter, seq, at, volts, amps, phase }, 80 bytes as MessagePack, every member checked by zod'

/**
 * Messages on their way at most, for each burst. Below half of the 1000 frames that a queue of ours (and of
 * zeromq.js by default) holds, because libzmq gives room back in halves.
 */
const WINDOWS = { 256: 32_768, 16: 6400, 1: 450 }
/** With one message a frame that window holds raw zeromq.js back, too: this shows by how much. */
const WIDE_WINDOW = 8000
const FULL = { rounds: 7, runMs: 2000, warmMs: 600 }
const QUICK = { rounds: 2, runMs: 900, warmMs: 300 }
const LIMIT_WINDOW = 262_144

export async function throughput(context) {
  const { processes, lab, quick, tell } = context
  const { rounds, runMs, warmMs } = quick ? QUICK : FULL
  const bursts = {}
  for (const burst of [256, 16, 1]) {
    const options = { burst, window: WINDOWS[burst], runMs, warmMs }
    bursts[burst] = []
    for (let i = 0; i < rounds; i++) {
      bursts[burst].push(await once(context, options, i))
      tell(`throughput, ${burst} a turn: ${describe(bursts[burst].at(-1))}`)
    }
  }
  const limit = await repeat(lab.limit === undefined ? 0 : 3, async () => {
    const { rate } = await limitOnce(processes, lab.limit, { window: LIMIT_WINDOW, runMs, warmMs })
    tell(`throughput, C libzmq: ${round(rate, 0)}`)
    return rate
  })
  const figures = { ...figuresOf(bursts, 'ours'), ...(limit.length > 0 ? { limit: median(limit) } : {}) }
  const keys = { figures: { ...figuresOf(bursts, 'keys'), ...costOf(bursts) } }
  const windows = { ...WINDOWS, rawWide: WIDE_WINDOW, limit: LIMIT_WINDOW }
  return { unit: 'messages/s', object: OBJECT, windows, runMs, warmMs, bursts, limit, figures, keys }
}

async function repeat(times, run) {
  const rates = []
  for (let i = 0; i < times; i++) rates.push(round(await run(), 0))
  return rates
}

async function once(context, options, index) {
  const found = await roundOf(context, index, (where, program) => rateOf(where, program, options))
  const rates = { ...found, load: load() }
  if (options.burst > 1) return rates
  return { ...rates, rawWide: await rateOf(context.processes, 'raw', { ...options, window: WIDE_WINDOW }) }
}

async function rateOf(processes, program, options) {
  return round((await streamOnce(processes, program, options)).rate, 0)
}

function describe({ raw, ours, keys, rawWide }) {
  const wide = rawWide === undefined ? '' : `; raw with a window of ${WIDE_WINDOW} ${rawWide}`
  const cost = `with keys ${keys}, ${round(keys / ours, 2)} x without`
  return `ours ${ours}, raw ${raw}, ${round(ours / raw, 2)} x; ${cost}${wide}`
}

function figuresOf(bursts, side) {
  const figures = {
    rawWide: median(bursts[1].map(({ rawWide }) => rawWide)),
    ratioWide: round(pairedRatio(bursts[1], side, 'rawWide'), 2),
  }
  for (const [burst, runs] of Object.entries(bursts)) {
    figures[`ours${burst}`] = median(runs.map((run) => run[side]))
    figures[`raw${burst}`] = median(runs.map(({ raw }) => raw))
    figures[`ratio${burst}`] = round(pairedRatio(runs, side), 2)
  }
  return figures
}

/** With keys, as so many times without. */
function costOf(bursts) {
  const ratios = Object.entries(bursts).map(([burst, runs]) => [
    `ofPlain${burst}`,
    round(pairedRatio(runs, 'keys', 'ours'), 2),
  ])
  return Object.fromEntries(ratios)
}
