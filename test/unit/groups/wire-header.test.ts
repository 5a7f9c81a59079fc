import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { decodeHeader, encodeHeader, groupTag, groupTopic } from '../../../groups/wire-header.js'
import { InvariantViolation } from '../../../ports/errors.js'
import { anyHeader } from './wire-arbitraries.js'

const tag = groupTag('averager/Cell.north')
const ballot = { epoch: 5, term: 1 }

describe('wire header', () => {
  it('comes over as it is', () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(decodeHeader(tag, encodeHeader(tag, header))).to.deep.equal(header)
      }),
      { numRuns: 1000 },
    )
  })

  it('names its group by the first 8 bytes of the SHA-256 of its name', () => {
    const digest = createHash('sha256').update('averager/Cell.north', 'utf8').digest()
    expect(Buffer.from(tag).toString('hex')).to.equal(digest.toString('hex').slice(0, 16))
  })

  it('begins with the topic of its group', () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(encodeHeader(tag, header).subarray(0, 9)).to.deep.equal(groupTopic(tag))
      }),
    )
  })

  it('refuses that of another group', () => {
    const other = groupTag('averager/Cell.south')
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(decodeHeader(tag, encodeHeader(other, header))).to.equal('of another group')
      }),
    )
  })

  it('is refused cut off at any byte, and with one more', () => {
    const whole = encodeHeader(tag, { route: 'from-leader', from: 'f'.repeat(32), to: 'b2', ballot })
    for (let end = 0; end < whole.length; end++) {
      expect(decodeHeader(tag, whole.subarray(0, end)), `cut at ${end}`).to.equal('truncated')
    }
    expect(decodeHeader(tag, Buffer.concat([whole, Buffer.of(0)]))).to.equal('bytes behind its end')
  })

  it('refuses other versions, routes and flags', () => {
    const with_ = (at: number, byte: number): Buffer => {
      const bytes = Buffer.from(encodeHeader(tag, { route: 'all', from: 'a1' }))
      bytes[at] = byte
      return bytes
    }
    expect(decodeHeader(tag, with_(0, 2))).to.equal('wire version 2')
    expect(decodeHeader(tag, with_(9, 0x04))).to.equal('unknown route')
    expect(decodeHeader(tag, with_(9, 0x0f))).to.equal('unknown route')
    // Messages to all and to the leader are addressed to nobody else.
    expect(decodeHeader(tag, with_(9, 0x11))).to.equal('unknown flags')
    expect(decodeHeader(tag, with_(9, 0x12))).to.equal('unknown flags')
    expect(decodeHeader(tag, with_(9, 0x21))).to.equal('unknown flags')
  })

  it('refuses frames of ports and of directories', () => {
    for (const hex of ['01 00 01 c0', '71 01 80', '00', 'ff'.repeat(60)]) {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
      expect(decodeHeader(tag, bytes)).to.be.a('string')
    }
  })

  it('is not written for what is no id or no ballot', () => {
    expect(() => encodeHeader(tag, { route: 'all', from: '' })).to.throw(InvariantViolation)
    const worse = { epoch: -1, term: 1 }
    const header = { route: 'from-leader', from: 'a1', to: undefined, ballot: worse } as const
    expect(() => encodeHeader(tag, header)).to.throw(InvariantViolation)
  })
})
