import { X509Certificate } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { type ConnectorParams, Mode } from '../../../../communicator/driver.js'
import { CommError } from '../../../../communicator/errors.js'
import { type TlsMaterial, tlsFor } from '../../../../communicator/security/credentials.js'
import { type CertificatePaths, CertificatesForTests, over } from '../../../support/certificates.js'

type Given = Readonly<Record<string, unknown>>

const PLACE = { url: 'stcp://localhost:1', scheme: 'stcp', host: 'localhost', port: '1', path: '' }

describe('the certificates of a connector', () => {
  let made: CertificatesForTests
  let hub: CertificatePaths
  let site: { readonly client_cert: string; readonly client_key: string }
  let ca: { readonly ca_cert: string }

  before(async () => {
    made = await CertificatesForTests.make()
    hub = await made.paths('hub')
    const { server_cert, server_key } = await made.paths('site')
    site = { client_cert: server_cert, client_key: server_key }
    ca = { ca_cert: made.ca }
  })

  after(() => made.remove())

  it('are none in clear text, whatever is given', async () => {
    for (const mode of Object.values(Mode)) {
      expect(await tlsFor({ ...PLACE, ...hub, security: 'clear' }, mode)).to.equal(undefined)
    }
  })

  it('of a listener are those of the server, and whether it asks who comes', async () => {
    const mtls = await found('mtls', Mode.PASSIVE, { ...hub, ...site })
    expect(mtls.requestCert).to.equal(true)
    expect(nameIn(mtls)).to.equal('hub')
    const tls = await found('tls', Mode.PASSIVE, { ...hub, ...site })
    expect(tls.requestCert).to.equal(false)
    expect(nameIn(tls)).to.equal('hub')
  })

  it('of a dialler are those of the client; for tls it needs none', async () => {
    const mtls = await found('mtls', Mode.ACTIVE, { ...hub, ...site })
    expect(mtls.requestCert).to.equal(false)
    expect(nameIn(mtls)).to.equal('site')
    const tls = await found('tls', Mode.ACTIVE, { ...hub, ...site })
    expect([tls.cert, tls.key]).to.deep.equal([undefined, undefined])
  })

  it('are those of the other role where nothing is said of the own', async () => {
    expect(nameIn(await found('mtls', Mode.ACTIVE, hub))).to.equal('hub')
    expect(nameIn(await found('mtls', Mode.PASSIVE, { ...ca, ...site }))).to.equal('site')
    const empty = { ...ca, ...site, server_cert: '', server_key: '' }
    expect(nameIn(await found('mtls', Mode.PASSIVE, empty))).to.equal('site')
  })

  it('have another authority only for a dialler of tls', async () => {
    const other = await CertificatesForTests.make()
    try {
      const given = { ...hub, ...site, custom_ca_cert: other.ca }
      const dialling = await found('tls', Mode.ACTIVE, given)
      expect(dialling.ca).not.to.deep.equal((await found('mtls', Mode.ACTIVE, given)).ca)
      expect(dialling.ca).to.deep.equal((await found('tls', Mode.ACTIVE, { ca_cert: other.ca })).ca)
      const listening = await found('tls', Mode.PASSIVE, given)
      expect(listening.ca).to.deep.equal((await found('mtls', Mode.ACTIVE, given)).ca)
    } finally {
      await other.remove()
    }
  })

  it('are refused where one is not given, by its name', async () => {
    const { ca_cert, server_cert, server_key } = hub
    await refused('mtls', Mode.PASSIVE, { server_cert, server_key }, 'in ca_cert')
    await refused('tls', Mode.PASSIVE, { server_cert, server_key }, 'in ca_cert')
    await refused('tls', Mode.ACTIVE, {}, 'in ca_cert')
    await refused('mtls', Mode.PASSIVE, ca, 'there is no server_cert and server_key')
    await refused('tls', Mode.PASSIVE, ca, 'there is no server_cert and server_key')
    await refused('mtls', Mode.ACTIVE, ca, 'there is no client_cert and client_key')
    await refused('mtls', Mode.PASSIVE, { ca_cert, server_cert }, 'there is no server_key')
    // Half a pair is no reason to take another.
    await refused('mtls', Mode.PASSIVE, { ca_cert, server_key, ...site }, 'there is no server_cert')
    await refused('mtls', Mode.ACTIVE, { ...hub, client_cert: site.client_cert }, 'there is no client_key')
    await refused('mtls', Mode.ACTIVE, { ...hub, ca_cert: 7 }, 'ca_cert is no path of a file, but a number')
  })

  it('are refused where a file is not what it should be, by its name', async () => {
    const { server_cert, server_key } = hub
    const absent = join(made.folder, 'absent.pem')
    const folder = made.folder
    await refused('mtls', Mode.PASSIVE, { ...hub, ca_cert: absent }, `no file ${absent}, which ca_cert names`)
    await refused('mtls', Mode.PASSIVE, { ...hub, server_key: absent }, 'which server_key names')
    await refused('mtls', Mode.PASSIVE, { ...hub, ca_cert: folder }, `ca_cert: ${folder} is no file`)
    await refused('mtls', Mode.PASSIVE, { ...hub, ca_cert: server_key }, 'holds no certificate in PEM')
    await refused('mtls', Mode.PASSIVE, { ...hub, server_cert: server_key }, 'server_cert')
    const text = await written('text.key', 'not a key')
    await refused(
      'mtls',
      Mode.PASSIVE,
      { ...hub, server_key: text },
      `server_key ${text} holds no private key`,
    )
    const broken = '-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n'
    const damaged = await written('damaged.pem', broken)
    await refused('mtls', Mode.PASSIVE, { ...hub, server_cert: damaged }, 'holds no certificate in PEM (')
    await refused(
      'mtls',
      Mode.PASSIVE,
      { ...hub, server_key: site.client_key },
      `the key of server_cert ${server_cert}`,
    )
  })

  it('are refused where one of several authorities cannot be read: OpenSSL would leave it out', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n'
    const { certificate } = await made.pair('any')
    const several = await written('several.pem', certificate + broken)
    await refused('mtls', Mode.PASSIVE, { ...hub, ca_cert: several }, 'ca_cert')
  })

  it('are refused where others may read a key, as all keys of quorate are', async () => {
    const { certificate, key } = await made.pair('open')
    const paths = {
      server_cert: await written('open.pem', certificate),
      server_key: await written('open.key', key),
    }
    await found('mtls', Mode.PASSIVE, { ...ca, ...paths })
    await chmod(paths.server_key, 0o640)
    await refused('mtls', Mode.PASSIVE, { ...ca, ...paths }, `server_key: others may read or write`)
    await refused('mtls', Mode.PASSIVE, { ...ca, ...paths }, `chmod 600 ${paths.server_key}`)
  })

  it('are refused where a certificate is not meant for the role', async () => {
    const { certificate, key } = await made.pair('half', { uses: ['clientAuth'] })
    const client_cert = await written('half.pem', certificate)
    const given = { ...ca, client_cert, client_key: await written('half.key', key) }
    await found('mtls', Mode.ACTIVE, given)
    await refused('mtls', Mode.PASSIVE, given, `client_cert ${client_cert} is not meant to listen with`)
    await refused('mtls', Mode.PASSIVE, given, 'give server_cert and server_key')
  })

  it('are refused where a certificate has ended, or has not begun', async () => {
    const DAY_MS = 86_400_000
    const [day, later] = [new Date(Date.now() + DAY_MS), new Date(Date.now() + 2 * DAY_MS)]
    await refused('mtls', Mode.PASSIVE, await made.paths('ended', over()), 'was valid until')
    const early = await made.paths('early', { notBefore: day, notAfter: later })
    await refused('mtls', Mode.PASSIVE, early, 'is the clock wrong?')
  })

  async function written(name: string, text: string): Promise<string> {
    const path = join(made.folder, name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  }
})

function paramsOf(security: ConnectorParams['security'], given: Given): ConnectorParams {
  return { ...PLACE, ...given, security }
}

async function found(security: 'tls' | 'mtls', mode: Mode, given: Given): Promise<TlsMaterial> {
  const material = await tlsFor(paramsOf(security, given), mode)
  if (!material) throw new Error('there is no material')
  return material
}

async function refused(security: 'tls' | 'mtls', mode: Mode, given: Given, why: string): Promise<void> {
  const error: unknown = await tlsFor(paramsOf(security, given), mode).catch((thrown) => thrown)
  if (!(error instanceof CommError)) throw new Error(`it was not refused: ${why}`)
  expect(error.code).to.equal('BAD_CONFIG')
  expect(error.message).to.include(why)
}

function nameIn({ cert }: TlsMaterial): string | undefined {
  return cert && new X509Certificate(cert).subject.replace('CN=', '')
}
