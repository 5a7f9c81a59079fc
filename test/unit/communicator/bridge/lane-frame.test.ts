import { expect } from 'chai'
import fc from 'fast-check'
import {
  BYTES,
  type LaneFrame,
  LaneReader,
  laneFrame,
  packed,
  unpacked,
  VALUE,
} from '../../../../communicator/bridge/lane-frame.js'
import { bridgeLimits } from '../../../../communicator/bridge/limits.js'

describe('frames of a lane', () => {
  it('come out as they went in, in whatever pieces they come', () => {
    const frames = fc.array(
      fc.tuple(fc.constantFrom(VALUE, BYTES), fc.nat(2 ** 40), fc.uint8Array({ maxLength: 40 })),
    )
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(([kind, number, payload]) => laneFrame(kind, number, payload)))
        const reader = new LaneReader()
        const came: LaneFrame[] = []
        for (let at = 0, piece = 0; at < bytes.length; piece++) {
          const size = sizes[piece % sizes.length] ?? 1
          came.push(...reader.read(bytes.subarray(at, at + size)))
          at += size
        }
        const plain = came.map(({ kind, number, payload }) => [kind, number, [...payload]])
        expect(plain).to.deep.equal(sent.map(([kind, number, payload]) => [kind, number, [...payload]]))
      }),
    )
  })

  it('are bounded: one of any other length is refused before it is there', () => {
    for (const length of [0, 6, bridgeLimits.messageBytes + 8, 0xffffffff]) {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(length)
      expect(() => new LaneReader().read(head), String(length)).to.throw('it carries none such')
    }
    expect(() => packed('x'.repeat(bridgeLimits.messageBytes), 'it')).to.throw('over the')
  })

  it('carry values that any peer may have sent', () => {
    expect(unpacked(packed({ n: [1, 'a', null] }, 'it'))).to.deep.equal({ value: { n: [1, 'a', null] } })
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void unpacked(Buffer.from(bytes))))
  })
})
