/** The port that speaks clear text and TLS, and its client: who gets in, what crosses, what is bounded. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'
import { expect } from 'chai'
import {
  AgentClient,
  type AgentClientOptions,
  Identities,
  pskOf,
  SharedPort,
  secureLimits,
} from '../../../control/secure/index.js'
import { CIPHERS } from '../../../control/secure/psk.js'
import { rejectionOf } from '../../rejection.js'

const HOST = '127.0.0.1'
const TOKEN = randomBytes(32).toString('base64url')

/** Answers with who came and what was sent, in the way that the path says. */
function answer(identities: Identities, request: IncomingMessage, reply: ServerResponse): void {
  const who = identities.of(request.socket)?.name ?? 'clear'
  if (request.url === '/nothing') return
  if (request.url === '/text') {
    reply.end('no JSON')
    return
  }
  if (request.url === '/cut') {
    request.socket.destroy()
    return
  }
  if (request.url === '/long') {
    reply.end(Buffer.alloc(secureLimits.answerBytes + 1, ' '))
    return
  }
  if (request.url === '/follow') {
    reply.write('one ')
    request.socket.once('close', () => reply.destroy())
    return
  }
  const hash = createHash('sha256')
  let bytes = 0
  request.on('data', (part: Buffer) => {
    bytes += part.length
    hash.update(part)
  })
  request.on('end', () => reply.end(JSON.stringify({ who, bytes, hash: hash.digest('hex') })))
}

