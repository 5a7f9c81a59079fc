import { expect } from 'chai'
import { PortError } from '../../../ports/errors.js'
import {
  APART,
  BATCH,
  BYTES,
  ERROR,
  type FrameHeader,
  KEYED,
  readHeader,
  TIMED,
} from '../../../ports/frame.js'
import { limits } from '../../../ports/limits.js'
import { Outbox, type OutboxOptions, type OutFrame } from '../../../ports/outbox.js'
import { messagesOf } from '../../../ports/payload.js'

interface Opened {
  readonly header: FrameHeader
  readonly messages: unknown[]
  readonly frame: OutFrame
}

function open(frame: OutFrame, keyed = false, prefix = 0): Opened {
  const head = frame.head.subarray(prefix)
  const header = readHeader(head)
  if (typeof header === 'string') throw new Error(header)
  const messages = messagesOf(frame.apart ? [head, frame.apart] : [head], 0, header, keyed)
  if (typeof messages === 'string') throw new Error(messages)
  return { header, messages, frame }
}

function collecting(options: Partial<OutboxOptions> = {}) {
  const frames: OutFrame[] = []
  const outbox = new Outbox({ what: 'sensor.ready', ...options }, (frame) => frames.push(frame))
  const opened = () => frames.map((frame) => open(frame, options.keyed, options.prefix?.length))
  return { outbox, frames, opened }
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('outbox', () => {
  it('sends a value as it was when it was given, whatever becomes of it', async () => {
    const { outbox, opened } = collecting()
    const value = { at: 1, list: [1] }
    outbox.value(value, 1)
    value.at = 2
    value.list.push(2)
    await endOfTurn()
    expect(opened().map(({ messages }) => messages)).to.deep.equal([[{ at: 1, list: [1] }]])
  })

  it('sends a message that is alone in its turn bare', async () => {
    const { outbox, frames, opened } = collecting()
    outbox.value({ at: 1 }, 300)
    expect(frames).to.have.length(0)
    await endOfTurn()
    expect(opened()[0]?.header).to.include({ flags: 0, sequence: 300 })
    expect(frames[0]?.head.toString('hex')).to.match(/^0100ac02(81|de0001)a2617401$/)
  })

  it('sends several of one turn as one batch, numbered from the first', async () => {
    const { outbox, opened } = collecting()
    for (let id = 5; id < 10; id++) outbox.value(id, id)
    await endOfTurn()
    outbox.value(10, 10)
    await endOfTurn()
    const [batch, bare] = opened()
    expect(batch?.header).to.include({ flags: BATCH, sequence: 5 })
    expect(batch?.messages).to.deep.equal([5, 6, 7, 8, 9])
    expect(batch?.frame.count).to.equal(5)
    expect(bare?.header).to.include({ flags: 0, sequence: 10 })
  })

  it('cuts a batch as soon as it has 64 KiB, without waiting for the end of the turn', () => {
    const { outbox, frames, opened } = collecting()
    const value = 'x'.repeat(1000)
    let id = 0
    // The first slabs are small, and the end of a slab cuts as well.
    while (frames.length < 20) outbox.value(value, ++id)
    const lengths = frames.map(({ head }) => head.length)
    expect(Math.max(...lengths)).to.be.within(64 * 1024, 66 * 1024)
    expect(opened().flatMap(({ messages }) => messages)).to.deep.equal(new Array(id).fill(value))
  })

  it('keeps the order across values, bytes and bytes apart', async () => {
    const { outbox, opened } = collecting()
    const large = Buffer.alloc(limits.apartBytes, 7)
    const given: unknown[] = [
      'a',
      'b',
      Buffer.from('c'),
      Buffer.from('d'),
      large,
      'e',
      large,
      Buffer.from('f'),
      'g',
    ]
    for (const [index, message] of given.entries()) {
      if (message instanceof Uint8Array) outbox.bytes(message, index + 1)
      else outbox.value(message, index + 1)
    }
    await endOfTurn()
    expect(opened().flatMap(({ messages }) => messages)).to.deep.equal(given)
    expect(opened().map(({ header }) => header.sequence)).to.deep.equal([1, 3, 5, 6, 7, 8, 9])
    const apart = BYTES | APART
    expect(opened().map(({ header }) => header.flags)).to.deep.equal([
      1,
      BATCH | BYTES,
      apart,
      0,
      apart,
      BYTES,
      0,
    ])
  })

  it('sends bytes of 16 KiB and more uncopied, apart; below that a copy', async () => {
    const { outbox, frames } = collecting()
    const large = new Uint8Array(new ArrayBuffer(limits.apartBytes + 8), 8)
    const small = new Uint8Array(limits.apartBytes - 1)
    outbox.bytes(large, 1)
    outbox.bytes(small, 2)
    small.fill(9)
    await endOfTurn()
    expect(frames[0]?.apart?.buffer).to.equal(large.buffer)
    expect(frames[0]?.apart).to.have.length(limits.apartBytes)
    expect(frames[1]?.apart).to.equal(undefined)
    expect(frames[1] && open(frames[1]).messages).to.deep.equal([Buffer.alloc(limits.apartBytes - 1)])
  })

  it('gives every message its id where they have ids: alone in the header, else before each', async () => {
    const { outbox, opened } = collecting({ keyed: true })
    const ids = [1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]
    outbox.value('alone', ids[3] ?? 0)
    await endOfTurn()
    for (const id of ids.slice(0, 2)) outbox.value(`v${id}`, id)
    await endOfTurn()
    for (const id of ids) outbox.bytes(Buffer.from(`b${id}`), id)
    outbox.bytes(Buffer.alloc(limits.apartBytes), 77)
    const [alone, two, many, apart] = opened()
    expect(alone?.header).to.include({ flags: 0, sequence: ids[3] })
    expect(alone?.messages).to.deep.equal(['alone'])
    expect(two?.header).to.include({ flags: BATCH | KEYED, sequence: 1 })
    expect(two?.messages).to.deep.equal([1, 'v1', 2 ** 32 - 1, 'v4294967295'])
    expect(many?.messages).to.deep.equal(ids.flatMap((id) => [id, Buffer.from(`b${id}`)]))
    expect(apart?.header).to.include({ flags: BYTES | APART, sequence: 77 })
    expect(apart?.frame.head.length, 'zeromq.js would copy it').to.be.greaterThan(128)
    expect(opened().map(({ frame }) => frame.ids)).to.deep.equal([[ids[3]], ids.slice(0, 2), ids, [77]])
  })

  it('leaves frames that still wait as they were, whatever is sent after them', async () => {
    for (const keyed of [false, true]) {
      const { outbox, opened } = collecting({ keyed })
      const expected: unknown[] = []
      for (let id = 1; id <= 3000; id++) {
        const value = `${id}:`.padEnd(1 + ((id * 7919) % 1800), '.')
        outbox.value(value, id)
        expected.push([id, value])
        if (id % 5 === 0) await endOfTurn()
      }
      const received = opened().flatMap(({ header, messages }) => {
        const step = keyed && header.flags & BATCH ? 2 : 1
        const values = messages.filter((_, i) => i % step === step - 1)
        return values.map((value, i) => [step === 2 ? messages[2 * i] : header.sequence + i, value])
      })
      expect(received).to.deep.equal(expected)
    }
  })

  it('takes a value larger than any of its slabs', async () => {
    const { outbox, opened } = collecting()
    const large = 'y'.repeat(3_000_000)
    for (const value of ['before', large, 'after']) outbox.value(value, 1)
    await endOfTurn()
    expect(opened().flatMap(({ messages }) => messages)).to.deep.equal(['before', large, 'after'])
  })

  it('lets no depth be lost to the batch: what may be sent alone may be sent with others', async () => {
    const { outbox, opened } = collecting()
    let deep: unknown = 1
    for (let i = 0; i < limits.depth; i++) deep = [deep]
    outbox.value(deep, 1)
    outbox.value(deep, 2)
    await endOfTurn()
    expect(opened()[0]?.messages).to.deep.equal([deep, deep])
  })

  it('takes nothing of a value that it refuses', async () => {
    const { outbox, opened } = collecting()
    outbox.value('a', 1)
    expect(() => outbox.value(new Date(), 2)).to.throw(PortError, 'sensor.ready cannot be sent')
    expect(() => outbox.bytes(new Uint8Array(limits.frameBytes), 2)).to.throw(PortError, 'over')
    expect(outbox.pending).to.equal(1)
    outbox.value('b', 2)
    await endOfTurn()
    expect(opened().map(({ messages }) => messages)).to.deep.equal([['a', 'b']])
  })

  it('writes the time where there is one, and its prefix before every frame', async () => {
    let now = 1000
    const { outbox, frames, opened } = collecting({ time: () => now++, prefix: Buffer.from('topic') })
    outbox.value('a', 1)
    outbox.bytes(Buffer.alloc(limits.apartBytes), 2)
    for (let id = 3; id < 1000; id++) outbox.value('x'.repeat(200), id)
    await endOfTurn()
    expect(frames.every(({ head }) => head.toString('latin1', 0, 5) === 'topic')).to.equal(true)
    for (const { header } of opened()) {
      expect(header.flags & TIMED).to.equal(TIMED)
      expect(header.time).to.be.within(1000, now)
    }
    expect(opened().reduce((sum, { messages }) => sum + messages.length, 0)).to.equal(999)
  })

  it('sends a refusal alone, in order, and cut to its bound', async () => {
    const { outbox, opened } = collecting({ keyed: true })
    outbox.value('answer', 1)
    outbox.error('e'.repeat(5000), 2)
    outbox.value('answer', 3)
    await endOfTurn()
    expect(opened().map(({ header }) => [header.flags, header.sequence])).to.deep.equal([
      [0, 1],
      [ERROR, 2],
      [0, 3],
    ])
    expect(opened()[1]?.messages).to.deep.equal(['e'.repeat(limits.foreignText)])
  })
})
