// How long a group of five is without a leader: from the signal until onLeaderElected has run on the main
// thread of every survivor, and beside it the longest gap that a member sees in the messages of the leader,
// which sends a thousand a second. The leader is killed; stopped (SIGSTOP), which looks like a cut cable;
// or ended with SIGTERM, so that it hands over.

import { load } from '../../machine.mjs'
import { now } from '../../processes.mjs'
import { round, summary } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 5
const RATE = 1000

/** kill -9 of the leader. */
export function failover(context) {
  return measure(context, { what: 'failover', type: 'Lan', trials: context.quick ? 5 : 200, end: kill })
}

/** The leader hands over, as it is stopped with SIGTERM. */
export function handover(context) {
  return measure(context, { what: 'handover', type: 'Lan', trials: context.quick ? 5 : 100, end: terminate })
}

/** The leader is there and silent. */
export async function cutoff(context) {
  const trials = context.quick ? 3 : 60
  const fast = await measure(context, { what: 'cutoff, lan-fast', type: 'Fast', trials, end: stop })
  const lan = await measure(context, { what: 'cutoff, lan', type: 'Lan', trials, end: stop })
  const [f, l] = [fast.figures, lan.figures]
  const figures = { fastP50: f.p50, fastP99: f.p99, lanP50: l.p50, lanP99: l.p99 }
  return { unit: 'ms', fast, lan, figures }
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

async function measure({ processes, tell }, { what, type, trials, end }) {
  const scene = new GroupScene(processes, type)
  const loadBefore = load()
  const samples = []
  try {
    await scene.open(MEMBERS)
    for (const { actor } of scene.members) actor.send({ type: 'traffic', rate: RATE })
    let [{ id: leader }] = await scene.nextLeader(undefined)
    for (let trial = 1; trial <= trials; trial++) {
      await pause(300 + Math.random() * 400)
      const sample = await once(scene, leader, end)
      samples.push(sample)
      leader = sample.leader
      if (trial % 20 === 0 || trial === trials) tell(`${what}, ${trial} trials: ${describe(samples)}`)
    }
  } finally {
    await scene.close()
  }
  return { unit: 'ms', members: MEMBERS, loadBefore, samples, figures: figuresOf(samples) }
}

async function once(scene, leader, end) {
  scene.forget('leader', 'size', 'gap', 'watching', 'exited')
  const victim = scene.byId(leader)
  scene.without(victim)
  for (const { actor } of scene.members) actor.send({ type: 'watch' })
  await Promise.all(scene.members.map(({ actor }) => actor.next('watching')))
  const signalledAt = now()
  const heard = scene.nextLeader(leader)
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
  const { p50, p99, gapP50, gapP99 } = figuresOf(samples)
  return `p50 ${p50} ms, p99 ${p99} ms; gap of its messages p50 ${gapP50} ms, p99 ${gapP99} ms`
}

function figuresOf(samples) {
  const elected = summary(samples.map(({ ms }) => ms))
  const gap = summary(samples.map(({ gapMs }) => gapMs))
  return {
    p50: elected.p50,
    p99: elected.p99,
    max: elected.max,
    gapP50: gap.p50,
    gapP99: gap.p99,
    gapMax: gap.max,
  }
}
