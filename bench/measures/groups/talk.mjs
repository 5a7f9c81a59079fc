// Messages within a group of three: a flood of one member and of all at once, the round trip member → leader
// → member beside a plain ask(), and polls.

import { inColumns, inTurns } from '../../columns.mjs'
import { load } from '../../machine.mjs'
import { median, pairedRatio, quantile, round, summary } from '../../statistics.mjs'
import { askAlone } from '../ask.mjs'
import { CorrectnessError } from '../stream.mjs'
import { GroupScene, pause } from './scene.mjs'

const MEMBERS = 3
const PATIENCE_MS = 60_000

async function inGroup(processes, run) {
  const scene = new GroupScene(processes, 'Three')
  try {
    await scene.open(MEMBERS)
    await scene.proveLocks()
    await pause(500)
    return await run(scene, (await scene.leader()).id)
  } finally {
    await scene.close()
  }
}

/** The same number of runs of each column, each with a group of its own; `once(processes)` gives a sample. */
function inRuns(context, count, once) {
  return inTurns(context, { plain: count, keys: count }, count, async (processes, _, samples) => {
    samples.push(await once(processes))
  })
}

/** Messages a second that each member handles. */
export async function broadcast(context) {
  const ms = context.quick ? 1000 : 4000
  const loadBefore = load()
  const samples = await inRuns(context, context.quick ? 2 : 5, (processes) =>
    inGroup(processes, async (scene) => ({
      one: await flood(scene, scene.members.slice(0, 1), ms),
      all: await flood(scene, scene.members, ms),
    })),
  )
  const result = inColumns(samples, (runs) => {
    const [one, all] = ['one', 'all'].map((who) => runs.flatMap((run) => run[who]))
    return { one, all, figures: { rateOne: round(median(one), 0), rateAll: round(median(all), 0), lost: 0 } }
  })
  tellBoth(context, result, ({ rateOne, rateAll }) => {
    return `broadcast: one sends ${rateOne}/s, all three send ${rateAll}/s each, none lost`
  })
  return { unit: 'messages a second', bytes: 100, ms, loadBefore, ...result }
}

function tellBoth({ tell }, result, textOf) {
  tell(textOf(result.figures))
  tell(`with keys, ${textOf(result.keys.figures)}`)
}

/** What each of the others handled of each sender, a second. */
async function flood(scene, senders, ms) {
  for (const { actor } of senders) actor.send({ type: 'flood', ms })
  const rates = await Promise.all(senders.map((sender) => floodOf(scene, sender)))
  await pause(200)
  return rates.flat()
}

async function floodOf(scene, { actor, id }) {
  const { sent, begunAt } = await actor.next('flooded', undefined, PATIENCE_MS)
  const others = scene.members.filter((member) => member.id !== id)
  const isOf = ({ from }) => from === id
  const taken = await Promise.all(others.map((other) => other.actor.next('taken', isOf, PATIENCE_MS)))
  for (const { count } of taken)
    if (count !== sent) throw new CorrectnessError(`sent ${sent}, taken ${count}`)
  return taken.map(({ count, at }) => (count * 1000) / (at - begunAt))
}

/** Microseconds of a round trip, and how many plain ones it takes the time of. */
export async function trip(context) {
  const task = context.quick ? { trips: 2000, warm: 1000 } : { trips: 5000, warm: 2000 }
  const loadBefore = load()
  const samples = await inRuns(context, context.quick ? 1 : 9, async (processes) => {
    const us = await inGroup(processes, async (scene, leader) => {
      const { actor } = scene.members.find(({ id }) => id !== leader)
      actor.send({ type: 'trips', ...task })
      return (await actor.next('tripped', undefined, PATIENCE_MS)).us
    })
    return { p50: round(quantile(us, 0.5)), p99: round(quantile(us, 0.99)), ask: await askAlone(processes) }
  })
  const result = inColumns(samples, (runs) => {
    const [p50, p99, askP50] = ['p50', 'p99', 'ask'].map((key) => round(median(runs.map((run) => run[key]))))
    return { runs, figures: { p50, p99, askP50, ratio: round(pairedRatio(runs, 'p50', 'ask'), 2) } }
  })
  tellBoth(context, result, ({ p50, ratio }) => {
    return `trip: member → leader → member p50 ${p50} µs, ${ratio} x ask()`
  })
  return { unit: 'µs', ...task, loadBefore, ...result }
}

/** From the request until the last member was told how the poll ended. */
export async function polls(context) {
  const counts = context.quick ? { one: 300, many: 2000 } : { one: 2000, many: 20_000 }
  const loadBefore = load()
  const samples = await inRuns(context, 1, (processes) => pollsOf(processes, counts))
  const result = inColumns(samples, ([{ ms, perSecond }]) => {
    const { p50, p99 } = summary(ms, 3)
    return { figures: { p50, p99, perSecond: round(perSecond, 0) } }
  })
  tellBoth(context, result, ({ p50, perSecond }) => `polls: p50 ${p50} ms, ${perSecond}/s with 8 in flight`)
  return { unit: 'ms', count: counts.one, loadBefore, ...result }
}

function pollsOf(processes, { one, many }) {
  return inGroup(processes, async (scene, leader) => {
    const by = scene.members.find(({ id }) => id !== leader)
    await polled(scene, by, { count: one, inFlight: 1 })
    const single = await polled(scene, by, { count: one, inFlight: 1 })
    const eight = await polled(scene, by, { count: many, inFlight: 8 })
    return { ms: single.ms, perSecond: eight.perSecond }
  })
}

async function polled(scene, by, task) {
  await resultsOf(scene)
  by.actor.send({ type: 'polls', ...task })
  const { asked, perSecond } = await by.actor.next('polled', undefined, PATIENCE_MS)
  const wrong = asked.find(({ outcome }) => outcome !== 'yes')
  if (wrong) throw new CorrectnessError(`a poll that all agree to ended ${wrong.outcome}`)
  if (task.inFlight > 1) return { perSecond }
  await pause(200)
  const told = await resultsOf(scene)
  const ms = asked.map(({ id, at }) => {
    const times = told.map((results) => results.get(id) ?? missing(id))
    return Math.max(...times) - at
  })
  return { ms, perSecond }
}

/** When each member was told how a poll ended, by the poll's id; they begin anew after that. */
async function resultsOf(scene) {
  for (const { actor } of scene.members) actor.send({ type: 'results' })
  const all = await Promise.all(scene.members.map(({ actor }) => actor.next('results')))
  return all.map(({ results }) => new Map(results.map(({ id, at }) => [id, at])))
}

function missing(id) {
  throw new CorrectnessError(`a member was not told how poll ${id} ended`)
}
