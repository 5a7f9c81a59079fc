/**
 * How soon a directory client knows that its peer is gone, and that it is not fooled by a stall of its own.
 */
import { expect } from 'chai'
import { DirectoryClient, type DirectoryClientOptions } from '../../../discovery/index.js'
import { createSockets, type Sockets } from '../../../ports/index.js'
import { Child } from './child.js'
import { ClientLog } from './client-log.js'

describe('liveness of a directory', () => {
  let sockets: Sockets
  let client: DirectoryClient | undefined
  const children: Child[] = []

  beforeEach(() => {
    sockets = createSockets()
  })

  afterEach(async () => {
    client?.close()
    sockets.closeAll()
    await Promise.all(children.splice(0).map((child) => child.kill()))
  })

  async function child(port = 0): Promise<{ process: Child; port: number; id: string }> {
    const process = new Child('directory-process.ts', [String(port)])
    children.push(process)
    const ready = await process.untilSaid('ready')
    return { process, port: ready.port ?? 0, id: ready.id ?? '' }
  }

  function dial(port: number, options: Partial<DirectoryClientOptions> = {}): ClientLog {
    const events = new ClientLog()
    client = new DirectoryClient({ sockets, host: '127.0.0.1', port, role: 'peer', events, ...options })
    client.open()
    return events
  }

  it('knows a kill -9 at once, and welcomes whoever starts there next', async () => {
    const first = await child()
    const log = dial(first.port)
    await log.next('welcome')
    const since = performance.now()
    await first.process.kill()
    const lost = await log.next('lost')
    expect(lost.atMs - since).to.be.below(1000)
    const second = await child(first.port)
    const { record } = await log.next('welcome', 2)
    expect(record?.id).to.equal(second.id)
  }).timeout(20_000)

  it('knows a hung process by its silence, and welcomes it when it goes on', async () => {
    const { process, port, id } = await child()
    const peerTimeoutMs = 1500
    const log = dial(port, { peerTimeoutMs })
    await log.next('welcome')
    await process.kill('SIGSTOP')
    const since = performance.now()
    const lost = await log.next('lost')
    expect(lost.text).to.contain('1500 ms')
    // Twice, for this process may itself be late.
    expect(lost.atMs - since).to.be.below(2 * peerTimeoutMs)
    await process.kill('SIGCONT')
    expect((await log.next('welcome', 2)).record?.id).to.equal(id)
  }).timeout(20_000)

  it('takes nobody for dead because it was stalled itself', async () => {
    const { port } = await child()
    const peerTimeoutMs = 1500
    const log = dial(port, { peerTimeoutMs })
    await log.next('welcome')
    for (const stallMs of [2000, 1600]) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs)
      expect(await client?.status(5000)).to.equal(null)
    }
    expect(log.of('lost')).to.deep.equal([])
  }).timeout(20_000)

  it('says once that nobody answers, and goes on dialling', async () => {
    const { process, port } = await child()
    await process.kill()
    const log = dial(port)
    const back = await child(port)
    expect((await log.next('welcome')).record?.id).to.equal(back.id)
    expect(log.of('notice').length).to.be.at.most(1)
  }).timeout(20_000)
})
