import { expect } from 'chai'
import { CommError } from '../../../../communicator/errors.js'
import { securityOf } from '../../../../communicator/security/mode.js'

const TCP = {
  secureSchemes: ['stcp', 'satcp'],
  capabilities: { sendHeartbeat: true, supportSsl: true },
}
const UDS = { secureSchemes: [], capabilities: { sendHeartbeat: true, supportSsl: false } }

/** A scheme, whether its caller says that it is secure, its connection_security, and what it means. */
const MEANINGS = [
  ['tcp', false, undefined, 'clear'],
  ['tcp', false, 'clear', 'clear'],
  ['tcp', true, undefined, 'mtls'],
  ['tcp', true, 'mtls', 'mtls'],
  ['tcp', true, 'tls', 'tls'],
  ['stcp', false, undefined, 'mtls'],
  ['stcp', false, 'mtls', 'mtls'],
  ['satcp', false, 'tls', 'tls'],
  ['stcp', true, undefined, 'mtls'],
  ['stcp', true, 'tls', 'tls'],
] as const

const REFUSALS = [
  // Which F3 takes, and sends all in clear text.
  ['tcp', false, 'mtls', 'would be clear text; use stcp:// or satcp://'],
  ['tcp', false, 'tls', 'would be clear text'],
  ['tcp', true, 'clear', 'in TLS and in clear text'],
  ['stcp', false, 'clear', 'in TLS and in clear text'],
  ['stcp', false, 'MTLS', 'connection_security is "MTLS"; it is one of clear, tls, mtls'],
  ['tcp', false, 'none', 'connection_security is "none"'],
  ['tcp', false, '', 'connection_security is ""'],
  ['tcp', false, true, 'connection_security is true'],
] as const

describe('the security of a connector', () => {
  for (const [scheme, secure, connectionSecurity, meaning] of MEANINGS) {
    it(`of ${scheme}, ${secure ? '' : 'not '}secure, told ${connectionSecurity}, is ${meaning}`, () => {
      expect(securityOf(TCP, { scheme, secure, connectionSecurity })).to.equal(meaning)
    })
  }

  for (const [scheme, secure, connectionSecurity, why] of REFUSALS) {
    it(`refuses ${scheme}, ${secure ? '' : 'not '}secure, told ${JSON.stringify(connectionSecurity)}`, () => {
      refused(() => securityOf(TCP, { scheme, secure, connectionSecurity }), why)
    })
  }

  it('refuses TLS of a driver that has none', () => {
    expect(securityOf(UDS, { scheme: 'uds', secure: false, connectionSecurity: undefined })).to.equal('clear')
    for (const [secure, connectionSecurity] of [
      [true, undefined],
      [false, 'mtls'],
      [true, 'tls'],
    ] as const) {
      refused(() => securityOf(UDS, { scheme: 'uds', secure, connectionSecurity }), 'has no TLS')
    }
  })
})

function refused(work: () => unknown, why: string): void {
  expect(work).to.throw(CommError, why).with.property('code', 'BAD_CONFIG')
}
