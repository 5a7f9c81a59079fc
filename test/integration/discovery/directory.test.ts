/** A directory and its clients, in one process over loopback. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import {
  DirectoryClient,
  type DirectoryClientOptions,
  DirectoryServer,
  type DirectoryServerOptions,
  discoveryLimits,
  type Listing,
} from '../../../discovery/index.js'
import { createSockets, encode, newLinkId, type Sockets } from '../../../ports/index.js'
import { newRecord } from '../../compliance/discovery.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { ClientLog } from './client-log.js'
import { whenFree } from './networks.js'

const LISTING: Listing = {
  ports: [
    {
      component: 'sensor',
      port: 'ready',
      kind: 'pub',
      scope: 'global',
      endpoint: 'tcp://127.0.0.1:5000',
      types: [{ name: 'Data', fingerprint: '00' }],
    },
  ],
  types: [{ name: 'Data', fingerprint: '00', jsonSchema: { type: 'object' } }],
}

describe('directory', () => {
  let sockets: Sockets
  const closing: { close(): void }[] = []
  const notices: string[] = []
  const hellos: (string | undefined)[] = []

  beforeEach(() => {
    sockets = createSockets()
    notices.length = 0
    hellos.length = 0
  })

  afterEach(() => {
    for (const one of closing.splice(0)) one.close()
    sockets.closeAll()
  })

  async function serve(options: Partial<DirectoryServerOptions> = {}): Promise<[DirectoryServer, number]> {
    const record = newRecord({ actor: 'Server' })
    let port = 0
    const server = new DirectoryServer({
      sockets,
      host: '127.0.0.1',
      self: () => ({ ...record, host: '', port: port || 1 }),
      events: {
        hello: (other, role) => hellos.push(`${role} ${other?.id}`),
        notice: (what, text) => notices.push(`${what}: ${text}`),
      },
      ...options,
    })
    closing.push(server)
    port = await server.open()
    return [server, port]
  }

  function dial(port: number, options: Partial<DirectoryClientOptions> = {}): [DirectoryClient, ClientLog] {
    const events = new ClientLog()
    const client = new DirectoryClient({ sockets, host: '127.0.0.1', port, role: 'peer', events, ...options })
    closing.push(client)
    client.open()
    return [client, events]
  }

  it('welcomes a peer with its record, where it was reached, and what it lists', async () => {
    const [server, port] = await serve()
    server.update(LISTING)
    const self = newRecord({ port: 1 })
    const [, log] = dial(port, { self: () => self })
    const { record, listing } = await log.next('welcome')
    expect(record).to.include({ actor: 'Server', host: '127.0.0.1', port })
    expect(listing).to.deep.equal(LISTING)
    expect(hellos).to.deep.equal([`peer ${self.id}`])
    expect(server.clients).to.deep.equal([{ actorId: self.id, role: 'peer' }])
  })

  it('pushes a change once, whatever the number of calls in a turn', async () => {
    const [server, port] = await serve()
    const [, log] = dial(port)
    await log.next('welcome')
    server.update({ ports: [], types: LISTING.types })
    server.update(LISTING)
    const { listing } = await log.next('ports')
    expect(listing).to.deep.equal(LISTING)
    server.update({ ports: [], types: [] })
    expect((await log.next('ports', 2)).listing).to.deep.equal({ ports: [], types: [] })
  })

  it('tells an observer the status, also one that asks before it is connected', async () => {
    const [, port] = await serve({ status: () => ({ uptime: 5, components: ['a'] }) })
    const [client] = dial(port, { role: 'observer' })
    expect(await client.status()).to.deep.equal({ uptime: 5, components: ['a'] })
    expect(await client.status()).to.deep.equal({ uptime: 5, components: ['a'] })
  })

  it('gives null for a status that cannot be told', async () => {
    const [, port] = await serve({
      status: () => {
        throw new Error('not now')
      },
    })
    const [client] = dial(port)
    expect(await client.status()).to.equal(null)
    expect(notices.join()).to.contain('not now')
  })

  it('rejects a question for the status when nobody answers', async () => {
    const [server, port] = await serve()
    server.close()
    const [client] = dial(port)
    expect(await rejectionOf(client.status(50))).to.include({ code: 'no-answer', retryable: true })
    const pending = rejectionOf(client.status())
    client.close()
    expect(await pending).to.include({ code: 'stopped' })
  })

  it('says goodbye, and is found again when it is back with another actor', async () => {
    const [first, port] = await serve()
    const [, log] = dial(port)
    const before = await log.next('welcome')
    first.close()
    // The end of the connection may overtake the goodbye.
    expect((await log.next('lost')).text).to.match(/goodbye|broke/)
    await whenFree(() => serve({ port }))
    const after = await log.next('welcome', 2)
    expect(after.record?.id).not.to.equal(before.record?.id)
    expect(log.of('lost')).to.have.length(1)
  })

  it('refuses a client without a common wire version, and names both', async () => {
    const [, port] = await serve({ wire: [3, 2] })
    const [, log] = dial(port, { wire: [1] })
    const refused = await log.next('refused')
    expect(refused.code).to.equal('no-common-version')
    expect(refused.text).to.contain('3,2 here, 1 there')
    expect(hellos).to.deep.equal([])
  })

  it('refuses a record that verify() refuses, at either end', async () => {
    const [, strict] = await serve({ verify: ({ app }) => app === 'ours' })
    const self = newRecord({ port: 1, app: 'theirs' })
    const [, outside] = dial(strict, { self: () => self })
    expect((await outside.next('refused')).code).to.equal('unverified')
    const [, open] = await serve()
    const [, careful] = dial(open, { verify: () => false })
    expect((await careful.next('refused')).code).to.equal('unverified')
    expect(careful.of('welcome')).to.deep.equal([])
  })

  it('counts garbage, notices the first of it, and serves the others', async () => {
    const [server, port] = await serve()
    const [, log] = dial(port)
    await log.next('welcome')
    const stranger = sockets.dealer({ routingId: newLinkId(randomBytes(8).toString('hex')) })
    const connected = new Promise<void>((resolve) => stranger.events.on('handshake', () => resolve()))
    stranger.connect(`tcp://127.0.0.1:${port}`)
    await connected
    const { buffer, start, end } = encode({ t: 'hello', wire: 'all' }, 'a bad hello')
    const badHello = Buffer.concat([Buffer.from([0x71, 1]), buffer.subarray(start, end)])
    const garbage = [
      Buffer.alloc(0),
      Buffer.from('hi'),
      randomBytes(500),
      Buffer.from([0x71, 9, 0x80]),
      badHello,
    ]
    for (const frame of garbage) await stranger.send(frame)
    await stranger.send([Buffer.from('two'), Buffer.from('frames')])
    await stranger.send(frameTo({ t: 'status' }))
    // What comes after the garbage on the same connection is answered: so the garbage was read.
    await stranger.send(frameTo({ t: 'hello', wire: [1], role: 'observer', key: '' }))
    await stranger.receive()
    expect(server.refused).to.equal(garbage.length + 2)
    expect(notices).to.have.length(1)
    server.update(LISTING)
    await log.next('ports')
    expect(log.of('lost')).to.deep.equal([])
  })

  it('cuts a connection that sends an oversized frame, and serves the others', async () => {
    const [server, port] = await serve()
    const [, log] = dial(port)
    await log.next('welcome')
    const stranger = sockets.dealer({ routingId: newLinkId(randomBytes(8).toString('hex')) })
    const cut = new Promise<void>((resolve) => stranger.events.on('disconnect', () => resolve()))
    const connected = new Promise<void>((resolve) => stranger.events.on('handshake', () => resolve()))
    stranger.connect(`tcp://127.0.0.1:${port}`)
    await connected
    await stranger.send(Buffer.alloc(discoveryLimits.directoryFrameBytes + 4096, 0x71))
    await cut
    sockets.close(stranger)
    server.update(LISTING)
    await log.next('ports')
    expect(log.of('lost')).to.deep.equal([])
  })

  it('goes on with a try that has just begun, however often it is told to dial', async () => {
    const [, port] = await serve()
    let dealers = 0
    const counting: Sockets = {
      ...sockets,
      dealer: (options) => {
        dealers++
        return sockets.dealer(options)
      },
    }
    const [client, log] = dial(port, { sockets: counting })
    for (let i = 0; i < 10; i++) client.redial()
    await log.next('welcome')
    client.redial()
    expect(dealers).to.equal(1)
    expect(hellos).to.have.length(1)
  })

  it('dials again when the system had no socket for it', async () => {
    const [, port] = await serve()
    const failing = [new Error('Too many open files')]
    const scarce: Sockets = {
      ...sockets,
      dealer: (options) => {
        const failure = failing.pop()
        if (failure) throw failure
        return sockets.dealer(options)
      },
    }
    const [, log] = dial(port, { sockets: scarce })
    expect((await log.next('notice')).text).to.contain('Too many open files')
    await log.next('welcome')
  }).timeout(20_000)

  it('asks a directory that refused it again, on the same connection and without a complaint', async () => {
    const [server, port] = await serve({ verify: () => false })
    const [, log] = dial(port, { self: () => newRecord({ port: 1 }) })
    await log.next('refused')
    await eventually(() => server.refused === 2, 'a second hello')
    expect(log.of('refused')).to.have.length(1)
    expect(log.of('notice')).to.deep.equal([])
  }).timeout(20_000)

  it('gives no record of a hello that names no host, for nobody could dial it', async () => {
    const [, port] = await serve()
    const [, log] = dial(port, { self: () => newRecord({ port: 1, host: '' }) })
    await log.next('welcome')
    expect(hellos).to.deep.equal(['peer undefined'])
  })

  it('refuses a client beyond its bound, takes it when another has gone, and serves the rest', async () => {
    const most = discoveryLimits.directoryClients
    const [server, port] = await serve({ beatMs: 50 })
    const dialled = Array.from({ length: most }, () => dial(port, { role: 'observer' }))
    await Promise.all(dialled.map(([, log]) => log.next('welcome')))
    const [, log] = dial(port)
    expect((await log.next('refused')).code).to.equal('full')
    expect(server.clients).to.have.length(most)
    for (const [first] of dialled.slice(0, 1)) first.close()
    await eventually(() => server.clients.length === most - 1, 'the end of one')
    await log.next('welcome')
    server.update(LISTING)
    await Promise.all(dialled.slice(1).map(([, served]) => served.next('ports')))
  }).timeout(30_000)

  it('beats half as often in a crowd', async () => {
    const beatMs = 50
    const [[, few], [, many]] = [await serve({ beatMs }), await serve({ beatMs })]
    const crowd = Array.from({ length: discoveryLimits.crowdClients }, () => dial(many, { role: 'observer' }))
    await Promise.all(crowd.map(([, log]) => log.next('welcome')))
    const beats = { few: 0, many: 0 }
    const count = async (port: number, told: () => void): Promise<void> => {
      const client = sockets.dealer({ routingId: newLinkId(newRecord().id) })
      const connected = new Promise<void>((resolve) => client.events.on('handshake', () => resolve()))
      client.connect(`tcp://127.0.0.1:${port}`)
      await connected
      await client.send(frameTo({ t: 'hello', wire: [1], role: 'observer', key: '' }))
      await client.receive()
      for (; beats.few < 40; told()) await client.receive()
    }
    await Promise.all([count(few, () => beats.few++), count(many, () => beats.many++)])
    expect(beats.many).to.be.within(10, 30)
  }).timeout(30_000)

  it('hands over the same listing where it is welcomed again with the same', async () => {
    const [server, port] = await serve()
    server.update(LISTING)
    const [client, log] = dial(port)
    const first = await log.next('welcome')
    client.greet()
    expect((await log.next('welcome', 2)).listing).to.equal(first.listing)
    server.update({ ports: [], types: [] })
    await log.next('ports')
    client.greet()
    expect((await log.next('welcome', 3)).listing).to.deep.equal({ ports: [], types: [] })
  })

  it('names the port that is in use, and the host that is not its own', async () => {
    const [, port] = await serve()
    const taken = await rejectionOf(serve({ port }))
    expect(taken).to.include({ code: 'directory-in-use' })
    expect(taken.message).to.contain(String(port))
    expect(await rejectionOf(serve({ host: '192.0.2.77' }))).to.include({ code: 'cannot-listen' })
  })

  it('refuses a listing that is too large, and keeps the one before', async () => {
    const [server, port] = await serve()
    server.update(LISTING)
    const [port0] = LISTING.ports
    if (!port0) throw new Error('no port')
    const many = Array.from({ length: discoveryLimits.listingPorts + 1 }, () => port0)
    expect(() => server.update({ ports: many, types: [] }))
      .to.throw()
      .with.property('code', 'listing-too-large')
    const group = {
      group: 'Cell.north',
      member: '0'.repeat(32),
      component: 'cell',
      gpub: '',
      gans: '',
      seat: '',
    }
    const ad = { ...group, parameters: 'quorum=2', using: { name: 'Load', fingerprint: '00' } }
    const groups = Array.from({ length: discoveryLimits.listingPorts + 1 }, () => ad)
    expect(() => server.update({ ...LISTING, groups }))
      .to.throw()
      .with.property('code', 'listing-too-large')
    const huge = { name: 'Huge', fingerprint: '00', jsonSchema: { text: 'x'.repeat(1024 * 1024) } }
    expect(() => server.update({ ports: [], types: [huge] }))
      .to.throw()
      .with.property('code', 'listing-too-large')
    const [, log] = dial(port)
    expect((await log.next('welcome')).listing).to.deep.equal(LISTING)
  })

  it('forgets a client that is gone', async () => {
    const [server, port] = await serve({ beatMs: 50 })
    const [client, log] = dial(port)
    await log.next('welcome')
    client.close()
    const [, other] = dial(port, { role: 'observer' })
    await other.next('welcome')
    expect(server.clients.map(({ role }) => role)).to.deep.equal(['observer'])
  })

  it('tells of a peer that said goodbye, but of no other end of a connection', async () => {
    const byes: string[] = []
    const bye = (actorId: string) => byes.push(actorId)
    const [server, port] = await serve({ events: { hello: () => undefined, bye, notice: () => undefined } })
    const theirs = createSockets()
    const [twice, killed, looking] = [1, 2, 3].map((n) => newRecord({ port: n }))
    const welcomed = async (options: Partial<DirectoryClientOptions>): Promise<DirectoryClient> => {
      const [client, log] = dial(port, options)
      await log.next('welcome')
      return client
    }
    const first = await welcomed({ self: () => twice })
    const second = await welcomed({ self: () => twice })
    await welcomed({ self: () => killed, sockets: theirs })
    const observer = await welcomed({ self: () => looking, role: 'observer' })
    theirs.closeAll(0)
    observer.close()
    first.close()
    await eventually(() => server.clients.length === 1, 'the end of all but one')
    expect(byes).to.deep.equal([])
    second.close()
    await eventually(() => byes.length === 1, 'the goodbye')
    expect(byes).to.deep.equal([twice?.id])
  })

  function frameTo(value: object): Buffer {
    return Buffer.concat([Buffer.from([0x71, 1]), encoded(value)])
  }

  function encoded(value: object): Buffer {
    const { buffer, start, end } = encode(value, 'a message')
    return Buffer.from(buffer.subarray(start, end))
  }
})
