// How long a group of five is without a leader: from the signal until onLeaderElected has run on the main
// thread of every survivor, and beside it the longest gap that a member sees in the messages of the leader,
// which sends a thousand a second. The leader is killed; stopped (SIGSTOP), which looks like a cut cable;
// or ended with SIGTERM, so that it hands over.

import { inColumns, inTurns } from '../../columns.mjs'
import { load } from '../../machine.mjs'
import { now } from '../../processes.mjs'
import { round, summary } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 5
const RATE = 1000
/** With keys there are fewer trials, for the sake of the hour that all take. */
const TRIALS = {
  failover: { plain: 200, keys: 100 },
  handover: { plain: 100, keys: 50 },
  cutoff: { plain: 60, keys: 30 },
}
const FEW = { plain: 4, keys: 4 }
const BLOCKS = 5

/** kill -9 of the leader. */
export function failover(context) {
  return measure(context, { what: 'failover', type: 'Lan', trials: TRIALS.failover, end: kill })
}

/** The leader hands over, as it is stopped with SIGTERM. */
export function handover(context) {
  return measure(context, { what: 'handover', type: 'Lan', trials: TRIALS.handover, end: terminate })
}

/** The leader is there and silent. */
export async function cutoff(context) {
  const scene = { trials: TRIALS.cutoff, end: stop }
  const fast = await measure(context, { what: 'cutoff, lan-fast', type: 'Fast', ...scene })
  const lan = await measure(context, { what: 'cutoff, lan', type: 'Lan', ...scene })
  const figures = ofBoth(fast, lan)
  return {
    unit: 'ms',
    trials: fast.trials,
    fast,
    lan,
    figures,
    keys: { trials: fast.keys.trials, figures: ofBoth(fast.keys, lan.keys) },
  }
}

function ofBoth({ figures: fast }, { figures: lan }) {
  return { fastP50: fast.p50, fastP99: fast.p99, lanP50: lan.p50, lanP99: lan.p99 }
}

async function kill({ actor }) {
  actor.kill()
  await actor.exited
}

async function terminate({ actor }) {
  await actor.stop()
}

/** It is killed when the others have another leader. */
async function stop({ actor }, hasNext) {
  actor.signal('SIGSTOP')
  await hasNext
  await kill({ actor })
}

async function measure(context, { what, type, trials, end }) {
  const { quick, tell } = context
  const loadBefore = load()
  const [each, blocks] = quick ? [FEW, 2] : [trials, BLOCKS]
  const samples = await inTurns(context, each, blocks, async (processes, count, all) => {
    await ends(new GroupScene(processes, type), { count, end, all })
    tell(`${what}${processes.isLocked ? ' with keys' : ''}, ${all.length} trials: ${describe(all)}`)
  })
  return { unit: 'ms', members: MEMBERS, loadBefore, ...inColumns(samples, resultOf) }
}

/** So many leaders of one group, one after another. */
async function ends(scene, { count, end, all }) {
  try {
    await scene.open(MEMBERS)
    await scene.proveLocks()
    for (const { actor } of scene.members) actor.send({ type: 'traffic', rate: RATE })
    for (let trial = 0; trial < count; trial++) {
      await pause(300 + Math.random() * 400)
      all.push(await once(scene, end))
    }
    await scene.proveLocks()
  } finally {
    await scene.close()
  }
}

async function once(scene, end) {
  const victim = await scene.leader()
  scene.forget('leader', 'size', 'gap', 'watching', 'exited')
  scene.without(victim)
  for (const { actor } of scene.members) actor.send({ type: 'watch' })
  await Promise.all(scene.members.map(({ actor }) => actor.next('watching')))
  const signalledAt = now()
  const heard = scene.nextLeader(victim.id)
  await Promise.all([end(victim, heard), heard])
  const elected = await heard
  await pause(100)
  for (const { actor } of scene.members) actor.send({ type: 'gap' })
  const gaps = await Promise.all(scene.members.map(({ actor }) => actor.next('gap')))
  const [{ id, epoch, term }] = elected
  const ms = round(Math.max(...elected.map(({ at }) => at)) - signalledAt)
  // The new one sends to itself, too: what counts is who hears another.
  const heardGaps = gaps.filter((_, at) => scene.members[at].id !== id).map((gap) => gap.ms)
  scene.forget('size')
  const fresh = scene.start()
  fresh.actor.send({ type: 'traffic', rate: RATE })
  await scene.whole()
  return { ms, gapMs: round(Math.max(...heardGaps)), leader: id, epoch, term }
}

function describe(samples) {
  const { p50, p99, gapP50, gapP99 } = resultOf(samples).figures
  return `p50 ${p50} ms, p99 ${p99} ms; gap of its messages p50 ${gapP50} ms, p99 ${gapP99} ms`
}

function resultOf(samples) {
  const elected = summary(samples.map(({ ms }) => ms))
  const gap = summary(samples.map(({ gapMs }) => gapMs))
  const figures = {
    p50: elected.p50,
    p99: elected.p99,
    max: elected.max,
    gapP50: gap.p50,
    gapP99: gap.p99,
    gapMax: gap.max,
  }
  return { trials: samples.length, samples, figures }
}
