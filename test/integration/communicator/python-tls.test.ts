/** TLS with Python's `ssl`, set up as F3 sets it up: both ways, and each sees the name of the other. */
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { CertificatesForTests } from '../../support/certificates.js'
import { Communicators } from '../../support/communicators.js'
import { needed } from '../../support/needed.js'
import { pythonForTests, pythonZmqMissing } from '../../support/python-zmq.js'
import { Watched } from '../../support/watched.js'

const PROGRAM = join(import.meta.dirname, 'programs', 'tls_peer.py')
const Port = z.object({ port: z.number() })
const Seen = z.object({ sees: z.string(), version: z.string() })
const READY = z.object({ frame: z.literal(5) })
const PING = z.object({ frame: z.literal(6) })

describe('TLS with Python', function () {
  this.timeout(60_000)
  const all = new Communicators()
  const python = pythonForTests()
  let certificates: CertificatesForTests
  let hub: Watched
  let paths: readonly [ca: string, certificate: string, key: string]

  before(async function () {
    needed(this, pythonZmqMissing())
    certificates = await CertificatesForTests.make()
    const { ca_cert, server_cert, server_key } = await certificates.paths('site')
    paths = [ca_cert, server_cert, server_key]
  })

  beforeEach(async () => {
    hub = await Watched.start(all, 'hub', await certificates.paths('hub'))
  })

  afterEach(() => all.stop())

  after(() => certificates?.remove())

  it('is taken from one that dials', async () => {
    const url = await hub.listen('stcp')
    const peer = python(PROGRAM, ...paths, new URL(url).port)
    expect((await peer.next(Seen)).sees).to.equal('hub')
    await peer.next(READY)
    expect((await hub.communicator.connected('site')).connProps.peer_cn).to.equal('site')
  })

  it('is spoken with one that listens', async () => {
    const peer = python(PROGRAM, ...paths, 0)
    const { port } = await peer.next(Port)
    await hub.dial(`stcp://127.0.0.1:${port}`)
    expect((await peer.next(Seen)).sees).to.equal('hub')
    await peer.next(PING)
    expect((await hub.communicator.connected('site')).connProps.peer_cn).to.equal('site')
  })
})
