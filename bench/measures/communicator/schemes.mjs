// Every scheme of the communicator between two processes: small messages a second, all of them in order,
// large ones, and round trips; against `node:net` alone in the same minutes.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { load } from '../../machine.mjs'
import { median, quantile, round } from '../../statistics.mjs'
import { CorrectnessError } from '../stream.mjs'

const FULL = { rounds: 5, small: 300_000, large: 2000, warmTrips: 2000, trips: 8000 }
const QUICK = { rounds: 1, small: 20_000, large: 100, warmTrips: 200, trips: 500 }
/** What is slower is measured by less. */
const SLOW = new Set(['http', 'https', 'grpc', 'grpcs'])
const SCHEMES = ['tcp', 'stcp', 'atcp', 'satcp', 'uds', 'http', 'https', 'grpc', 'grpcs']
const MIB = 1 << 20
const MB = 1_000_000
const WITHIN_MS = 300_000

export async function schemes({ processes, lab, quick, tell }) {
  const { rounds, ...size } = quick ? QUICK : FULL
  const files = await certificates(processes, lab)
  const runs = []
  for (let at = 0; at < rounds; at++) {
    const turn = at % 2 === 0 ? ['raw', ...SCHEMES] : [...SCHEMES, 'raw'].reverse()
    for (const scheme of turn) {
      const found =
        scheme === 'raw'
          ? await raw(processes, size)
          : await one(processes, lab, { scheme, files, ...smaller(scheme, size) })
      runs.push({ scheme, ...found, load: load() })
      tell(`${scheme}: ${JSON.stringify(found)}`)
    }
  }
  const figures = {}
  for (const scheme of ['raw', ...SCHEMES]) {
    const of = runs.filter((run) => run.scheme === scheme)
    for (const key of ['rate', 'MBs', 'p50', 'p99']) {
      const samples = of.map((run) => run[key]).filter((value) => value !== undefined)
      if (samples.length > 0) figures[`${scheme}.${key}`] = round(median(samples))
    }
  }
  return { unit: 'a second, MB/s, µs', ...size, runs, figures }
}

function smaller(scheme, size) {
  if (!SLOW.has(scheme)) return size
  return { ...size, small: size.small / 5, large: size.large / 4, trips: size.trips / 4 }
}

async function certificates(processes, lab) {
  const folder = join(lab.folder, 'certificates')
  mkdirSync(folder, { recursive: true })
  const { code } = await processes.command('keys', 'tls', folder, 'receiver', 'sender')
  if (code !== 0) throw new Error(`quorate keys tls ended with ${code}`)
  const of = (name) => ({
    ca_cert: join(folder, 'ca.pem'),
    server_cert: join(folder, `${name}.pem`),
    server_key: join(folder, `${name}.key`),
  })
  return { receiver: of('receiver'), sender: of('sender') }
}

async function one(processes, lab, { scheme, files, ...size }) {
  const resources = scheme === 'uds' ? { path: join(lab.folder, 'bench.sock') } : { host: '127.0.0.1' }
  const receiver = processes.program('comm-receiver', { scheme, resources, connProps: files.receiver })
  const { url } = await receiver.next('listening')
  const sender = processes.program('comm-sender', { url, connProps: files.sender, ...size })
  try {
    const { small, large, us } = await sender.next('done', undefined, WITHIN_MS)
    for (const [sent, found] of [
      [size.small, small],
      [size.large, large],
    ]) {
      if (found.disorder === 0 && found.count === sent) continue
      throw new CorrectnessError(`${scheme}: ${found.count} of ${sent} came, ${found.disorder} out of order`)
    }
    return {
      rate: round((1000 * small.count) / small.ms, 0),
      MBs: round(large.bytes / MB / (large.ms / 1000), 0),
      ...percentiles(us),
    }
  } finally {
    await Promise.all([receiver.end(), sender.end()])
  }
}

async function raw(processes, { large, ...size }) {
  const bytes = large * MIB
  const receiver = processes.program('raw-tcp-receiver', { bytes })
  const { port } = await receiver.next('listening')
  const sender = processes.program('raw-tcp-sender', { port, bytes, ...size })
  try {
    const { ms, us } = await sender.next('done', undefined, WITHIN_MS)
    return { MBs: round(bytes / MB / (ms / 1000), 0), ...percentiles(us) }
  } finally {
    await Promise.all([receiver.end(), sender.end()])
  }
}

function percentiles(us) {
  return { p50: round(quantile(us, 0.5)), p99: round(quantile(us, 0.99)) }
}
