// An agent: from the request to start an actor to the answer that it is active, one after another; and what
// it costs to watch fifty of them.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs, load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { HttpClient } from '../programs/http-client.mjs'
import { round, summary } from '../statistics.mjs'

const FULL = { starts: 40, actors: 50, settleMs: 10_000, idleMs: 60_000 }
const QUICK = { starts: 5, actors: 5, settleMs: 1000, idleMs: 5000 }

export async function agent({ processes, lab, quick, tell }) {
  const { starts, actors, settleMs, idleMs } = quick ? QUICK : FULL
  const loadBefore = load()
  const data = mkdtempSync(join(lab.folder, 'agent-'))
  const app = join(lab.folder, 'programs', 'steady.mjs')
  const args = ['--open', '--json', '--insecure', '--port', '0', '--data', data, '--app', app]
  const running = processes.tool('agent', ...args)
  const client = new HttpClient(Number(new URL((await running.next('ready')).url).port))
  const ids = []
  try {
    const ms = []
    for (let trial = 0; trial < starts; trial++) {
      await new Promise((done) => setTimeout(done, Math.random() * 200))
      const startedAt = now()
      const id = await start(client)
      ms.push(round(now() - startedAt))
      await client.ask('POST', `/v1/actors/${id}/stop`, {})
      await client.ask('DELETE', `/v1/actors/${id}`)
    }
    const started = summary(ms)
    tell(`agent, start to active: p50 ${started.p50} ms, p99 ${started.p99} ms`)
    for (let at = 0; at < actors; at++) ids.push(await start(client))
    await new Promise((done) => setTimeout(done, settleMs))
    const [before, begunAt] = [cpuMs(running.pid), now()]
    await new Promise((done) => setTimeout(done, idleMs))
    const cpuPercent = round((100 * (cpuMs(running.pid) - before)) / (now() - begunAt), 2)
    tell(`agent of ${actors} actors: ${cpuPercent} % of a core`)
    const figures = { startP50: started.p50, startP99: started.p99, cpuPercent }
    return { unit: 'ms', starts, actors, idleMs, loadBefore, ms, figures }
  } finally {
    await Promise.all(ids.map((id) => stopped(client, id)))
    client.end()
    await running.stop()
  }
}

async function start(client) {
  const body = { app: 'bench-steady', actor: 'Steady' }
  const { id, state } = await client.ask('POST', '/v1/actors?waitMs=20000', body)
  if (state !== 'active') throw new Error(`an actor is ${state}`)
  return id
}

/** One connection has one request at a time. */
let last = Promise.resolve()
function stopped(client, id) {
  last = last.then(() => client.ask('POST', `/v1/actors/${id}/stop`, {})).catch(() => undefined)
  return last
}
