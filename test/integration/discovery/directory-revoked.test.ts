/** Lists of who is revoked, which directories hand on without looking into them. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { frameOf, readFromDirectory } from '../../../discovery/directory-frames.js'
import {
  DirectoryClient,
  type DirectoryClientOptions,
  DirectoryServer,
  type DirectoryServerOptions,
  discoveryLimits,
  type RevokedAd,
} from '../../../discovery/index.js'
import { createSockets, type DealerSocket, newLinkId, type Sockets } from '../../../ports/index.js'
import { newRecord } from '../../compliance/discovery.js'
import { eventually } from '../../support/eventually.js'
import { ClientLog } from './client-log.js'

describe('a directory with a list of who is revoked', () => {
  let sockets: Sockets
  const closing: { close(): void }[] = []
  const notices: string[] = []

  beforeEach(() => {
    sockets = createSockets()
    notices.length = 0
  })
  afterEach(() => {
    for (const each of closing.splice(0)) each.close()
    sockets.closeAll()
  })

  async function serve(options: Partial<DirectoryServerOptions> = {}): Promise<[DirectoryServer, number]> {
    const record = newRecord({ actor: 'Server' })
    let port = 0
    const server = new DirectoryServer({
      sockets,
      host: '127.0.0.1',
      self: () => ({ ...record, host: '', port: port || 1 }),
      events: { hello: () => undefined, notice: (what, text) => notices.push(`${what}: ${text}`) },
      ...options,
    })
    closing.push(server)
    port = await server.open()
    return [server, port]
  }

  function dial(port: number, options: Partial<DirectoryClientOptions> = {}): ClientLog {
    const events = new ClientLog()
    const client = new DirectoryClient({ sockets, host: '127.0.0.1', port, role: 'peer', events, ...options })
    closing.push(client)
    client.open()
    return events
  }

  /** Connected. */
  function stranger(port: number): Promise<DealerSocket> {
    const socket = sockets.dealer({ routingId: newLinkId(randomBytes(8).toString('hex')) })
    return new Promise((resolve) => {
      socket.events.on('handshake', () => resolve(socket))
      socket.connect(`tcp://127.0.0.1:${port}`)
    })
  }

  it('gives it to who asks, not often, and to nobody who has said no hello', async () => {
    const ad = { number: 1, digest: 'ab'.repeat(16) }
    let list = { ...ad, bytes: Buffer.from('one') }
    const revocations = {
      get list() {
        return list
      },
    }
    const [server, port] = await serve({ revocations })
    const taken: string[] = []
    const raw = await stranger(port)
    const beganMs = performance.now()
    await raw.send(frameOf({ t: 'revoked' }))
    await raw.send(frameOf({ t: 'hello', wire: [1], role: 'observer', key: '' }))
    for (let times = 0; times < 100; times++) await raw.send(frameOf({ t: 'revoked' }))
    await raw.send(frameOf({ t: 'status' }))
    const heard: string[] = []
    while (heard.at(-1) !== 'status') {
      const [frame] = await raw.receive()
      const message = readFromDirectory(frame ?? Buffer.alloc(0))
      if (typeof message === 'string') throw new Error(message)
      heard.push(message.t)
    }
    const seconds = (performance.now() - beganMs) / discoveryLimits.revokedGiveMs
    const [first, second, ...others] = heard.filter((t) => t !== 'beat')
    expect([first, second, others.at(-1)]).to.deep.equal(['welcome', 'revoked', 'status'])
    expect(others.length - 1).to.be.at.most(seconds)
    expect(server.refused).to.equal(1)
    const judge = {
      list: undefined,
      isWanted: ({ number }: RevokedAd) => number > taken.length,
      take: (bytes: Uint8Array, from: string) => void taken.push(`${Buffer.from(bytes)} of ${from}`),
    }
    dial(port, { revocations: judge })
    await eventually(() => taken.length === 1, 'the list')
    list = { ...ad, number: 2, bytes: Buffer.from('two') }
    server.renew()
    await eventually(() => taken.length === 2, 'the next')
    expect(taken).to.deep.equal([`one of 127.0.0.1:${port}`, `two of 127.0.0.1:${port}`])
  })

  it('is as before for who knows nothing of lists; and asked for none that it does not have', async () => {
    const list = { number: 1, digest: 'ab'.repeat(16), bytes: Buffer.from('one') }
    const [server, port] = await serve({ revocations: { list } })
    await dial(port).next('welcome')
    const [older, other] = await serve()
    const judge = { list, isWanted: () => true, take: () => expect.fail('nothing was offered') }
    const log = dial(other, { revocations: judge })
    await log.next('welcome')
    older.update({ ports: [], types: [] })
    await log.next('ports')
    expect([server.refused, older.refused, notices]).to.deep.equal([0, 0, []])
  })
})
