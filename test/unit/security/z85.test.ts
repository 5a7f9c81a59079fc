import { expect } from 'chai'
import fc from 'fast-check'
import { curveKeyPair } from 'zeromq'
import { curveKeysOf, newCurveKeys } from '../../../ports/security/curve-keys.js'
import { bytesOfZ85, keyBytesOf, z85Of } from '../../../ports/security/z85.js'

describe('Z85', () => {
  it('is as RFC 32 writes it', () => {
    const bytes = Buffer.from('864fd26fb559f75b', 'hex')
    expect(z85Of(bytes)).to.equal('HelloWorld')
    expect(bytesOfZ85('HelloWorld')).to.deep.equal(bytes)
    expect(() => z85Of(Buffer.alloc(3))).to.throw(RangeError)
  })

  it('of any bytes leads back to them', () => {
    const words = fc.uint8Array({ maxLength: 64 }).filter(({ length }) => length % 4 === 0)
    fc.assert(
      fc.property(words, (bytes) => {
        expect(bytesOfZ85(z85Of(bytes))).to.deep.equal(Buffer.from(bytes))
      }),
    )
  })

  it('of any text gives bytes of which it is the text, or none', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 45, unit: 'binary' }), (text) => {
        const bytes = bytesOfZ85(text)
        if (bytes) expect(z85Of(bytes)).to.equal(text)
      }),
      { numRuns: 1000 },
    )
    // One more than four bytes hold.
    expect(bytesOfZ85('%nSc0')).to.deep.equal(Buffer.alloc(4, 0xff))
    expect(bytesOfZ85('%nSc1')).to.equal(undefined)
    expect(keyBytesOf('HelloWorld')).to.equal(undefined)
  })
})

describe('keys of CURVE', () => {
  it('are those that ZeroMQ would make of the same secret', () => {
    for (let i = 0; i < 20; i++) {
      const { publicKey, secretKey } = curveKeyPair()
      expect(curveKeysOf(secretKey)).to.deep.equal({ publicKey, secretKey })
    }
  })

  it('are new each time, and read again from the secret', () => {
    const [one, other] = [newCurveKeys(), newCurveKeys()]
    expect(one.publicKey).to.have.length(40).and.not.to.equal(other.publicKey)
    expect(curveKeysOf(one.secretKey)).to.deep.equal(one)
    expect(curveKeysOf('short')).to.equal(undefined)
  })
})
