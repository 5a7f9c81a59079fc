import { Buffer } from 'node:buffer'
import { expect } from 'chai'
import { sessionLimits } from '../../../../communicator/sessions/limits.js'
import { SessionCore } from '../../../../communicator/sessions/session-core.js'
import { readSessionFrame } from '../../../../communicator/sessions/session-frame.js'

const CHUNK = 65_536
const OPTIONS = { holdMs: 1e12, answerMs: 1e12, resendBytes: sessionLimits.resendBytes }

function coreOf(id: number): SessionCore {
  return new SessionCore(Buffer.alloc(8, id), OPTIONS, 0)
}

interface Run {
  readonly bytesPerMs: number
  readonly delayMs: number
  readonly ms: number
}

/**
 * One end sends chunks as fast as it may, over a way that takes so many bytes a millisecond and so long.
 * Gives the rate that came through, and for how long the last of what was sent waited in the way.
 */
function run({ bytesPerMs, delayMs, ms }: Run): { bytesPerMs: number; waitMs: number } {
  const [from, to] = [coreOf(1), coreOf(2)]
  const wires = [
    { core: to, frames: [] as { bytes: Buffer; atMs: number }[] },
    { core: from, frames: [] as { bytes: Buffer; atMs: number }[] },
  ] as const
  for (const core of [from, to]) core.connected(0)
  let freeAt = 0
  let waitMs = 0
  let came = 0
  for (let now = 0; now < ms; now++) {
    while (from.bulkRoom > 0) from.submit(Buffer.alloc(CHUNK), now)
    for (const [core, { frames }] of [
      [from, wires[0]],
      [to, wires[1]],
    ] as const) {
      core.tick(now)
      for (let bytes = core.take(now); bytes; bytes = core.take(now)) {
        if (core === from) freeAt = Math.max(now, freeAt) + bytes.length / bytesPerMs
        frames.push({ bytes: Buffer.from(bytes), atMs: (core === from ? freeAt : now) + delayMs })
      }
    }
    waitMs = freeAt - now
    for (const { core, frames } of wires) {
      while (frames[0] && frames[0].atMs <= now) {
        const frame = readSessionFrame(frames.shift()?.bytes)
        if (typeof frame === 'string') throw new Error(frame)
        const body = core.heard(frame, now)
        if (now >= ms / 2) came += body?.length ?? 0
      }
    }
  }
  return { bytesPerMs: came / (ms / 2), waitMs }
}

describe('the pace of streams', () => {
  const ways = [
    { what: 'a slow way', way: { bytesPerMs: 1000, delayMs: 20, ms: 300_000 } },
    { what: 'a fast way', way: { bytesPerMs: 100_000, delayMs: 1, ms: 2000 } },
    { what: 'a way that is fast and long', way: { bytesPerMs: 20_000, delayMs: 50, ms: 10_000 } },
  ]

  for (const { what, way } of ways) {
    it(`keeps ${what} busy, and no long queue in it`, () => {
      const { bytesPerMs, waitMs } = run(way)
      expect(bytesPerMs).to.be.above(way.bytesPerMs * 0.8)
      // What is under way whatever happens takes its time on a slow one.
      const least = sessionLimits.paceBytes / way.bytesPerMs
      expect(waitMs).to.be.below(2 * sessionLimits.paceMs + least)
    })
  }
})
