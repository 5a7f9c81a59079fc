/** An actor whose host gets other addresses: those of loopback stand for them. */
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { expect } from 'chai'
import { createMemoryNetwork, type Discovery, memoryDiscovery } from '../../../discovery/index.js'
import { Actor } from '../../../runtime/actor.js'
import { actor, app, Component, message } from '../../../runtime/index.js'
import { placeHere } from '../../../runtime/place.js'
import { skip } from '../../skip.js'
import { changed, silent } from '../../support/discoveries.js'
import { type Event, EventLog } from '../../support/events.js'

const Reading = message('Reading')

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

/** Resolves when nobody listens there: ZeroMQ closes its sockets in the background. */
async function silence(host: string, port: number): Promise<void> {
  while (await answers(host, port));
}

/** A program that holds a port of an address. */
async function squatter(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}

class Source extends Component<{ readonly port?: number }> {
  readonly out = this.pub(Reading)
  readonly fixed = this.pub(Reading, { port: this.params.port ?? 0 })
}

describe('an actor whose host moves', () => {
  const actors: Actor[] = []
  const servers: Server[] = []
  let log = new EventLog()
  let made: Source | undefined

  before(function () {
    if (process.platform !== 'linux') skip(this, 'only Linux has more than one address on loopback')
  })
  beforeEach(() => {
    log = new EventLog()
  })
  afterEach(async () => {
    await Promise.all(actors.splice(0).map((each) => each.stop()))
    for (const server of servers.splice(0)) server.close()
  })

  /** An actor at 127.0.0.1 whose ports may be given. */
  function sourceAt(given: { port?: number; directoryPort?: number; discovery?: Discovery } = {}): Actor {
    class Held extends Source {
      constructor() {
        super()
        made = this
      }
    }
    const { port = 0, directoryPort = 0 } = given
    const source = actor({ components: () => ({ source: [Held, port > 0 ? { port } : {}] }) })
    const moving = new Actor({
      app: app('lab', { actors: { Source: source } }),
      name: 'Source',
      definition: source,
      params: {},
      discovery: given.discovery ?? memoryDiscovery(createMemoryNetwork()),
      place: placeHere('app', undefined),
      host: '127.0.0.1',
      directoryPort,
      sink: log,
      logLevel: 'info',
    })
    actors.push(moving)
    return moving
  }

  async function taken(host: string): Promise<{ server: Server; port: number }> {
    const held = await squatter(host)
    servers.push(held.server)
    return held
  }

  const portOf = (moving: Actor): number => Number(moving.directory.split(':')[1])
  const errors = (): Event[] => log.events.filter(({ event }) => event === 'error')

  it('moves once for each address, one after another, and is where the last one says', async () => {
    const moving = sourceAt()
    const starting = moving.start()
    // Comes before there is anything to move.
    const early = moving.moved('127.0.0.2')
    await starting
    await early
    expect(moving.directory).to.match(/^127\.0\.0\.2:/)
    const before = portOf(moving)
    await Promise.all([moving.moved('127.0.0.3'), moving.moved('127.0.0.4')])
    expect(moving.directory).to.match(/^127\.0\.0\.4:/)
    expect(await answers('127.0.0.4', portOf(moving))).to.equal(true)
    await silence('127.0.0.2', before)
    const { host, port } = made?.out.info ?? { host: '', port: 0 }
    expect(host).to.equal('127.0.0.4')
    expect(await answers(host, port)).to.equal(true)
    const moves = log.events.filter(({ msg }) => String(msg).includes('ports and directory moved there'))
    expect(moves).to.have.length(3)
  })

  it('tries again until its directory can move, and says once that it could not', async () => {
    const { server, port } = await taken('127.0.0.2')
    const moving = sourceAt({ directoryPort: port })
    await moving.start()
    const moved = moving.moved('127.0.0.2')
    expect((await log.named('error')).msg).to.match(
      /^this host has the address 127\.0\.0\.2 now, but the move there failed: .* port is in use; .* again/,
    )
    server.close()
    await moved
    await log.saying('127.0.0.2 now; ports and directory moved there')
    expect(moving.directory).to.equal(`127.0.0.2:${port}`)
    expect(await answers('127.0.0.2', port)).to.equal(true)
    expect(made?.out.info.host).to.equal('127.0.0.2')
    expect(errors()).to.have.length(1)
  })

  it('tries again until each port can move, and the others are there before', async () => {
    const { server, port } = await taken('127.0.0.2')
    const announced: string[] = []
    const memory = memoryDiscovery(createMemoryNetwork())
    const discovery = changed(memory, {
      announce: (record) => {
        announced.push(record.host)
        return memory.announce(record)
      },
    })
    const moving = sourceAt({ port, discovery })
    await moving.start()
    const moved = moving.moved('127.0.0.2')
    expect((await log.named('error')).msg).to.match(/failed: source\.fixed cannot bind tcp:.* again/)
    expect(announced).to.deep.equal(['127.0.0.1', '127.0.0.2'])
    const { host, port: free } = made?.out.info ?? { host: '', port: 0 }
    expect(host).to.equal('127.0.0.2')
    server.close()
    await moved
    expect(made?.fixed.info).to.include({ host: '127.0.0.2', port })
    expect(await answers('127.0.0.2', port)).to.equal(true)
    // What had moved did not move again.
    expect(made?.out.info.port).to.equal(free)
    expect(announced).to.have.length(2)
    expect(errors()).to.have.length(1)
  })

  it('gives up an address that the host no longer has', async () => {
    const moving = sourceAt()
    await moving.start()
    const nowhere = moving.moved('203.0.113.1')
    await log.named('error')
    await Promise.all([moving.moved('127.0.0.3'), nowhere])
    expect(await answers('127.0.0.3', portOf(moving))).to.equal(true)
    expect(made?.out.info.host).to.equal('127.0.0.3')
    expect(errors()).to.have.length(1)
  })

  it('tries no more once the actor stops', async () => {
    const moving = sourceAt()
    await moving.start()
    const nowhere = moving.moved('203.0.113.1')
    await log.named('error')
    await Promise.all([moving.stop(), nowhere])
    await moving.moved('127.0.0.3')
    expect(log.events.at(-1)).to.include({ event: 'stopped' })
  })

  it('leaves nothing listening where it stops in the middle of a move', async () => {
    const moving = sourceAt()
    await moving.start()
    const moved = moving.moved('127.0.0.2')
    await Promise.all([moving.stop(), moved])
    await silence('127.0.0.2', portOf(moving))
    expect(errors()).to.deep.equal([])
  })

  it('moves nowhere where it could not start', async () => {
    const refusing = { ...silent('refusing'), start: () => Promise.reject(new Error('no network')) }
    const moving = sourceAt({ discovery: refusing })
    const starting = moving.start().catch((error: unknown) => error)
    const moved = moving.moved('127.0.0.2')
    expect(await starting).to.have.property('message', 'no network')
    await moved
    expect(moving.directory).to.match(/^127\.0\.0\.1:/)
    expect(log.events.map(({ event }) => event)).to.deep.equal(['started'])
  })
})
