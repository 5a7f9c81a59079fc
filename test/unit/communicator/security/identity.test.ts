import { expect } from 'chai'
import { Mode } from '../../../../communicator/driver.js'
import {
  type Claim,
  checkIdentity,
  type Identities,
  identityFor,
  isAdminListener,
} from '../../../../communicator/security/identity.js'

const ADMIN = '_admin_9af49fef-235f-41bd-9296-12fd09eacb2a'
const HUB: Claim = {
  localName: 'hub',
  remoteName: 'site-1',
  peerCn: 'site-1',
  mode: Mode.PASSIVE,
  adminListener: false,
}

/** A name, at which endpoint, and the name that its certificate must have. */
const RULES: readonly (readonly [name: string, localName: string, identity: string])[] = [
  ['site-1', 'hub', 'site-1'],
  ['site-1.job', 'hub', 'site-1'],
  ['site-1.job.rank', 'hub', 'site-1'],
  ['hub', 'site-1', 'hub'],
  ['hub.job', 'site-1.job', 'hub'],
  // Below the own name.
  ['relay.site-1', 'relay', 'site-1'],
  ['relay.site-1.job', 'relay', 'site-1'],
  ['relay.site-1', 'relay.site-2', 'relay'],
  ['relay-2', 'relay', 'relay-2'],
  ['relay-2.site-1', 'relay', 'relay-2'],
  ['relay-1.relay-2.relay-3', 'relay-1.relay-2', 'relay-3'],
  // What helps another.
  ['site-1.job.-client_api_trainer', 'site-1.job', 'site-1'],
  ['site-1.-client_api_trainer', 'site-1', 'site-1'],
  ['relay.site-1.-client_api_trainer', 'relay', 'site-1'],
  ['-client_api_trainer', 'hub', '-client_api_trainer'],
  ['site-1.-client_api_x.job', 'hub', 'site-1'],
  ['site-1.client_api_x', 'site-1', 'client_api_x'],
]

/** The same, where names are told apart. */
const TOLD: readonly (readonly [name: string, localName: string, told: Identities, identity: string])[] = [
  // Issue 4851 of NVFlare: the server's certificate has the name of its host.
  ['server', 'site-1', { prefixes: { server: 'gcp-server' } }, 'gcp-server'],
  ['server.job', 'site-1.job', { prefixes: { server: 'gcp-server' } }, 'gcp-server'],
  ['server', 'site-1', { exact: { server: 'gcp-server' } }, 'gcp-server'],
  ['server.job', 'site-1.job', { exact: { server: 'gcp-server' } }, 'server'],
  ['servers', 'site-1', { prefixes: { server: 'gcp-server' } }, 'servers'],
  // The exact one before prefixes, the longest of these before others.
  ['a.b.c', 'hub', { exact: { 'a.b.c': 'one' }, prefixes: { 'a.b.c': 'two', a: 'three' } }, 'one'],
  ['a.b.c', 'hub', { prefixes: { a: 'one', 'a.b': 'two' } }, 'two'],
  ['a.b.c', 'hub', { prefixes: { a: 'one', 'a.b': 'two', 'a.b.c': 'three' } }, 'three'],
  // What is told of who is above this endpoint is not meant for who is below it.
  ['relay-1.relay-2.relay-3', 'relay-1.relay-2', { prefixes: { 'relay-1': 'relay-1' } }, 'relay-3'],
  ['relay-1.relay-2.relay-3', 'relay-1.relay-2', { prefixes: { 'relay-1.relay-2': 'other' } }, 'other'],
  [
    'relay-1.relay-2.relay-3',
    'relay-1.relay-2',
    { prefixes: { 'relay-1': 'relay-1', 'relay-1.relay-2.relay-3': 'own' } },
    'own',
  ],
  ['relay-1.site', 'relay-1.relay-2', { prefixes: { 'relay-1': 'first' } }, 'first'],
  // What helps another has the identity of that, however that is told.
  ['site-1.-client_api_x', 'site-1', { exact: { 'site-1': 'custom' } }, 'custom'],
  ['relay-1.site-1.-client_api_x', 'relay-1.site-1', { exact: { 'relay-1.site-1': 'custom' } }, 'custom'],
  ['site-1.job.-client_api_x', 'hub', { prefixes: { 'site-1': 'custom' } }, 'custom'],
  // Names of what every object has are names as others are.
  ['constructor', 'hub', { exact: {}, prefixes: {} }, 'constructor'],
]

