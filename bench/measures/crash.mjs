// kill -9 of an actor: how long until each port of its peer knows, and how long until every way works
// again with an actor that is started in the same moment. Every way was seen to work before each kill.

import { load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round, summary } from '../statistics.mjs'

const FULL = 40
const QUICK = 5
const PAUSE_MS = 400
/** The ports of the stayer: the ways there and back. */
const WAYS = ['pub', 'sub', 'qry', 'ans']

export async function crash({ processes, quick, tell }) {
  const trials = quick ? QUICK : FULL
  const scene = { processes, trial: 0, victim: undefined, stayer: processes.actor('restart.mjs', 'Stayer') }
  const loadBefore = load()
  const disconnected = []
  const works = []
  await scene.stayer.next('ready')
  await startVictim(scene)
  for (let i = 1; i <= trials; i++) {
    disconnected.push(await killAlone(scene))
    works.push(await killAndStart(scene))
    if (i % 10 === 0 || i === trials) tell(`crash, ${i} trials: ${describe(disconnected, works)}`)
  }
  await Promise.all([scene.victim.stop(), scene.stayer.stop()])
  return { unit: 'ms', loadBefore, disconnected, works, figures: figuresOf(disconnected, works) }
}

/** Starts a victim; gives when each way worked, in milliseconds after the spawn. */
async function startVictim(scene) {
  const { stayer, processes } = scene
  const trial = ++scene.trial
  stayer.send({ type: 'trial', trial })
  const spawnedAt = now()
  scene.victim = processes.actor('restart.mjs', 'Victim', { trial })
  const told = await Promise.all(
    WAYS.map((way) => {
      const teller = way === 'pub' || way === 'ans' ? scene.victim : stayer
      return teller.next('works', (message) => message.way === way && message.trial === trial)
    }),
  )
  return millisecondsAfter(spawnedAt, Object.fromEntries(told.map(({ way, at }) => [way, at])))
}

/** Kills the victim; gives when each port of the stayer was disconnected. Starts another one afterwards. */
async function killAlone(scene) {
  const { stayer, victim } = scene
  await pause()
  stayer.send({ type: 'watch' })
  await stayer.next('watching')
  const killedAt = now()
  victim.kill()
  const { at } = await stayer.next('gone')
  await victim.exited
  await startVictim(scene)
  return millisecondsAfter(killedAt, at)
}

/** Kills the victim and starts it again in the same moment. */
async function killAndStart(scene) {
  await pause()
  scene.victim.kill()
  return startVictim(scene)
}

function pause() {
  return new Promise((done) => setTimeout(done, 200 + Math.random() * PAUSE_MS))
}

function millisecondsAfter(start, at) {
  const each = Object.fromEntries(WAYS.map((way) => [way, round(at[way] - start)]))
  return { ...each, all: Math.max(...Object.values(each)) }
}

function describe(disconnected, works) {
  const { disconnectedP50, worksP50 } = figuresOf(disconnected, works)
  return `disconnected p50 ${disconnectedP50} ms, all ports work p50 ${worksP50} ms`
}

function figuresOf(disconnected, works) {
  const gone = summary(disconnected.map(({ all }) => all))
  const again = summary(works.map(({ all }) => all))
  return {
    disconnectedP50: gone.p50,
    disconnectedP99: gone.p99,
    disconnectedMax: gone.max,
    worksP50: again.p50,
    worksP99: again.p99,
    worksMax: again.max,
  }
}
