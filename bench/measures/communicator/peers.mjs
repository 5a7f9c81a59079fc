// The memory of a process with one listener, to which a thousand peers are connected.

import { load } from '../../machine.mjs'
import { median, round } from '../../statistics.mjs'

const PEERS = 1000
const FULL = { rounds: 5, peers: PEERS }
const QUICK = { rounds: 1, peers: 100 }
const MIB = 1 << 20

export async function peers({ processes, quick, tell }) {
  const { rounds, peers } = quick ? QUICK : FULL
  const runs = []
  for (let at = 0; at < rounds; at++) {
    const run = await connected(processes, peers)
    runs.push({ ...run, load: load() })
    tell(`${peers} peers: ${run.rssMiB} MiB resident, ${run.grownMiB} more than before them`)
  }
  const of = (key) => round(median(runs.map((run) => run[key])))
  return { unit: 'MiB', peers, runs, figures: { rssMiB: of('rssMiB'), grownMiB: of('grownMiB') } }
}

async function connected(processes, peers) {
  const resources = { host: '127.0.0.1' }
  const receiver = processes.program('comm-receiver', { scheme: 'tcp', resources, connProps: {} })
  const { url, rss } = await receiver.next('listening')
  const others = processes.program('comm-peers', { url, peers })
  try {
    await others.next('connected', undefined, 120_000)
    receiver.send({ type: 'memory' })
    const after = await receiver.next('memory')
    return { rssMiB: round(after.rss / MIB), grownMiB: round((after.rss - rss) / MIB) }
  } finally {
    await Promise.all([receiver.end(), others.end()])
  }
}
