/** A pipe ends once, at both ends, after what was sent or at once; and when it is sent too much. */
import assert from 'node:assert/strict'
import { assertFrames, frameOf, SHORTEST } from './patterns.js'
import type { Rig } from './rig.js'

const MIB = 1_048_576
/** Longer than any test, and not at all long. */
const IN_TIME_MS = 30_000
const AT_ONCE_MS = 20

export const endChecks = {
  async 'ends after what was sent before'(rig: Rig): Promise<void> {
    const sizes = Array.from({ length: 50 }, (_, number) => SHORTEST + number * 5000)
    for (const [from, to] of [await rig.pair(), [...(await rig.pair())].reverse()]) {
      assert.ok(from && to)
      for (const [number, bytes] of sizes.entries()) from.send(frameOf(0, number, bytes))
      from.pipe.end(IN_TIME_MS)
      from.send(frameOf(0, sizes.length, SHORTEST))
      await Promise.all([from.ended(), to.ended()])
      assertFrames(to.frames, [sizes])
      assert.equal(from.error, undefined, 'who ended it is told of an error')
      assert.equal(to.error, undefined, 'the other side is told of an error')
    }
  },

  async 'ends in time where the other side takes nothing'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    passive.pipe.pause()
    for (let number = 0; number < 128; number++) active.send(frameOf(0, number, MIB / 4))
    active.pipe.end(AT_ONCE_MS)
    await active.ended()
  },

  async 'ends where both sides end it'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    active.pipe.end(IN_TIME_MS)
    passive.pipe.end(IN_TIME_MS)
    await Promise.all([active.ended(), passive.ended()])
  },

  async 'is destroyed at once, at both ends'(rig: Rig): Promise<void> {
    const why = new Error('because of a test')
    for (const [from, to] of [await rig.pair(), [...(await rig.pair())].reverse()]) {
      assert.ok(from && to)
      await to.sendAll(0, [SHORTEST, MIB])
      from.pipe.destroy(why)
      const { length } = from.frames
      await Promise.all([from.ended(), to.ended()])
      assert.equal(from.frames.length, length, 'frames came after it was destroyed')
      assert.equal(from.error, why, 'who destroyed it is told of another error')
    }
  },

  async 'does nothing after its end'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    active.pipe.destroy()
    await Promise.all([active.ended(), passive.ended()])
    for (const each of [active, passive]) {
      each.send(frameOf(0, 0, SHORTEST), new Uint8Array(10))
      each.pipe.pause()
      each.pipe.resume()
      each.pipe.end(AT_ONCE_MS)
      each.pipe.destroy(new Error('again'))
      assert.equal(each.error?.message === 'again', false)
    }
    await new Promise((resolve) => setTimeout(resolve, AT_ONCE_MS))
  },

  async 'ends at a frame that is longer than its handler takes'(rig: Rig): Promise<void> {
    rig.mostBytes = 1000
    const [active, passive] = await rig.pair()
    await active.sendAll(0, [1000, 1001])
    await passive.until('the pipe ended', () => passive.isClosed || passive.frames.length > 1, true)
    assertFrames(passive.frames, [[1000]])
    await active.ended()
    assert.ok(passive.error, 'no error tells of a frame that is too long')
  },

  async 'ends before it has received a frame that is far too long'(rig: Rig): Promise<void> {
    rig.mostBytes = 65_536
    const [active, passive] = await rig.pair()
    active.send(frameOf(0, 0, 48 * MIB))
    await Promise.all([active.ended(), passive.ended()])
    assert.equal(passive.frames.length, 0)
    assert.ok(passive.error, 'no error tells of a frame that is too long')
  },

  async 'takes longer frames when its handler does'(rig: Rig): Promise<void> {
    rig.mostBytes = 65_536
    const [active, passive] = await rig.pair()
    await active.sendAll(0, [65_536])
    await passive.received(1)
    passive.mostBytes = 4 * MIB
    const sizes = [65_536, 4 * MIB, SHORTEST]
    for (const [number, bytes] of sizes.entries()) {
      if (number > 0) await active.sendInTime(frameOf(0, number, bytes))
    }
    assertFrames(await passive.received(sizes.length), [sizes])
  },
}
