/**
 * What anybody may send, thrown at everything that reads it: mutations of real frames, and MessagePack that
 * lies on purpose. QUORATE_FUZZ_SEED, which the titles show, brings a run back.
 */
import { expect } from 'chai'
import { decode } from '../../ports/decoder.js'
import { APART, BATCH, BYTES, HEADER_ROOM, KEYED, readHeader, writeHeaderBefore } from '../../ports/frame.js'
import { Outbox } from '../../ports/outbox.js'
import { messagesOf } from '../../ports/payload.js'
import { isLiveTopic, liveTopic, ownTopic, readSubscription } from '../../ports/subscription.js'
import { Chance } from '../support/chance.js'
import { encoded, hasReplacement, twinOf } from '../support/msgpack-twin.js'
import { fuzzed, tampered, tamperedOnce } from '../support/tampering.js'

const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
/** All tests of this file together; the project promises 200,000. */
const RUNS = { mutated: 120_000, lying: 120_000, headers: 50_000, subscriptions: 20_000 } as const

const VALUES: readonly unknown[] = [
  { at: 1.5, value: 2 },
  { node: 'a', value: [1, 2, 3], unit: null, nested: { at: 0, value: { at: 1, value: 'deep' } } },
  [true, false, null, -1, 255, 65536, 2n ** 63n, -(2n ** 62n), Number.NaN],
  'a text of more than thirty-one bytes, in which ümläuts and 漢字 stand',
  { bytes: Buffer.from('bytes within'), list: [[[[[[[['deep']]]]]]]] },
  Array.from({ length: 40 }, (_, i) => ({ at: i, value: i * 1.5 })),
]

/** Frames as ports send them, alone and in batches, with ids and without. */
function realFrames(): Buffer[] {
  const frames: Buffer[] = []
  for (const keyed of [false, true]) {
    const time = keyed ? { time: () => 1234.5 } : {}
    const outbox = new Outbox({ what: 'fuzz', keyed, ...time }, ({ head }) => frames.push(head))
    for (const [index, value] of VALUES.entries()) {
      outbox.value(value, index + 1)
      outbox.flush()
    }
    for (const [index, value] of VALUES.entries()) outbox.value(value, index + 300)
    outbox.bytes(Buffer.from('short bytes'), 1000)
    outbox.error('what went wrong', 1001)
    outbox.bytes(Buffer.alloc(20_000), 2 ** 40)
  }
  return frames
}

const frames = realFrames()
const seeds: readonly Buffer[] = [...frames, ...VALUES.map(encoded)]

const KEYS = [
  'at',
  'value',
  'node',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  '7',
  '1000',
  '',
] as const
const LENGTH_TOKENS = [0xc4, 0xc5, 0xc6, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf] as const
const EDGES = ['ffffffffffffffff', '8000000000000000', '7fffffffffffffff', '0020000000000000'] as const

/** MessagePack as somebody writes it who knows the format and means harm. */
function lie(chance: Chance, budget: number): Buffer {
  const kind = chance.below(12)
  if (budget <= 0 || kind < 3) return chance.bytes(1 + chance.below(9))
  switch (kind) {
    case 3:
      return Buffer.concat([lengthToken(chance), lie(chance, budget - 1)])
    case 4:
      return Buffer.concat([Buffer.alloc(chance.below(80), chance.pick([0x91, 0x81, 0xdd])), lie(chance, 0)])
    case 5:
      return Buffer.concat([
        Buffer.of(chance.pick([0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8])),
        chance.bytes(chance.below(20)),
      ])
    case 6:
      return Buffer.concat([
        Buffer.of(chance.pick([0xcf, 0xd3, 0xcb])),
        Buffer.from(chance.pick(EDGES), 'hex'),
      ])
    case 7:
      return Buffer.alloc(chance.below(500), 0xc0)
    case 8:
      return encoded(VALUES[chance.below(VALUES.length)])
    default:
      return lyingContainer(chance, budget)
  }
}

function lengthToken(chance: Chance): Buffer {
  const token = chance.pick(LENGTH_TOKENS)
  const length = Buffer.alloc(5)
  length[0] = token
  length.writeUInt32BE(chance.pick([0, 1, 2, 255, 65_535, 2 ** 24, 2 ** 31, 2 ** 32 - 1]), 1)
  return length.subarray(0, 1 + chance.pick([1, 2, 4]))
}

function lyingContainer(chance: Chance, budget: number): Buffer {
  const said = chance.below(6)
  const isMap = chance.below(3) > 0
  const parts: Buffer[] = [Buffer.of((isMap ? 0x80 : 0x90) | said)]
  const truth = chance.below(8) === 0 ? chance.below(6) : said
  for (let i = 0; i < truth; i++) {
    if (isMap) {
      const key = chance.pick(KEYS)
      parts.push(Buffer.of(0xa0 | key.length), Buffer.from(key))
    }
    parts.push(lie(chance, budget - 2))
  }
  return Buffer.concat(parts)
}

