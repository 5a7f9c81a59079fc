import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { issue, newAuthority } from '../../../../../apps/quorate/keys/tls/authority.js'

const VALIDITY = {
  notBefore: new Date('2026-01-02T03:04:05Z'),
  notAfter: new Date('2036-01-02T03:04:05Z'),
}
const HUB = { commonName: 'hub', hosts: ['hub', 'localhost', '127.0.0.1', '::1'], ...VALIDITY }
const EKUS = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']

describe('the authority of quorate keys tls', () => {
  it('vouches for itself and for the pairs that it makes, and alone is an authority', async () => {
    const authority = await newAuthority(VALIDITY)
    const pair = await issue(authority, HUB)
    const [root, leaf] = [new X509Certificate(authority.certificate), new X509Certificate(pair.certificate)]
    expect(root.ca).to.equal(true)
    expect(leaf.ca).to.equal(false)
    for (const each of [root, leaf]) {
      expect(each.checkIssued(root)).to.equal(true)
      expect(each.verify(root.publicKey)).to.equal(true)
    }
    expect(root.checkPrivateKey(createPrivateKey(authority.key))).to.equal(true)
    expect(leaf.checkPrivateKey(createPrivateKey(pair.key))).to.equal(true)
    const stranger = new X509Certificate((await newAuthority(VALIDITY)).certificate)
    expect(leaf.verify(stranger.publicKey)).to.equal(false)
    expect(stranger.subject).not.to.equal(root.subject)
  })

  it('writes the name, the hosts, the days, a random serial, and both uses of TLS', async () => {
    const authority = await newAuthority(VALIDITY)
    const certificates = await Promise.all([issue(authority, HUB), issue(authority, HUB)])
    const [one, other] = certificates.map(({ certificate }) => new X509Certificate(certificate))
    if (!one || !other) throw new Error('there are two')
    expect(one.subject).to.equal('CN=hub')
    expect(one.issuer).to.equal(new X509Certificate(authority.certificate).subject)
    expect(one.subjectAltName).to.equal(
      'DNS:hub, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    )
    expect([new Date(one.validFrom), new Date(one.validTo)]).to.deep.equal(Object.values(VALIDITY))
    expect(one.keyUsage).to.deep.equal(EKUS)
    expect(one.publicKey.asymmetricKeyDetails).to.deep.equal({ namedCurve: 'prime256v1' })
    expect(one.serialNumber).to.match(/^[4-7][0-9A-F]{31}$/)
    expect(one.serialNumber).not.to.equal(other.serialNumber)
  })

  it('can leave out names', async () => {
    const authority = await newAuthority(VALIDITY)
    const { certificate } = await issue(authority, { ...HUB, commonName: '', hosts: [] })
    const read = new X509Certificate(certificate)
    expect([read.subject, read.subjectAltName]).to.deep.equal([undefined, undefined])
  })
})