describe('identity', () => {
  for (const [name, localName, identity] of RULES) {
    it(`of ${name} at ${localName} is ${identity}`, () => {
      expect(identityFor(name, localName)).to.equal(identity)
    })
  }

  for (const [name, localName, told, identity] of TOLD) {
    it(`of ${name} at ${localName} is ${identity}, told ${JSON.stringify(told)}`, () => {
      expect(identityFor(name, localName, told)).to.equal(identity)
    })
  }
})

describe('checkIdentity()', () => {
  it('takes who shows the certificate of its name, or of whom it works for', () => {
    expect(checkIdentity(HUB)).to.equal(undefined)
    expect(checkIdentity({ ...HUB, remoteName: 'site-1.job' })).to.equal(undefined)
    expect(checkIdentity({ ...HUB, mode: Mode.ACTIVE })).to.equal(undefined)
    const identities = { prefixes: { 'site-1': 'custom' } }
    expect(checkIdentity({ ...HUB, peerCn: 'custom', identities })).to.equal(undefined)
  })

  it('refuses who shows that of another, from both sides, and says which it needs', () => {
    for (const mode of [Mode.PASSIVE, Mode.ACTIVE]) {
      const why = checkIdentity({ ...HUB, remoteName: 'site-2', mode })
      expect(why).to.equal('site-2 shows the certificate of "site-1", and needs that of site-2')
    }
    expect(checkIdentity({ ...HUB, peerCn: 'Site-1' })).to.include('needs that of site-1')
    expect(checkIdentity({ ...HUB, peerCn: 'site-1,site-2' })).to.include('needs that of site-1')
    const identities = { prefixes: { 'site-1': 'custom' } }
    expect(checkIdentity({ ...HUB, identities })).to.include('needs that of custom')
  })

  it('refuses a certificate without a name', () => {
    for (const mode of [Mode.PASSIVE, Mode.ACTIVE]) {
      expect(checkIdentity({ ...HUB, peerCn: 'N/A', mode })).to.include('without a name')
      expect(checkIdentity({ ...HUB, remoteName: ADMIN, adminListener: true, peerCn: 'N/A' })).to.include(
        'without a name',
      )
    }
  })

  it('refuses who comes where the transport does not tell of the certificate, and dials all the same', () => {
    expect(checkIdentity({ ...HUB, peerCn: undefined })).to.include('without a name')
    expect(checkIdentity({ ...HUB, peerCn: undefined, mode: Mode.ACTIVE })).to.equal(undefined)
  })

  it('lets in consoles, whoever they are, only at a listener that is for them', () => {
    const admin = { ...HUB, remoteName: ADMIN, peerCn: 'admin@example.org' }
    expect(checkIdentity({ ...admin, adminListener: true })).to.equal(undefined)
    expect(checkIdentity(admin)).to.include('admin_listener=true')
    expect(checkIdentity({ ...admin, mode: Mode.ACTIVE, adminListener: true })).to.include('admin_listener')
    for (const remoteName of [
      '_admin_',
      '_admin_not-a-uuid',
      ADMIN.replace('-41bd-', '-11bd-'),
      `${ADMIN}0`,
    ]) {
      const why = checkIdentity({ ...admin, remoteName, adminListener: true })
      expect(why, remoteName).to.include('needs that of')
    }
  })

  it('knows a listener for consoles by its parameter, of a URL or of resources', () => {
    for (const given of ['true', 'True', true])
      expect(isAdminListener({ admin_listener: given })).to.equal(true)
    for (const given of ['false', '', '1', 1, false, undefined, null]) {
      expect(isAdminListener({ admin_listener: given })).to.equal(false)
    }
  })
})
