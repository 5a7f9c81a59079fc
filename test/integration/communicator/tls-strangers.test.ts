/** Strangers at listeners: who says nothing, nonsense, or comes with what nobody vouches for. */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls'
import { expect } from 'chai'
import type { PemPair } from '../../../apps/quorate/keys/tls/authority.js'
import { commLimits, EndpointState } from '../../../communicator/index.js'
import { type CertificatePaths, CertificatesForTests, over } from '../../support/certificates.js'
import { Communicators } from '../../support/communicators.js'
import { eventually } from '../../support/eventually.js'
import { exchange, Watched } from '../../support/watched.js'

/** HELLO of an endpoint called a, as on the wire. */
const HELLO = Buffer.from('0000002100000400000000000001000181ad656e64706f696e745f6e616d65a161', 'hex')

for (const scheme of ['stcp', 'https', 'grpcs']) {
  describe(`strangers at a listener of ${scheme}`, () => {
    const all = new Communicators()
    let certificates: CertificatesForTests

    before(async () => {
      certificates = await CertificatesForTests.make()
    })

    afterEach(() => all.stop())

    after(() => certificates.remove())

    it('keep nobody waiting: a hundred that are silent, and some that speak nonsense', async () => {
      const hub = await Watched.start(all, 'hub', await certificates.paths('hub'))
      const url = await hub.listen(scheme)
      const come = (): Promise<Socket> => connectedTo(Number(new URL(url).port))
      const silent = await Promise.all(Array.from({ length: 100 }, come))
      for (const text of [HELLO, Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(100_000, 0xff)]) {
        const socket = await come()
        socket.write(text)
        await ended(socket)
      }
      const site = await Watched.start(all, 'site-1', await certificates.paths('site-1'))
      await site.dial(url)
      await Promise.all([site.communicator.connected('hub'), hub.communicator.connected('site-1')])
      expect(await exchange(hub, site)).to.deep.equal(['there', 'back'])
      expect(silent.every((socket) => !socket.closed)).to.equal(true)
      for (const socket of silent) socket.destroy()
    })
  })
}

