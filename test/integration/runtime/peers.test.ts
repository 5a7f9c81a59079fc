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
import { freePort } from '../../support/free-port.js'
import { whenFree } from '../discovery/networks.js'

describe('a peer that is lost', () => {
  const parts = peersForTests()
  const { peersOfOne, newcomer, directoryOf, count } = parts

  it('is forgotten at once where it said goodbye, and met anew if it is heard of again', async () => {
    const peers = peersOfOne()
    const [server, record] = await newcomer('Leaver')
    peers.found(record)
    await eventually(() => count('Leaver connected') === 1, 'the first connection')
    peers.gone(record.id)
    expect(peers.connected).to.have.length(1)
    server.close()
    await eventually(() => parts.forgotten.length > 0, 'the peer is forgotten')
    expect(parts.forgotten).to.deep.equal([record.id])
    expect(parts.events).to.deep.equal(['Leaver connected', 'Leaver disconnected: it stopped'])
    expect(parts.dialled.map(({ closed }) => closed)).to.deep.equal([true])

    await directoryOf(record)
    peers.found(record)
    await eventually(() => count('Leaver connected') === 2, 'the second connection')
    expect(parts.dialled.map(({ closed }) => closed)).to.deep.equal([true, false])
  })

  it('is forgotten at once where it said goodbye before it ever answered', async () => {
    const peers = peersOfOne()
    const [, record, sockets] = await newcomer('Silent')
    sockets.closeAll(0)
    peers.found(record)
    peers.gone(record.id)
    expect(parts.forgotten).to.deep.equal([record.id])
    expect(parts.events).to.deep.equal([])
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
    expect(parts.forgotten).to.deep.equal([])
  })
})

describe('a peer that is said to be somewhere else', () => {
  const parts = peersForTests()
  const { peersOfOne, newcomer, directoryOf, count } = parts

  it('stays connected while it does not answer there, and moves when it does', async () => {
    const peers = peersOfOne()
    const [, record] = await newcomer('Here')
    peers.found(record)
    await eventually(() => count('Here connected') === 1, 'the connection')
    const [nowhere, elsewhere] = [await freePort(), await freePort()]
    const lies = [
      { ...record, generation: 5, port: nowhere },
      { ...record, generation: Number.MAX_SAFE_INTEGER, port: elsewhere },
    ]
    for (const lie of [...lies, ...lies]) peers.found(lie)
    await eventually(() => parts.dialled.length === 3, 'the lies are looked into')
    const [, other] = await newcomer('Other')
    peers.found({ ...record, generation: 6, port: other.port })
    await eventually(() => count('Other connected') === 1, 'who answers there')
    expect(parts.events).to.deep.equal(['Here connected', 'Other connected'])
    expect(peers.connected).to.have.length(2)

    const [, moved] = await directoryOf({ ...record, port: 0, generation: 2, host: '127.0.0.2' })
    peers.found(moved)
    await eventually(() => count('Here connected') === 2, 'the move')
    const news = ['Here disconnected: it has another address', 'Here connected']
    expect(parts.events.slice(2)).to.deep.equal(news)
    // What was dialled for the lies is closed.
    expect(parts.dialled.filter(({ closed }) => !closed)).to.have.length(2)
  })

  it('stays connected where it only listens at another port of its host, and says so itself', async () => {
    const peers = peersOfOne()
    const [server, record] = await newcomer('Here')
    peers.found(record)
    await eventually(() => count('Here connected') === 1, 'the connection')
    const { port, leave } = server.listenAnew()
    parts.says(record.id, { port, generation: 2 })
    server.renew()
    const standing = (): number => parts.dialled.filter(({ closed }) => !closed).length
    await eventually(() => parts.dialled.length === 2 && standing() === 1, 'the move')
    expect(peers.connected[0]?.port).to.equal(port)
    leave()
    const before = parts.listed.length
    server.update({ ports: [], types: [], groups: [] })
    await eventually(() => parts.listed.length > before, 'a listing by the new way')
    expect(parts.events).to.deep.equal(['Here connected'])
  })

  it('is found where it is, though a lie came first', async () => {
    const peers = peersOfOne()
    const [, record] = await newcomer('Here')
    peers.found({ ...record, generation: 99, port: await freePort() })
    peers.found(record)
    await eventually(() => count('Here connected') === 1, 'the connection')
    expect(parts.dialled.map(({ closed }) => closed)).to.deep.equal([true, false])
  })

  it('is found where it is, though a lie came first that leads to another', async () => {
    const peers = peersOfOne()
    const [[, record], [, other]] = [await newcomer('Here'), await newcomer('Other')]
    peers.found({ ...record, generation: 99, port: other.port })
    peers.found(record)
    await eventually(() => count('Here connected') === 1, 'the connection')
    // Who answers first decides whether the one that the lie leads to is met, too.
    expect(parts.events.filter((event) => event !== 'Other connected')).to.deep.equal(['Here connected'])
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
    const stays = await actors.start(lab, 'Stays', { discovery: hearing, sink: log, insecure: true })
    const [host = '', port = ''] = stays.directory.split(':')
    const record = newRecord({ id: stays.id, app: 'lab', actor: 'Stays', host, port: Number(port) })
    const telling = changed(silent('telling'), { start: async (events) => events.found(record) })
    const goes = await actors.start(lab, 'Goes', { discovery: telling, sink: new EventLog(), insecure: true })
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

/** What tests of peers are made of. Registers its hook with the suite. */
function peersForTests() {
  const closing: { close(): void }[] = []
  const opened: Sockets[] = []
  const events: string[] = []
  const forgotten: string[] = []
  const listed: ActorRecord[] = []
  /** What actors say of themselves that is another than at first. */
  const said = new Map<string, Partial<ActorRecord>>()
  /** The connections to directories that were begun, in order. */
  const dialled: DealerSocket[] = []

  afterEach(() => {
    for (const each of closing.splice(0)) each.close()
    for (const sockets of opened.splice(0)) sockets.closeAll()
    for (const each of [events, forgotten, dialled, listed]) each.length = 0
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
    const counted = counting(sockets, dialled)
    const peers = new Peers({
      app: 'lab',
      sockets: counted,
      self: () => self,
      discovery: changed(silent('none'), { forget: (id) => forgotten.push(id) }),
      listed: (record) => listed.push(record),
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
        self: () => ({ ...record, port: port || 1, ...said.get(record.id) }),
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
  const says = (id: string, news: Partial<ActorRecord>): void => void said.set(id, news)
  const count = (text: string): number => events.filter((each) => each.startsWith(text)).length
  return { events, forgotten, listed, dialled, says, peersOfOne, directoryOf, newcomer, count }
}

/** Sockets whose dealers are noted. */
function counting(sockets: Sockets, dealers: DealerSocket[]): Sockets {
  return new Proxy(sockets, {
    get: (target, name) => {
      if (name !== 'dealer') return Reflect.get(target, name, target)
      return (...args: Parameters<Sockets['dealer']>) => {
        const socket = target.dealer(...args)
        dealers.push(socket)
        return socket
      }
    },
  })
}
