import { expect } from 'chai'
import fc from 'fast-check'
import {
  issueRevocationList,
  type RevocationList,
  readRevocationList,
  type Trust,
} from '../../../ports/security/index.js'
import { HandedRevocations } from '../../../runtime/handed-revocations.js'
import { listOf, newAppKey } from '../security/keys.js'

const ours = newAppKey()
const SERIALS = ['a', 'b', 'c', 'd'].map((each) => each.repeat(32))

describe('a list of who is revoked that is handed on', () => {
  let trust: Trust
  let newer: RevocationList[]
  let refused: string[]

  /** As the actor has it that knows this list. */
  function knowing(known: RevocationList | undefined): HandedRevocations {
    trust = { anchors: [ours.anchor], revocations: known }
    newer = []
    refused = []
    return new HandedRevocations({
      app: 'cell',
      trust: () => trust,
      newer: (list) => newer.push(list),
      refused: (from, why) => refused.push(`${from}: ${why}`),
    })
  }

  const list = (number: number, count = number): RevocationList =>
    listOf(ours, number, SERIALS.slice(0, count))

  it('is named by its number and its bytes; where there is none, or nobody trusts it, none is', () => {
    const handed = knowing(list(2))
    expect(handed.list)
      .to.include({ number: 2 })
      .and.to.have.property('bytes')
      .that.deep.equals(list(2).bytes)
    expect(handed.list?.digest).to.match(/^[0-9a-f]{32}$/)
    expect(handed.list?.digest).not.to.equal(knowing(list(2, 1)).list?.digest)
    expect(knowing(undefined).list).to.equal(undefined)
    expect(knowing(listOf(newAppKey(), 2, [])).list).to.equal(undefined)
  })

  it('is wanted where it is newer, or may be; and is taken in once', () => {
    const handed = knowing(list(2))
    const digest = '00'.repeat(16)
    const wanted = [1, 2, 3].map((number) => handed.isWanted({ number, digest }))
    expect(wanted).to.deep.equal([false, true, true])
    expect(handed.isWanted({ number: 2, digest: handed.list?.digest ?? '' })).to.equal(false)
    for (let times = 0; times < 2; times++) handed.take(list(3).bytes, 'peer')
    expect(newer).to.deep.equal([list(3)])
    // It is about to be in force.
    expect([3, 4].map((number) => handed.isWanted({ number, digest }))).to.deep.equal([true, true])
    handed.take(list(2, 3).bytes, 'peer')
    expect([newer.length, refused]).to.deep.equal([1, []])
    trust = { anchors: [ours.anchor], revocations: list(3) }
    expect(handed.list?.number).to.equal(3)
  })

  it('is wanted, and taken, of any number where nobody vouches any more for the one known', () => {
    const handed = knowing(listOf(newAppKey(), 9, []))
    expect(handed.isWanted({ number: 1, digest: '00'.repeat(16) })).to.equal(true)
    handed.take(list(1).bytes, 'peer')
    expect(newer).to.deep.equal([list(1)])
  })

  it('is nothing where it is old, and told where it is of another app, or of another app key', () => {
    const handed = knowing(list(2))
    for (const number of [0, 1]) handed.take(list(number).bytes, 'peer')
    expect([newer, refused]).to.deep.equal([[], []])
    handed.take(issueRevocationList(ours.signer, { app: 'other', number: 9, serials: SERIALS }), 'peer')
    handed.take(listOf(newAppKey(), 9, SERIALS).bytes, 'peer')
    expect(newer).to.deep.equal([])
    expect(refused).to.deep.equal([
      'peer: of the app other',
      'peer: not signed by an app key that is trusted here',
    ])
  })

  it('is nothing with any bytes that are none', () => {
    const handed = knowing(list(2))
    const good = list(3).bytes
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(good.length - 1), (bytes, at) => {
        const bent = Buffer.from(good)
        bent[at] = (bent[at] ?? 0) ^ ((bytes[0] ?? 0) || 1)
        for (const each of [bytes, bent, good.subarray(0, at)]) handed.take(each, 'peer')
      }),
    )
    expect(newer).to.deep.equal([])
    expect(refused.length).to.be.above(0)
    expect(readRevocationList(good, [ours.anchor])).to.be.an('object')
  })
})
