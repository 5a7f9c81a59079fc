/**
 * Any bytes at all on the mDNS socket: the look-over is total, and nothing that passes it makes the rest
 * throw.
 */
import type { RemoteInfo } from 'node:dgram'
import { expect } from 'chai'
import fc from 'fast-check'
import { shapeOf } from '../../../discovery/dns-shape.js'
import { discoveryLimits } from '../../../discovery/limits.js'
import { Listener } from '../../../discovery/mdns-listener.js'
import { Responder } from '../../../discovery/mdns-responder.js'
import { serviceOf } from '../../../discovery/mdns-txt.js'
import type { ActorRecord } from '../../../discovery/types.js'
import { newRecord } from '../../compliance/discovery.js'

const FROM: RemoteInfo = { address: '127.0.0.1', family: 'IPv4', port: 5353, size: 0 }
const RUNS = 20_000

describe('mdns: any bytes', () => {
  /** What a responder sends when it announces, and when it is asked. */
  async function realPackets(): Promise<{ announcement: Buffer; query: Buffer }> {
    const sent: Buffer[] = []
    const send = (message: Buffer, done: (error: null) => void) => {
      sent.push(message)
      done(null)
    }
    const events = { heard: () => true, goodbye: () => undefined, lie: () => undefined }
    const listener = new Listener(send, events)
    listener.ask()
    const responder = new Responder(serviceOf(newRecord({ port: 1 }), '127.0.0.1'), {
      send,
      jitterMs: () => 0,
      failed: () => undefined,
      isCrowd: () => false,
    })
    await new Promise(setImmediate)
    listener.end()
    responder.end()
    const query = sent.find((message) => shapeOf(message) === 'query')
    const announcement = sent.find((message) => shapeOf(message) === 'response')
    if (!query || !announcement) throw new Error('nothing was sent')
    return { query, announcement }
  }

  it('gives a kind or a refusal for all of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const shape = shapeOf(Buffer.from(bytes))
        expect(typeof shape === 'object' ? 'refusal' : shape).to.be.oneOf(['query', 'response', 'refusal'])
      }),
      { numRuns: RUNS },
    )
  })

  it('refuses every packet that is cut off', async () => {
    const { query, announcement } = await realPackets()
    for (const packet of [query, announcement]) {
      for (let length = 0; length < packet.length; length++) {
        expect(shapeOf(packet.subarray(0, length))).to.have.property('refusal')
      }
    }
  })

  it('refuses packets of more questions or records than are decoded', () => {
    const { packetQuestions, packetRecords } = discoveryLimits
    const packet = (questions: number, records: number): Buffer => {
      const counts = [0, 0x8400, questions, records, 0, 0]
      const header = Buffer.from(counts.flatMap((count) => [count >> 8, count & 0xff]))
      // Each of the root's name, and empty.
      return Buffer.concat([header, Buffer.alloc(questions * 5), Buffer.alloc(records * 11)])
    }
    expect(shapeOf(packet(packetQuestions, packetRecords))).to.equal('response')
    expect(shapeOf(packet(packetQuestions + 1, 0))).to.deep.equal({ refusal: '65 questions' })
    expect(shapeOf(packet(0, packetRecords + 1))).to.deep.equal({ refusal: '129 records' })
  })

  it('hears the record in a real packet, and no wrong one in a damaged one', async () => {
    const { query, announcement } = await realPackets()
    const heard: ActorRecord[] = []
    const lies: string[] = []
    const events = {
      heard: (record: ActorRecord) => heard.push(record) > 0,
      goodbye: () => undefined,
      lie: (_source: string, why: string) => lies.push(why),
    }
    const nowhere = (_message: Buffer, done: (error: null) => void) => done(null)
    const ways = {
      send: nowhere,
      jitterMs: () => 0,
      failed: (_source: string, thrown: unknown) => lies.push(`${thrown}`),
      isCrowd: () => false,
    }
    const listener = new Listener(nowhere, events)
    const responder = new Responder(serviceOf(newRecord({ port: 1 }), '127.0.0.1'), ways)
    listener.deliver(announcement, FROM)
    expect(heard).to.have.length(1)
    const damage = fc.array(fc.tuple(fc.nat(announcement.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(damage, fc.boolean(), (changes, isQuery) => {
        const packet = Buffer.from(isQuery ? query : announcement)
        for (const [at, value] of changes) packet[at % packet.length] = value
        const shape = shapeOf(packet)
        if (shape === 'query') responder.deliver(packet, FROM)
        if (shape === 'response') listener.deliver(packet, FROM)
      }),
      { numRuns: RUNS },
    )
    for (const record of heard) {
      expect(record.id).to.match(/^[0-9a-f]{16}$/)
      expect(record.port).to.be.within(1, 65_535)
    }
    listener.end()
    responder.end()
  }).timeout(60_000)
})
