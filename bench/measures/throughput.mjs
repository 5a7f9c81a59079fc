// Messages a second, pub -> sub, two processes, tcp, a small typed object: ours with the schema checked,
// raw zeromq.js, and the C program as the limit. Pairs of runs alternate.

import { load } from '../machine.mjs'
import { median, pairedRatio, round } from '../statistics.mjs'
import { limitOnce, streamOnce } from './stream.mjs'

/**
 * Messages on their way at most, for each burst. Fewer than half of the 1000 frames that a queue of ours holds: libzmq
 * gives room back in halves.
 */
const WINDOWS = { 256: 32_768, 16: 6400, 1: 400 }
const FULL = { pairs: 7, runMs: 2000, warmMs: 600 }
const QUICK = { pairs: 2, runMs: 900, warmMs: 300 }

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
  const limit = []
  for (let i = 0; lab.limit !== undefined && i < Math.min(3, pairs); i++) {
    const { rate } = await limitOnce(processes, lab.limit, { window: 262_144, runMs, warmMs })
    limit.push(round(rate, 0))
    tell(`throughput, C libzmq: ${limit.at(-1)}`)
  }
  return {
    object: 'reading of 6 fields',
    windows: WINDOWS,
    runMs,
    warmMs,
    bursts,
    limit,
    figures: figuresOf(bursts, limit),
  }
}

/** Which side goes first alternates, too. */
async function pairOf(processes, options, index) {
  const sides = index % 2 === 0 ? ['raw', 'quorate'] : ['quorate', 'raw']
  const rates = {}
  for (const side of sides) rates[side] = round((await streamOnce(processes, side, options)).rate, 0)
  return { ours: rates.quorate, raw: rates.raw, load: load() }
}

function describe({ ours, raw }) {
  return `ours ${ours}, raw ${raw}, ${round(ours / raw, 2)} x`
}

function figuresOf(bursts, limit) {
  const figures = {}
  for (const [burst, pairs] of Object.entries(bursts)) {
    figures[`ours${burst}`] = median(pairs.map(({ ours }) => ours))
    figures[`raw${burst}`] = median(pairs.map(({ raw }) => raw))
    figures[`ratio${burst}`] = round(pairedRatio(pairs), 2)
  }
  return limit.length > 0 ? { ...figures, limit: median(limit) } : figures
}
