/** Certificates: what is written is read, and nothing else, whatever bytes come. */
import { expect } from 'chai'
import fc from 'fast-check'
import { encode } from '../../../ports/index.js'
import {
  allows,
  type CertificateFields,
  issueCertificate,
  readCertificate,
} from '../../../ports/security/certificate.js'
import { newCurveKeys } from '../../../ports/security/curve-keys.js'
import { KeyError } from '../../../ports/security/errors.js'
import { issueRevocationList, readRevocationList } from '../../../ports/security/revocation.js'
import { bitsOf, ROLES, rolesOf } from '../../../ports/security/roles.js'
import { seal } from '../../../ports/security/sealed.js'
import { newSigner } from '../../../ports/security/signature.js'
import { keyBytesOf } from '../../../ports/security/z85.js'
import { fieldsFor, newAppKey } from './keys.js'

const appKey = newAppKey()
const { signer, anchor } = appKey
const TXT_CHARS = 347

const name = fc.stringMatching(/^[A-Za-z][\w-]{0,20}$/)
const roles = fc.integer({ min: 1, max: 7 }).map((bits) => rolesOf(bits) ?? [])
const said: fc.Arbitrary<CertificateFields> = fc
  .record({
    app: name,
    key: fc.constant('').map(() => newCurveKeys().publicKey),
    signer: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    actors: fc.oneof(fc.constant(['*']), fc.uniqueArray(name, { minLength: 1, maxLength: 4 })),
    roles,
    notBefore: fc.integer({ min: 0, max: 4e9 }),
    days: fc.integer({ min: 1, max: 4000 }),
  })
  .map(({ days, notBefore, ...fields }) => ({ ...fields, notBefore, notAfter: notBefore + days * 86_400 }))

