import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { frameOf, readFromDirectory } from '../../../discovery/directory-frames.js'
import type { Anchor } from '../../../ports/security/anchors.js'
import { KeyError } from '../../../ports/security/errors.js'
import { keyLimits } from '../../../ports/security/key-limits.js'
import {
  issueRevocationList,
  newestOf,
  type RevocationList,
  readRevocationList,
  takesOver,
} from '../../../ports/security/revocation.js'
import { seal } from '../../../ports/security/sealed.js'
import { listOf, newAppKey } from './keys.js'

const appKey = newAppKey()
const { signer, anchor } = appKey

function serials(count: number): string[] {
  return Array.from({ length: count }, () => randomBytes(16).toString('hex'))
}

describe('a list of revocations', () => {
  it('says what it was issued for, each serial once', () => {
    const [one = '', other = ''] = serials(2)
    const list = listOf(appKey, 7, [one, other, one])
    expect(list.serials).to.deep.equal(new Set([one, other].sort()))
    expect(list).to.deep.include({ app: 'cell', number: 7, issuer: anchor.key })
  })

  it('holds as many as it may, and no more', () => {
    const all = serials(keyLimits.revokedSerials)
    expect(listOf(appKey, 1, all).serials).to.have.property('size', all.length)
    const more = { app: 'cell', number: 1, serials: [...all, ...serials(1)] }
    expect(() => issueRevocationList(signer, more))
      .to.throw(KeyError)
      .with.property('code', 'too-many-revoked')
    const joined = Buffer.from([...more.serials].sort().join(''), 'hex')
    const signed = seal(signer, 'quorate revocations 1', ['cell', 1, joined])
    const read = readRevocationList(Buffer.concat([signed, Buffer.alloc(200)]), [anchor])
    expect(read).to.match(/^more than \d+ bytes$/)
  })

  it('is not issued of what are no serials, nor with a number that is none', () => {
    for (const serial of ['', 'x', 'A'.repeat(32), 'a'.repeat(31)]) {
      expect(() => issueRevocationList(signer, { app: 'cell', number: 1, serials: [serial] })).to.throw(
        KeyError,
      )
    }
    for (const number of [-1, 1.5, 2 ** 53, Number.NaN]) {
      expect(() => issueRevocationList(signer, { app: 'cell', number, serials: [] })).to.throw(KeyError)
    }
  })

  it('is refused with serials in another order, twice, or in part', () => {
    const [one = '', other = ''] = serials(2).sort()
    const read = (hex: string): unknown =>
      readRevocationList(seal(signer, 'quorate revocations 1', ['cell', 1, Buffer.from(hex, 'hex')]), [
        anchor,
      ])
    expect(read(one + other)).to.be.an('object')
    for (const hex of [other + one, one + one, one.slice(2), `${one}00`]) expect(read(hex)).to.be.a('string')
  })

  it('is none with a bit changed, or of another app key', () => {
    const bytes = issueRevocationList(signer, { app: 'cell', number: 1, serials: serials(2) })
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bent = Buffer.from(bytes)
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readRevocationList(bent, [anchor])).to.be.a('string')
    }
    expect(readRevocationList(bytes, [newAppKey().anchor])).to.be.a('string')
  }).timeout(20_000)

  it('takes over from an older one, and from any of an app key that is not trusted any more', () => {
    const former = newAppKey()
    const nowMs = 1_800_000_000_000
    const nowS = nowMs / 1000
    const takes = (
      list: RevocationList,
      known: RevocationList | undefined,
      ...anchors: readonly Anchor[]
    ): boolean => takesOver(list, known, anchors, nowMs)
    const [one, two, ofFormer] = [listOf(appKey, 1, []), listOf(appKey, 2, []), listOf(former, 9, [])]
    expect([takes(one, undefined, anchor), takes(two, one, anchor)]).to.deep.equal([true, true])
    expect([takes(one, two, anchor), takes(one, one, anchor)]).to.deep.equal([false, false])
    expect(takes(ofFormer, undefined, anchor)).to.equal(false)
    expect(takes(ofFormer, two, anchor, former.anchor)).to.equal(true)
    expect(takes(one, ofFormer, anchor, former.anchor)).to.equal(false)
    const ended = { ...former.anchor, until: nowS }
    expect([takes(ofFormer, one, anchor, ended), takes(one, ofFormer, anchor, ended)]).to.deep.equal([
      false,
      true,
    ])
    expect(takes(one, ofFormer, anchor)).to.equal(true)
  })

  it('is handed on whole: the longest fits', () => {
    const longest = listOf(appKey, Number.MAX_SAFE_INTEGER, serials(keyLimits.revokedSerials))
    const frame = frameOf({ t: 'revoked', list: longest.bytes })
    expect(readFromDirectory(frame)).to.deep.equal({ t: 'revoked', list: longest.bytes })
  })

  it('gives way to the newest, in whichever order lists are merged', () => {
    const some = serials(3)
    const lists = [0, 1, 1, 2, 2].map((number, at) => listOf(appKey, number, some.slice(0, at)))
    const list = fc.constantFrom(...lists)
    fc.assert(
      fc.property(list, list, list, (one, two, three) => {
        const newest = newestOf(newestOf(one, two), three)
        expect(newestOf(three, newestOf(two, one))).to.deep.equal(newest)
        expect(newest.number).to.equal(Math.max(one.number, two.number, three.number))
      }),
    )
  })
})
