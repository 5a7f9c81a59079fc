// A hub under load from one process, and a call through it. Users ask over HTTP connections that are kept,
// and workers are pushed to over sockets; then all of them by one of the two. What is counted was on the disk
// when it was answered for, and every command is carried out.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs, load } from '../machine.mjs'
import { median, quantile, round } from '../statistics.mjs'

const FULL = { rounds: 7, warmMs: 2000, runMs: 6000, warmCalls: 200, calls: 1000 }
const QUICK = { rounds: 1, warmMs: 500, runMs: 1500, warmCalls: 20, calls: 100 }
const SIZE = { userCount: 20, workerCount: 200 }
const WAYS = {
  mixed: { users: 'http', workers: 'socket' },
  sockets: { users: 'socket', workers: 'socket' },
  http: { users: 'http', workers: 'http' },
}

export async function hub({ processes, lab, quick, tell }) {
  const { rounds, warmCalls, calls, ...times } = quick ? QUICK : FULL
  const runs = []
  const callRuns = []
  for (let round = 0; round < rounds; round++) {
    for (const way of Object.keys(WAYS)) {
      const run = await loaded(processes, lab, { ...SIZE, ...times, ...WAYS[way] })
      runs.push({ way, ...run })
      tell(`hub, ${way}: ${run.rate} commands a second, p50 ${run.p50} ms, p99 ${run.p99} ms`)
    }
    const run = await called(processes, lab, { warmCalls, calls })
    callRuns.push(run)
    tell(`hub, one call at a time: p50 ${run.p50} ms, p99 ${run.p99} ms`)
  }
  const of = (way, key) => round(median(runs.filter((run) => run.way === way).map((run) => run[key])), 3)
  const figures = {
    callP50: median(callRuns.map(({ p50 }) => p50)),
    callP99: median(callRuns.map(({ p99 }) => p99)),
  }
  for (const way of Object.keys(WAYS)) {
    for (const key of ['rate', 'p50', 'p99', 'hubPercent', 'loadPercent'])
      figures[`${way}.${key}`] = of(way, key)
  }
  return { unit: 'ms', ...SIZE, ...times, ways: WAYS, runs, callRuns, figures }
}

async function loaded(processes, lab, options) {
  const running = await started(processes, lab)
  const users = processes.program('hub-load', { ...options, port: running.port })
  try {
    const before = cpuMs(running.pid)
    const { rate, ms, posted, cpuPercent } = await users.next('done', undefined, 60_000)
    const hubMs = cpuMs(running.pid) - before
    return {
      ...{
        rate: round(rate, 0),
        p50: round(quantile(ms, 0.5), 2),
        p99: round(quantile(ms, 0.99), 2),
        posted,
      },
      hubPercent: round((100 * hubMs) / (options.warmMs + options.runMs), 0),
      ...{ loadPercent: round(cpuPercent, 0), load: load() },
    }
  } finally {
    await Promise.all([running.stop(), users.end()])
  }
}

async function called(processes, lab, options) {
  const running = await started(processes, lab)
  const url = `http://127.0.0.1:${running.port}`
  const worker = processes.program('hub-worker', { url })
  await worker.next('ready')
  const caller = processes.program('hub-caller', { url, ...options })
  try {
    const { ms } = await caller.next('done', undefined, 60_000)
    return { p50: round(quantile(ms, 0.5), 3), p99: round(quantile(ms, 0.99), 3), load: load() }
  } finally {
    await Promise.all([running.stop(), worker.end(), caller.end()])
  }
}

async function started(processes, lab) {
  const data = mkdtempSync(join(lab.folder, 'hub-'))
  const running = processes.tool('hub', '--open', '--json', '--port', '0', '--data', data)
  const { url } = await running.next('ready')
  return { port: Number(new URL(url).port), pid: running.pid, stop: () => running.stop() }
}