describe('a certificate', () => {
  it('says what it was issued for', () => {
    fc.assert(
      fc.property(said, (fields) => {
        const bytes = issueCertificate(signer, fields)
        const read = readCertificate(bytes, [newAppKey().anchor, anchor])
        if (typeof read === 'string') throw new Error(read)
        const { serial, issuer, bytes: own, ...rest } = read
        expect(rest).to.deep.equal(fields)
        expect(serial).to.match(/^[0-9a-f]{32}$/)
        expect({ issuer, own }).to.deep.equal({ issuer: anchor.key, own: bytes })
      }),
    )
  })

  it('of an actor in a role is small, and of all that it may be fits a record', () => {
    const small = issueCertificate(signer, fieldsFor())
    expect(small.length).to.be.at.most(200)
    expect(small.toString('base64url').length).to.be.at.most(TXT_CHARS - 80)
    const long = fieldsFor({ app: 'a'.repeat(63), actors: ['b'.repeat(63)], roles: ROLES })
    expect(issueCertificate(signer, long).toString('base64url').length).to.be.at.most(427)
  })

  it('is none of another app key, and none without', () => {
    const bytes = issueCertificate(signer, fieldsFor())
    for (const anchors of [[], [newAppKey().anchor]]) {
      expect(readCertificate(bytes, anchors)).to.equal('not signed by an app key that is trusted here')
    }
  })

  it('is none with a bit changed, cut off, or with anything behind it', () => {
    const bytes = issueCertificate(signer, fieldsFor())
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bent = Buffer.from(bytes)
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readCertificate(bent, [anchor]), `bit ${bit}`).to.be.a('string')
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(readCertificate(bytes.subarray(0, length), [anchor])).to.be.a('string')
    }
    expect(readCertificate(Buffer.concat([bytes, Buffer.alloc(1)]), [anchor])).to.be.a('string')
  }).timeout(20_000)

  it('gives a certificate or a complaint for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(readCertificate(bytes, [anchor])).to.be.a('string')
        expect(readRevocationList(bytes, [anchor])).to.be.a('string')
      }),
      { numRuns: 20_000 },
    )
  }).timeout(20_000)

  it('gives the same for whatever an app key may have signed', () => {
    const field = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(
        Buffer.alloc(16),
        Buffer.alloc(32),
        'cell',
        ['Meter'],
        ['*'],
        [],
        1,
        7,
        8,
        0,
        -1,
        2 ** 40,
      ),
      // Keys as `prototype` have no place on the wire: nobody can sign them.
      fc
        .jsonValue({ maxDepth: 2 })
        .filter((value) => !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value))),
    )
    let read = 0
    fc.assert(
      fc.property(fc.array(field, { maxLength: 9 }), (fields) => {
        for (const purpose of ['quorate certificate 1', 'quorate revocations 1'] as const) {
          const bytes = seal(signer, purpose, fields)
          for (const each of [readCertificate(bytes, [anchor]), readRevocationList(bytes, [anchor])]) {
            if (typeof each !== 'string') read++
          }
        }
      }),
      { numRuns: 3000 },
    )
    expect(read).to.be.below(100)
  }).timeout(30_000)

  it('is refused where a field is not what it may be, though the app key signed it', () => {
    const { app, key, actors, notBefore, notAfter } = fieldsFor()
    const good: readonly unknown[] = [
      Buffer.alloc(16, 1),
      app,
      keyBytesOf(key),
      newSigner().publicKey,
      actors,
      1,
      notBefore,
      notAfter,
    ]
    const read = (fields: readonly unknown[]): unknown =>
      readCertificate(seal(signer, 'quorate certificate 1', fields), [anchor])
    expect(read(good)).to.be.an('object')
    const wrong: readonly (readonly unknown[])[] = [
      [Buffer.alloc(15), 'serial', null],
      ['', 'a b', '../x', 1, 'x'.repeat(64)],
      [Buffer.alloc(31), 'key', null],
      [Buffer.alloc(33), null],
      [[], [''], ['*', 'Meter'], ['Meter', 'Meter'], ['a.b'], 'Meter', [1], Array.from('abcdefghi')],
      [0, 8, 1.5, -1, '1', null],
      [-1, 1.5, '1', null, notAfter],
      [notBefore, 2 ** 50, 1.5, null],
    ]
    for (const [at, values] of wrong.entries()) {
      for (const value of values) expect(read(good.with(at, value)), `${at}: ${value}`).to.be.a('string')
    }
    expect(read([...good, 1])).to.be.a('string')
    expect(read(good.slice(0, -1))).to.be.a('string')
  })

  it('has one form of bytes: another encoding of the same is refused, though it is signed', () => {
    const { key, signer: publicKey, notBefore, notAfter } = fieldsFor()
    const fields = [1, signer.publicKey.subarray(0, 4), Buffer.alloc(16), 'cell', keyBytesOf(key), publicKey]
    const { buffer, start, end } = encode([...fields, ['Meter'], 1, notBefore, notAfter], 'x')
    const body = Buffer.from(buffer.subarray(start, end))
    const signed = (bytes: Buffer): Buffer =>
      Buffer.concat([bytes, signer.sign('quorate certificate 1', bytes)])
    expect(readCertificate(signed(body), [anchor])).to.be.an('object')
    // The list with a head of three bytes instead of one; a version in two bytes.
    const longHead = Buffer.concat([Buffer.from([0xdc, 0, 10]), body.subarray(1)])
    const longVersion = Buffer.concat([body.subarray(0, 1), Buffer.from([0xcc]), body.subarray(1)])
    for (const other of [longHead, longVersion]) {
      expect(readCertificate(signed(other), [anchor])).to.equal('in another form than it is written in')
    }
  })

  it('is no revocation list, and the other way round', () => {
    const list = issueRevocationList(signer, { app: 'cell', number: 1, serials: [] })
    expect(readRevocationList(list, [anchor])).to.be.an('object')
    expect(readCertificate(list, [anchor])).to.be.a('string')
    expect(readRevocationList(issueCertificate(signer, fieldsFor()), [anchor])).to.be.a('string')
  })

  it('is not issued where it would be refused', () => {
    const wrong: readonly Partial<CertificateFields>[] = [
      { app: '' },
      { app: '../x' },
      { key: 'none' },
      { signer: Buffer.alloc(3) },
      { actors: [] },
      { actors: ['*', 'Meter'] },
      { actors: ['a b'] },
      { actors: Array.from({ length: 8 }, (_, i) => `${i}`.padStart(60, 'x')) },
      { roles: [] },
      { notBefore: 5, notAfter: 5 },
      { notAfter: Number.NaN },
    ]
    for (const fields of wrong) {
      expect(() => issueCertificate(signer, fieldsFor(fields)), JSON.stringify(fields))
        .to.throw(KeyError)
        .with.property('code', 'bad-certificate')
    }
  })

  it('allows the actors and roles that it names', () => {
    const some = fieldsFor({ actors: ['Meter', 'Display'], roles: ['actor', 'viewer'] })
    expect(allows(some, 'Display', 'viewer')).to.equal(true)
    expect(allows(some, 'Display', 'operator')).to.equal(false)
    expect(allows(some, 'Other', 'actor')).to.equal(false)
    expect(allows(fieldsFor({ actors: ['*'] }), 'Other', 'actor')).to.equal(true)
  })
})

describe('roles', () => {
  it('are bits, each with its own', () => {
    for (let bits = 1; bits < 8; bits++) expect(bitsOf(rolesOf(bits) ?? [])).to.equal(bits)
    for (const bits of [0, 8, -1, 1.5, Number.NaN]) expect(rolesOf(bits)).to.equal(undefined)
  })
})
