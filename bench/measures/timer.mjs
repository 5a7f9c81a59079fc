// A 10 ms timer over a minute, beside a setInterval() of Node in another process: the mean period, how late
// ticks come, and how many periods had none because the machine was late. A period that was skipped and
// counted is no drift; one that is missing is.

import { load } from '../machine.mjs'
import { quantile, round } from '../statistics.mjs'

const PERIOD_MS = 10
const FULL_MS = 60_000
const QUICK_MS = 5000
/** Milliseconds more than the run that it may take. */
const PATIENCE_MS = 30_000

export async function timer({ processes, quick, tell }) {
  const ms = quick ? QUICK_MS : FULL_MS
  const loadBefore = load()
  const options = { period: PERIOD_MS, ms }
  const ours = processes.actor('ticking.mjs', 'Ticker', options)
  const raw = processes.program('raw-ticking', options)
  const both = [ours, raw].map((each) => each.next('ticked', undefined, ms + PATIENCE_MS))
  const [ticked, rawTicked] = await Promise.all(both)
  await Promise.all([ours.stop(), raw.end()])
  const { offMs: rawOffMs, meanMs: rawMeanMs } = judge(rawTicked)
  const figures = { ...judge(ticked), rawMeanMs, rawOffMs }
  tell(`timer: mean ${figures.meanMs} ms, ${figures.late} late; setInterval ${rawMeanMs} ms`)
  return { unit: 'ms', periodMs: PERIOD_MS, ms, loadBefore, figures }
}

function judge({ at, periods }) {
  const count = periods.at(-1) - periods[0]
  const mean = (at.at(-1) - at[0]) / count
  // Against the grid that the earliest of all ticks lies on.
  const beside = at.map((each, i) => each - periods[i] * PERIOD_MS)
  const earliest = Math.min(...beside)
  const lateness = beside.map((each) => each - earliest)
  return {
    ticks: at.length,
    meanMs: round(mean, 5),
    offMs: round(Math.abs(mean - PERIOD_MS), 5),
    late: count + 1 - at.length,
    latenessP50: round(quantile(lateness, 0.5), 2),
    latenessP99: round(quantile(lateness, 0.99), 2),
    latenessMax: round(quantile(lateness, 1), 2),
  }
}
