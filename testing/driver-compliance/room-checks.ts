/** Who sends more than the other side takes is held back, in bounded memory, and told when there is room. */
import assert from 'node:assert/strict'
import { setTimeout as elapsed } from 'node:timers/promises'
import type { ObservedPipe } from './observed-pipe.js'
import { assertFrames, frameOf, SHORTEST } from './patterns.js'
import type { Rig } from './rig.js'

const MIB = 1_048_576
const PIECE = 65_536
/** What may be on the way between two handlers, buffers of the system included. */
const MOST_ON_THE_WAY = 64 * MIB
/** What may still come when reading is paused: that which has been read. */
const MOST_AFTER_PAUSE = 8 * MIB
/** Nothing moves any more when nothing moved for so long: were it too short, the check would see less. */
const QUIET_MS = 300

/** Sends pieces while there is room, or soon is again. Gives how many. */
async function fill(from: ObservedPipe): Promise<number> {
  let count = 0
  for (;;) {
    while (from.hasRoom) {
      from.send(frameOf(0, count, PIECE))
      count++
      const bytes = count * PIECE
      assert.ok(bytes <= MOST_ON_THE_WAY, `there is room for ${bytes} bytes that nobody takes`)
    }
    await elapsed(QUIET_MS)
    if (!from.hasRoom) return count
  }
}

export const roomChecks = {
  async 'holds back who sends to a side that is paused, within bounds'(rig: Rig): Promise<void> {
    for (const [from, to] of [await rig.pair(), [...(await rig.pair())].reverse()]) {
      assert.ok(from && to)
      to.pipe.pause()
      const count = await fill(from)
      assert.ok(to.bytes <= MOST_AFTER_PAUSE, `${to.bytes} bytes came in the pause`)
      to.pipe.resume()
      await from.until('there is room', () => from.hasRoom)
      assertFrames(await to.received(count), [new Array<number>(count).fill(PIECE)])
    }
  },

  async 'takes no more than it can hold when the other side is gone'(rig: Rig): Promise<void> {
    for (const [from, to] of [await rig.pair(), [...(await rig.pair())].reverse()]) {
      assert.ok(from && to)
      const gone = to.received(20).then(() => to.pipe.destroy())
      let bytes = 0
      while (!from.isClosed) {
        while (from.hasRoom && !from.isClosed) {
          from.send(frameOf(0, bytes / PIECE, PIECE))
          bytes += PIECE
          assert.ok(bytes <= MOST_ON_THE_WAY, `it took ${bytes} bytes that nobody receives`)
          // A turn may be long: its microtasks are all that goes on.
          await undefined
        }
        await from.until('there is room', () => from.hasRoom || from.isClosed, true)
      }
      await gone
    }
  },

  async 'tells of room also where more is sent than it asks for'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    passive.pipe.pause()
    const count = await fill(active)
    passive.pipe.resume()
    // As one who answers at once, whatever the state of the queue: it must not forget that it is waited for.
    let extra = 0
    while (!active.hasRoom) {
      const seen = passive.frames.length
      await Promise.race([
        passive.until('it takes some', () => passive.frames.length > seen),
        active.until('there is room', () => active.hasRoom),
      ])
      if (passive.frames.length === count + extra) await active.until('there is room', () => active.hasRoom)
      active.send(frameOf(1, extra, extra === 0 ? 3 * MIB : SHORTEST))
      extra++
    }
    await passive.received(count + extra)
  },

  async 'pauses before the first frame, and goes on where it was'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    active.pipe.pause()
    const sizes = [SHORTEST, 100, 200_000]
    await passive.sendAll(0, sizes)
    active.send(frameOf(0, 0, SHORTEST))
    // The other direction goes on.
    await passive.received(1)
    active.pipe.resume()
    assertFrames(await active.received(sizes.length), [sizes])
    for (let round = 0; round < 20; round++) {
      active.pipe.pause()
      await passive.sendAll(1 + round, [1000])
      active.pipe.resume()
      await active.received(sizes.length + round + 1)
    }
  },
}
