// How long five processes that are started one after another take to their first leader: from the start of
// the last one until onLeaderElected has run in each.

import { load } from '../../machine.mjs'
import { round, summary } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 5
const FULL = 20
const QUICK = 3
const BETWEEN_MS = 20

export async function forming({ processes, quick, tell }) {
  const trials = quick ? QUICK : FULL
  const loadBefore = load()
  const samples = []
  for (let trial = 1; trial <= trials; trial++) {
    const scene = new GroupScene(processes, 'Lan')
    try {
      for (let n = 0; n < MEMBERS; n++) {
        scene.start()
        await pause(BETWEEN_MS)
      }
      const heard = await scene.nextLeader(undefined)
      const last = Math.max(...scene.members.map(({ startedAt }) => startedAt))
      samples.push(round(Math.max(...heard.map(({ at }) => at)) - last))
    } finally {
      await scene.close()
    }
  }
  const { p50, p99, max } = summary(samples)
  tell(`forming: first leader known to all ${p50} ms after the last start, at most ${max} ms`)
  return { unit: 'ms', members: MEMBERS, loadBefore, samples, figures: { p50, p99, max } }
}
