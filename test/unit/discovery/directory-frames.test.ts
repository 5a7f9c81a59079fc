import { expect } from 'chai'
import fc from 'fast-check'
import {
  type FromDirectory,
  frameOf,
  readFromDirectory,
  readToDirectory,
  type ToDirectory,
} from '../../../discovery/directory-frames.js'
import { discoveryLimits } from '../../../discovery/limits.js'
import { encode } from '../../../ports/index.js'
import { newRecord } from '../../compliance/discovery.js'

const RUNS = 50_000
const SELF = newRecord({ port: 1 })
const TYPE = { name: 'Data', fingerprint: '0011' }
const PORT = { component: 'c', port: 'p', kind: 'pub', scope: 'global', endpoint: '', types: [TYPE] }
const LISTING = { ports: [PORT], types: [{ ...TYPE, jsonSchema: { type: 'object', properties: {} } }] }
const AD = { number: 3, digest: '0123456789abcdef'.repeat(2) }

const TO: ToDirectory[] = [
  { t: 'hello', wire: [2, 1], role: 'peer', key: '', self: SELF },
  { t: 'hello', wire: [1], role: 'observer', key: 'k'.repeat(40) },
  { t: 'status' },
  { t: 'revoked' },
  { t: 'bye' },
]
const FROM: FromDirectory[] = [
  { t: 'welcome', wire: 1, self: SELF, beatMs: 500, ...LISTING },
  { t: 'welcome', wire: 1, self: SELF, beatMs: 500, revoked: AD, ...LISTING },
  { t: 'revoked', list: Buffer.from('any bytes') },
  { t: 'refused', code: 'full', why: 'too many' },
  { t: 'ports', ...LISTING },
  { t: 'beat' },
  { t: 'status', status: { any: ['thing', 1, null] } },
  { t: 'bye' },
]

describe('directory frames', () => {
  it('come back as they were sent', () => {
    for (const message of TO) expect(readToDirectory(frameOf(message))).to.deep.equal(message)
    for (const message of FROM) expect(readFromDirectory(frameOf(message))).to.deep.equal(message)
  })

  it('begin with their mark and version, and stay small where they are many', () => {
    const beat = frameOf({ t: 'beat' })
    expect([...beat.subarray(0, 2)]).to.deep.equal([0x71, 1])
    expect(beat.length).to.be.at.most(12)
  })

  it('are passed over in fields that are not known', () => {
    expect(readFromDirectory(framed({ t: 'beat', later: 1 }))).to.deep.equal({ t: 'beat' })
  })

  it('say of a list of who is revoked its number and its name, and give no more bytes than one has', () => {
    const [welcome] = FROM
    for (const revoked of [
      { ...AD, number: -1 },
      { ...AD, number: 2 ** 53 },
      { ...AD, digest: 'x' },
      1,
      {},
    ]) {
      expect(readFromDirectory(framed({ ...welcome, revoked }))).to.contain('revoked')
    }
    const list = Buffer.alloc(discoveryLimits.revokedBytes)
    expect(readFromDirectory(framed({ t: 'revoked', list }))).to.deep.equal({ t: 'revoked', list })
    for (const wrong of [Buffer.alloc(list.length + 1), 'text', [1], undefined]) {
      expect(readFromDirectory(framed({ t: 'revoked', list: wrong }))).to.contain('list')
    }
  })

  it('are refused in the wrong direction, of another version, or when they hold too much', () => {
    expect(readToDirectory(frameOf({ t: 'beat' }))).to.be.a('string')
    expect(readFromDirectory(frameOf({ t: 'hello', wire: [1], role: 'peer', key: '' }))).to.be.a('string')
    const newer = frameOf({ t: 'bye' })
    newer[1] = 2
    expect(readToDirectory(newer)).to.equal('directory version 2, not 1')
    const ports = Array.from({ length: 1025 }, () => PORT)
    expect(readFromDirectory(framed({ t: 'ports', ports, types: [] }))).to.contain('ports')
    const kind = 'x'.repeat(129)
    expect(readFromDirectory(framed({ t: 'ports', ports: [{ ...PORT, kind }], types: [] }))).to.contain(
      'kind',
    )
  })

  it('never make the reader throw: any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const frame = Buffer.concat([Buffer.from([0x71, 1]), bytes])
        readToDirectory(frame)
        readFromDirectory(frame)
      }),
      { numRuns: RUNS },
    )
  }).timeout(60_000)

  it('never make the reader throw: damaged frames', () => {
    const frames = [...TO, ...FROM].map((message) => frameOf(message))
    const damage = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.nat(frames.length - 1), damage, (which, changes) => {
        const frame = Buffer.from(frames[which] ?? '')
        for (const [at, value] of changes) frame[at % frame.length] = value
        readToDirectory(frame)
        readFromDirectory(frame)
      }),
      { numRuns: RUNS },
    )
  }).timeout(60_000)

  function framed(value: object): Buffer {
    const { buffer, start, end } = encode(value, 'a message')
    return Buffer.concat([Buffer.from([0x71, 1]), buffer.subarray(start, end)])
  }
})
