// What an actor with 20 ports costs while nothing happens: CPU of all its threads from /proc, as percent
// of one core, and resident memory. Two equal actors, each the other's peer; the worse one counts.

import { readFileSync } from 'node:fs'
import { cpuMs, load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round } from '../statistics.mjs'

const FULL = { settleMs: 5000, idleMs: 20_000 }
const QUICK = { settleMs: 2000, idleMs: 5000 }

export async function idle({ processes, locked, quick, tell }) {
  const { settleMs, idleMs } = quick ? QUICK : FULL
  const loadBefore = load()
  const times = { settleMs, idleMs, tell }
  const plain = await pairOf(processes, times)
  const keys = await pairOf(locked, times)
  return { ports: '5 pub, 5 sub, 4 qry, 4 ans, 2 timers', idleMs, loadBefore, ...plain, keys }
}

async function pairOf(processes, { settleMs, idleMs, tell }) {
  const actors = [0, 1].map(() => processes.actor('quiet.mjs', 'Quiet'))
  await Promise.all(actors.map((each) => each.next('connected')))
  await pause(settleMs)
  const before = actors.map(({ pid }) => cpuMs(pid))
  const begunAt = now()
  await pause(idleMs)
  const ms = now() - begunAt
  const samples = actors.map(({ pid }, i) => ({
    cpuPercent: round((100 * (cpuMs(pid) - before[i])) / ms, 2),
    rssMiB: round(rssKiB(pid) / 1024),
    threads: Number(field(pid, 'Threads')),
  }))
  await processes.proveLocks(actors)
  await Promise.all(actors.map((each) => each.stop()))
  const worst = (key) => Math.max(...samples.map((sample) => sample[key]))
  const figures = { cpuPercent: worst('cpuPercent'), rssMiB: worst('rssMiB') }
  const column = processes.isLocked ? ' with keys' : ''
  tell(`idle${column}: ${figures.cpuPercent} % of a core, ${figures.rssMiB} MiB`)
  return { samples, figures }
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms))
}

function rssKiB(pid) {
  return Number.parseInt(field(pid, 'VmRSS'), 10)
}

function field(pid, name) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim() ?? ''
}