describe('the port of an agent', function () {
  this.timeout(60_000)
  const ending: (() => void)[] = []
  let identities: Identities
  let shared: SharedPort
  let port: number

  beforeEach(async () => {
    identities = new Identities()
    identities.give('agent', TOKEN, () => true)
    shared = new SharedPort(identities, (request, reply) => answer(identities, request, reply))
    shared.server.listen(0, HOST)
    await once(shared.server, 'listening')
    port = portOf(shared.server)
    ending.push(() => {
      shared.server.close()
      shared.server.closeAllConnections()
    })
  })

  afterEach(() => {
    for (const end of ending.splice(0).reverse()) end()
  })

  function portOf(server: { address(): AddressInfo | string | null }): number {
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  function client(options: Partial<AgentClientOptions> = {}): AgentClient {
    const made = new AgentClient({ host: HOST, port, token: TOKEN, ...options })
    ending.push(() => made.close())
    return made
  }

  function sockets(count: number, greet?: (socket: Socket) => void): Socket[] {
    return Array.from({ length: count }, () => {
      const socket = connect(port, HOST)
      socket.on('error', () => undefined)
      if (greet) greet(socket)
      ending.push(() => socket.destroy())
      return socket
    })
  }

  async function serving(handle: (socket: Socket) => void): Promise<number> {
    const open = new Set<Socket>()
    const server = createServer((socket) => {
      open.add(socket)
      socket.on('error', () => undefined)
      handle(socket)
    })
    server.listen(0, HOST)
    await once(server, 'listening')
    ending.push(() => {
      server.close()
      for (const socket of open) socket.destroy()
    })
    return portOf(server)
  }

  it('speaks both, and knows who came', async () => {
    const { status, json } = await client().request('POST', '/', { body: { a: 1 } })
    expect([status, json]).to.deep.include.members([200])
    expect(json).to.include({ who: 'agent', bytes: 7 })
    const clear = await client({ isClear: true }).request('GET', '/')
    expect(clear.json).to.include({ who: 'clear', bytes: 0 })
  })

  it('refuses a wrong token, also after a right one, and one that nobody knows', async () => {
    const right = client()
    await right.request('GET', '/')
    for (const options of [{ token: randomBytes(32) }, { identity: 'rollout:1' }, { token: `${TOKEN} ` }]) {
      const wrong = client({ ...options, name: 'n1' })
      for (const method of ['GET', 'POST', 'GET']) {
        const error = await rejectionOf(wrong.request(method, '/'))
        expect(error).to.have.property('code', 'agent-wrong-token')
        expect(error).to.have.property('message').that.includes(`agent n1 at ${HOST}:${port}`)
      }
    }
    expect((await right.request('GET', '/')).status).to.equal(200)
    expect(() => client({ token: '' }))
      .to.throw('no token')
      .with.property('code', 'agent-wrong-token')
  })

  it('takes up no session again, in TLS of this kind alone', async () => {
    const psk = pskOf('agent', TOKEN)
    const secure = (more: ConnectionOptions = {}): Promise<unknown> => {
      const options = { host: HOST, port, ...CIPHERS, checkServerIdentity: () => undefined }
      return new Promise((resolve, reject) => {
        const socket = connectSecurely({
          ...options,
          pskCallback: () => ({ identity: 'agent', psk }),
          ...more,
        })
        ending.push(() => socket.destroy())
        socket.once('error', reject)
        socket.once('secureConnect', () => {
          const { name } = socket.getCipher()
          resolve([name, socket.getProtocol(), socket.getSession(), socket.isSessionReused()])
        })
      })
    }
    const [name, protocol, session] = (await secure()) as [string, string, Buffer]
    expect([name, protocol]).to.deep.equal(['ECDHE-PSK-CHACHA20-POLY1305', 'TLSv1.2'])
    const wrong = { identity: 'agent', psk: randomBytes(32) }
    expect(await rejectionOf(secure({ session, pskCallback: () => wrong }))).to.match(/bad record mac/)
    const [, , , isReused] = (await secure({ session })) as unknown[]
    expect(isReused).to.equal(false)
    for (const ciphers of [
      'PSK-AES128-GCM-SHA256',
      'ECDHE-PSK-AES128-CBC-SHA256',
      'DHE-PSK-CHACHA20-POLY1305',
    ]) {
      expect(await rejectionOf(secure({ ciphers })), ciphers).to.match(/handshake failure|no cipher/)
    }
    expect(await rejectionOf(secure({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }))).to.be.instanceOf(
      Error,
    )
  })

  it('lets others come by keys of their own, until that is taken back', async () => {
    const ticket = randomBytes(32)
    identities.give('rollout:1', ticket, () => true)
    const other = client({ identity: 'rollout:1', token: ticket })
    expect((await other.request('GET', '/')).json).to.include({ who: 'rollout:1' })
    const waiting = rejectionOf(other.request('POST', '/nothing'))
    await once(shared.server, 'request')
    identities.take('rollout:1')
    expect(await waiting).to.have.property('code', 'agent-cut')
    expect(await rejectionOf(other.request('GET', '/'))).to.have.property('code', 'agent-wrong-token')
    identities.give('rollout:1', randomBytes(32), () => true)
    expect(await rejectionOf(other.request('GET', '/'))).to.have.property('code', 'agent-wrong-token')
    expect(() => identities.give('x'.repeat(129), ticket, () => true)).to.throw(RangeError)
  })

  it('lets nothing be read on the way', async () => {
    const seen: Buffer[] = []
    const proxy = await serving((near) => {
      const far = connect(port, HOST)
      far.on('error', () => undefined)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        one.on('data', (bytes) => {
          seen.push(bytes)
          other.write(bytes)
        })
        one.on('close', () => other.destroy())
      }
    })
    const marker = 'the-marker-of-this-test'
    const ask = (isClear: boolean): Promise<unknown> =>
      client({ port: proxy, isClear }).request('POST', `/${marker}`, { body: { marker } })
    const said = (): string => Buffer.concat(seen.splice(0)).toString('latin1')
    await ask(false)
    const secret = said()
    expect(secret.length).to.be.above(300)
    for (const text of [TOKEN, marker, 'HTTP', 'bytes']) expect(secret).not.to.include(text)
    await ask(true)
    const clear = said()
    for (const text of [TOKEN, marker, 'HTTP', 'bytes']) expect(clear).to.include(text)
  })

  it('carries what is long both ways, and what is followed until it is left', async () => {
    const size = 20 * 1024 * 1024
    const part = randomBytes(64 * 1024)
    const parts = Array.from({ length: size / part.length }, () => part)
    const hash = createHash('sha256')
    for (const each of parts) hash.update(each)
    const asking = client()
    const up = await asking.stream('POST', '/', { body: Readable.from(parts) })
    const text = Buffer.concat(await up.body.toArray()).toString()
    expect(JSON.parse(text)).to.deep.equal({ who: 'agent', bytes: size, hash: hash.digest('hex') })
    const down = await asking.stream('GET', '/long')
    let bytes = 0
    for await (const each of down.body) bytes += each.length
    expect(bytes).to.equal(secureLimits.answerBytes + 1)
    const followed = await asking.stream('GET', '/follow', { isFollowed: true, waitMs: 5000 })
    const request = once(shared.server, 'request')
    expect(String(await once(followed.body, 'data'))).to.equal('one ')
    followed.body.destroy()
    await asking.request('GET', '/')
    await request
    const control = new AbortController()
    const left = await asking.stream('GET', '/follow', { isFollowed: true, signal: control.signal })
    const reading = rejectionOf(left.body.toArray())
    control.abort(new Error('enough'))
    expect(await reading).to.have.property('message', 'enough')
  })

  it('has a client whose errors say which agent, and what to do', async () => {
    const asking = client()
    const silent = await serving(() => undefined)
    const gone = await serving((socket) => socket.destroy())
    const other = await serving((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')))
    for (const [ask, code, why] of [
      [() => asking.request('GET', '/nothing', { waitMs: 200 }), 'agent-late', '200 ms'],
      [() => asking.request('GET', '/text'), 'agent-bad-answer', 'no JSON'],
      [() => asking.request('GET', '/long'), 'agent-bad-answer', 'more than'],
      [() => asking.request('GET', '/cut'), 'agent-cut', 'ask again'],
      [() => client({ port: 1 }).request('GET', '/'), 'agent-unreachable', 'is it running'],
      [() => client({ port: other }).request('GET', '/'), 'agent-unreachable', 'does not speak TLS'],
      [() => client({ port: gone }).request('GET', '/'), 'agent-unreachable', 'not reached'],
      [() => client({ port: silent }).request('GET', '/'), 'agent-unreachable', 'no connection within'],
    ] as const) {
      const error = await rejectionOf(ask())
      expect(error, String(error)).to.have.property('code', code)
      expect(error).to.have.property('message').that.includes(why)
    }
    const control = new AbortController()
    const given = rejectionOf(asking.request('GET', '/nothing', { signal: control.signal }))
    control.abort(new Error('enough'))
    expect(await given).to.have.property('message', 'enough')
  })

  it('asks again by another connection where the one that it had is gone', async () => {
    const asking = client()
    await asking.request('GET', '/')
    // Ended without a word to the client, as by an agent that was killed in this moment.
    const ends = new Promise<void>((resolve) => {
      shared.server.once('request', (request) => resolve(void request.socket.destroy()))
    })
    const answered = asking.request('GET', '/')
    await ends
    expect((await answered).json).to.include({ who: 'agent' })
  })

  for (const [title, greet] of [
    ['say nothing', undefined],
    ['begin a handshake', (socket: Socket) => socket.write(Buffer.from([0x16, 3, 1]))],
    ['begin a request', (socket: Socket) => socket.write('GET / HTTP/1.1\r\n')],
  ] as const) {
    it(`answers beside a thousand that ${title}`, async () => {
      const before = client()
      await before.request('GET', '/')
      const followed = await before.stream('GET', '/follow', { isFollowed: true })
      const flood = sockets(1000, greet)
      await Promise.all(flood.map((socket) => once(socket, 'connect')))
      expect((await before.request('GET', '/')).status).to.equal(200)
      expect((await client().request('GET', '/')).json).to.include({ who: 'agent' })
      expect((await client({ isClear: true }).request('GET', '/')).json).to.include({ who: 'clear' })
      const count = await new Promise<number>((resolve) => {
        shared.server.getConnections((_error, there) => resolve(there))
      })
      expect(count).to.be.at.most(secureLimits.strangers + 8)
      expect(followed.body.destroyed).to.equal(false)
      followed.body.destroy()
    })
  }

  it('ends connections that say nothing, or never finish what they began', async () => {
    const [silent, half] = [sockets(1), sockets(1, (socket) => socket.write(Buffer.from([0x16])))]
    const slow = sockets(1, (socket) => socket.write('GET / HTTP/1.1\r\n'))
    for (const socket of [...silent, ...half, ...slow]) socket.resume()
    await Promise.all([...silent, ...half, ...slow].map((socket) => once(socket, 'close')))
  })
})
