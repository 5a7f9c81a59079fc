/** A thread of a campaign: its share of the seeds. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Finding, Share, Told } from './campaign.js'
import { story } from './story.js'

const { from, to, every, swarm, checker }: Share = workerData
const findings: Finding[] = []
const counts = new Map<string, number>()
let seeds = 0
for (let seed = from; seed <= to; seed += every) {
  const told = story(seed, { ...swarm, only: checker })
  seeds++
  for (const [what, times] of told.counts) counts.set(what, (counts.get(what) ?? 0) + times)
  const { violation } = told
  if (violation) findings.push({ seed, checker: violation.checker, message: violation.message })
}
const result: Told = { seeds, findings, counts }
parentPort?.postMessage(result)
