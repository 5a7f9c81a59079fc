/** Frames of tests: each tells who sent it and which one it is, and all its bytes follow from that. */
import assert from 'node:assert/strict'

const NUMBER_AT = 8
const SENDER_AT = 12
/** Bytes before what is filled: the length that frames begin with, four more, and the two numbers. */
export const SHORTEST = 16
/** After so many bytes the filling begins anew; a prime, so that no buffer's size is a multiple. */
const PERIOD = 251
const filling = Buffer.from(Array.from({ length: PERIOD }, (_, index) => index))

/** @param bytes 16 or more */
export function frameOf(sender: number, number: number, bytes: number): Buffer {
  const frame = Buffer.alloc(bytes, filling.subarray((sender * 31 + number) % PERIOD))
  frame.writeUInt32BE(bytes, 0)
  frame.writeUInt32BE(0, 4)
  frame.writeUInt32BE(number, NUMBER_AT)
  frame.writeUInt32BE(sender, SENDER_AT)
  return frame
}

/** Whether these are the frames of some senders, whole, and those of each in their order. */
export function assertFrames(frames: readonly Buffer[], sizesOf: readonly (readonly number[])[]): void {
  const next = sizesOf.map(() => 0)
  for (const frame of frames) {
    const sender = frame.readUInt32BE(SENDER_AT)
    const number = next[sender] ?? 0
    const bytes = sizesOf[sender]?.[number] ?? 0
    assert.equal(frame.readUInt32BE(NUMBER_AT), number, `the frames of sender ${sender} are out of order`)
    assert.equal(frame.length, bytes, `frame ${number} of sender ${sender} is not whole`)
    assert.ok(frame.equals(frameOf(sender, number, bytes)), `frame ${number} of sender ${sender} is spoilt`)
    next[sender] = number + 1
  }
  assert.deepEqual(
    next,
    sizesOf.map(({ length }) => length),
    'some frames did not come',
  )
}
