import { expect } from 'chai'
import { Endpoint } from '../../../communicator/endpoint.js'
import {
  FrameType,
  HEARTBEAT_PAYLOAD,
  PREFIX_BYTES,
  parseFrame,
  plainFrame,
  writePrefix,
} from '../../../communicator/frame.js'
import { handshakeOf } from '../../../communicator/handshake.js'
import { encodeMap, type HeaderMap } from '../../../communicator/header-codec.js'
import { GOLDEN_SECONDS, goldenData, goldenHandshakes } from '../../support/f3-contents.js'
import { frameBytes, parsedFrame } from '../../support/f3-frames.js'
import { golden, session, vectors } from '../../support/f3-vectors.js'

type Counters = readonly [appId: number, streamId: number, sequence: number]

/** A DATA frame as the communicator puts it together. */
function data([appId, streamId, sequence]: Counters, headers: HeaderMap, payload: string): Buffer {
  const encoded = Object.keys(headers).length === 0 ? Buffer.alloc(0) : encodeMap(headers)
  const prefix = Buffer.alloc(PREFIX_BYTES)
  const head = { type: FrameType.DATA, appId, streamId, sequence }
  writePrefix(prefix, head, encoded.length, payload.length)
  return Buffer.concat([prefix, encoded, Buffer.from(payload)])
}

describe('frame', () => {
  for (const { label, headers } of goldenData) {
    it(`is byte for byte the golden one: ${label}`, () => {
      const bytes = golden(label)
      expect(data([123, 17, bytes.readUInt16BE(14)], headers, 'hi').equals(bytes)).to.equal(true)
    })
  }

  it('is byte for byte the golden one: counters at their ends, nothing to say, PING and PONG', () => {
    const others: readonly [string, Buffer][] = [
      ['DATA no headers no payload', data([123, 18, 15], {}, '')],
      ['DATA no headers empty payload', data([123, 18, 16], {}, '')],
      ['DATA app 65535 stream 65535', data([65_535, 65_535, 17], {}, 'z')],
      ['DATA sequence 65535', data([1, 1, 65_535], {}, 'z')],
      ['DATA sequence wraps to 0', data([1, 1, 0], {}, 'z')],
      ['PING', plainFrame({ type: FrameType.PING, appId: 0, streamId: 17, sequence: 3 }, HEARTBEAT_PAYLOAD)],
      ['PONG', plainFrame({ type: FrameType.PONG, appId: 0, streamId: 18, sequence: 4 }, HEARTBEAT_PAYLOAD)],
    ]
    for (const [label, bytes] of others)
      expect(bytes.toString('hex'), label).to.equal(golden(label).toString('hex'))
  })

  for (const { label, name, props } of goldenHandshakes) {
    it(`is byte for byte the golden one: ${label}`, () => {
      const payload = handshakeOf(new Endpoint(name, props), GOLDEN_SECONDS * 1000)
      const type = label.startsWith('READY') ? FrameType.READY : FrameType.HELLO
      const sequence = golden(label).readUInt16BE(14)
      const bytes = plainFrame({ type, appId: 0, streamId: 1, sequence }, payload)
      expect(bytes.toString('hex')).to.equal(golden(label).toString('hex'))
    })
  }

  it('is read as it was written, each golden one', () => {
    for (const { label, bytes } of [...vectors, ...session]) {
      const { type, appId, streamId, sequence, headers, payload } = parsedFrame(bytes)
      const parts = { type, appId, streamId, sequence, headers, payload }
      expect(parseFrame(bytes), label).to.deep.equal(parts)
    }
  })

  it('is none where it is cut, or has another length than it says, or headers beyond its end', () => {
    const whole = frameBytes({
      type: FrameType.DATA,
      headers: Buffer.from('abc'),
      payload: Buffer.from('de'),
    })
    expect(parseFrame(whole)).to.be.an('object')
    for (let end = 0; end < whole.length; end++)
      expect(parseFrame(whole.subarray(0, end))).to.equal(undefined)
    const most = { type: FrameType.DATA, payload: Buffer.from('de') }
    expect(parseFrame(frameBytes({ ...most, headerLength: 2 }))?.headers.toString()).to.equal('de')
    expect(parseFrame(frameBytes({ ...most, headerLength: 3 }))).to.equal(undefined)
    expect(parseFrame(frameBytes({ ...most, headerLength: 65_535 }))).to.equal(undefined)
    expect(parseFrame(frameBytes({ ...most, length: 15 }))).to.equal(undefined)
  })
})
