/** Who may in: case by case, and against a naive twin that remembers everything. */
import { expect } from 'chai'
import fc from 'fast-check'
import { Admission, type Decision } from '../../../ports/security/admission.js'
import type { Anchor } from '../../../ports/security/anchors.js'
import type { Certificate } from '../../../ports/security/certificate.js'
import { newCurveKeys } from '../../../ports/security/curve-keys.js'
import type { RevocationList } from '../../../ports/security/revocation.js'
import { DOMAINS, ROLES, type Role } from '../../../ports/security/roles.js'
import { keyBytesOf } from '../../../ports/security/z85.js'
import { certificateOf, listOf, NOW_MS, NOW_S, newAppKey } from './keys.js'

const ours = newAppKey()
const former = newAppKey()

function bytesOf(key: string): Buffer {
  return keyBytesOf(key) ?? Buffer.alloc(0)
}

function outcome(decision: Decision): string {
  return decision.admitted ? 'admitted' : decision.code
}

describe('admission', () => {
  it('lets in whom the app vouches for, and says of everybody else why not', () => {
    const admission = new Admission('cell', [ours.anchor])
    const cases: readonly [expected: string, certificate: Certificate][] = [
      ['admitted', certificateOf(ours)],
      ['unknown-key', certificateOf(newAppKey())],
      ['wrong-app', certificateOf(ours, { app: 'other' })],
      ['expired', certificateOf(ours, { notAfter: NOW_S })],
      ['not-yet-valid', certificateOf(ours, { notBefore: NOW_S + 1 })],
      ['wrong-role', certificateOf(ours, { roles: ['viewer'] })],
    ]
    for (const [expected, { bytes, key }] of cases) {
      expect(outcome(admission.decide('ports', bytesOf(key), NOW_MS))).to.equal('unknown-key')
      admission.learn(bytes, NOW_MS)
      expect(outcome(admission.decide('ports', bytesOf(key), NOW_MS))).to.equal(expected)
    }
  })

  it('lets each role in at its doors, and nobody at a door that there is not', () => {
    const admission = new Admission('cell', [ours.anchor])
    for (const role of ROLES) {
      const { bytes, key } = certificateOf(ours, { roles: [role] })
      admission.learn(bytes, NOW_MS)
      const open = [...Object.keys(DOMAINS), 'constructor', ''].filter(
        (domain) => admission.decide(domain, bytesOf(key), NOW_MS).admitted,
      )
      const expected: Record<Role, readonly string[]> = {
        actor: ['directory', 'ports', 'groups', 'commands'],
        viewer: ['directory'],
        operator: ['directory', 'commands'],
      }
      expect(open).to.deep.equal(expected[role])
    }
  })

  it('ends with the second in which the certificate does, or its app key', () => {
    const until = NOW_S + 50
    const admission = new Admission('cell', [ours.anchor, { ...former.anchor, until }])
    const one = certificateOf(ours, { notAfter: NOW_S + 100 })
    const other = certificateOf(former, { notAfter: NOW_S + 100 })
    for (const { bytes } of [one, other]) admission.learn(bytes, NOW_MS)
    const at = ({ key }: Certificate, s: number): string =>
      outcome(admission.decide('groups', bytesOf(key), s * 1000))
    expect([at(one, NOW_S + 99.999), at(one, NOW_S + 100)]).to.deep.equal(['admitted', 'expired'])
    expect([at(other, until - 0.001), at(other, until)]).to.deep.equal(['admitted', 'expired'])
    expect([at(one, one.notBefore), at(one, one.notBefore - 0.001)]).to.deep.equal([
      'admitted',
      'not-yet-valid',
    ])
  })

  it('tells what it learned, and why it did not', () => {
    const admission = new Admission('cell', [ours.anchor])
    const good = certificateOf(ours)
    expect(admission.learn(good.bytes, NOW_MS)).to.deep.equal({ learned: true, certificate: good })
    const codeOf = (bytes: Buffer): unknown => {
      const learned = admission.learn(bytes, NOW_MS)
      return learned.learned || learned.code
    }
    expect(codeOf(Buffer.alloc(100))).to.equal('bad-certificate')
    expect(codeOf(certificateOf(newAppKey()).bytes)).to.equal('bad-certificate')
    expect(codeOf(certificateOf(ours, { app: 'other' }).bytes)).to.equal('wrong-app')
    expect(codeOf(certificateOf(ours, { notBefore: NOW_S + 1 }).bytes)).to.equal(true)
    admission.revoke(listOf(ours, 1, [good.serial]), NOW_MS)
    expect(codeOf(good.bytes)).to.equal('revoked')
  })

  it('cuts those that are revoked, once, and lets in none of them again', () => {
    const admission = new Admission('cell', [ours.anchor])
    const [one, other] = [certificateOf(ours), certificateOf(ours)]
    for (const { bytes } of [one, other]) admission.learn(bytes, NOW_MS)
    expect(admission.revoke(listOf(ours, 2, [one.serial]), NOW_MS)).to.deep.equal([one])
    expect(outcome(admission.decide('ports', bytesOf(one.key), NOW_MS))).to.equal('revoked')
    expect(outcome(admission.decide('ports', bytesOf(other.key), NOW_MS))).to.equal('admitted')
    // An older list, and the same again.
    expect(admission.revoke(listOf(ours, 1, [other.serial]), NOW_MS)).to.deep.equal([])
    expect(admission.revoke(listOf(ours, 2, [one.serial]), NOW_MS)).to.deep.equal([])
    expect(admission.revoke(listOf(ours, 3, [one.serial, other.serial]), NOW_MS)).to.deep.equal([other])
  })

  it('forgets whom nobody vouches for any more, and keeps revoked what was', () => {
    const admission = new Admission('cell', [ours.anchor, former.anchor])
    const [kept, gone, revoked] = [certificateOf(ours), certificateOf(former), certificateOf(ours)]
    for (const { bytes } of [kept, gone, revoked]) admission.learn(bytes, NOW_MS)
    admission.revoke(listOf(former, 9, [revoked.serial]), NOW_MS)
    expect(admission.setAnchors([ours.anchor])).to.deep.equal([gone])
    const outcomes = [kept, gone, revoked].map(({ key }) =>
      outcome(admission.decide('ports', bytesOf(key), NOW_MS)),
    )
    expect(outcomes).to.deep.equal(['admitted', 'unknown-key', 'revoked'])
    // The number of a list that is signed by nobody any more says nothing; its signer says nothing either.
    expect(admission.revoke(listOf(former, 10, []), NOW_MS)).to.deep.equal([])
    expect(admission.revoke(listOf(ours, 1, [kept.serial]), NOW_MS)).to.deep.equal([kept])
  })

  it('tells once whose certificate has ended: of anybody, and of those who were let in', () => {
    const until = NOW_S + 50
    const admission = new Admission('cell', [ours.anchor, { ...former.anchor, until }], 4)
    const seen = certificateOf(ours, { notAfter: NOW_S + 10 })
    const letIn = certificateOf(ours, { notAfter: NOW_S + 20 })
    const renewed = certificateOf(ours, { notAfter: NOW_S + 30 })
    const ofFormer = certificateOf(former)
    const all = [seen, letIn, renewed, ofFormer]
    for (const { bytes } of all) admission.learn(bytes, NOW_MS)
    for (const { key } of all.slice(1)) admission.decide('ports', bytesOf(key), NOW_MS)
    const ended = (s: number): unknown => admission.ended((NOW_S + s) * 1000)
    const [none, known, cut] = [
      { known: false, letIn: false },
      { known: true, letIn: false },
      { known: true, letIn: true },
    ]
    expect([ended(9), ended(10), ended(19), ended(20), ended(21)]).to.deep.equal([
      none,
      known,
      none,
      cut,
      none,
    ])
    // The same key goes on with another certificate.
    admission.learn(certificateOf(ours, { key: renewed.key, notBefore: NOW_S }).bytes, NOW_MS)
    expect([ended(31), ended(50), ended(51)]).to.deep.equal([none, cut, none])
    // What is revoked is cut another way.
    admission.revoke(
      listOf(
        ours,
        1,
        all.map(({ serial }) => serial),
      ),
      NOW_MS,
    )
    expect(ended(100_000)).to.deep.equal(cut)
    expect(ended(200_000)).to.deep.equal(none)
  })

  it('forgets first what nobody came with for longest, and none for what may not in', () => {
    const admission = new Admission('cell', [ours.anchor], 2)
    const [one, two, three, none] = [
      certificateOf(ours),
      certificateOf(ours),
      certificateOf(ours),
      certificateOf(ours, { app: 'other' }),
    ]
    for (const { bytes } of [one, two]) admission.learn(bytes, NOW_MS)
    expect(admission.decide('ports', bytesOf(one.key), NOW_MS).admitted).to.equal(true)
    for (const { bytes } of [none, three]) admission.learn(bytes, NOW_MS)
    const outcomes = [one, two, three, none].map(({ key }) =>
      outcome(admission.decide('ports', bytesOf(key), NOW_MS)),
    )
    expect(outcomes).to.deep.equal(['admitted', 'unknown-key', 'admitted', 'unknown-key'])
    expect(admission.size).to.equal(2)
  })

  it('gives a decision for any domain and key', () => {
    const admission = new Admission('cell', [ours.anchor])
    admission.learn(certificateOf(ours).bytes, NOW_MS)
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 64 }), fc.double(), (domain, key, nowMs) => {
        expect(admission.decide(domain, key, nowMs).admitted).to.equal(false)
        expect(admission.learn(key, nowMs).learned).to.equal(false)
      }),
    )
  })
})

