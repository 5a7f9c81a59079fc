import { expect } from 'chai'
import fc from 'fast-check'
import { shapeOf } from '../../../discovery/dns-shape.js'
import { readAsked, withKnownAnswers } from '../../../discovery/known-answers.js'
import { discoveryLimits } from '../../../discovery/limits.js'

const NAME = Buffer.from('\x08_quorate\x04_tcp\x05local\x00', 'latin1')
const QUESTION = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  NAME,
  Buffer.from([0, 12, 0, 1]),
])

function idOf(index: number): string {
  return index.toString(16).padStart(16, '0')
}

describe('known answers', () => {
  it('are in the question, where they fit', () => {
    const [packet, ...others] = withKnownAnswers(QUESTION, [`app-One-${idOf(1)}`, `app-Two-${idOf(2)}`])
    expect(others).to.deep.equal([])
    if (!packet) throw new Error('no packet')
    expect(shapeOf(packet)).to.equal('query')
    expect(readAsked(packet)).to.deep.equal({
      isForOurs: true,
      isContinued: false,
      isTruncated: false,
      known: [idOf(1), idOf(2)],
    })
  })

  it('take as many packets as they need, each short, whole and of one id', () => {
    const ids = Array.from({ length: 500 }, (_, index) => idOf(index))
    const packets = withKnownAnswers(
      QUESTION,
      ids.map((id) => `an-app-with-a-long-name-${id}`),
    )
    expect(packets.length).to.be.greaterThan(10)
    expect(new Set(packets.map((packet) => packet.readUInt16BE(0))).size).to.equal(1)
    for (const packet of packets) {
      expect(shapeOf(packet)).to.equal('query')
      expect(packet.length).to.be.at.most(discoveryLimits.questionBytes + NAME.length)
    }
    const asked = packets.map(readAsked)
    expect(asked.flatMap(({ known }) => known)).to.deep.equal(ids)
    expect(asked.map(({ isTruncated }) => isTruncated)).to.deep.equal(
      packets.map((_, i) => i < packets.length - 1),
    )
    expect(asked.map(({ isContinued }) => isContinued)).to.deep.equal(packets.map((_, i) => i > 0))
  })

  it('change nothing of a question of one who knows nobody', () => {
    expect(withKnownAnswers(QUESTION, [])).to.deep.equal([QUESTION])
  })

  it('do not count in a question for something else, or for more', () => {
    const service = Buffer.from(QUESTION)
    service.writeUInt16BE(33, QUESTION.length - 4)
    const [packet = QUESTION] = withKnownAnswers(service, [`app-One-${idOf(1)}`])
    expect(readAsked(packet).isForOurs).to.equal(false)
    const other = Buffer.from(QUESTION.toString('latin1').replace('_quorate', '_printer'), 'latin1')
    expect(readAsked(other).isForOurs).to.equal(false)
  })

  it('do not count where they will soon be too old', () => {
    const [packet = QUESTION] = withKnownAnswers(QUESTION, [`app-One-${idOf(1)}`])
    packet.writeUInt32BE(14_399, QUESTION.length + 6)
    expect(readAsked(packet).known).to.deep.equal([])
  })

  it('are read without a throw from whatever is a whole packet', () => {
    const packets = withKnownAnswers(
      QUESTION,
      [1, 2, 3].map((index) => `app-One-${idOf(index)}`),
    )
    const [packet = QUESTION] = packets
    const damage = fc.array(fc.tuple(fc.nat(packet.length - 1), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Buffer.from(packet)
        for (const [at, byte] of changes) damaged[at] = byte
        if (shapeOf(damaged) !== 'query') return
        for (const id of readAsked(damaged).known) expect(id).to.match(/^[0-9a-f]{16}$/)
      }),
      { numRuns: 20_000 },
    )
  })
})
