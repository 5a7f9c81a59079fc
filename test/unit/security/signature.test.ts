import { expect } from 'chai'
import { keyLimits } from '../../../ports/security/key-limits.js'
import { isSignedBy, newSigner, readSigner } from '../../../ports/security/signature.js'

const BYTES = Buffer.from('what is signed')

describe('a signature', () => {
  it('is of its signer, its purpose and its bytes, and of no other', () => {
    const [signer, other] = [newSigner(), newSigner()]
    const signature = signer.sign('quorate certificate 1', BYTES)
    expect(isSignedBy(signer.publicKey, 'quorate certificate 1', BYTES, signature)).to.equal(true)
    expect(isSignedBy(other.publicKey, 'quorate certificate 1', BYTES, signature)).to.equal(false)
    expect(isSignedBy(signer.publicKey, 'quorate revocations 1', BYTES, signature)).to.equal(false)
    expect(isSignedBy(signer.publicKey, 'quorate certificate 1', Buffer.from('x'), signature)).to.equal(false)
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const bent = Buffer.from(signature)
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(isSignedBy(signer.publicKey, 'quorate certificate 1', BYTES, bent)).to.equal(false)
    }
  })

  it('of a key or a length that is none is none', () => {
    const signer = newSigner()
    const signature = signer.sign('quorate certificate 1', BYTES)
    for (const key of [Buffer.alloc(0), Buffer.alloc(31), Buffer.alloc(33), Buffer.alloc(32, 0xff)]) {
      expect(isSignedBy(key, 'quorate certificate 1', BYTES, signature)).to.equal(false)
    }
    expect(isSignedBy(signer.publicKey, 'quorate certificate 1', BYTES, signature.subarray(1))).to.equal(
      false,
    )
  })

  it('is found true of more signers than are kept ready', () => {
    const [first, ...others] = Array.from({ length: keyLimits.readySigners + 2 }, newSigner)
    const isTrue = (signer = first): boolean | undefined =>
      signer &&
      isSignedBy(signer.publicKey, 'quorate record 1', BYTES, signer.sign('quorate record 1', BYTES))
    expect(isTrue()).to.equal(true)
    expect(others.every(isTrue)).to.equal(true)
    expect(isTrue()).to.equal(true)
  }).timeout(20_000)
})

describe('a signer', () => {
  it('is read from PEM and from base64, and from nothing else', () => {
    const signer = newSigner()
    const pem = signer.secretKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const base64 = signer.secretKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    for (const text of [pem, base64]) expect(readSigner(text)?.publicKey).to.deep.equal(signer.publicKey)
    for (const text of ['', 'x', '-----BEGIN PRIVATE KEY-----', base64.slice(4)]) {
      expect(readSigner(text)).to.equal(undefined)
    }
  })
})
