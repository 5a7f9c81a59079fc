// Actions that five actors on one host have agreed on: how far apart are the moments at which they act?

import { inColumns, inTurns } from '../../columns.mjs'
import { load } from '../../machine.mjs'
import { round, summary } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 5
const FULL = { trials: { plain: 300, keys: 300 }, blocks: 3 }
const QUICK = { trials: { plain: 20, keys: 20 }, blocks: 1 }
const AHEAD_MS = 60
const PATIENCE_MS = 30_000

export async function action(context) {
  const { trials, blocks } = context.quick ? QUICK : FULL
  const loadBefore = load()
  const samples = await inTurns(context, trials, blocks, async (processes, count, spreads) => {
    await actions(new GroupScene(processes, 'Lan'), count, spreads)
    const { p50, p99, max, missed } = resultOf(spreads).figures
    const column = processes.isLocked ? ' with keys' : ''
    context.tell(`action${column}: spread p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms, ${missed} missed`)
  })
  return { unit: 'ms', members: MEMBERS, loadBefore, ...inColumns(samples, resultOf) }
}

async function actions(scene, count, spreads) {
  try {
    await scene.open(MEMBERS)
    await scene.proveLocks()
    await pause(2000)
    const by = scene.members[0].actor
    // One after another: whoever waits for one does nothing else in its last milliseconds.
    for (let number = 0; number < count; number++) {
      by.send({ type: 'action', number, aheadMs: AHEAD_MS })
      const voted = await by.next('voted', (vote) => vote.number === number, PATIENCE_MS)
      // On a busy machine not all agree in time, or not all act.
      spreads.push(voted.outcome === 'yes' ? await spreadOf(scene, number) : undefined)
    }
  } finally {
    await scene.close()
  }
}

async function spreadOf({ members }, number) {
  const isIt = ({ action }) => action.number === number
  const acted = await Promise.all(members.map(({ actor }) => actor.next('acted', isIt, PATIENCE_MS)))
  if (acted.some(({ isMissed }) => isMissed)) return undefined
  const at = acted.map((each) => each.at)
  return round(Math.max(...at) - Math.min(...at), 3)
}

function resultOf(all) {
  const spreads = all.filter((spread) => spread !== undefined)
  const { p50, p99, max } = summary(spreads, 3)
  const figures = { p50, p99, max, missed: all.length - spreads.length }
  return { trials: all.length, spreads, figures }
}
