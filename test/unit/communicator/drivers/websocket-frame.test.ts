import { expect } from 'chai'
import { maskedMessage, plainHeader } from '../../../../communicator/drivers/websocket-frame.js'

const SIZES = [0, 1, 125, 126, 255, 256, 257, 263, 264, 65_535, 65_536, 300_001]

/** Written by RFC 6455, without a look at what it tests. */
function read(message: Buffer): { readonly isMasked: boolean; readonly bytes: Buffer } {
  expect(message[0]).to.equal(0x82)
  const second = message[1] ?? 0
  const isMasked = (second & 0x80) !== 0
  let length = second & 0x7f
  let at = 2
  if (length === 126) {
    length = message.readUInt16BE(2)
    expect(length).to.be.above(125)
    at = 4
  } else if (length === 127) {
    length = Number(message.readBigUInt64BE(2))
    expect(length).to.be.above(65_535)
    at = 10
  }
  const key = isMasked ? message.subarray(at, at + 4) : Buffer.alloc(4)
  const bytes = Buffer.from(message.subarray(at + (isMasked ? 4 : 0)))
  expect(bytes.length).to.equal(length)
  for (let index = 0; index < length; index++) bytes[index] = (bytes[index] ?? 0) ^ (key[index % 4] ?? 0)
  return { isMasked, bytes }
}

describe('a message of a WebSocket', () => {
  for (const size of SIZES) {
    it(`is masked as the protocol has it, with ${size} bytes`, () => {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 256))
      for (const cut of [0, Math.min(size, 16), size]) {
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)] as const
        const message = read(maskedMessage(...parts))
        expect(message.isMasked).to.equal(true)
        expect(message.bytes.equals(bytes)).to.equal(true)
      }
    })

    it(`has a header that says ${size} bytes, with and without a mask`, () => {
      const bytes = Buffer.alloc(size, 9)
      for (const isMasked of [true, false]) {
        const message = read(Buffer.concat([plainHeader(size, isMasked), bytes]))
        expect(message.isMasked).to.equal(isMasked)
        expect(message.bytes.equals(bytes)).to.equal(true)
      }
    })
  }

  it('is masked with another key each time', () => {
    const keys = Array.from({ length: 3000 }, () => maskedMessage(Buffer.alloc(16)).readUInt32BE(2))
    expect(new Set(keys).size).to.be.above(2990)
  })

  it('leaves what it is made of as it is', () => {
    const [head, body] = [Buffer.alloc(16, 1), Buffer.alloc(70_000, 2)]
    maskedMessage(head, body)
    expect(head.equals(Buffer.alloc(16, 1)) && body.equals(Buffer.alloc(70_000, 2))).to.equal(true)
  })
})
