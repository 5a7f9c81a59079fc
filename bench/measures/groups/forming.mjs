// How long five processes that are started one after another take to their first leader: from the start of
// the last one until onLeaderElected has run in each.

import { inColumns, inTurns } from '../../columns.mjs'
import { load } from '../../machine.mjs'
import { round, summary } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 5
const FULL = { trials: { plain: 20, keys: 20 }, blocks: 4 }
const QUICK = { trials: { plain: 2, keys: 2 }, blocks: 1 }
const BETWEEN_MS = 20

export async function forming(context) {
  const { trials, blocks } = context.quick ? QUICK : FULL
  const loadBefore = load()
  // Not counted: their keys may have to be made.
  await formed(context.locked)
  const samples = await inTurns(context, trials, blocks, async (processes, count, all) => {
    for (let trial = 0; trial < count; trial++) all.push(await formed(processes))
  })
  const result = { unit: 'ms', members: MEMBERS, loadBefore, ...inColumns(samples, resultOf) }
  for (const [column, { figures }] of [
    ['', result],
    [' with keys', result.keys],
  ]) {
    const { p50, max } = figures
    context.tell(
      `forming${column}: first leader known to all ${p50} ms after the last start, at most ${max} ms`,
    )
  }
  return result
}

/** From the last start until all know who leads, in milliseconds. */
async function formed(processes) {
  const scene = new GroupScene(processes, 'Lan')
  try {
    for (let n = 0; n < MEMBERS; n++) {
      scene.start()
      await pause(BETWEEN_MS)
    }
    const heard = await scene.nextLeader(undefined)
    const last = Math.max(...scene.members.map(({ startedAt }) => startedAt))
    await scene.proveLocks()
    return round(Math.max(...heard.map(({ at }) => at)) - last)
  } finally {
    await scene.close()
  }
}

function resultOf(samples) {
  const { p50, p99, max } = summary(samples)
  return { trials: samples.length, samples, figures: { p50, p99, max } }
}
