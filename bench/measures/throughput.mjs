// Messages a second, pub -> sub, two processes, tcp, a small typed object: ours with the schema checked,
// raw zeromq.js, and the C program as the limit. Pairs of runs alternate.

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
const FULL = { pairs: 5, runMs: 2000, warmMs: 600 }
const QUICK = { pairs: 2, runMs: 900, warmMs: 300 }
const LIMIT_WINDOW = 262_144

export async function throughput({ processes, lab, quick, tell }) {
  const { pairs, runMs, warmMs } = quick ? QUICK : FULL
  const bursts = {}
  for (const burst of [256, 16, 1]) {
    const options = { burst, window: WINDOWS[burst], runMs, warmMs }
    bursts[burst] = []
    for (let i = 0; i < pairs; i++) {
      bursts[burst].push(await pairOf(processes, options, i))
      tell(`throughput, ${burst} a turn: ${describe(bursts[burst].at(-1))}`)
    }
  }
  const limit = await repeat(lab.limit === undefined ? 0 : 3, async () => {
    const { rate } = await limitOnce(processes, lab.limit, { window: LIMIT_WINDOW, runMs, warmMs })
    tell(`throughput, C libzmq: ${round(rate, 0)}`)
    return rate
  })
  const figures = figuresOf(bursts, limit)
  const windows = { ...WINDOWS, rawWide: WIDE_WINDOW, limit: LIMIT_WINDOW }
  return { unit: 'messages/s', object: OBJECT, windows, runMs, warmMs, bursts, limit, figures }
}

async function repeat(times, run) {
  const rates = []
  for (let i = 0; i < times; i++) rates.push(round(await run(), 0))
  return rates
}

/** Which side goes first alternates, too. */
async function pairOf(processes, options, index) {
  const sides = index % 2 === 0 ? ['raw', 'quorate'] : ['quorate', 'raw']
  const rates = {}
  for (const side of sides) rates[side] = await rateOf(processes, side, options)
  const pair = { ours: rates.quorate, raw: rates.raw, load: load() }
  if (options.burst > 1) return pair
  return { ...pair, rawWide: await rateOf(processes, 'raw', { ...options, window: WIDE_WINDOW }) }
}

async function rateOf(processes, side, options) {
  return round((await streamOnce(processes, side, options)).rate, 0)
}

function describe({ ours, raw, rawWide }) {
  const wide = rawWide === undefined ? '' : `; raw with a window of ${WIDE_WINDOW} ${rawWide}`
  return `ours ${ours}, raw ${raw}, ${round(ours / raw, 2)} x${wide}`
}

function figuresOf(bursts, limit) {
  const wide = bursts[1].map(({ ours, rawWide }) => ({ ours, raw: rawWide }))
  const figures = { rawWide: median(wide.map(({ raw }) => raw)), ratioWide: round(pairedRatio(wide), 2) }
  for (const [burst, pairs] of Object.entries(bursts)) {
    figures[`ours${burst}`] = median(pairs.map(({ ours }) => ours))
    figures[`raw${burst}`] = median(pairs.map(({ raw }) => raw))
    figures[`ratio${burst}`] = round(pairedRatio(pairs), 2)
  }
  return limit.length > 0 ? { ...figures, limit: median(limit) } : figures
}
