/** Communicators in TLS: whose certificate allows which name, and what is told where it does not. */
import { expect } from 'chai'
import { CommError, servedSchemes } from '../../../communicator/index.js'
import { type CertificatePaths, CertificatesForTests } from '../../support/certificates.js'
import { Communicators } from '../../support/communicators.js'

import { exchange, Watched } from '../../support/watched.js'

const SCHEMES = ['stcp', 'satcp', 'https', 'grpcs'].filter((scheme) => servedSchemes().includes(scheme))
const ADMIN = '_admin_9af49fef-235f-41bd-9296-12fd09eacb2a'

for (const scheme of SCHEMES) {
  describe(`communicators over ${scheme}`, () => {
    const all = new Communicators()
    let certificates: CertificatesForTests
    let hubPaths: CertificatePaths
    let sitePaths: CertificatePaths

    before(async () => {
      certificates = await CertificatesForTests.make()
      hubPaths = await certificates.paths('hub')
      sitePaths = await certificates.paths('site-1')
    })

    afterEach(() => all.stop())

    after(() => certificates.remove())

    /** A hub that listens, and somebody who dials it. */
    async function both(name: string, dialler: CertificatePaths): Promise<readonly [Watched, Watched]> {
      const hub = await Watched.start(all, 'hub', hubPaths)
      const site = await Watched.start(all, name, dialler)
      await site.dial(await hub.listen(scheme))
      return [hub, site]
    }

    async function connected(one: Watched, other: Watched): Promise<void> {
      const [first, second] = [one.communicator, other.communicator]
      await Promise.all([
        first.connected(second.localEndpoint.name),
        second.connected(first.localEndpoint.name),
      ])
      expect(await exchange(one, other)).to.deep.equal(['there', 'back'])
    }

    it('connect, and know the name in the certificate of the other', async () => {
      const [hub, site] = await both('site-1', sitePaths)
      await connected(hub, site)
      expect(hub.communicator.findEndpoint('site-1')?.connProps.peer_cn).to.equal('site-1')
      expect(site.communicator.findEndpoint('hub')?.connProps.peer_cn).to.equal('hub')
    })

    it('take what works for a site with the certificate of the site', async () => {
      const [hub, site] = await both('site-1.job', sitePaths)
      await connected(hub, site)
    })

    it('refuse another name, and tell both why', async () => {
      const [hub, site] = await both('site-2', sitePaths)
      await hub.failure('site-2 shows the certificate of "site-1", and needs that of site-2')
      await site.failure('before it took this endpoint')
      expect(hub.communicator.findEndpoint('site-2')).to.equal(undefined)
      expect(hub.events).to.deep.equal([])
      expect(site.events).to.deep.equal([])
    })

    it('leave a name with who has it, where another comes by it', async () => {
      const [hub, site] = await both('site-1', sitePaths)
      await connected(hub, site)
      const thief = await Watched.start(all, 'site-1', await certificates.paths('site-2'))
      await thief.dial(await hub.listen(scheme))
      await hub.failure('site-1 shows the certificate of "site-2"')
      expect(await exchange(hub, site)).to.deep.equal(['there', 'back'])
      expect([hub.events, site.events]).to.deep.equal([['site-1 READY'], ['hub READY']])
    })

    it('refuse to be connected to whom the certificate does not name', async () => {
      const hub = await Watched.start(all, 'hub', await certificates.paths('other'))
      const site = await Watched.start(all, 'site-1', sitePaths)
      await site.dial(await hub.listen(scheme))
      await site.failure('hub shows the certificate of "other", and needs that of hub')
      expect(site.communicator.findEndpoint('hub')).to.equal(undefined)
      expect(site.events).to.deep.equal([])
    })

    it('take certificates with other names, where they are told so', async () => {
      const hub = await Watched.start(all, 'hub', await certificates.paths('gcp-hub'))
      const identities = { prefixes: { hub: 'gcp-hub' } }
      const site = await Watched.start(all, 'site-1', sitePaths, { identities })
      await site.dial(await hub.listen(scheme))
      await connected(hub, site)
    })

    it('refuse a certificate without a name, from both sides', async () => {
      const nameless = await certificates.paths('nameless', { commonName: '' })
      const [hub] = await both('nameless', nameless)
      await hub.failure('nameless shows a certificate without a name')
      const other = await Watched.start(all, 'other', nameless)
      const site = await Watched.start(all, 'site-1', sitePaths)
      await site.dial(await other.listen(scheme))
      await site.failure('other shows a certificate without a name')
    })

    it('let consoles in where a listener is for them, and nowhere else', async () => {
      const admin = await certificates.paths('admin@example.org')
      const [hub] = await both(ADMIN, admin)
      await hub.failure('admin_listener=true')
      const open = await Watched.start(all, 'open', await certificates.paths('open'))
      const console_ = await Watched.start(all, ADMIN, admin)
      await console_.dial(await open.listen(scheme, { admin_listener: true }))
      await connected(open, console_)
    })

    it('take any name in tls, where who comes shows no certificate', async () => {
      const hub = await Watched.start(all, 'hub', { ...hubPaths, connection_security: 'tls' })
      const { ca_cert } = sitePaths
      const site = await Watched.start(all, 'site-2', { ca_cert, connection_security: 'tls' })
      await site.dial(await hub.listen(scheme))
      await connected(hub, site)
    })

    it('refuse who comes without a certificate, and tell who came why', async () => {
      const hub = await Watched.start(all, 'hub', hubPaths)
      const site = await Watched.start(all, 'site-1', { ...sitePaths, connection_security: 'tls' })
      await site.dial(await hub.listen(scheme))
      await site.failure('wants a certificate|before it took this endpoint')
      expect([hub.events, site.events]).to.deep.equal([[], []])
      expect(hub.communicator.findEndpoint('site-1')).to.equal(undefined)
    })

    it('refuse certificates of another authority, of both sides', async () => {
      const others = await CertificatesForTests.make()
      try {
        const foreign = await others.paths('site-1')
        // Believes the hub, and is not believed.
        const [hub, site] = await both('site-1', { ...foreign, ca_cert: hubPaths.ca_cert })
        await site.failure('may refuse the certificate|before it took this endpoint')
        // Does not believe the hub.
        const doubting = await Watched.start(all, 'site-1', { ...sitePaths, ca_cert: foreign.ca_cert })
        await doubting.dial(await hub.listen(scheme))
        await doubting.failure("ca_cert does not vouch for the listener's certificate")
        expect([hub.events, site.events, doubting.events]).to.deep.equal([[], [], []])
      } finally {
        await others.remove()
      }
    })

    it('tell who waits for an endpoint why TLS failed', async () => {
      const hub = await Watched.start(all, 'hub', hubPaths)
      const others = await CertificatesForTests.make()
      try {
        const site = await Watched.start(all, 'site-1', { ...sitePaths, ca_cert: others.ca })
        const waiting = site.communicator.connected('hub', { withinMs: 2000 })
        await site.dial(await hub.listen(scheme))
        const error: unknown = await waiting.catch((thrown: unknown) => thrown)
        if (!(error instanceof Error)) throw new Error('it must not be connected')
        expect(error).to.have.property('code', 'TIMEOUT')
        expect(error.message).to.include('ca_cert does not vouch')
        expect(error.cause).to.be.instanceOf(CommError).with.property('code', 'BAD_CONFIG')
      } finally {
        await others.remove()
      }
    })

    it('refuse at the call what cannot be TLS', async () => {
      const bare = await Watched.start(all, 'bare', {})
      expect(await codeOf(bare.listen(scheme))).to.equal('BAD_CONFIG')
      expect(await codeOf(bare.dial(`${scheme}://localhost:1`))).to.equal('BAD_CONFIG')
      const [plain = ''] = scheme.match(/^(?:s(?=a?tcp))?(.*?)s?$/)?.slice(1) ?? []
      const refused = bare.dial(`${plain}://localhost:1?connection_security=mtls`)
      expect(await codeOf(refused)).to.equal('BAD_CONFIG')
      expect(bare.failures).to.deep.equal([])
    })
  })
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  return error instanceof Error && 'code' in error ? error.code : undefined
}
