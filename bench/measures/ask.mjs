// ask() against a raw DEALER-ROUTER echo of the same 100 bytes: the round trip with one in flight, and
// the rate with 64.

import { roundOf } from '../columns.mjs'
import { load } from '../machine.mjs'
import { median, pairedRatio, quantile, round } from '../statistics.mjs'
import { CorrectnessError } from './stream.mjs'

const FULL = { rounds: 11, warmTrips: 4000, trips: 6000, runMs: 2000, warmMs: 700 }
const QUICK = { rounds: 3, warmTrips: 1000, trips: 2000, runMs: 900, warmMs: 300 }
const MANY = 64

export async function ask(context) {
  const { quick, tell } = context
  const { rounds, ...times } = quick ? QUICK : FULL
  const talk = (inFlight, i) =>
    roundOf(context, i, (where, program) => talkOnce(where, program, { ...times, inFlight }))
  const one = []
  const many = []
  for (let i = 0; i < rounds; i++) {
    const { raw, ours, keys } = await talk(1, i)
    const p99 = { rawP99: raw.p99, oursP99: ours.p99, keysP99: keys.p99 }
    one.push({ raw: raw.p50, ours: ours.p50, keys: keys.p50, ...p99, load: load() })
    tell(`ask, one in flight: ${describe(one.at(-1), 'µs')}`)
  }
  for (let i = 0; i < rounds; i++) {
    const { raw, ours, keys } = await talk(MANY, i)
    many.push({ raw: raw.rate, ours: ours.rate, keys: keys.rate, load: load() })
    tell(`ask, ${MANY} in flight: ${describe(many.at(-1), 'a second')}`)
  }
  const figures = figuresOf(one, many, 'ours')
  const keys = { figures: { ...figuresOf(one, many, 'keys'), ...costOf(one, many) } }
  return { bytes: 100, unit: 'µs', ...times, one, many, figures, keys }
}

/** The median time of one question after another, for measures that need something beside theirs. */
export async function askAlone(processes) {
  const { rounds, ...times } = QUICK
  const p50s = []
  for (let i = 0; i < rounds; i++) {
    p50s.push((await talkOnce(processes, 'quorate', { ...times, inFlight: 1 })).p50)
  }
  return median(p50s)
}

async function talkOnce(processes, program, options) {
  const answerer = processes.program(`${program}-answerer`)
  const where = await answerer.next('directory')
  const asker = processes.program(`${program}-asker`, { ...options, ...where })
  try {
    const { us, rate, asked, answered } = await asker.next('done')
    if (asked !== answered) throw new CorrectnessError(`${program}: asked ${asked}, answered ${answered}`)
    if (program === 'quorate') await processes.proveLocks([answerer, asker])
    if (us === undefined) return { rate: round(rate, 0) }
    return { p50: round(quantile(us, 0.5)), p99: round(quantile(us, 0.99)) }
  } finally {
    await Promise.all([answerer.end(), asker.end()])
  }
}

function describe({ raw, ours, keys }, unit) {
  const x = (side) => `${round(side / raw, 2)} x raw`
  return `ours ${ours} ${unit}, ${x(ours)}; with keys ${keys}, ${x(keys)}, ${round(keys / ours, 2)} x without`
}

function figuresOf(one, many, side) {
  const medianOf = (runs, key) => round(median(runs.map((run) => run[key])))
  return {
    p50: medianOf(one, side),
    rawP50: medianOf(one, 'raw'),
    p99: medianOf(one, `${side}P99`),
    rawP99: medianOf(one, 'rawP99'),
    ratioOne: round(pairedRatio(one, side), 2),
    rate64: medianOf(many, side),
    rawRate64: medianOf(many, 'raw'),
    ratio64: round(pairedRatio(many, side), 2),
  }
}

/** With keys, as so many times without. */
function costOf(one, many) {
  const ratioOf = (runs) => round(pairedRatio(runs, 'keys', 'ours'), 2)
  return { ofPlainOne: ratioOf(one), ofPlain64: ratioOf(many) }
}
