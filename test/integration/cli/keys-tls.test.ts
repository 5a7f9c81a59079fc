/** `quorate keys tls`: what it makes is good for TLS between communicators, and stays what it is. */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { expect } from 'chai'
import { Mode } from '../../../communicator/driver.js'
import { peerCommonName } from '../../../communicator/security/common-name.js'
import { tlsFor } from '../../../communicator/security/credentials.js'
import { dialOptions, listenOptions } from '../../../communicator/security/tls-options.js'
import { cliForTests } from '../../support/cli.js'

interface Told {
  readonly ca: { readonly cert: string; readonly key: string; readonly until: string; readonly made: boolean }
  readonly certificates: readonly {
    readonly name: string
    readonly cert: string
    readonly key: string
    readonly serial: string
    readonly until: string
    readonly sha256: string
  }[]
}

const DAY_MS = 86_400_000
const PLACE = { url: '', scheme: 'stcp', host: 'localhost', port: '', path: '', security: 'mtls' } as const

describe('quorate keys tls', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  let folders = 0

  /** A folder that is not there. */
  function folderFor(): string {
    return cli.file(`certs-${++folders}/here`, '').replace(/here$/, 'certs')
  }

  async function run(...args: string[]): Promise<string[]> {
    const end = await cli.run(['keys', 'tls', ...args])
    expect(end.stderr).to.deep.equal([])
    expect(end.code).to.equal(0)
    return [...end.stdout]
  }

  async function told(...args: string[]): Promise<Told> {
    const parsed: Told = JSON.parse((await run(...args, '--json')).join(''))
    return parsed
  }

  async function refused(code: number, why: string, ...args: string[]): Promise<void> {
    const end = await cli.run(['keys', 'tls', ...args])
    expect(end.stderr.join('\n')).to.include(why)
    expect(end.code).to.equal(code)
    expect(end.stdout).to.deep.equal([])
  }

  it('makes in one command what two endpoints shake hands with', async () => {
    const folder = folderFor()
    const lines = await run(folder, 'hub', 'site-1')
    expect(lines[0]).to.match(/^hub: certificate [0-9a-f]{12}, valid until \d{4}-\d\d-\d\d: .*hub\.key$/)
    expect(lines.at(-1)).to.include('ca_cert:')
    expect(readdirSync(folder).sort()).to.deep.equal([
      ...['ca.key', 'ca.pem', 'hub.key', 'hub.pem', 'site-1.key', 'site-1.pem'],
    ])
    expect(await handshake(pathsIn(folder, 'hub'), pathsIn(folder, 'site-1'))).to.deep.equal([
      'hub',
      'site-1',
    ])
  })

  it('keeps secrets to the user, and everything else is for who takes part', async () => {
    const folder = folderFor()
    await run(folder, 'hub')
    const modeOf = (name: string): number => statSync(join(folder, name)).mode & 0o777
    expect(statSync(folder).mode & 0o777).to.equal(0o700)
    expect(['ca.key', 'hub.key'].map(modeOf)).to.deep.equal([0o600, 0o600])
    expect(['ca.pem', 'hub.pem'].map(modeOf)).to.deep.equal([0o644, 0o644])
  })

  it('tells of them as JSON, and writes the hosts and the days that it was given', async () => {
    const folder = folderFor()
    const { ca, certificates } = await told(
      folder,
      'hub',
      '--host',
      '10.0.0.5',
      '--host',
      'h.org',
      '--days',
      '7',
    )
    expect(ca.made).to.equal(true)
    expect(certificates).to.have.length(1)
    const [hub] = certificates
    if (!hub) throw new Error('there is one')
    const read = new X509Certificate(readFileSync(hub.cert))
    expect(read.subject).to.equal('CN=hub')
    expect(read.subjectAltName).to.equal(
      'DNS:hub, DNS:localhost, IP Address:127.0.0.1, IP Address:10.0.0.5, DNS:h.org',
    )
    expect([hub.serial.toUpperCase(), hub.sha256]).to.deep.equal([read.serialNumber, read.fingerprint256])
    expect(read.checkIssued(new X509Certificate(readFileSync(ca.cert)))).to.equal(true)
    expect(new Date(hub.until).toISOString()).to.equal(new Date(read.validTo).toISOString())
    const days = (new Date(hub.until).getTime() - Date.now()) / DAY_MS
    expect(days).to.be.within(6.9, 7)
    expect(new Date(read.validFrom).getTime()).to.be.below(Date.now())
  })

  it('adds names later, by the authority that is there', async () => {
    const folder = folderFor()
    const first = await told(folder, 'hub')
    const second = await told(folder, 'site-2', 'site-3')
    expect([first.ca.made, second.ca.made]).to.deep.equal([true, false])
    expect(second.certificates.map(({ name }) => name)).to.deep.equal(['site-2', 'site-3'])
    expect(await handshake(pathsIn(folder, 'hub'), pathsIn(folder, 'site-3'))).to.deep.equal([
      'hub',
      'site-3',
    ])
  })

  it('makes nothing that lasts longer than the authority', async () => {
    const { ca, certificates } = await told(folderFor(), 'hub', '--days', '3650')
    expect(certificates[0]?.until).to.equal(ca.until)
  })

  it('writes over nothing, and then makes nothing', async () => {
    const folder = folderFor()
    await run(folder, 'hub')
    const before = readFileSync(join(folder, 'hub.pem'), 'utf8')
    await refused(2, 'hub.pem is there already; remove both files of hub', folder, 'site-1', 'hub')
    expect(readFileSync(join(folder, 'hub.pem'), 'utf8')).to.equal(before)
    expect(existsSync(join(folder, 'site-1.pem'))).to.equal(false)
    rmSync(join(folder, 'hub.pem'))
    await refused(2, 'hub.key is there already', folder, 'hub')
  })

  it('makes all of them, each once, where two do so at the same time', async () => {
    const folder = folderFor()
    const both = await Promise.all([told(folder, 'one'), told(folder, 'other')])
    expect(both.filter(({ ca }) => ca.made)).to.have.length(1)
    expect(await handshake(pathsIn(folder, 'one'), pathsIn(folder, 'other'))).to.deep.equal(['one', 'other'])
  })

  it('refuses names that no certificate can be for', async () => {
    const folder = folderFor()
    await refused(2, 'has the certificate of its first part: give "site-1"', folder, 'site-1.job')
    await refused(2, 'names no endpoint', folder, '../hub')
    await refused(2, 'names no endpoint', folder, 'h'.repeat(65))
    await refused(2, 'ca is the name of the files of the authority', folder, 'ca')
    await refused(2, '--host is "a:1"', folder, 'hub', '--host', 'a:1')
    await refused(2, '--days is "0"', folder, 'hub', '--days', '0')
    await refused(2, 'missing required argument', folder)
    expect(existsSync(folder)).to.equal(false)
  })

  it('says what is wrong with an authority that it finds', async () => {
    const folder = folderFor()
    await run(folder, 'hub')
    const [cert, key] = [join(folder, 'ca.pem'), join(folder, 'ca.key')]
    const secret = readFileSync(key, 'utf8')
    rmSync(key)
    await refused(1, `is here without ${key}`, folder, 'site-1')
    writeFileSync(key, readFileSync(join(folder, 'hub.key')), { mode: 0o600 })
    await refused(1, 'can vouch for nobody: its key is another', folder, 'site-1')
    writeFileSync(key, 'no key')
    await refused(1, 'can vouch for nobody', folder, 'site-1')
    writeFileSync(key, secret)
    chmodSync(key, 0o644)
    await refused(1, `chmod 600 ${key}`, folder, 'site-1')
    chmodSync(key, 0o600)
    chmodSync(folder, 0o777)
    await refused(1, `chmod 700 ${folder}`, folder, 'site-1')
    chmodSync(folder, 0o700)
    writeFileSync(cert, readFileSync(join(folder, 'hub.pem')))
    writeFileSync(key, readFileSync(join(folder, 'hub.key')))
    await refused(1, 'it is no authority', folder, 'site-1')
  })
})

function pathsIn(folder: string, name: string): Readonly<Record<string, string>> {
  const [server_cert, server_key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  return { ca_cert: join(folder, 'ca.pem'), server_cert, server_key }
}

/** Whom the one that dialled, and then the one that listened, have seen. */
async function handshake(
  listener: Readonly<Record<string, string>>,
  dialler: Readonly<Record<string, string>>,
): Promise<readonly [string, string]> {
  const [own, other] = await Promise.all([
    tlsFor({ ...PLACE, ...listener }, Mode.PASSIVE),
    tlsFor({ ...PLACE, ...dialler }, Mode.ACTIVE),
  ])
  if (!own || !other) throw new Error('they are for TLS')
  const server = createServer(listenOptions(own))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const came: Promise<TLSSocket[]> = once(server, 'secureConnection')
  const socket = connect({ ...dialOptions(other), host: '127.0.0.1', port })
  try {
    await once(socket, 'secureConnect')
    const [visitor] = await came
    if (!visitor) throw new Error('somebody came')
    const seen = [peerCommonName(socket), peerCommonName(visitor)] as const
    visitor.destroy()
    return seen
  } finally {
    socket.destroy()
    server.close()
  }
}
