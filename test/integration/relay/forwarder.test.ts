/** The socket of an agent by which its actors reach the hub that it has dialled. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { Hub } from '../../../control/hub/index.js'
import { HubUser } from '../../../control/index.js'
import { Forwarder, relayLimits } from '../../../control/relay/index.js'
import { openSocketPath } from '../../../control/supervision/socket-path.js'

describe('the way of actors to a hub that their agent has dialled', function () {
  this.timeout(30_000)
  const ending: (() => unknown)[] = []
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-forwarder-'))
    ending.push(() => rmSync(folder, { recursive: true, force: true }))
  })
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })

  async function forwarding(toHub: () => Promise<Duplex>, path = join(folder, 'hub.sock')): Promise<string> {
    const forwarder = new Forwarder(path, toHub)
    await forwarder.start()
    ending.push(() => forwarder.stop())
    return path
  }

  function dialled(path: string): Socket {
    const socket = connect(path)
    socket.on('error', () => undefined)
    ending.push(() => socket.destroy())
    return socket
  }

  async function echoing(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.push(() => server.close())
    return server
  }

  function to(server: { address(): unknown }): () => Promise<Socket> {
    const address = server.address()
    const port =
      typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0
    return async () => connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  }

  it('carries what is sent, to its end, and is for its owner alone', async () => {
    const path = await forwarding(to(await echoing()))
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    const socket = dialled(path)
    socket.end('to the hub')
    expect(await text(socket)).to.equal('to the hub')
  })

  it('takes the place of one whose agent was killed, however long the path of its folder is', async () => {
    const deep = join(folder, 'x'.repeat(120))
    mkdirSync(deep)
    const path = join(deep, 'hub.sock')
    writeFileSync(path, '')
    await forwarding(to(await echoing()), path)
    const short = openSocketPath(path)
    ending.push(() => short.close())
    const socket = dialled(short.path)
    socket.end('again')
    expect(await text(socket)).to.equal('again')
  })

  it('ends connections while the hub is away, and those beyond its bound', async () => {
    const away = await forwarding(() => Promise.reject(new Error('it is away')))
    await once(dialled(away).resume(), 'close')
    const path = await forwarding(to(await echoing()), join(folder, 'other.sock'))
    const sockets = Array.from({ length: relayLimits.forwarded }, () => dialled(path))
    for (const socket of sockets) {
      socket.write('x')
      await once(socket, 'data')
    }
    await once(dialled(path).resume(), 'close')
    sockets[0]?.destroy()
    const heard = async (): Promise<boolean> => {
      const socket = dialled(path)
      socket.end('y')
      return (await text(socket).catch(() => '')) === 'y'
    }
    while (!(await heard()));
  })

  it('is how clients of hubs go that are told of it', async () => {
    const hub = new Hub({ port: 0, data: join(folder, 'data') })
    await hub.start()
    ending.push(() => hub.stop())
    const path = await forwarding(async () => connect(hub.port, '127.0.0.1'))
    const user = new HubUser({ url: `unix:${path}`, token: hub.token })
    ending.push(() => user.close())
    expect(await user.workers()).to.deep.equal([])
  })
})
