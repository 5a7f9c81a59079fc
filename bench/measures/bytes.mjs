// sendBytes() of 1 MiB against a raw frame of 1 MiB.

import { roundOf } from '../columns.mjs'
import { load } from '../machine.mjs'
import { median, pairedRatio, round } from '../statistics.mjs'
import { streamOnce } from './stream.mjs'

const BLOCK_BYTES = 2 ** 20
/** Blocks on their way at most. */
const WINDOW = 16
const FULL = { rounds: 9, runMs: 2000, warmMs: 600 }
const QUICK = { rounds: 2, runMs: 900, warmMs: 300 }

export async function bytes(context) {
  const { rounds, runMs, warmMs } = context.quick ? QUICK : FULL
  const options = { blockBytes: BLOCK_BYTES, window: WINDOW, runMs, warmMs }
  const runs = []
  for (let i = 0; i < rounds; i++) {
    const { raw, ours, keys } = await roundOf(context, i, async (where, program) => {
      const { rate } = await streamOnce(where, program, options)
      // Megabytes of 10^6 bytes.
      return round((rate * BLOCK_BYTES) / 1e6, 0)
    })
    runs.push({ raw, ours, keys, load: load() })
    const ratios = `${round(ours / raw, 2)} x raw; with keys ${keys}, ${round(keys / ours, 2)} x without`
    context.tell(`bytes, 1 MiB: ours ${ours} MB/s, ${ratios}`)
  }
  const keys = {
    figures: { ...figuresOf(runs, 'keys'), ofPlain: round(pairedRatio(runs, 'keys', 'ours'), 2) },
  }
  const figures = figuresOf(runs, 'ours')
  return { unit: 'MB/s', blockBytes: BLOCK_BYTES, window: WINDOW, runMs, warmMs, runs, figures, keys }
}

function figuresOf(runs, side) {
  const [ours, raw] = [side, 'raw'].map((each) => median(runs.map((run) => run[each])))
  return { ours, raw, ratio: round(pairedRatio(runs, side), 2) }
}
