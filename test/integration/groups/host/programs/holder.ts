/**
 * Takes a seat for an incarnation, if one is named, says what came of it and who it is, and does as it is
 * told.
 */
import { spawn } from 'node:child_process'
import { hostNowMs, identity, takeSeat } from '../../../../../groups/host/index.js'

const [app = '', group = '', seat = '', incarnation = ''] = process.argv.slice(2)

const deeds: Readonly<Record<string, () => unknown>> = {
  now: () => ({ nowMs: hostNowMs() }),
  // One that outlives it, as the tools that a component starts may.
  spawn: () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true })
    return { pid: child.pid }
  },
  release: () => {
    held?.release()
    return { released: true }
  },
  block: () => {
    process.send?.(JSON.stringify({ blocked: true }))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
}

const held = incarnation ? await takeSeat({ app, group, seat }, { incarnation }) : undefined
process.on('message', (deed) => process.send?.(JSON.stringify(deeds[String(deed)]?.())))
process.on('disconnect', () => process.exit())
process.send?.(JSON.stringify({ taken: held !== undefined, identity: identity() }))
