// sendBytes() of 1 MiB against a raw frame of 1 MiB.

import { load } from '../machine.mjs'
import { median, pairedRatio, round } from '../statistics.mjs'
import { streamOnce } from './stream.mjs'

const BLOCK_BYTES = 2 ** 20
/** Blocks on their way at most. */
const WINDOW = 16
const FULL = { pairs: 9, runMs: 2000, warmMs: 600 }
const QUICK = { pairs: 2, runMs: 900, warmMs: 300 }

export async function bytes({ processes, quick, tell }) {
  const { pairs, runMs, warmMs } = quick ? QUICK : FULL
  const options = { blockBytes: BLOCK_BYTES, window: WINDOW, runMs, warmMs }
  const runs = []
  for (let i = 0; i < pairs; i++) {
    const sides = i % 2 === 0 ? ['raw', 'quorate'] : ['quorate', 'raw']
    const rates = {}
    for (const side of sides) rates[side] = (await streamOnce(processes, side, options)).rate
    // Megabytes of 10^6 bytes.
    const [ours, raw] = [rates.quorate, rates.raw].map((rate) => round((rate * BLOCK_BYTES) / 1e6, 0))
    runs.push({ ours, raw, load: load() })
    tell(`bytes, 1 MiB: ours ${ours} MB/s, raw ${raw} MB/s, ${round(ours / raw, 2)} x`)
  }
  const figures = {
    ours: median(runs.map(({ ours }) => ours)),
    raw: median(runs.map(({ raw }) => raw)),
    ratio: round(pairedRatio(runs), 2),
  }
  return { unit: 'MB/s', blockBytes: BLOCK_BYTES, window: WINDOW, runMs, warmMs, runs, figures }
}
