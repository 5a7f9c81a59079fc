// Actions that five actors on one host have agreed on: how far apart are the moments at which they act?

import { load } from '../../machine.mjs'
import { round, summary } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 5
const FULL = 300
const QUICK = 20
const AHEAD_MS = 60
const PATIENCE_MS = 120_000

export async function action({ processes, quick, tell }) {
  const count = quick ? QUICK : FULL
  const loadBefore = load()
  const scene = new GroupScene(processes, 'Lan')
  const spreads = []
  try {
    await scene.open(MEMBERS)
    await pause(2000)
    scene.members[0].actor.send({ type: 'actions', count, aheadMs: AHEAD_MS })
    for (let number = 0; number < count; number++) {
      const isIt = ({ action }) => action.number === number
      const acted = await Promise.all(
        scene.members.map(({ actor }) => actor.next('acted', isIt, PATIENCE_MS)),
      )
      const at = acted.map((each) => each.at)
      spreads.push(round(Math.max(...at) - Math.min(...at), 3))
    }
  } finally {
    await scene.close()
  }
  const { p50, p99, max } = summary(spreads, 3)
  tell(`action: spread p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms`)
  return { unit: 'ms', members: MEMBERS, loadBefore, spreads, figures: { p50, p99, max } }
}
