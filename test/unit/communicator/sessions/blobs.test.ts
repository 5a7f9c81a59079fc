import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import { expect } from 'chai'
import type { BlobHandler, BlobSource } from '../../../../communicator/sessions/index.js'
import { Sessions } from '../../../../communicator/sessions/index.js'
import { rejectionOf } from '../../../rejection.js'
import { eventually } from '../../../support/eventually.js'
import { Cable, cabled } from '../../../support/session-cable.js'

const MIB = 1024 * 1024

/** What a receiver keeps, over restarts of its process. */
class Kept {
  bytes = Buffer.alloc(0)
  readonly offsets: number[] = []
  /** Called after each chunk. */
  onChunk: () => void = () => {}

  readonly handler: BlobHandler = () => {
    this.offsets.push(this.bytes.length)
    const writable = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.bytes = Buffer.concat([this.bytes, chunk])
        this.onChunk()
        setImmediate(done)
      },
    })
    return { offset: this.bytes.length, writable }
  }
}

/** The bytes, in chunks; and from where they were asked for. */
function sourceOf(bytes: Buffer, asked: number[] = []): BlobSource {
  return async function* (from) {
    asked.push(from)
    for (let at = from; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
  }
}

describe('transfers over sessions', () => {
  const bytes = randomBytes(4 * MIB)
  const options = { id: 'b1', size: bytes.length }

  it('bring all bytes, and none again that are there', async () => {
    const { left, right } = cabled()
    const kept = new Kept()
    right.receiveBlobs('blob', kept.handler)
    const asked: number[] = []
    expect(await left.sendBlob('right', 'blob', sourceOf(bytes, asked), options)).to.equal(bytes.length)
    expect(kept.bytes.equals(bytes)).to.equal(true)
    expect(await left.sendBlob('right', 'blob', sourceOf(bytes, asked), options)).to.equal(bytes.length)
    expect(asked).to.deep.equal([0])
    kept.bytes = kept.bytes.subarray(0, MIB)
    await left.sendBlob('right', 'blob', sourceOf(bytes, asked), { id: 'b1' })
    expect(kept.bytes.equals(bytes)).to.equal(true)
    expect(asked).to.deep.equal([0, MIB])
    await Promise.all([left.close(), right.close()])
  })

  it('tell the receiver of what comes', async () => {
    const { left, right } = cabled()
    const offers: unknown[] = []
    const kept = new Kept()
    right.receiveBlobs('blob', (offer) => {
      offers.push([offer.id, offer.size, { ...offer.headers }, offer.from.name])
      return kept.handler(offer)
    })
    await left.sendBlob('right', 'blob', sourceOf(bytes), { ...options, headers: { name: 'x.tgz' } })
    expect(offers).to.deep.equal([['b1', bytes.length, { name: 'x.tgz' }, 'left']])
    await Promise.all([left.close(), right.close()])
  })

  it('go on where they were when the receiver restarts in the middle', async () => {
    const cable = new Cable()
    const kept = new Kept()
    const left = new Sessions(cable.left)
    let right = new Sessions(cable.right)
    right.receiveBlobs('blob', kept.handler)
    cable.mend()
    let restarts = 0
    kept.onChunk = () => {
      if (restarts > 2 || kept.bytes.length < (restarts + 1) * MIB) return
      restarts++
      cable.cut()
      const before = right
      right = new Sessions(cable.right)
      right.receiveBlobs('blob', kept.handler)
      void before.close()
      cable.mend()
    }
    expect(await left.sendBlob('right', 'blob', sourceOf(bytes), options)).to.equal(bytes.length)
    expect(kept.bytes.equals(bytes)).to.equal(true)
    expect(kept.offsets).to.have.lengthOf(4)
    for (const [n, offset] of kept.offsets.entries()) expect(offset).to.be.at.least(n * MIB)
    await Promise.all([left.close(), right.close()])
  })

  it('go on where they were when the sender restarts in the middle', async () => {
    const cable = new Cable()
    const kept = new Kept()
    const right = new Sessions(cable.right)
    right.receiveBlobs('blob', kept.handler)
    const first = new Sessions(cable.left)
    cable.mend()
    const broken = rejectionOf(first.sendBlob('right', 'blob', sourceOf(bytes), options))
    await eventually(() => kept.bytes.length > MIB, 'a part')
    await first.close()
    expect(await broken).to.include({ code: 'session-closed' })
    const second = new Sessions(cable.left)
    cable.cut()
    cable.mend()
    const asked: number[] = []
    await second.sendBlob('right', 'blob', sourceOf(bytes, asked), options)
    expect(kept.bytes.equals(bytes)).to.equal(true)
    expect(asked[0]).to.be.above(MIB)
    await Promise.all([second.close(), right.close()])
  })

  it('end with the error of the receiver, of the source, and of the signal', async () => {
    const { left, right } = cabled()
    right.receiveBlobs('full', () => ({
      offset: 0,
      writable: new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
      }),
    }))
    const full = await rejectionOf(left.sendBlob('right', 'full', sourceOf(bytes), options))
    expect(full).to.include({ code: 'session-reset', remoteCode: 'ENOSPC' })
    const kept = new Kept()
    right.receiveBlobs('blob', kept.handler)
    const broken: BlobSource = async function* () {
      yield bytes.subarray(0, 10)
      throw new Error('unreadable')
    }
    expect((await rejectionOf(left.sendBlob('right', 'blob', broken, options))).message).to.equal(
      'unreadable',
    )
    const controller = new AbortController()
    kept.onChunk = () => controller.abort(new Error('enough'))
    const { signal } = controller
    const aborted = await rejectionOf(left.sendBlob('right', 'blob', sourceOf(bytes), { ...options, signal }))
    expect(aborted.message).to.equal('enough')
    await Promise.all([left.close(), right.close()])
  })

  it('end where both mean different bytes, or it does not get on', async () => {
    const { cable, left, right } = cabled()
    const kept = new Kept()
    right.receiveBlobs('blob', kept.handler)
    const short = await rejectionOf(
      left.sendBlob('right', 'blob', sourceOf(bytes), { id: 'b', size: bytes.length + 1 }),
    )
    expect([short.message.includes('bytes'), 'code' in short]).to.deep.equal([true, true])
    kept.bytes = Buffer.alloc(100)
    const many = await rejectionOf(left.sendBlob('right', 'blob', sourceOf(bytes), { id: 'b', size: 50 }))
    expect(many).to.include({ remoteCode: 'session-blob-mismatch' })
    cable.cut()
    const stuck = await rejectionOf(
      left.sendBlob('right', 'blob', sourceOf(bytes), { ...options, stuckMs: 100 }),
    )
    expect(stuck).to.include({ code: 'session-blob-stuck' })
    await Promise.all([left.close(), right.close()])
  })
})
