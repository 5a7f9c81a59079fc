/** Many seeds, in several threads: what they found, and what happened in them. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { compiled } from './compile.js'
import type { SwarmOptions } from './swarm.js'

/** What a thread is to do: every `every`-th seed from one on. */
export interface Share {
  readonly from: number
  readonly to: number
  readonly every: number
  readonly swarm: SwarmOptions
  readonly checker: string | undefined
}

export interface Finding {
  readonly seed: number
  readonly checker: string
  readonly message: string
}

export interface Result {
  /** Of all that was simulated, the core and the simulator: those of one digest may be added up. */
  readonly digest: string
  readonly seeds: number
  readonly findings: readonly Finding[]
  /** What happened, by name. */
  readonly counts: ReadonlyMap<string, number>
}

/** What a thread tells of its share. */
export type Told = Omit<Result, 'digest'>

export interface CampaignOptions {
  readonly from: number
  readonly to: number
  readonly swarm: SwarmOptions
  readonly checker?: string | undefined
  readonly workers: number
}

export async function campaign({ from, to, swarm, checker, workers }: CampaignOptions): Promise<Result> {
  const file = await compiled('worker', 'worker.ts')
  const shares = Array.from({ length: workers }, (_, at) => ({
    ...{ from: from + at, to, every: workers, swarm, checker },
  }))
  const results = await Promise.all(shares.map((share) => inThread(file, share)))
  const counts = new Map<string, number>()
  for (const result of results) {
    for (const [what, times] of result.counts) counts.set(what, (counts.get(what) ?? 0) + times)
  }
  return {
    digest: createHash('sha256').update(readFileSync(file)).digest('hex'),
    seeds: results.reduce((sum, { seeds }) => sum + seeds, 0),
    findings: results.flatMap(({ findings }) => findings).sort((a, b) => a.seed - b.seed),
    counts: new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function inThread(file: string, share: Share): Promise<Told> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: share, execArgv: [] })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('a thread of the simulation ended without a result')))
  })
}
