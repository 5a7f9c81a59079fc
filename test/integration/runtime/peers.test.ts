/** Which peers are looked for when they are lost: directories and actors in one process, over loopback. */
import { expect } from 'chai'
import { type ActorRecord, DirectoryServer } from '../../../discovery/index.js'
import { createSockets, type DealerSocket, type Sockets } from '../../../ports/index.js'
import { actor, app, Component, message } from '../../../runtime/index.js'
import { Peers } from '../../../runtime/peers.js'
import { newRecord } from '../../compliance/discovery.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { changed, silent } from '../../support/discoveries.js'
import { EventLog } from '../../support/events.js'
import { eventually } from '../../support/eventually.js'
import { whenFree } from '../discovery/networks.js'

describe('a peer that is lost', () => {
  const closing: { close(): void }[] = []
  const opened: Sockets[] = []
  let events: string[] = []
  let forgotten: string[] = []
  /** The connections to directories that were begun, in order. */
  let dialled: DealerSocket[] = []

  beforeEach(() => {
    events = []
    forgotten = []
    dialled = []
  })
  afterEach(() => {
    for (const each of closing.splice(0)) each.close()
    for (const sockets of opened.splice(0)) sockets.closeAll()
  })

  function newSockets(): Sockets {
    const sockets = createSockets()
    opened.push(sockets)
    return sockets
  }

  /** The peers of an actor whose discovery finds nobody. */
  function peersOfOne(): Peers {
    const self = newRecord({ app: 'lab', actor: 'Self', port: 1 })
    const sockets = newSockets()
    const counted = new Proxy(sockets, {
      get: (target, name) => {
        if (name !== 'dealer') return Reflect.get(target, name, target)
        return (...args: Parameters<Sockets['dealer']>) => {
          const socket = target.dealer(...args)
          dialled.push(socket)
          return socket
        }
      },
    })
    const peers = new Peers({
      app: 'lab',
      sockets: counted,
      self: () => self,
      discovery: changed(silent('none'), { forget: (id) => forgotten.push(id) }),
      listed: () => undefined,
      connected: ({ actor }) => events.push(`${actor} connected`),
      disconnected: ({ actor }, why) => events.push(`${actor} disconnected: ${why}`),
      notice: () => undefined,
    })
    closing.push(peers)
    return peers
  }

  /** An actor's directory on sockets of its own, at a port that may have been another's. */
  async function directoryOf(record: ActorRecord): Promise<[DirectoryServer, ActorRecord, Sockets]> {
    const sockets = newSockets()
    let { port } = record
    const server = await whenFree(async () => {
      const made = new DirectoryServer({
        sockets,
        host: record.host,
        port: record.port,
        self: () => ({ ...record, port: port || 1 }),
        events: { hello: () => undefined, notice: () => undefined },
      })
      port = await made.open()
      return made
    })
    closing.push(server)
    return [server, { ...record, port }, sockets]
  }

  const newcomer = (actor: string) =>
    directoryOf(newRecord({ app: 'lab', actor, host: '127.0.0.1', port: 0, generation: 0 }))
  const count = (text: string): number => events.filter((each) => each.startsWith(text)).length

  it('is forgotten at once where it said goodbye, and met anew if it is heard of again', async () => {
    const peers = peersOfOne()
    const [server, record] = await newcomer('Leaver')
    peers.found(record)
    await eventually(() => count('Leaver connected') === 1, 'the first connection')
    peers.gone(record.id)
    expect(peers.connected).to.have.length(1)
    server.close()
    await eventually(() => forgotten.length > 0, 'the peer is forgotten')
    expect(forgotten).to.deep.equal([record.id])
    expect(events).to.deep.equal(['Leaver connected', 'Leaver disconnected: it stopped'])
    expect(dialled.map(({ closed }) => closed)).to.deep.equal([true])

    await directoryOf(record)
    peers.found(record)
    await eventually(() => count('Leaver connected') === 2, 'the second connection')
    expect(dialled.map(({ closed }) => closed)).to.deep.equal([true, false])
  })

  it('is forgotten at once where it said goodbye before it ever answered', async () => {
    const peers = peersOfOne()
    const [, record, sockets] = await newcomer('Silent')
    sockets.closeAll(0)
    peers.found(record)
    peers.gone(record.id)
    expect(forgotten).to.deep.equal([record.id])
    expect(events).to.deep.equal([])
  })

  it('is looked for where its connection merely broke, and found again without a word', async () => {
    const peers = peersOfOne()
    const [, record, sockets] = await newcomer('Crasher')
    peers.found(record)
    await eventually(() => count('Crasher connected') === 1, 'the first connection')
    sockets.closeAll(0)
    await eventually(() => count('Crasher disconnected: the connection broke') === 1, 'the loss')
    await directoryOf(record)
    await eventually(() => count('Crasher connected') === 2, 'the second connection')
    expect(forgotten).to.deep.equal([])
  })
})

describe('an actor that discovery says nothing of', () => {
  const Reading = message('Reading')
  const actors = new ActorsForTests()

  /** Two actors, of which one was told of the other, and that one hears of it by its hello. */
  async function pair() {
    const forgotten: string[] = []
    const log = new EventLog()
    const hearing = changed(silent('hearing'), { forget: (id) => forgotten.push(id) })
    const stays = await actors.start(lab, 'Stays', { discovery: hearing, sink: log })
    const [host = '', port = ''] = stays.directory.split(':')
    const record = newRecord({ id: stays.id, app: 'lab', actor: 'Stays', host, port: Number(port) })
    const telling = changed(silent('telling'), { start: async (events) => events.found(record) })
    const goes = await actors.start(lab, 'Goes', { discovery: telling, sink: new EventLog() })
    await log.named('connected')
    return { goes, log, forgotten }
  }

  class Speaks extends Component {
    readonly out = this.pub(Reading)
  }
  const speaking = actor({ components: () => ({ it: Speaks }) })
  const lab = app('lab', { actors: { Stays: speaking, Goes: speaking } })

  it('is forgotten at once where it stops', async () => {
    const { goes, log, forgotten } = await pair()
    await goes.stop()
    expect(await log.named('disconnected')).to.include({ peer: goes.id, why: 'it stopped' })
    expect(forgotten).to.deep.equal([goes.id])
  })
})
