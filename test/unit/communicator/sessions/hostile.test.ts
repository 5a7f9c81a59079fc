import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { expect } from 'chai'
import { Endpoint, type EndpointMonitor, EndpointState } from '../../../../communicator/endpoint.js'
import { type Connection, Message, type MessageReceiver } from '../../../../communicator/message.js'
import {
  type Carrier,
  SESSION_APP,
  Sessions,
  sessionLimits,
} from '../../../../communicator/sessions/index.js'
import { eventually } from '../../../support/eventually.js'

const CONNECTION: Connection = { name: 'CN00001', facts: {}, close: () => {} }
const HELLO = 0x11
const DATA = 0x13
const ACK = 0x14
const END = 0x15
const ID_BYTES = 8

/** A communicator whose peers a test plays byte by byte. */
class Stage implements Carrier {
  readonly sent = new Map<string, Buffer[]>()
  readonly #peers = new Map<string, Endpoint>()
  #receiver: MessageReceiver | undefined
  /** While set, nothing that is sent ever leaves. */
  isStuck = false

  async send(endpoint: string, _appId: number, { payload }: Message): Promise<void> {
    const all = this.sent.get(endpoint) ?? []
    this.sent.set(endpoint, all)
    all.push(Buffer.from(payload ?? []))
    if (this.isStuck) await new Promise(() => {})
  }

  registerMessageReceiver(_appId: number, receiver: MessageReceiver): () => void {
    this.#receiver = receiver
    return () => {}
  }

  registerMonitor(_monitor: EndpointMonitor): () => void {
    return () => {}
  }

  findEndpoint(name: string): Endpoint | undefined {
    return this.#peers.get(name)
  }

  hear(name: string, bytes: Buffer): void {
    const endpoint = this.#peers.get(name) ?? new Endpoint(name)
    endpoint.state = EndpointState.READY
    this.#peers.set(name, endpoint)
    this.#receiver?.processMessage(endpoint, CONNECTION, SESSION_APP, new Message(undefined, bytes))
  }

  /** What was sent to it of one kind. */
  of(name: string, kind: number): Buffer[] {
    return (this.sent.get(name) ?? []).filter(([first]) => first === kind)
  }
}

/** A peer that shakes hands as it should, and says what it likes then. */
class Guest {
  readonly name: string
  readonly #stage: Stage
  readonly #id = randomBytes(ID_BYTES)
  #theirs = Buffer.alloc(ID_BYTES)
  #number = 0

  constructor(name: string, stage: Stage) {
    this.name = name
    this.#stage = stage
  }

