// Commands to an RpcService from four consoles of the reference's kind, each with one under way.

import { load } from '../machine.mjs'
import { median, quantile, round } from '../statistics.mjs'

const FULL = { rounds: 7, warmMs: 1000, runMs: 4000 }
const QUICK = { rounds: 3, warmMs: 500, runMs: 1000 }
const CONSOLES = 4

export async function commands({ processes, quick, tell }) {
  const { rounds, ...times } = quick ? QUICK : FULL
  const runs = []
  for (let i = 0; i < rounds; i++) {
    const service = processes.program('rpc-service')
    const { port } = await service.next('ready')
    const consoles = processes.program('rpc-consoles', { ...times, port, consoles: CONSOLES })
    try {
      const { rate, us } = await consoles.next('done')
      const quantiles = { p50: quantile(us, 0.5) / 1000, p99: quantile(us, 0.99) / 1000 }
      runs.push({ rate: round(rate, 0), ...quantiles, load: load() })
      tell(`commands: ${round(rate, 0)} a second, p50 ${quantiles.p50} ms, p99 ${quantiles.p99} ms`)
    } finally {
      await Promise.all([service.end(), consoles.end()])
    }
  }
  const of = (key) => round(median(runs.map((run) => run[key])), 3)
  return {
    consoles: CONSOLES,
    unit: 'ms',
    ...times,
    runs,
    figures: { rate: of('rate'), p50: of('p50'), p99: of('p99') },
  }
}
