// From the spawn of an actor, as the launcher does it, to its first message in the handler of a peer that
// waits: start of Node, the package, mDNS on loopback, directories, ports. Separate processes; all read
// one clock.

import { load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round, summary } from '../statistics.mjs'

const FULL = 60
const QUICK = 8
/** Pause before a trial, at most: random, so that no trial meets the same phase of the peer's timers. */
const PAUSE_MS = 500

export async function spawning({ processes, quick, tell }) {
  const trials = quick ? QUICK : FULL
  const ms = []
  const loadBefore = load()
  const peer = processes.actor('greeting.mjs', 'Listener')
  await peer.next('ready')
  for (let trial = 1; trial <= trials; trial++) {
    await new Promise((done) => setTimeout(done, 200 + Math.random() * PAUSE_MS))
    const spawnedAt = now()
    const greeter = processes.actor('greeting.mjs', 'Greeter', { trial })
    const { at } = await peer.next('heard', (message) => message.trial === trial)
    ms.push(round(at - spawnedAt))
    await greeter.stop()
    await peer.next('disconnected')
    if (trial % 10 === 0 || trial === trials) tell(`spawn, ${trial} trials: p50 ${summary(ms).p50} ms`)
  }
  await peer.stop()
  return { unit: 'ms', loadBefore, ms, figures: summary(ms) }
}
