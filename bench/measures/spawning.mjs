// From the spawn of an actor, as the launcher does it, to its first message in the handler of a peer that
// waits: start of Node, the package, mDNS on loopback, directories, ports. Separate processes; all read
// one clock.

import { inColumns, inTurns } from '../columns.mjs'
import { load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round, summary } from '../statistics.mjs'

const FULL = { trials: 60, blocks: 6 }
const QUICK = { trials: 8, blocks: 2 }
/** Pause before a trial, at most: random, so that no trial meets the same phase of the peer's timers. */
const PAUSE_MS = 500

export async function spawning(context) {
  const { trials, blocks } = context.quick ? QUICK : FULL
  const loadBefore = load()
  const samples = await inTurns(context, { plain: trials, keys: trials }, blocks, async (...block) => {
    await greetings(...block)
    const [{ isLocked }, , ms] = block
    context.tell(`spawn${isLocked ? ' with keys' : ''}, ${ms.length} trials: p50 ${summary(ms).p50} ms`)
  })
  return { unit: 'ms', loadBefore, ...inColumns(samples, (ms) => ({ ms, figures: summary(ms) })) }
}

/** So many greeters, one after another, of one listener. */
async function greetings(processes, count, ms) {
  const peer = processes.actor('greeting.mjs', 'Listener')
  await peer.next('ready')
  // The first is not counted: its keys may have to be made.
  for (let trial = 0; trial <= count; trial++) {
    await new Promise((done) => setTimeout(done, 200 + Math.random() * PAUSE_MS))
    const spawnedAt = now()
    const greeter = processes.actor('greeting.mjs', 'Greeter', { trial })
    const { at } = await peer.next('heard', (message) => message.trial === trial)
    if (trial > 0) ms.push(round(at - spawnedAt))
    if (trial === count) await processes.proveLocks([peer, greeter])
    await greeter.stop()
    await peer.next('disconnected')
  }
  await peer.stop()
}
