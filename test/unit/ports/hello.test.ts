import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { encode } from '../../../ports/codec.js'
import { readHeader } from '../../../ports/frame.js'
import { helloFrame, readHello } from '../../../ports/hello.js'
import { newLinkId } from '../../../ports/link.js'

const TARGET = '0123456789abcdef'
const ASKER = 'fedcba9876543210'
const link = newLinkId(ASKER)
/** Version, flags, sequence and the time. */
const HEADER_BYTES = 3 + 8

function read(frame: Buffer) {
  const header = readHeader(frame)
  if (typeof header === 'string') throw new Error(header)
  return readHello(frame, header.payload, link)
}

/** Where the names of a hello start: after its header and the id of whom it means. */
function namesIn(frame: Buffer): number {
  const header = readHeader(frame)
  if (typeof header === 'string') throw new Error(header)
  return header.payload + 8
}

/** A hello that names these instead. */
function naming(names: unknown): Buffer {
  const { buffer, start, end } = encode(names, 'names')
  const hello = helloFrame(TARGET, { actor: '', component: '', port: '' })
  return Buffer.concat([hello.subarray(0, namesIn(hello)), buffer.subarray(start, end)])
}

describe('the hello of a qry', () => {
  it('says whom it means and who it is', () => {
    expect(read(helloFrame(TARGET, { actor: 'Display', component: 'panel', port: 'watts' }))).to.deep.equal({
      targetId: TARGET,
      peer: { actor: 'Display', actorId: ASKER, component: 'panel', port: 'watts' },
    })
  })

  it('takes the names apart as they are, dots and all', () => {
    const from = { actor: 'a.b', component: 'c.d', port: 'e.f' }
    expect(read(helloFrame(TARGET, from)))
      .to.have.property('peer')
      .that.includes(from)
  })

  it('takes names of 128 bytes, and no longer ones', () => {
    const longest = 'x'.repeat(128)
    expect(read(naming([longest, longest, longest]))).to.have.nested.property('peer.port', longest)
    expect(read(naming([longest, longest, `${longest}x`]))).to.be.a('string')
    expect(read(naming(['ä'.repeat(65), 'c', 'p']))).to.be.a('string')
    expect(read(naming(['x'.repeat(100_000), 'c', 'p']))).to.be.a('string')
  })

  it('is refused without three printable names', () => {
    const bad = [null, 'abc', [], ['a', 'b'], ['a', 'b', 'c', 'd'], ['a', 'b', 3], [['a'], 'b', 'c']]
    for (const names of [...bad, ['a\nb', 'c', 'p'], ['\u001b[2J', 'c', 'p'], { length: 3 }]) {
      expect(read(naming(names)), JSON.stringify(names)).to.be.a('string')
    }
    const whole = helloFrame(TARGET, { actor: 'a', component: 'b', port: 'c' })
    for (let length = HEADER_BYTES; length < whole.length; length++) {
      expect(read(whole.subarray(0, length)), String(length)).to.be.a('string')
    }
    expect(read(Buffer.concat([whole, Buffer.of(0)]))).to.be.a('string')
    for (let round = 0; round < 2000; round++)
      read(Buffer.concat([whole.subarray(0, HEADER_BYTES + 8), randomBytes(20)]))
  })
})
