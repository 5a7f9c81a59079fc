// Thirty actors in one group of quorum 3, for ten minutes: does the leader stay, what goes to and from each
// follower, and what does it cost?

import { cpus } from 'node:os'
import { cpuMs, load } from '../../machine.mjs'
import { now } from '../../processes.mjs'
import { round } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const ACTORS = 30
const FULL_MS = 600_000
const QUICK_MS = 15_000
const SETTLE_MS = 10_000

export async function thirty({ processes, quick, tell }) {
  const ms = quick ? QUICK_MS : FULL_MS
  const loadBefore = load()
  const scene = new GroupScene(processes, 'Lan')
  try {
    for (let n = 0; n < ACTORS; n++) scene.start()
    await scene.nextLeader(undefined)
    await pause(SETTLE_MS)
    scene.forget('leader', 'exited')
    const before = await lookAt(scene)
    const begunAt = now()
    await pause(ms)
    const seconds = (now() - begunAt) / 1000
    const after = await lookAt(scene)
    const changes = scene.members.reduce((sum, { actor }) => sum + actor.told('exited'), 0)
    const cpuS = (after.cpuMs - before.cpuMs) / 1000
    const rates = after.frames.map((frames, at) => round((frames - before.frames[at]) / seconds))
    const followers = rates.filter((_, at) => !after.leads[at])
    const figures = {
      changes,
      messages: Math.max(...followers),
      cpuPercent: round((100 * cpuS) / (seconds * Math.min(cpus().length, 2)), 2),
    }
    tell(`thirty: ${changes} changes, ${figures.messages} messages/s a follower, ${figures.cpuPercent} % CPU`)
    return { unit: 'messages a second', actors: ACTORS, seconds, loadBefore, rates, figures }
  } finally {
    await scene.close()
  }
}

async function lookAt(scene) {
  for (const { actor } of scene.members) actor.send({ type: 'count' })
  const told = await Promise.all(scene.members.map(({ actor }) => actor.next('counted')))
  return {
    cpuMs: scene.members.reduce((sum, { actor }) => sum + cpuMs(actor.pid), 0),
    frames: told.map(({ frames }) => frames),
    leads: told.map(({ leads }) => leads),
  }
}
