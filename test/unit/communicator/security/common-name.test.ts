import type { PeerCertificate } from 'node:tls'
import { expect } from 'chai'
import { commLimits } from '../../../../communicator/limits.js'
import { commonNameOf } from '../../../../communicator/security/common-name.js'
import { dialOptions, listenOptions } from '../../../../communicator/security/tls-options.js'

const MATERIAL = { ca: Buffer.from('ca'), cert: undefined, key: undefined, requestCert: true }

/** As Node gives it, which knows of no array in its types. */
function certificateOf(CN: unknown): Pick<PeerCertificate, 'subject'> {
  return JSON.parse(JSON.stringify({ subject: { CN } }))
}

describe('the name in the certificate of a peer', () => {
  it('is its common name, and N/A where there is none', () => {
    expect(commonNameOf(certificateOf('site-1'))).to.equal('site-1')
    expect(commonNameOf(certificateOf(''))).to.equal('N/A')
    expect(commonNameOf(certificateOf(undefined))).to.equal('N/A')
    expect(commonNameOf(undefined)).to.equal('N/A')
    expect(commonNameOf(JSON.parse('{}'))).to.equal('N/A')
  })

  it('is that of nobody where there are several', () => {
    expect(commonNameOf(certificateOf(['site-1', 'hub']))).to.equal('site-1,hub')
  })
})

describe('TLS', () => {
  it('is of 1.2 or newer, asks who comes, and gives those who say nothing a bound', () => {
    const { minVersion, requestCert, rejectUnauthorized, handshakeTimeout } = listenOptions(MATERIAL)
    expect([minVersion, requestCert, rejectUnauthorized]).to.deep.equal(['TLSv1.2', true, true])
    expect(handshakeTimeout).to.equal(commLimits.handshakeMs)
  })

  it('believes authorities, and sends and compares no name of a host', () => {
    const { minVersion, rejectUnauthorized, servername } = dialOptions({ ...MATERIAL, requestCert: false })
    expect([minVersion, rejectUnauthorized, servername]).to.deep.equal(['TLSv1.2', true, ''])
  })
})
