/** What anybody may tell a hub of a fleet: it takes what makes sense, within bounds, and nothing else. */
import { expect } from 'chai'
import { fleetLimits } from '../../../control/fleet/limits.js'
import type { ActorTold, NodeTold } from '../../../control/fleet/models.js'
import { HubConnection } from '../../../control/hub/client/connection.js'
import type { Hub } from '../../../control/hub/index.js'
import { FleetWatch } from './fleet-watch.js'
import { HubsForTests } from './hubs-for-tests.js'

const WHO = { app: 'a', version: '1', actor: 'A', id: '0123456789abcdef', host: 'h', pid: 1, started: 1 }
const PORT = {
  ...{ component: 'c', name: 'p', kind: 'pub', scope: 'global', message: 'M', host: '127.0.0.1', port: 1 },
  ...{ connected: 0, peers: [] },
}
const NODE = { host: 'h', version: '1', pid: 1, started: 1, labels: {} }
const COUNTERS = {
  ...{ at: 1, ports: {}, groups: {}, properties: {}, lagMs: 0, busy: 0, heapBytes: 1, memoryBytes: 1 },
}

describe('what a hub is told of its fleet', function () {
  this.timeout(60_000)
  const hubs = new HubsForTests()
  const closing: { close(): void }[] = []
  afterEach(() => {
    for (const each of closing.splice(0)) each.close()
  })

  function closed<T extends { close(): void }>(one: T): T {
    closing.push(one)
    return one
  }

  const addressOf = ({ port, token }: Hub) => ({ url: `http://127.0.0.1:${port}`, token: token ?? '' })

  /** The answer, or the code of what is refused. */
  async function tell(hub: HubConnection, what: string, of: string, body: unknown): Promise<unknown> {
    try {
      return await hub.ask({ do: what, of, body }, { signal: AbortSignal.timeout(60_000) })
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  const known = { watched: false, whole: false }

  it('is taken in parts, and told to who watches, as long as its socket is there', async () => {
    const hub = await hubs.start()
    const teller = closed(new HubConnection(addressOf(hub)))
    expect(await tell(teller, 'picture', 'w', { ports: [] })).to.deep.equal({ ...known, whole: true })
    const told: ActorTold = { who: WHO, ports: [PORT], counters: COUNTERS }
    expect(await tell(teller, 'picture', 'w', told)).to.deep.equal(known)
    const watched = closed(new FleetWatch(addressOf(hub)))
    await watched.next(0)
    expect(watched.actors.get('w')).to.deep.equal({ worker: 'w', there: true, ...told })
    const ports = [{ ...PORT, peers: ['fedcba9876543210'], connected: 1 }]
    await tell(teller, 'picture', 'w', { ports })
    const changes = await watched.next()
    expect(changes.actors).to.deep.equal([{ worker: 'w', ports }])
    // By another socket, nobody knows what of that was lost.
    const other = closed(new HubConnection(addressOf(hub)))
    expect(await tell(other, 'picture', 'w', { ports })).to.include({ whole: true })
    teller.close()
    await watched.until(() => !watched.actors.has('w'))
  })

  it('goes at once where the worker leaves, and stays where it comes again in time', async () => {
    const hub = await hubs.start()
    const connection = (): HubConnection => closed(new HubConnection(addressOf(hub)))
    const [first, second, third] = [connection(), connection(), connection()]
    const watched = closed(new FleetWatch(addressOf(hub)))
    await tell(first, 'picture', 'w', { who: WHO })
    await tell(third, 'picture', 'later', { who: WHO })
    await watched.next(0)
    first.close()
    await tell(second, 'picture', 'w', { who: WHO })
    await tell(second, 'register', 'other', {})
    await tell(second, 'picture', 'other', { who: WHO })
    await watched.until(() => watched.actors.has('other'))
    await tell(second, 'unregister', 'other', {})
    await watched.until(() => !watched.actors.has('other'))
    // Of sockets that go one after another, what they told goes so, too.
    third.close()
    await watched.until(() => !watched.actors.has('later'))
    expect([...watched.actors.keys()]).to.deep.equal(['w'])
  })

  it('is refused where it is too long, too much, or something else', async () => {
    const hub = await hubs.start()
    const teller = closed(new HubConnection(addressOf(hub)))
    const long = 'x'.repeat(fleetLimits.textChars + 1)
    const ports = (count: number): object[] => Array.from({ length: count }, () => PORT)
    const actors: unknown[] = [
      ...['text', 7, [], { who: 'me' }, { who: { ...WHO, app: long } }, { who: { ...WHO, pid: '1' } }],
      { who: WHO, ports: ports(fleetLimits.ports + 1) },
      {
        who: WHO,
        ports: [{ ...PORT, peers: Array.from({ length: fleetLimits.peersOfPort + 1 }, () => 'x') }],
      },
      { who: WHO, ports: [{ ...PORT, message: long }] },
      { who: WHO, commands: [{ component: 'c', name: 'n', description: '', schema: 'x' }] },
      {
        who: WHO,
        commands: [{ component: 'c', name: 'n', description: '', schema: { x: 'y'.repeat(600_000) } }],
      },
      { who: WHO, counters: { ...COUNTERS, at: 'now' } },
      { who: WHO, polls: [{}] },
    ]
    for (const body of actors) {
      const text = JSON.stringify(body).slice(0, 80)
      expect(await tell(teller, 'picture', 'w', body), text).to.equal('hub-bad-request')
    }
    const nodes: unknown[] = [
      { who: { ...NODE, labels: { [long]: '' } } },
      { who: { ...NODE, labels: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`l${at}`, ''])) } },
      { who: NODE, ids: Array.from({ length: fleetLimits.actorsOfNode + 1 }, (_, at) => `${at}`) },
      { who: NODE, actors: [{ id: 'x' }] },
    ]
    for (const body of nodes) expect(await tell(teller, 'node', 'n', body)).to.equal('hub-bad-request')
    for (const name of ['', 'x'.repeat(300), '\ud800']) {
      expect(await tell(teller, 'picture', name, { who: WHO })).to.equal('hub-bad-request')
      expect(await tell(teller, 'node', name, { who: NODE })).to.equal('hub-bad-request')
    }
    const watched = closed(new FleetWatch(addressOf(hub)))
    await watched.next(0)
    expect([watched.actors.size, watched.nodes.size]).to.deep.equal([0, 0])
  })

  it('has no more names than there is room for, and keeps what it is called as a text', async () => {
    const hub = await hubs.start()
    const teller = closed(new HubConnection(addressOf(hub)))
    const names = Array.from({ length: fleetLimits.actors + 5 }, (_, at) => `w${at}`)
    const answers = await Promise.all(names.map((name) => tell(teller, 'picture', name, { who: WHO })))
    expect(answers.filter((each) => each === 'hub-full')).to.have.length(5)
    const told: NodeTold = { who: NODE }
    const nodes = Array.from({ length: fleetLimits.nodes }, (_, at) => `n${at}`)
    for (const name of nodes) expect(await tell(teller, 'node', name, told)).to.include({ whole: false })
    expect(await tell(teller, 'node', 'one more', told)).to.equal('hub-full')
    for (const name of ['__proto__', 'constructor', '<img src=x onerror=alert(1)>']) {
      await tell(teller, 'unregister', `w${name.length}`, {})
      expect(await tell(teller, 'picture', name, { who: WHO })).to.deep.equal(known)
    }
    const watched = closed(new FleetWatch(addressOf(hub)))
    await watched.next(0)
    expect(watched.actors.size).to.equal(fleetLimits.actors)
    expect(watched.actors.get('__proto__')?.who).to.deep.equal(WHO)
  })

  it('is told over sockets alone, and by nobody to pages of other origins', async () => {
    const hub = await hubs.start()
    const { url, token } = addressOf(hub)
    const headers = { authorization: `Bearer ${token}` }
    const ask = async (path: string, more: Record<string, string> = {}): Promise<number> =>
      (await fetch(`${url}${path}`, { headers: { ...headers, ...more } })).status
    expect(await ask('/v1/fleet')).to.equal(200)
    expect(await ask('/v1/fleet?waitMs=x')).to.equal(400)
    expect(await ask('/v1/fleet?after=nonsense')).to.equal(200)
    expect(await ask('/v1/fleet', { authorization: 'Bearer wrong' })).to.equal(401)
    expect(await ask('/v1/fleet', { origin: 'http://elsewhere.example' })).to.equal(403)
    const teller = closed(new HubConnection({ url, token }))
    const refused = await tell(teller, 'errandDone', 'n', { id: 'x', outcome: { status: 99 } })
    expect(refused).to.equal('hub-bad-request')
    const none = await tell(teller, 'errandDone', 'n', { id: 'x', outcome: { status: 200 } })
    expect(none).to.deep.equal({ awaited: false })
  })
})
