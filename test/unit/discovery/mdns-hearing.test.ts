import type { RemoteInfo } from 'node:dgram'
import { expect } from 'chai'
import { withKnownAnswers } from '../../../discovery/known-answers.js'
import { discoveryLimits } from '../../../discovery/limits.js'
import { Hearing, type Question } from '../../../discovery/mdns-hearing.js'

const QUESTION = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  Buffer.from('\x08_quorate\x04_tcp\x05local\x00\x00\x0c\x00\x01', 'latin1'),
])
const FROM: RemoteInfo = { address: '10.0.0.3', family: 'IPv4', port: 5353, size: 0 }

function packetsOf(from: number, to: number): Buffer[] {
  const ids = Array.from({ length: to - from }, (_, index) => (from + index).toString(16).padStart(16, '0'))
  return withKnownAnswers(
    QUESTION,
    ids.map((id) => `app-One-${id}`),
  )
}

describe('the hearing of questions', () => {
  let heard: Question[]
  let told: () => void
  let hearing: Hearing

  beforeEach(() => {
    heard = []
    told = () => undefined
    hearing = new Hearing((question) => {
      heard.push(question)
      told()
    })
  })

  afterEach(() => hearing.close())

  it('passes on at once what is whole in one packet', () => {
    for (const packet of packetsOf(0, 5)) hearing.take(packet, FROM)
    expect(heard.map(({ known }) => known.size)).to.deep.equal([5])
  })

  it('waits for all packets of who is known', () => {
    const packets = packetsOf(0, 100)
    for (const packet of packets) {
      expect(heard).to.deep.equal([])
      hearing.take(packet, FROM)
    }
    expect(heard.map(({ known }) => known.size)).to.deep.equal([100])
    expect(heard[0]?.message).to.equal(packets[0])
  })

  it('keeps what two processes of one host say apart', () => {
    const [one, two] = [packetsOf(0, 100), packetsOf(200, 340)]
    for (let i = 0; i < Math.max(one.length, two.length); i++) {
      for (const packet of [one[i], two[i]]) if (packet) hearing.take(packet, FROM)
    }
    expect(heard.map(({ known }) => known.size)).to.have.members([100, 140])
  })

  it('passes on what it has when the rest is lost', async () => {
    const [first = QUESTION] = packetsOf(0, 100)
    const passed = new Promise<void>((resolve) => {
      told = resolve
    })
    hearing.take(first, FROM)
    await passed
    expect(heard[0]?.known.size).to.be.within(1, 99)
  })

  it('takes no rest of a question that it has not heard', () => {
    const [, second = QUESTION] = packetsOf(0, 100)
    hearing.take(second, FROM)
    expect(heard).to.deep.equal([])
  })

  it('holds no more questions back than its bound; the others pass as they are', () => {
    const [first = QUESTION] = packetsOf(0, 100)
    for (let id = 1; id <= discoveryLimits.waitingQuestions + 1; id++) {
      const packet = Buffer.from(first)
      packet.writeUInt16BE(id, 0)
      hearing.take(packet, FROM)
    }
    expect(heard).to.have.length(1)
  })
})
