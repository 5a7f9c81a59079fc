import { expect } from 'chai'
import { Endpoint } from '../../../communicator/endpoint.js'
import { CommError } from '../../../communicator/errors.js'
import { handshakeOf, introductionIn } from '../../../communicator/handshake.js'
import { arrived, GOLDEN_SECONDS, goldenHandshakes } from '../../support/f3-contents.js'
import { packed, parsedFrame, unpacked } from '../../support/f3-frames.js'
import { golden } from '../../support/f3-vectors.js'

const NOW_MS = GOLDEN_SECONDS * 1000

describe('handshake', () => {
  for (const { label, name, props } of goldenHandshakes) {
    it(`reads the golden ${label}`, () => {
      const { payload } = parsedFrame(golden(label))
      const properties = { timestamp: GOLDEN_SECONDS, ...Object(arrived(props)) }
      expect(introductionIn(payload)).to.deep.equal({ name, properties })
    })
  }

  it('has the name first, then the time as a float, then the properties in their order', () => {
    const payload = handshakeOf(new Endpoint('a', { z: 1, b: 'text', a: null }), 2000)
    const keys = Object.keys(Object(unpacked(payload)))
    expect(keys).to.deep.equal(['endpoint_name', 'timestamp', 'z', 'b', 'a'])
    expect(payload.toString('hex')).to.include('cb4000000000000000')
  })

  it('lets no property take the place of the name or the time', () => {
    const endpoint = new Endpoint('a', { endpoint_name: 'b', timestamp: 'never', own: 1 })
    expect(introductionIn(handshakeOf(endpoint, NOW_MS))).to.deep.equal({
      name: 'a',
      properties: { timestamp: GOLDEN_SECONDS, own: 1 },
    })
  })

  it('refuses properties that have no place on the wire', () => {
    for (const value of [() => 1, Symbol('s'), new Map(), 2n ** 64n, 'x'.repeat(70_000)]) {
      expect(() => handshakeOf(new Endpoint('a', { value }), NOW_MS))
        .to.throw(CommError)
        .with.property('code', 'BAD_DATA')
    }
  })

  it('needs no time, and takes a name without the blanks around it', () => {
    expect(introductionIn(packed({ endpoint_name: 'a' }))).to.deep.equal({ name: 'a', properties: {} })
    expect(introductionIn(packed({ endpoint_name: ' \ta.b\n', x: 1 }))).to.deep.equal({
      name: 'a.b',
      properties: { x: 1 },
    })
  })

  it('is nobody, and says why, where there is no name to go by', () => {
    const payloads: readonly [Buffer, RegExp][] = [
      [Buffer.alloc(0), /read/],
      [Buffer.of(0xc0), /no map/],
      [Buffer.of(0xc1), /no map/],
      [packed(['endpoint_name', 'a']), /no map/],
      [packed('a'), /no map/],
      [packed({ endpoint_name: 'a' }).subarray(0, -1), /cut/],
      [Buffer.concat([packed({ endpoint_name: 'a' }), Buffer.of(0)]), /follows/],
      [packed({}), /no name/],
      [packed({ timestamp: 1.5 }), /no name/],
      [packed({ endpoint_name: 7 }), /no name/],
      [packed({ endpoint_name: null }), /no name/],
      [packed({ endpoint_name: ['a'] }), /no name/],
      [packed({ endpoint_name: '' }), /empty/],
      [packed({ endpoint_name: '   ' }), /empty/],
      [packed({ endpoint_name: 'a b' }), /characters/],
      [packed({ endpoint_name: 'a.b.a' }), /twice/],
      [packed(new Map([[1, 'a']])), /no text/],
    ]
    for (const [payload, reason] of payloads) {
      const read = introductionIn(payload)
      expect('why' in read && read.why, payload.toString('hex')).to.match(reason)
    }
  })
})
