import { expect } from 'chai'
import fc from 'fast-check'
import { decodeGrpcFrame, encodeGrpcFrame, nextSeq } from '../../../../communicator/drivers/grpc-frame.js'
import { CommError } from '../../../../communicator/errors.js'

describe('a frame of gRPC', () => {
  it('is what the reference writes', () => {
    const hello = Buffer.alloc(60, 7)
    const written = encodeGrpcFrame(1, hello.subarray(0, 16), hello.subarray(16))
    expect(written.toString('hex')).to.equal(`0801123c${hello.toString('hex')}`)
  })

  it('is read as it was written, whatever its size and number', () => {
    for (const size of [0, 1, 127, 128, 16_383, 16_384, 2_097_152]) {
      for (const seq of [1, 127, 128, 0x7fff_ffff]) {
        const data = Buffer.alloc(size, 5)
        expect(decodeGrpcFrame(encodeGrpcFrame(seq, data)).equals(data)).to.equal(true)
      }
    }
  })

  it('is counted within an int32', () => {
    expect([0, 1, 0x7fff_fffe, 0x7fff_ffff].map(nextSeq)).to.deep.equal([1, 2, 0x7fff_ffff, 1])
  })

  it('may have fields that nobody knows, and a negative number', () => {
    const hex = `08${'ff'.repeat(9)}01 1a03aabbcc 20ff01 2901020304050607083501020304 12020102 12020304`
    expect(decodeGrpcFrame(Buffer.from(hex.replaceAll(' ', ''), 'hex')).toString('hex')).to.equal('0304')
  })

  it('is refused where it is cut, and read or refused whatever it is', () => {
    for (const hex of ['12', '1205aa', '08', `08${'ff'.repeat(10)}01`, '0b', '29aa', '12ffffffffff7f']) {
      expect(() => decodeGrpcFrame(Buffer.from(hex, 'hex')), hex).to.throw(CommError)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(decodeGrpcFrame(Buffer.from(bytes)).length).to.be.at.most(bytes.length)
        } catch (error) {
          expect(error).to.be.instanceOf(CommError)
        }
      }),
      { numRuns: 20_000 },
    )
  })
})