/** Decodes as every reader does, and as the twin does. */
function judge(bytes: Buffer): void {
  const decoded = decode(bytes, 0, bytes.length)
  const twin = twinOf(bytes)
  const isSame =
    'refusal' in decoded && 'refusal' in twin ? decoded.refusal === twin.refusal : 'value' in decoded
  // Deep equality costs more than all the rest: looked at often enough.
  if (!isSame || ('value' in decoded && bytes.length < 100 && !hasReplacement(decoded.value))) {
    expect(decoded, `of ${bytes.toString('hex')}`).to.deep.equal(twin)
  }
}

function openFrame(bytes: Buffer, chance: Chance): void {
  const header = readHeader(bytes, chance.below(3))
  if (typeof header === 'string') return
  for (const keyed of [false, true]) {
    for (const parts of [[bytes], [bytes, bytes], [bytes, bytes, bytes], []]) {
      for (const last of [0, 1]) {
        const messages = messagesOf(parts, last, header, keyed)
        if (typeof messages === 'string') continue
        expect(messages).not.to.have.length(0)
        if (!keyed || !(header.flags & BATCH)) continue
        expect(messages.length % 2).to.equal(0)
        const ids = messages.filter((_, at) => at % 2 === 0)
        expect(ids.every((id) => Number.isSafeInteger(id) && Number(id) >= 0)).to.equal(true)
      }
    }
  }
}

/** Runs `attempt` so often, as `fuzzed` does; what all objects share is as it was then. */
function runs(count: number, attempt: (chance: Chance) => void): void {
  const before = globals()
  fuzzed(seed, count, attempt)
  expect(globals()).to.deep.equal(before)
}

/** What all objects share. */
function globals(): string[] {
  return [Object, Array, Function, Map, Buffer].flatMap(({ prototype }) =>
    Reflect.ownKeys(prototype).map(String),
  )
}

describe(`decoders, seed ${seed}`, () => {
  it(`agree with the twin on ${RUNS.mutated} frames and values that were tampered with`, function () {
    this.timeout(60_000)
    runs(RUNS.mutated, (chance) => {
      const bytes = tampered(chance, seeds)
      openFrame(bytes, chance)
      judge(bytes)
    })
  })

  it(`agree with the twin on ${RUNS.lying} values that lie on purpose`, function () {
    this.timeout(60_000)
    runs(RUNS.lying, (chance) => judge(lie(chance, 8)))
  })

  it(`give a frame or say why not on ${RUNS.headers} headers over payloads that lie`, function () {
    this.timeout(60_000)
    runs(RUNS.headers, (chance) => {
      const flags = chance.pick([
        chance.below(512),
        BATCH,
        BATCH | KEYED,
        BYTES,
        BYTES | APART,
        BATCH | BYTES,
      ])
      const head = Buffer.alloc(HEADER_ROOM)
      const fields = {
        flags,
        sequence: chance.below(2 ** 48),
        count: chance.below(9),
        time: chance.below(2 ** 41),
        sentAt: chance.below(2 ** 41),
      }
      const start = writeHeaderBefore(head, HEADER_ROOM, fields)
      openFrame(Buffer.concat([head.subarray(start), lie(chance, 6)]), chance)
    })
  })

  it(`take ${RUNS.subscriptions} things that subscribers say for news, or for nothing`, () => {
    const [link, actor] = [Buffer.alloc(16, 7), '0123456789abcdef']
    const said = [liveTopic(actor), ownTopic(link, actor)].map((topic) =>
      Buffer.concat([Buffer.of(1), topic]),
    )
    runs(RUNS.subscriptions, (chance) => {
      const base: Buffer = Buffer.from(said[chance.below(2)] ?? [])
      const bytes = chance.below(4) > 0 ? tamperedOnce(base, chance, seeds) : chance.bytes(chance.below(60))
      const news = readSubscription(bytes)
      expect(news === undefined || !isLiveTopic(bytes)).to.equal(true)
      if (news) expect([news.link.length, news.publisherId.length]).to.deep.equal([16, 16])
    })
  })

  it('refuse every real frame that is cut off at any byte, and read the whole one', () => {
    for (const frame of frames.filter(({ length }) => length < 2000)) {
      const header = readHeader(frame)
      if (typeof header === 'string') throw new Error(header)
      if (header.flags & APART) continue
      const keyed = (header.flags & KEYED) !== 0
      expect(messagesOf([frame], 0, header, keyed)).to.be.an('array')
      for (let end = header.payload; end < frame.length; end++) {
        expect(messagesOf([frame.subarray(0, end)], 0, header, keyed), `cut at ${end}`).to.be.a('string')
      }
    }
  })
})