describe('strangers at a listener in TLS', function () {
  this.timeout(30_000)
  const all = new Communicators()
  const sockets: Socket[] = []
  const servers: Server[] = []
  let certificates: CertificatesForTests
  let hubPaths: CertificatePaths
  let sitePaths: CertificatePaths
  let hub: Watched
  let port = 0
  let url = ''

  before(async () => {
    certificates = await CertificatesForTests.make()
    hubPaths = await certificates.paths('hub')
    sitePaths = await certificates.paths('site-1')
  })

  beforeEach(async () => {
    hub = await Watched.start(all, 'hub', hubPaths)
    url = await hub.listen('stcp')
    port = Number(new URL(url).port)
  })

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const server of servers.splice(0)) server.close()
    await all.stop()
  })

  after(() => certificates.remove())

  async function plain(): Promise<Socket> {
    const socket = await connectedTo(port)
    sockets.push(socket)
    return socket
  }

  /** Comes in TLS, and says HELLO as soon as it may; resolves at its end with how many bytes it got. */
  async function turnedAway(options: ConnectionOptions): Promise<number> {
    const servername = ''
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, servername, ...options })
    sockets.push(socket)
    let bytes = 0
    socket.on('error', () => undefined)
    socket.on('secureConnect', () => socket.write(HELLO))
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    await ended(socket)
    return bytes
  }

  async function siteConnects(): Promise<Watched> {
    const site = await Watched.start(all, 'site-1', sitePaths)
    await site.dial(url)
    await Promise.all([site.communicator.connected('hub'), hub.communicator.connected('site-1')])
    expect(await exchange(hub, site)).to.deep.equal(['there', 'back'])
    return site
  }

  it('that are silent make room for newcomers, the oldest first, where there are too many', async () => {
    const early = await plain()
    const { strangers } = commLimits
    const silent: Socket[] = []
    for (let count = 0; count < strangers; count++) silent.push(await plain())
    await ended(early)
    await siteConnects()
    expect(silent.filter((socket) => !socket.closed)).to.have.length.above(strangers - 10)
  })

  it('that are silent are let go of when the listener stops', async () => {
    const silent = await Promise.all(Array.from({ length: 10 }, () => plain()))
    const gone = silent.map(ended)
    const begunMs = performance.now()
    await hub.communicator.stop()
    await Promise.all(gone)
    // Not because their time was over.
    expect(performance.now() - begunMs).to.be.below(commLimits.handshakeMs / 2)
  })

  it('that speak clear text end alone', async () => {
    const site = await siteConnects()
    for (const text of [HELLO, Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(100_000, 0xff)]) {
      const socket = await plain()
      socket.write(text)
      await ended(socket)
    }
    expect(await exchange(hub, site)).to.deep.equal(['there', 'back'])
    expect(hub.events).to.deep.equal(['site-1 READY'])
  })

  it('that come without a certificate hear nothing, and are nobody', async () => {
    expect(await turnedAway({})).to.equal(0)
    expect(hub.events).to.deep.equal([])
    await siteConnects()
  })

  it('that come with a certificate of their own, or of others, hear nothing, and are nobody', async () => {
    const others = await CertificatesForTests.make()
    try {
      expect(await turnedAway(shown(await others.pair('site-1')))).to.equal(0)
    } finally {
      await others.remove()
    }
    expect(hub.communicator.findEndpoint('a')).to.equal(undefined)
    expect(hub.events).to.deep.equal([])
  })

  it('that come with a certificate that has ended, or is none to come with, are nobody', async () => {
    expect(await turnedAway(shown(await certificates.pair('a', over())))).to.equal(0)
    expect(await turnedAway(shown(await certificates.pair('a', { uses: ['serverAuth'] })))).to.equal(0)
    expect(hub.events).to.deep.equal([])
    // A good one is: it is the certificates that were refused.
    const good = connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ...shown(await certificates.pair('a')),
    })
    sockets.push(good)
    good.on('secureConnect', () => good.write(HELLO))
    await hub.communicator.connected('a')
  })

  it('that speak an older TLS are turned away', async () => {
    const pair = shown(await certificates.pair('a'))
    const older = {
      ...pair,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const
    expect(await turnedAway(older)).to.equal(0)
    const twelve = connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ...pair,
      maxVersion: 'TLSv1.2',
    })
    sockets.push(twelve)
    twelve.on('secureConnect', () => twelve.write(HELLO))
    await hub.communicator.connected('a')
  })

  it('are asked for their certificate each time: no session is taken up again', async () => {
    const pair = shown(await certificates.pair('a'))
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, maxVersion, ...pair })
      sockets.push(first)
      let session: Buffer | undefined
      first.on('session', (given) => {
        session = given
      })
      first.on('secureConnect', () => first.write(HELLO))
      await hub.communicator.connected('a')
      first.destroy()
      await eventually(() => hub.communicator.findEndpoint('a')?.state !== EndpointState.READY, 'its end')
      const again = { maxVersion, ...(session ? { session } : {}) }
      expect(await turnedAway(again), maxVersion).to.equal(0)
    }
  })

  it('that speak TLS to a listener in clear text end alone', async () => {
    const open = await Watched.start(all, 'open')
    const openUrl = await open.listen('tcp')
    const other = await Watched.start(all, 'other')
    await other.dial(openUrl)
    await Promise.all([other.communicator.connected('open'), open.communicator.connected('other')])
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(openUrl).port),
      rejectUnauthorized: false,
    })
    sockets.push(socket)
    socket.on('error', () => undefined)
    await ended(socket)
    expect(await exchange(open, other)).to.deep.equal(['there', 'back'])
    const site = await Watched.start(all, 'site-1', sitePaths)
    await site.dial(openUrl.replace('tcp:', 'stcp:'))
    await site.failure('the listener ended it at once|speaks clear text')
    expect(open.events).to.deep.equal(['other READY'])
  })

  it('that listen with a certificate that has ended are not believed, and that is told', async () => {
    const { certificate: cert, key } = await certificates.pair('old', over())
    const server = createServer({ cert, key }, (socket) => socket.on('error', () => undefined))
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const at = typeof address === 'object' && address ? address.port : 0
    const site = await Watched.start(all, 'site-1', sitePaths)
    await site.dial(`stcp://localhost:${at}`)
    const error = await site.failure("the listener's certificate is not valid today")
    expect(error.cause).to.have.property('code', 'CERT_HAS_EXPIRED')
  })

  it('are not taken for others: the name of a host in a certificate makes nobody of it', async () => {
    const pair = await certificates.pair('evil', { hosts: ['site-1', 'hub', 'localhost'] })
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...shown(pair) })
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('secureConnect', () => socket.write(HELLO))
    await hub.failure('a shows the certificate of "evil", and needs that of a')
    expect(hub.events).to.deep.equal([])
  })
})

function shown({ certificate: cert, key }: PemPair): ConnectionOptions {
  return { cert, key }
}

/** In clear text. */
async function connectedTo(port: number): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Resolves when it has ended, however; what comes is not looked at. */
function ended(socket: Socket): Promise<void> {
  socket.resume()
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
