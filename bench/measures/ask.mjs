// ask() against a raw DEALER-ROUTER echo of the same 100 bytes: the round trip with one in flight, and
// the rate with 64.

import { load } from '../machine.mjs'
import { median, pairedRatio, quantile, round } from '../statistics.mjs'
import { CorrectnessError } from './stream.mjs'

const FULL = { pairs: 11, warmTrips: 4000, trips: 6000, runMs: 2000, warmMs: 700 }
const QUICK = { pairs: 3, warmTrips: 1000, trips: 2000, runMs: 900, warmMs: 300 }
const MANY = 64

export async function ask({ processes, quick, tell }) {
  const { pairs, ...times } = quick ? QUICK : FULL
  const one = []
  const many = []
  for (let i = 0; i < pairs; i++) {
    const { ours, raw } = await pairOf(processes, { ...times, inFlight: 1 }, i)
    one.push({ ours: ours.p50, raw: raw.p50, oursP99: ours.p99, rawP99: raw.p99, load: load() })
    tell(`ask, one in flight: ours ${ours.p50} µs, raw ${raw.p50} µs, ${round(ours.p50 / raw.p50, 2)} x`)
  }
  for (let i = 0; i < pairs; i++) {
    const { ours, raw } = await pairOf(processes, { ...times, inFlight: MANY }, i)
    many.push({ ours: ours.rate, raw: raw.rate, load: load() })
    tell(
      `ask, ${MANY} in flight: ours ${ours.rate}/s, raw ${raw.rate}/s, ${round(ours.rate / raw.rate, 2)} x`,
    )
  }
  return { bytes: 100, unit: 'µs', ...times, one, many, figures: figuresOf(one, many) }
}

async function pairOf(processes, options, index) {
  const sides = index % 2 === 0 ? ['raw', 'quorate'] : ['quorate', 'raw']
  const results = {}
  for (const side of sides) results[side] = await talkOnce(processes, side, options)
  return { ours: results.quorate, raw: results.raw }
}

async function talkOnce(processes, side, options) {
  const answerer = processes.program(`${side}-answerer`)
  const where = await answerer.next('directory')
  const asker = processes.program(`${side}-asker`, { ...options, ...where })
  try {
    const { us, rate, asked, answered } = await asker.next('done')
    if (asked !== answered) throw new CorrectnessError(`${side}: asked ${asked}, answered ${answered}`)
    if (us === undefined) return { rate: round(rate, 0) }
    return { p50: round(quantile(us, 0.5)), p99: round(quantile(us, 0.99)) }
  } finally {
    await Promise.all([answerer.end(), asker.end()])
  }
}

function figuresOf(one, many) {
  const medianOf = (runs, key) => round(median(runs.map((run) => run[key])))
  return {
    p50: medianOf(one, 'ours'),
    rawP50: medianOf(one, 'raw'),
    p99: medianOf(one, 'oursP99'),
    rawP99: medianOf(one, 'rawP99'),
    ratioOne: round(pairedRatio(one), 2),
    rate64: medianOf(many, 'ours'),
    rawRate64: medianOf(many, 'raw'),
    ratio64: round(pairedRatio(many), 2),
  }
}
