/** Frames go both ways: whole, in order, of all sizes. */
import assert from 'node:assert/strict'
import type { ObservedPipe } from './observed-pipe.js'
import { assertFrames, frameOf, SHORTEST } from './patterns.js'
import type { Rig } from './rig.js'

const MIB = 1_048_576
/** One below and above what buffers, headers of lengths and windows are made for, and a few MiB. */
const EDGES = [SHORTEST, 17, 125, 126, 4095, 4097, 16_383, 16_385, 65_535, 65_537, 2 * MIB + 1]
const SENDERS = 4
const MANY = 20_000

/** Those of one sender: each begins at another edge. */
function mixed(sender: number): number[] {
  const turned = [...EDGES.slice(sender * 2), ...EDGES.slice(0, sender * 2)]
  return [...turned, ...turned.filter((bytes) => bytes < MIB)]
}

async function sendMixed(from: ObservedPipe): Promise<void> {
  const senders = Array.from({ length: SENDERS }, (_, sender) => sender)
  await Promise.all(senders.map((sender) => from.sendAll(sender, mixed(sender))))
}

export const exchangeChecks = {
  async 'carries frames of all sizes both ways, whole and in order'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    const sizes = Array.from({ length: SENDERS }, (_, sender) => mixed(sender))
    const count = sizes.flat().length
    await Promise.all([
      ...[active, passive].map(sendMixed),
      ...[active, passive].map((pipe) => pipe.received(count)),
    ])
    assertFrames(active.frames, sizes)
    assertFrames(passive.frames, sizes)
  },

  async 'carries many small frames of one turn in order'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    const sizes = Array.from({ length: MANY }, (_, number) => SHORTEST + (number % 90))
    await Promise.all([active.sendAll(0, sizes), passive.sendAll(0, sizes)])
    assertFrames(await passive.received(MANY), [sizes])
    assertFrames(await active.received(MANY), [sizes])
  },

  async 'joins the head and the body of a frame'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    const sizes = [SHORTEST + 1, 100, 5000, 70_000, 2 * MIB]
    for (const pipe of [active, passive]) {
      for (const [number, bytes] of sizes.entries()) {
        const frame = frameOf(0, number, bytes)
        await pipe.sendInTime(frame.subarray(0, SHORTEST), new Uint8Array(frame.subarray(SHORTEST)))
      }
      await pipe.sendInTime(frameOf(1, 0, SHORTEST), new Uint8Array(0))
    }
    for (const pipe of [active, passive]) {
      assertFrames(await pipe.received(sizes.length + 1), [sizes, [SHORTEST]])
    }
  },

  async 'loses nothing that is sent to it before it is opened'(rig: Rig): Promise<void> {
    const sizes = [SHORTEST, 3000, 100_000]
    rig.onAccepted = ({ pipe }) => {
      // Before the other side can know that it is connected.
      for (const [number, bytes] of sizes.entries()) pipe.send(frameOf(0, number, bytes))
    }
    const [active] = await rig.pair()
    assertFrames(await active.received(sizes.length), [sizes])
  },

  async 'hands out bytes that stay as they are'(rig: Rig): Promise<void> {
    const sizes = Array.from({ length: 200 }, (_, number) => SHORTEST + number * 37)
    for (const [from, to] of [await rig.pair(), [...(await rig.pair())].reverse()]) {
      assert.ok(from && to)
      await from.sendAll(0, sizes)
      await to.received(sizes.length)
      // Whatever comes later must not take the place of what is kept.
      await from.sendAll(1, sizes)
      assertFrames(await to.received(sizes.length * 2), [sizes, sizes])
    }
  },

  async 'tells who is at the other end, and what the system took'(rig: Rig): Promise<void> {
    const [active, passive] = await rig.pair()
    for (const { pipe } of [active, passive]) {
      assert.equal(typeof pipe.facts.peer_addr, 'string')
      assert.ok(Object.values(pipe.facts).every((fact) => typeof fact === 'string'))
    }
    const before = active.pipe.written ?? 0
    await active.sendAll(0, [MIB])
    await passive.received(1)
    const { written } = active.pipe
    assert.ok(
      written === undefined || written - before >= MIB,
      `written grew by ${(written ?? 0) - before} only`,
    )
  },
}