/** What is done to an admission, in the words of its twin. */
type Step =
  | { readonly kind: 'learn'; readonly certificate: Certificate }
  | { readonly kind: 'revoke'; readonly list: RevocationList }
  | { readonly kind: 'anchors'; readonly anchors: readonly Anchor[] }
  | { readonly kind: 'pass'; readonly seconds: number }

/** Works each decision out anew, from the certificates that it was told of, of each key the latest. */
class Twin {
  learned: readonly Certificate[] = []
  list: RevocationList | undefined
  anchors: readonly Anchor[] = []

  take(step: Step, nowS: number): void {
    if (step.kind === 'learn' && this.#vouches(step.certificate)) {
      const all = [...this.learned, step.certificate].sort((a, b) => (rank(a) < rank(b) ? 1 : -1))
      this.learned = all.filter(({ key }, at) => all.findIndex((each) => each.key === key) === at)
    } else if (step.kind === 'anchors') {
      this.anchors = step.anchors
      this.learned = this.learned.filter((each) => this.#vouches(each))
    } else if (step.kind === 'revoke' && this.#trusts(step.list.issuer, nowS)) {
      const { list } = this
      const isStale = list && this.#trusts(list.issuer, nowS) && list.number >= step.list.number
      if (!isStale) this.list = step.list
    }
  }

  decide(domain: keyof typeof DOMAINS, key: string, nowS: number): string {
    const known = this.learned.find((each) => each.key === key)
    if (!known) return 'unknown-key'
    if (known.app !== 'cell') return 'wrong-app'
    if (this.list?.serials.has(known.serial)) return 'revoked'
    if (nowS >= known.notAfter || !this.#trusts(known.issuer, nowS)) return 'expired'
    if (nowS < known.notBefore) return 'not-yet-valid'
    const letIn: readonly Role[] = DOMAINS[domain]
    return known.roles.some((role) => letIn.includes(role)) ? 'admitted' : 'wrong-role'
  }

  #vouches({ issuer }: Certificate): boolean {
    return this.anchors.some(({ key }) => key === issuer)
  }

  #trusts(issuer: string, nowS: number): boolean {
    return this.anchors.some(({ key, until }) => key === issuer && (until === undefined || nowS < until))
  }
}

