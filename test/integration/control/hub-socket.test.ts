/** The socket of a hub, as a client without ours sees it. */
import { once } from 'node:events'
import { expect } from 'chai'
import { type ClientOptions, WebSocket } from 'ws'
import type { Hub } from '../../../control/hub/index.js'
import { hubLimits } from '../../../control/hub/limits.js'
import { rejectionOf } from '../../rejection.js'
import { HubsForTests } from './hubs-for-tests.js'

/** What a frame of the hub says. */
interface Frame {
  readonly n: number
  readonly ok?: {
    readonly id?: string
    readonly commands?: readonly Readonly<Record<string, unknown>>[]
    readonly count?: number
  }
  readonly error?: { readonly code: string; readonly message: string }
}

class Client {
  readonly socket: WebSocket
  readonly #frames: Frame[] = []
  #asked = 0

  constructor(hub: Hub, options: ClientOptions = { headers: { authorization: `Bearer ${hub.token}` } }) {
    this.socket = new WebSocket(`ws://127.0.0.1:${hub.port}/v1/socket`, options)
    this.socket.on('message', (data) => this.#frames.push(JSON.parse(String(data))))
  }

  /** The number of the frame. */
  send(frame: object): number {
    this.socket.send(JSON.stringify({ n: ++this.#asked, ...frame }))
    return this.#asked
  }

  /** The answer to a frame, or to what was sent as no frame (0). */
  async answer(n: number): Promise<Frame> {
    for (;;) {
      const at = this.#frames.findIndex((frame) => frame.n === n)
      const [frame] = at < 0 ? [] : this.#frames.splice(at, 1)
      if (frame) return frame
      await once(this.socket, 'message')
    }
  }

  async ask(frame: object): Promise<Frame> {
    return this.answer(this.send(frame))
  }
}

describe('the socket of a hub', function () {
  this.timeout(30_000)
  const hubs = new HubsForTests()
  const clients: Client[] = []
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.terminate()
  })

  async function open(hub: Hub): Promise<Client> {
    const client = new Client(hub)
    clients.push(client)
    await once(client.socket, 'open')
    return client
  }

  it('pushes commands to who waits, and replies to who asked, while others are asked for', async () => {
    const hub = await hubs.start()
    const [user, worker] = [await open(hub), await open(hub)]
    const taking = worker.send({ do: 'take', of: 'W', body: { waitMs: 60_000 } })
    expect(await worker.ask({ do: 'workers' }))
      .to.have.nested.property('ok.workers')
      .that.deep.equals([])
    const posted = await user.ask({
      do: 'post',
      body: { id: 'c', from: 'U', to: ['W'], method: 'm', args: [1.5] },
    })
    expect(posted.ok).to.deep.equal({ id: 'c', to: ['W'] })
    const waiting = user.send({ do: 'replies', of: 'c', waitMs: 60_000 })
    const [command] = (await worker.answer(taking)).ok?.commands ?? []
    expect(command).to.deep.include({ id: 'c', from: 'U', method: 'm', args: [1.5], attempt: 1 })
    const body = { id: 'r', worker: 'W', token: command?.token, data: { level: 3 } }
    expect((await worker.ask({ do: 'reply', of: 'c', body })).ok).to.deep.equal({ id: 'r' })
    expect((await user.answer(waiting)).ok).to.deep.equal({
      replies: [{ id: 'r', worker: 'W', status: 'completed', data: { level: 3 } }],
      ...{ count: 1, ended: true },
    })
  })

  it('gives nothing to who has left, or is gone', async () => {
    const hub = await hubs.start()
    const [user, leaving, going] = [await open(hub), await open(hub), await open(hub)]
    const taking = leaving.send({ do: 'take', of: 'W', body: { waitMs: 60_000 } })
    leaving.socket.send(JSON.stringify({ n: taking, do: 'leave' }))
    expect((await leaving.answer(taking)).ok?.commands).to.deep.equal([])
    going.send({ do: 'take', of: 'W', body: { waitMs: 60_000 } })
    await going.ask({ do: 'workers' })
    going.socket.terminate()
    await user.ask({ do: 'post', body: { id: 'c', to: ['W'], method: 'm' } })
    const taken = await leaving.ask({ do: 'take', of: 'W', body: { waitMs: 60_000 } })
    expect(taken.ok?.commands).to.have.length(1)
    expect(taken.ok?.commands?.[0]).to.include({ id: 'c', attempt: 1 })
  })

  it('says what makes no sense, and goes on', async () => {
    const hub = await hubs.start()
    const client = await open(hub)
    for (const text of ['', '{', '[]', '7', '{"n":"x"}', '{"do":"toString"}', '{"do":["post"]}']) {
      client.socket.send(text)
      const { error } = await client.answer(0)
      expect(error?.code, text).to.equal('hub-bad-request')
      expect(error?.message, text).to.match(/^do: give one of post, /)
    }
    const wrong: [object, string][] = [
      [{ do: 'post' }, 'hub-bad-request'],
      [{ do: 'post', body: [] }, 'hub-bad-request'],
      [{ do: 'register' }, 'hub-bad-request'],
      [{ do: 'register', of: 'x'.repeat(hubLimits.nameChars + 1) }, 'hub-bad-request'],
      [{ do: 'replies', of: 'c', after: -1 }, 'hub-bad-request'],
      [{ do: 'replies', of: 'c', waitMs: hubLimits.waitMaxMs + 1 }, 'hub-bad-request'],
      [{ do: 'command', of: 'c' }, 'hub-unknown'],
      [{ do: 'unregister', of: 'W' }, 'hub-unknown'],
    ]
    for (const [frame, code] of wrong) {
      expect((await client.ask(frame)).error?.code, JSON.stringify(frame)).to.equal(code)
    }
    expect((await client.ask({ do: 'register', of: 'W' })).ok).to.deep.equal({ name: 'W' })
  })

  it('is ended by what is too long, or no text', async () => {
    const hub = await hubs.start()
    for (const [data, code] of [
      [`"${'x'.repeat(hubLimits.bodyBytes)}"`, 1009],
      [Buffer.from([1, 2, 3]), 1003],
    ] as const) {
      const { socket } = await open(hub)
      socket.send(data)
      expect((await once(socket, 'close'))[0]).to.equal(code)
    }
  })

  it('is for who has the token, and for no page of another origin', async () => {
    const hub = await hubs.start()
    const authorization = `Bearer ${hub.token}`
    for (const [headers, status] of [
      [{}, 401],
      [{ authorization: 'Bearer wrong' }, 401],
      [{ authorization, origin: 'http://elsewhere.example' }, 403],
      [{ authorization, 'sec-fetch-site': 'cross-site' }, 403],
    ] as const) {
      const refused = new Client(hub, { headers })
      const error = await rejectionOf(once(refused.socket, 'open'))
      expect(error).to.have.property('message').that.includes(`${status}`)
    }
  })

  it('ends with its hub, whoever waits', async () => {
    const hub = await hubs.start()
    const client = await open(hub)
    client.send({ do: 'take', of: 'W', body: { waitMs: 60_000 } })
    await client.ask({ do: 'workers' })
    const closed = once(client.socket, 'close')
    await hub.stop()
    expect((await closed)[0]).to.equal(1001)
  })
})
