// Sixty actors with four ports each, all started at one moment on one machine: how long until every port is
// connected with those of all actors, how many mDNS packets each actor sees until then, what it costs, and
// whether `quorate ps` shows it all. In a network namespace of its own where that can be made (as root, with
// iproute2), else on the loopback of the machine, where other mDNS would be counted, too.

import { execFileSync } from 'node:child_process'
import { cpuMs, load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round } from '../statistics.mjs'

const FULL = 60
const QUICK = 10
/** Milliseconds after which it is given up. */
const PATIENCE_MS = 120_000

export async function crowd({ processes, locked, quick, tell }) {
  const actors = quick ? QUICK : FULL
  const place = openPlace(tell)
  try {
    const loadBefore = load()
    const plain = await measure(processes.elsewhere(place.prefix), actors, tell)
    const keys = await measure(locked.elsewhere(place.prefix), actors, tell)
    return { actors, place: place.name, loadBefore, ...plain, keys }
  } finally {
    place.close()
  }
}

async function measure(processes, actors, tell) {
  await startAlone(processes)
  const watcher = processes.program('multicast')
  await watcher.next('ready')
  const begunAt = now()
  const all = Array.from({ length: actors }, () => processes.actor('crowd.mjs', 'One', { actors }))
  try {
    const secondsUntil = async (type) => {
      await Promise.all(all.map((each) => each.next(type, undefined, PATIENCE_MS)))
      return round((now() - begunAt) / 1000, 2)
    }
    const [readyS, connectedS] = await Promise.all([secondsUntil('ready'), secondsUntil('connected')])
    const cpuS = round(all.reduce((sum, { pid }) => sum + cpuMs(pid), 0) / 1000)
    watcher.send({ type: 'tell' })
    const { type: _, bytes, ...packets } = await watcher.next('seen')
    const packetsSeen = Object.values(packets).reduce((sum, count) => sum + count, 0)
    const psPercent = round((100 * (await shownRight(processes, actors))) / actors)
    await processes.proveLocks(all)
    const packetsSent = round(packetsSeen / actors, 2)
    const column = processes.isLocked ? ' with keys' : ''
    const cost = `${packetsSeen} mDNS packets seen, ${cpuS} s of CPU, ps ${psPercent} % right`
    tell(`crowd${column}: ${connectedS} s, ${cost}`)
    const figures = { connectedS, readyS, cpuS, packetsSeen, packetsSent, psPercent }
    return { packets, bytes, figures }
  } finally {
    await Promise.all(all.map((each) => each.stop()))
    await watcher.end()
  }
}

/** One that comes and goes first: its keys may have to be made, which is not what is measured. */
async function startAlone(processes) {
  const first = processes.actor('crowd.mjs', 'One', { actors: 1 })
  await first.next('connected')
  await first.stop()
}

/** How many actors `quorate ps` shows with all their peers, and all ports connected with all. */
async function shownRight(processes, actors) {
  const args = ['ps', '--json', '--interface', '127.0.0.1', '--app', 'bench-crowd']
  const { output } = await processes.command(...args)
  const shown = JSON.parse(output.split('\n', 1)[0] || '{}').actors ?? []
  const isRight = ({ peers, ports }) =>
    peers?.length === actors - 1 && ports.every(({ connected }) => connected === actors)
  return shown.filter(isRight).length
}

/** A namespace with nothing but a loopback, or the machine's own. */
function openPlace(tell) {
  const name = `quorate-bench-${process.pid}`
  const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    const close = () => ip('netns', 'del', name)
    return { name: 'in a network of their own', prefix: ['ip', 'netns', 'exec', name], close }
  } catch {
    tell('crowd: on the loopback of this machine; as root with iproute2 it gets a network of its own')
    return { name: 'on the loopback of the machine', prefix: [], close: () => undefined }
  }
}