function rank({ app, notBefore, notAfter, serial }: Certificate): string {
  return [app === 'cell' ? 1 : 0, notBefore, notAfter, serial].join(' ')
}

describe('admission and its twin', () => {
  const keys = [newCurveKeys().publicKey, newCurveKeys().publicKey]
  const apps = [ours, former, newAppKey()]
  const pool: Certificate[] = []
  for (const appKey of apps) {
    for (const key of keys) {
      for (const app of ['cell', 'other']) {
        for (const [from, to] of [
          [0, 40],
          [10, 60],
        ] as const) {
          const roles: readonly Role[] = pool.length % 3 === 0 ? ['viewer'] : ['actor']
          const times = { notBefore: NOW_S + from, notAfter: NOW_S + to }
          pool.push(certificateOf(appKey, { key, app, roles, ...times }))
        }
      }
    }
  }
  const lists = apps.slice(0, 2).flatMap((appKey, at) =>
    [1, 3, 5].map((number) =>
      listOf(
        appKey,
        number + at,
        pool.filter((_, i) => i % (number + 1) === 0).map(({ serial }) => serial),
      ),
    ),
  )
  const until = NOW_S + 30
  const trusts = [[ours.anchor], [ours.anchor, former.anchor], [ours.anchor, { ...former.anchor, until }]]
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('learn' as const), certificate: fc.constantFrom(...pool) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('revoke' as const), list: fc.constantFrom(...lists) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('anchors' as const), anchors: fc.constantFrom(...trusts) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 30 }) }),
    },
  )

  it('decide the same, whatever came before', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
        const admission = new Admission('cell', [ours.anchor])
        const twin = new Twin()
        twin.anchors = [ours.anchor]
        let nowS = NOW_S
        for (const each of steps) {
          if (each.kind === 'learn') admission.learn(each.certificate.bytes, nowS * 1000)
          else if (each.kind === 'revoke') admission.revoke(each.list, nowS * 1000)
          else if (each.kind === 'anchors') admission.setAnchors(each.anchors)
          else nowS += each.seconds
          twin.take(each, nowS)
          for (const key of keys) {
            const expected = twin.decide('ports', key, nowS)
            seen.add(expected)
            expect(outcome(admission.decide('ports', bytesOf(key), nowS * 1000))).to.equal(expected)
          }
        }
      }),
      { numRuns: 300 },
    )
    // All that there is to decide has come up.
    expect([...seen].sort()).to.deep.equal([
      'admitted',
      'expired',
      'not-yet-valid',
      'revoked',
      'unknown-key',
      'wrong-app',
      'wrong-role',
    ])
  }).timeout(60_000)
})