  async greet(): Promise<this> {
    this.#stage.hear(this.name, Buffer.concat([Buffer.of(HELLO), this.#id, Buffer.alloc(8), u32(1)]))
    await eventually(() => this.#stage.of(this.name, HELLO).length > 0, 'a hello')
    const hello = this.#stage.of(this.name, HELLO)[0] ?? Buffer.alloc(0)
    this.#theirs = Buffer.from(hello.subarray(1, 1 + ID_BYTES))
    const phase = hello.subarray(1 + 2 * ID_BYTES)
    this.say(Buffer.concat([Buffer.of(0x12), this.#id, this.#theirs, phase, u48(0)]))
    return this
  }

  say(bytes: Buffer): void {
    this.#stage.hear(this.name, bytes)
  }

  /** A frame of data with the next number, or with another. */
  data(body: Buffer, number = ++this.#number, received = 0): void {
    this.say(Buffer.concat([Buffer.of(DATA), this.#theirs, u48(number), u48(received), body]))
  }

  ack(received: number): void {
    this.say(Buffer.concat([Buffer.of(ACK), this.#theirs, Buffer.of(0), u48(received)]))
  }

  get wasEnded(): boolean {
    return this.#stage.of(this.name, END).length > 0
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function u48(value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(value, 0, 6)
  return bytes
}

/** The body of a frame that opens channel 1: a request where the flag is there. */
function open(
  topic: string,
  { flags = 0, channel = 1, headers = '{}', window = 1000, rest = '' } = {},
): Buffer {
  const labels = Buffer.from(headers)
  const length = Buffer.of(labels.length >> 8, labels.length & 255)
  const name = Buffer.from(topic)
  const parts = [Buffer.of(0x21 | flags), u32(channel), u32(window), Buffer.of(name.length), name]
  return Buffer.concat([...parts, length, labels, Buffer.from(rest)])
}

const REQUEST = 0x40
const LAST = 0x10

describe('sessions with hostile peers', () => {
  let stage: Stage
  let sessions: Sessions
  let streams: Duplex[]
  let asked: string[]

  beforeEach(() => {
    stage = new Stage()
    sessions = new Sessions(stage)
    streams = []
    asked = []
    sessions.accept('stream', (stream) => {
      streams.push(stream)
    })
    sessions.serve('ask', ({ payload }) => {
      asked.push(payload.toString())
      return undefined
    })
  })
  afterEach(() => sessions.close())

  const bad: Record<string, readonly Buffer[]> = {
    'no kind that there is': [Buffer.from('2f00000001', 'hex')],
    'nothing but a kind': [Buffer.of(0x21)],
    'no topic': [open('')],
    'a topic that is cut': [open('stream').subarray(0, 12)],
    'headers that are no JSON': [open('stream', { headers: '{"a":' })],
    'headers that are a list': [open('stream', { headers: '["a"]' })],
    'headers that are no text': [open('stream', { headers: '{"a":1}' })],
    'headers within headers': [open('stream', { headers: '{"a":{"__proto__":"b"}}' })],
    'too many headers': [
      open('stream', {
        headers: JSON.stringify(Object.fromEntries(Array.from({ length: 257 }, (_, n) => [n, '']))),
      }),
    ],
    'a window beyond all bounds': [open('stream', { window: 0xffffffff })],
    'bytes before it is accepted': [open('stream', { rest: 'too soon' })],
    'an opening by the other end': [Buffer.concat([Buffer.of(0x01), open('stream').subarray(1)])],
    'one channel twice': [open('stream'), open('stream')],
    'more than its window': [
      open('stream'),
      ...Array.from({ length: 20 }, () =>
        Buffer.concat([Buffer.from('2300000001', 'hex'), Buffer.alloc(65_536)]),
      ),
    ],
    'bytes after its end': [
      open('stream'),
      Buffer.from('330000000101', 'hex'),
      Buffer.from('230000000102', 'hex'),
    ],
    'more credit than there can be': [open('stream'), Buffer.from('2400000001ffffffff', 'hex')],
    'credit for a request': [open('ask', { flags: REQUEST }), Buffer.from('240000000100000001', 'hex')],
    'a request that goes on after its end': [
      open('wait', { flags: REQUEST | LAST }),
      Buffer.from('230000000102', 'hex'),
    ],
    'an error that is none': [open('stream'), Buffer.from('250000000101', 'hex')],
    'an error of nobody': [open('stream'), Buffer.from('2500000001025b22222c22225d', 'hex')],
  }

  for (const [what, bodies] of Object.entries(bad)) {
    it(`end the one of who sends ${what}, and no other`, async () => {
      sessions.serve('wait', () => new Promise(() => {}))
      const good = await new Guest('good', stage).greet()
      const guest = await new Guest('bad', stage).greet()
      for (const body of bodies) guest.data(body)
      await eventually(() => guest.wasEnded, 'its end')
      good.data(open('ask', { flags: REQUEST | LAST, rest: 'still there' }))
      await eventually(() => asked.includes('still there'), 'the request of another')
      expect(good.wasEnded).to.equal(false)
      for (const stream of streams) expect(stream.destroyed).to.equal(true)
    })
  }

  it('end the one of who acknowledges what was never sent', async () => {
    const guest = await new Guest('bad', stage).greet()
    guest.ack(1)
    await eventually(() => guest.wasEnded, 'its end')
  })

  it('ignore what came before, what is to come, and what is of nobody', async () => {
    const guest = await new Guest('odd', stage).greet()
    const ask = (text: string) => open('ask', { flags: REQUEST | LAST, channel: text.length, rest: text })
    guest.data(ask('a'))
    guest.data(ask('a'), 1)
    guest.data(ask('far'), 77)
    guest.data(Buffer.from('2300000063aa', 'hex'), 2)
    guest.data(ask('bb'), 3)
    for (const bytes of ['', '00', '21', '1f', 'ff00']) guest.say(Buffer.from(bytes, 'hex'))
    await eventually(() => asked.length === 2, 'both')
    expect(asked).to.deep.equal(['a', 'bb'])
    expect(guest.wasEnded).to.equal(false)
  })

  it('hold a bounded number of answers for who takes none', async () => {
    const guest = await new Guest('greedy', stage).greet()
    await eventually(() => stage.of('greedy', 0x12).length > 0, 'a welcome')
    stage.isStuck = true
    for (let n = 0; n < 2 * sessionLimits.urgentFrames && !guest.wasEnded; n++) {
      guest.data(open('nothing', { flags: REQUEST | LAST, channel: n }))
    }
    expect(guest.wasEnded).to.equal(true)
  })

  it('are bounded in number', async () => {
    const most = sessionLimits.sessions
    for (let n = 0; n < most + 10; n++) {
      stage.hear(`g${n}`, Buffer.concat([Buffer.of(HELLO), randomBytes(8), Buffer.alloc(8), u32(1)]))
    }
    await eventually(() => stage.of(`g${most + 9}`, END).length > 0, 'the refusal')
    expect(stage.of(`g${most - 1}`, END)).to.have.lengthOf(0)
  })

  it('are as they were after a million bytes of noise', async () => {
    const good = await new Guest('good', stage).greet()
    for (let n = 0; n < 4000; n++) {
      const noise = randomBytes(n % 500)
      if (noise.length > 0) noise[0] = 0x10 | (n % 7)
      stage.hear('noise', noise)
      const guest = new Guest(`g${n % 50}`, stage)
      if (n % 20 === 0) await guest.greet()
      guest.data(randomBytes(n % 100))
    }
    good.data(open('ask', { flags: REQUEST | LAST, rest: 'still there' }))
    await eventually(() => asked.includes('still there'), 'the request of another')
  })
})
