/** What a static list does beyond the compliance suite: one actor by two addresses. */
import { expect } from 'chai'
import { DirectoryServer, staticDiscovery } from '../../../discovery/index.js'
import { createSockets } from '../../../ports/index.js'
import { newRecord } from '../../compliance/discovery.js'
import { Heard } from '../../compliance/heard.js'
import { eventually } from '../../support/eventually.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

describe('static discovery', () => {
  const closing: (() => unknown)[] = []

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  it('takes an actor for gone when its last address in the list is lost, not the first', async () => {
    const sockets = createSockets()
    closing.push(() => sockets.closeAll())
    const record = newRecord({ port: 1 })
    const server = new DirectoryServer({
      sockets,
      host: '127.0.0.1',
      beatMs: 50,
      self: () => record,
      events: { hello: () => undefined, notice: () => undefined },
    })
    closing.push(() => server.close())
    const address = `127.0.0.1:${await server.open()}`
    const proxy = await TcpProxy.to(`tcp://${address}`)
    closing.push(() => proxy.close())
    const directories = [address, proxy.endpoint.slice('tcp://'.length)]
    const discovery = staticDiscovery({ sockets, directories })
    closing.push(() => discovery.stop())
    const heard = new Heard()
    await discovery.start(heard)
    await eventually(() => server.clients.length === 2, 'both observers')
    await heard.untilFound(record.id)
    proxy.cut(true)
    // The server sees the end of a connection after the client, who has it from the system at once.
    await eventually(() => server.clients.length === 1, 'the end of one')
    expect(heard.goneIds).to.deep.equal([])
    server.close()
    await heard.untilGone(record.id)
  })
})
