// Thirty actors in one group of quorum 3, for ten minutes, and for half of that with keys: does the leader
// stay, what goes to and from each follower, and what does it cost?

import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { cpuMs, load } from '../../machine.mjs'
import { now } from '../../processes.mjs'
import { round } from '../../statistics.mjs'
import { GroupScene, pause } from './scene.mjs'

const ACTORS = 30
const FULL_MS = { plain: 600_000, keys: 300_000 }
const QUICK_MS = { plain: 15_000, keys: 15_000 }
const SETTLE_MS = 10_000

export async function thirty({ processes, locked, quick, tell }) {
  const ms = quick ? QUICK_MS : FULL_MS
  const loadBefore = load()
  const plain = await watched(processes, ms.plain, tell)
  const keys = await watched(locked, ms.keys, tell)
  return { unit: 'messages a second', actors: ACTORS, loadBefore, ...plain, keys }
}

async function watched(processes, ms, tell) {
  const scene = new GroupScene(processes, 'Lan')
  try {
    await scene.open(ACTORS)
    await scene.proveLocks()
    await pause(SETTLE_MS)
    const found = await watch(scene, ms)
    const { changes, messages, cpuPercent } = found.figures
    const column = processes.isLocked ? ' with keys' : ''
    tell(`thirty${column}: ${changes} changes, ${messages} messages/s a follower, ${cpuPercent} % CPU`)
    return found
  } finally {
    await scene.close()
  }
}

async function watch(scene, ms) {
  const leader = await scene.leader()
  scene.forget('exited')
  const before = lookAt(scene, leader)
  const begunAt = now()
  await pause(ms)
  const seconds = (now() - begunAt) / 1000
  const after = lookAt(scene, leader)
  const changes = scene.members.reduce((sum, { actor }) => sum + actor.told('exited'), 0)
  const cpuS = (after.cpuMs - before.cpuMs) / 1000
  const rates = after.segments.map((segments, at) => round((segments - before.segments[at]) / seconds))
  const followers = rates.filter((_, at) => scene.members[at] !== leader)
  const figures = {
    changes,
    messages: Math.max(...followers),
    cpuPercent: round((100 * cpuS) / (seconds * Math.min(cpus().length, 2)), 2),
  }
  return { minutes: round(seconds / 60), rates, figures }
}

function lookAt({ members }, leader) {
  const segments = segmentsWith(leader.actor.pid)
  return {
    cpuMs: members.reduce((sum, { actor }) => sum + cpuMs(actor.pid), 0),
    segments: members.map(({ actor }) => segments.get(actor.pid) ?? 0),
  }
}

/**
 * TCP segments with data, in and out, between a process and each other: what a follower and its leader say to
 * each other, with the directories' signs of life, of which there are two a second.
 */
function segmentsWith(pid) {
  const ends = connectionEnds()
  const pidOf = new Map(ends.map((end) => [end.local, end.pid]))
  const segments = new Map()
  for (const end of ends) {
    if (pidOf.get(end.peer) === pid) segments.set(end.pid, (segments.get(end.pid) ?? 0) + end.segments)
  }
  return segments
}

function connectionEnds() {
  const command = ['-tinpOH', 'state', 'established']
  const told = execFileSync('ss', command, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  return told.split('\n').flatMap((line) => {
    const [, local, peer, pid] = /^\s*\d+\s+\d+\s+(\S+)\s+(\S+).*?pid=(\d+)/.exec(line) ?? []
    if (pid === undefined) return []
    const counts = [...line.matchAll(/data_segs_(?:in|out):(\d+)/g)]
    return [{ local, peer, pid: Number(pid), segments: counts.reduce((sum, [, n]) => sum + Number(n), 0) }]
  })
}
