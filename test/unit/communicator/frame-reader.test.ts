import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { FrameReader } from '../../../communicator/frame-reader.js'
import { frameBytes } from '../../support/f3-frames.js'
import { vectors } from '../../support/f3-vectors.js'

const KIB = 1024

/** A reader, and the frames that it gave. */
function reading(mostBytes = 1024 * KIB): { reader: FrameReader; frames: Buffer[] } {
  const frames: Buffer[] = []
  return { reader: new FrameReader({ mostBytes, frame: (frame) => frames.push(frame) }), frames }
}

/** The pieces between these places. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [
    0,
    ...[...at].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

/** A prefix alone, that announces so many bytes. */
const announcing = (length: number): Buffer => frameBytes({ type: 1, length })

describe('frame reader', () => {
  it('gives the same frames however the bytes are cut', () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.nat(200 * KIB)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { maxLength: 60 }), (payloads, places) => {
        const sent = payloads.map((size, at) => frameBytes({ type: 1, payload: Buffer.alloc(size, at + 1) }))
        const { reader, frames } = reading()
        for (const piece of cut(Buffer.concat(sent), places)) expect(reader.push(piece)).to.equal(undefined)
        expect(reader.isWithin).to.equal(false)
        expect(frames.length).to.equal(sent.length)
        for (const [at, frame] of frames.entries())
          expect(frame.equals(sent[at] ?? Buffer.of())).to.equal(true)
      }),
      { numRuns: 300 },
    )
  })

  it('gives each golden frame, byte by byte', () => {
    const { reader, frames } = reading()
    for (const byte of Buffer.concat(vectors.map(({ bytes }) => bytes))) reader.push(Buffer.of(byte))
    expect(frames.map((frame) => frame.toString('hex'))).to.deep.equal(
      vectors.map(({ bytes }) => bytes.toString('hex')),
    )
  })

  it('refuses what is shorter than its prefix or longer than may be, as soon as its length is there', () => {
    for (const length of [0, 1, 15, 101, 2 ** 31, 2 ** 32 - 1]) {
      const prefix = announcing(length)
      const { reader, frames } = reading(100)
      expect(reader.push(prefix.subarray(0, 3))).to.equal(undefined)
      expect(reader.push(prefix.subarray(3, 4)), `${length} bytes`).to.include(`frame of ${length} bytes`)
      expect(reading(100).reader.push(prefix), `${length} bytes`).to.include(`frame of ${length} bytes`)
      expect(frames).to.deep.equal([])
    }
    expect(reading(100).reader.push(announcing(100))).to.equal(undefined)
    expect(reading(100).reader.push(announcing(16))).to.equal(undefined)
  })

  it('gives the frames before one that it refuses', () => {
    const { reader, frames } = reading()
    const good = frameBytes({ type: 6 })
    expect(reader.push(Buffer.concat([good, good, announcing(3)]))).to.be.a('string')
    expect(frames.length).to.equal(2)
  })

  it('obeys a bound that changes with a frame', () => {
    const taker = { mostBytes: 100, frame: () => (taker.mostBytes = 1000) }
    const reader = new FrameReader(taker)
    const hello = frameBytes({ type: 4 })
    const long = frameBytes({ type: 1, payload: Buffer.alloc(500) })
    expect(reader.push(Buffer.concat([hello, long]))).to.equal(undefined)
    expect(reader.isWithin).to.equal(false)
  })

  it('reserves for a frame no more than a multiple of what came of it', () => {
    const readers = Array.from({ length: 50 }, () => reading(2 ** 31 - 1).reader)
    const before = process.memoryUsage().arrayBuffers
    for (const reader of readers) {
      reader.push(announcing(2 ** 31 - 1))
      reader.push(Buffer.alloc(64 * KIB))
    }
    const grown = process.memoryUsage().arrayBuffers - before
    expect(grown).to.be.below(50 * 64 * KIB * 10)
    expect(readers.every(({ isWithin }) => isWithin)).to.equal(true)
  })

  it('keeps little more than the bytes of a frame that comes in pieces of one', () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const { reader } = reading(2 ** 31 - 1)
    reader.push(announcing(2 ** 30))
    const count = 50_000
    collect()
    const before = process.memoryUsage().heapUsed
    for (let at = 0; at < count; at++) reader.push(Buffer.of(at & 0xff))
    collect()
    expect(process.memoryUsage().heapUsed - before).to.be.below(40 * count)
    expect(reader.isWithin).to.equal(true)
  })

  it('any bytes give frames of their own length or a reason, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (chunks) => {
        const { reader, frames } = reading(4 * KIB)
        const refused = chunks.some((chunk) => reader.push(Buffer.from(chunk)) !== undefined)
        for (const frame of frames) expect(frame.readUInt32BE(0)).to.equal(frame.length)
        expect(refused || frames.length >= 0).to.equal(true)
      }),
      { numRuns: 2000 },
    )
  })
})
