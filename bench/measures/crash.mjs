// kill -9 of an actor: how long until each port of its peer knows, and how long until every way works
// again with an actor that is started in the same moment. Every way was seen to work before each kill.

import { inColumns, inTurns } from '../columns.mjs'
import { load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round, summary } from '../statistics.mjs'

const FULL = { trials: 40, blocks: 4 }
const QUICK = { trials: 4, blocks: 2 }
const PAUSE_MS = 400
/** The ports of the stayer: the ways there and back. */
const WAYS = ['pub', 'sub', 'qry', 'ans']

export async function crash(context) {
  const { trials, blocks } = context.quick ? QUICK : FULL
  const loadBefore = load()
  const samples = await inTurns(context, { plain: trials, keys: trials }, blocks, async (...block) => {
    await crashes(...block)
    const [{ isLocked }, , found] = block
    context.tell(`crash${isLocked ? ' with keys' : ''}, ${found.length} trials: ${describe(found)}`)
  })
  return { unit: 'ms', loadBefore, ...inColumns(samples, resultOf) }
}

/** So many victims that are killed, and as many that are killed and started, of one stayer. */
async function crashes(processes, count, samples) {
  const scene = { processes, trial: 0, victim: undefined, stayer: processes.actor('restart.mjs', 'Stayer') }
  await scene.stayer.next('ready')
  await startVictim(scene)
  for (let i = 0; i < count; i++) {
    const disconnected = await killAlone(scene)
    samples.push({ disconnected, works: await killAndStart(scene) })
  }
  await processes.proveLocks([scene.stayer, scene.victim])
  await Promise.all([scene.victim.stop(), scene.stayer.stop()])
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

function describe(samples) {
  const { disconnectedP50, worksP50 } = resultOf(samples).figures
  return `disconnected p50 ${disconnectedP50} ms, all ports work p50 ${worksP50} ms`
}

function resultOf(samples) {
  const [disconnected, works] = ['disconnected', 'works'].map((what) => samples.map((each) => each[what]))
  const gone = summary(disconnected.map(({ all }) => all))
  const again = summary(works.map(({ all }) => all))
  const figures = {
    disconnectedP50: gone.p50,
    disconnectedP99: gone.p99,
    disconnectedMax: gone.max,
    worksP50: again.p50,
    worksP99: again.p99,
    worksMax: again.max,
  }
  return { disconnected, works, figures }
}
