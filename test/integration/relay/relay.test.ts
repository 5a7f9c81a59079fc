/** A hub that is dialled, agents on its lines, and whoever asks for them: on this host. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { type DialledHub, dialledHub } from '../../../control/relay/hub-url.js'
import { Exchange, HubLine, type LineOptions, relayLimits } from '../../../control/relay/index.js'
import { AgentClient, Identities, SharedPort } from '../../../control/secure/index.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'

const TOKEN = randomBytes(32).toString('base64url')
const BYTES = 20_000_000
const HELD_PARTS = 400

function hubAt(url: string): DialledHub {
  const hub = dialledHub(url)
  if (typeof hub === 'string') throw new Error(hub)
  return hub
}

describe('a hub that is dialled', function () {
  this.timeout(60_000)
  const ending: (() => unknown)[] = []
  let hub: DialledHub
  let exchange: Exchange
  let server: Server

  async function serving(url = 'tcp://127.0.0.1:0', tls = ''): Promise<void> {
    const tell = (): void => undefined
    const serve = (stream: unknown): void => void server.emit('connection', stream)
    exchange = new Exchange({ hub: hubAt(url), tls, version: '1', serve, tell })
    await exchange.start()
    hub = hubAt(exchange.url)
  }

  beforeEach(async () => {
    server = createServer((request, reply) => reply.end(`the hub, for ${request.url}`))
    await serving()
    ending.push(() => exchange.stop())
  })

  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })

  async function line(name: string, options: Partial<LineOptions> = {}): Promise<HubLine> {
    const made = await HubLine.dial({ hub, tls: '', name, ...options })
    ending.push(() => made.close())
    return made
  }

  /** An agent that answers with how many bytes were sent, and of which hash. */
  async function agent(name: string, options: Partial<LineOptions> = {}): Promise<HubLine> {
    const identities = new Identities()
    identities.give('agent', TOKEN, () => true)
    const port = new SharedPort(identities, (request, reply) => {
      if (request.url === '/big') return Readable.from(parts(BYTES)).pipe(reply)
      if (request.url === '/cut') return request.socket.destroy()
      const hash = createHash('sha256')
      let bytes = 0
      request.on('data', (part: Buffer) => {
        bytes += part.length
        hash.update(part)
      })
      request.on('end', () => reply.end(JSON.stringify({ name, bytes, hash: hash.digest('hex') })))
      return undefined
    })
    ending.push(() => port.server.closeAllConnections())
    const properties = { quorate: 'agent', version: '1.2.3', labels: { role: name } }
    const made = await line(name, { properties, serve: (stream) => port.carried(stream), ...options })
    await made.reached()
    return made
  }

  function client(by: HubLine, atHub: string, token = TOKEN): AgentClient {
    const made = new AgentClient({ atHub, token, connect: (name) => by.connect(name) })
    ending.push(() => made.close())
    return made
  }

  it('joins who asks with an agent, in TLS by its token', async () => {
    await agent('n1')
    const asking = await line('operator.1')
    const { status, json } = await client(asking, 'n1').request('POST', '/', { body: 'x'.repeat(100) })
    expect(status).to.equal(200)
    expect(json).to.include({ name: 'n1', bytes: 102 })
    const wrong = client(asking, 'n1', 'y'.repeat(32)).request('GET', '/')
    expect(await rejectionOf(wrong)).to.include({ code: 'agent-wrong-token' })
  })

  it('carries much both ways, whole and in order', async () => {
    await agent('n1')
    const asking = client(await line('operator.1'), 'n1')
    const expected = createHash('sha256')
    for (const part of parts(BYTES)) expected.update(part)
    const hash = expected.digest('hex')
    const up = await asking.stream('PUT', '/', { body: Readable.from(parts(BYTES)) })
    expect(JSON.parse(await text(up.body))).to.deep.equal({ name: 'n1', bytes: BYTES, hash })
    const down = await asking.stream('GET', '/big')
    const got = createHash('sha256')
    for await (const part of down.body) got.update(Buffer.from(part))
    expect(got.digest('hex')).to.equal(hash)
  })

  it('carries no clear text to an agent: whoever is at the hub could read the token', async () => {
    await agent('n1')
    const asking = await line('operator.1')
    const stream = await asking.connect('n1')
    stream.write(`GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`)
    expect(await text(stream)).not.to.contain('HTTP')
    stream.end()
  })

  it('tells which agents are there, with what they say of themselves, page by page', async () => {
    const asking = await line('operator.1')
    await asking.reached()
    expect(await asking.agents()).to.deep.equal([])
    for (const name of ['n2', 'n1']) await agent(name)
    const other = await line('operator.2', { properties: { quorate: 'agent', labels: { 'a b': 'c' } } })
    await other.reached()
    const told = (name: string): object => ({ name, version: '1.2.3', labels: { role: name } })
    expect(await asking.agents()).to.deep.equal([told('n1'), told('n2')])
  })

  it('says why there is no way: unknown, away, no agent, gone in the middle', async () => {
    const n1 = await agent('n1')
    const asking = await line('operator.1')
    await line('operator.2').then((other) => other.reached())
    const why = async (name: string): Promise<unknown> => {
      const error = await rejectionOf(client(asking, name).request('GET', '/', { waitMs: 20_000 }))
      expect(error).to.include({ code: 'agent-unreachable' })
      return error.cause
    }
    const begun = client(asking, 'n1').request('GET', '/')
    await begun
    const cut = rejectionOf(client(asking, 'n1').request('GET', '/cut'))
    expect(await cut).to.include({ code: 'agent-cut' })
    await n1.close()
    const whys = await Promise.all([why('nobody'), why('n1'), why('operator.2')])
    expect(whys.map(codeOf)).to.deep.equal(['relay-unknown', 'relay-away', 'relay-unknown'])
  })

  it('joins so many streams of one, and refuses one more, until some end', async () => {
    await agent('n1')
    const asking = await line('operator.1')
    const streams = await Promise.all(
      Array.from({ length: relayLimits.relaysToAgent }, () => asking.connect('n1')),
    )
    const refused = await rejectionOf(asking.connect('n1'))
    expect(codeOf(refused.cause)).to.equal('relay-full')
    const other = await line('operator.2')
    expect((await client(other, 'n1').request('GET', '/')).status).to.equal(200)
    for (const each of streams) each.destroy()
    let isFree = false
    while (!isFree)
      isFree = await asking.connect('n1').then(
        () => true,
        () => false,
      )
  })

  it('holds back who sends what an agent does not read, and nobody else', async () => {
    const held: Duplex[] = []
    const properties = { quorate: 'agent', version: '1', labels: {} }
    const slow = await line('n1', { properties, serve: (stream) => held.push(stream) })
    await slow.reached()
    await agent('n2')
    const asking = await line('operator.1')
    const stream = await asking.connect('n1')
    let taken = 0
    const sending = Array.from({ length: HELD_PARTS }, () => {
      return new Promise((sent) => stream.write(Buffer.alloc(65_536), () => sent(taken++)))
    })
    // Others go by the same line meanwhile.
    for (let n = 0; n < 20; n++) {
      expect((await client(asking, 'n2').request('GET', '/')).status).to.equal(200)
    }
    expect(taken * 65_536).to.be.below(8_000_000)
    let read = 0
    held[0]?.on('data', (part: Buffer) => (read += part.length))
    await Promise.all(sending)
    await eventually(() => read === HELD_PARTS * 65_536, 'all of it')
  })

  it('tells of more agents than one answer holds, and bounds the streams of one to its server', async () => {
    const count = relayLimits.agentsAtOnce + 20
    const names = Array.from({ length: count }, (_, n) => `n${1000 + n}`)
    const properties = { quorate: 'agent', version: '1', labels: {} }
    await Promise.all(names.map((name) => line(name, { properties }).then((each) => each.reached())))
    const asking = await line('operator.1')
    let told: readonly string[] = []
    while (told.length < count) told = (await asking.agents()).map(({ name }) => name)
    expect(told).to.deep.equal(names)
    server.removeAllListeners('connection')
    const most = Array.from({ length: relayLimits.hubStreamsOfOne }, () => asking.toHub())
    await Promise.all(most)
    expect(await rejectionOf(asking.toHub())).to.include({ code: 'relay-full' })
    await (await line('operator.2')).toHub()
  })

  it('waits for an agent, and a hub, that begin anew', async () => {
    const first = await agent('n1')
    const asking = await line('operator.1')
    const by = client(asking, 'n1')
    expect((await by.request('GET', '/')).status).to.equal(200)
    await first.close()
    const again = by.request('GET', '/', { waitMs: 20_000 })
    await agent('n1')
    expect((await again).status).to.equal(200)
    await exchange.stop()
    const later = by.request('GET', '/', { waitMs: 30_000 })
    await serving(hub.shown)
    expect((await later).status).to.equal(200)
  })

  it('gives those who come its own server', async () => {
    const asking = await line('n1')
    const stream = await asking.toHub()
    stream.end('GET /v1/x HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n')
    expect(await text(stream)).to.match(/the hub, for \/v1\/x/)
  })
})

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}

function* parts(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), left % 251)
}
