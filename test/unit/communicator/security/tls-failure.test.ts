import { expect } from 'chai'
import { CommError } from '../../../../communicator/errors.js'
import { explained } from '../../../../communicator/security/tls-failure.js'

const PARAMS = {
  ...{ url: 'stcp://hub:8020', scheme: 'stcp', host: 'hub', port: '8020', path: '' },
  security: 'mtls',
} as const
const ALERT = [
  '808C64B5037F0000:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required',
  '../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number 116\n',
].join(':')

/** What was said, and what that means. */
const FAILURES: readonly (readonly [said: string, meaning: string])[] = [
  ['certificate has expired', "the listener's certificate is not valid today"],
  ['certificate is not yet valid', "the listener's certificate is not valid today"],
  ['self-signed certificate in certificate chain', 'ca_cert does not vouch'],
  ['unable to get local issuer certificate', 'ca_cert does not vouch'],
  ['unable to verify the first certificate', 'ca_cert does not vouch'],
  [ALERT, 'the listener wants a certificate'],
  ['tlsv1 alert unknown ca', 'the listener refuses its certificate'],
  ['sslv3 alert bad certificate', 'the listener refuses its certificate'],
  ['sslv3 alert certificate expired', 'is a clock wrong?'],
  ['tlsv1 alert protocol version', 'no TLS from 1.2 on'],
  ['wrong version number', 'speaks clear text'],
  ['Client network socket disconnected before secure TLS connection was established', 'ended it at once'],
  ['socket hang up', 'ended it at once'],
]

describe('a failure of TLS', () => {
  for (const [said, meaning] of FAILURES) {
    it(`"${said.trim().slice(-70)}" means: ${meaning}`, () => {
      const given = new Error(said)
      const error = explained(given, PARAMS)
      expect(error).to.be.instanceOf(CommError).with.property('code', 'BAD_CONFIG')
      expect(error.message).to.include(`TLS with stcp://hub:8020 failed: `).and.to.include(meaning)
      expect(error.cause).to.equal(given)
    })
  }

  it('is told in the words of OpenSSL without its numbers', () => {
    const { message } = explained(new Error(ALERT), PARAMS)
    expect(message.endsWith('(tlsv13 alert certificate required)')).to.equal(true)
  })

  it('is left as it is in clear text, and where nobody knows what it means', () => {
    const [refused, hangUp] = [new Error('connect ECONNREFUSED 127.0.0.1:1'), new Error('socket hang up')]
    expect(explained(refused, PARAMS)).to.equal(refused)
    expect(explained(hangUp, { ...PARAMS, security: 'clear' })).to.equal(hangUp)
    expect(explained('thrown', PARAMS).message).to.equal('thrown')
  })
})
