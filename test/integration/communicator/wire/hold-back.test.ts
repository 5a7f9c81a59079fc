/** Back-pressure: what cannot be worked off is not taken in, and what nobody reads is not queued. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { commLimits, Message, Mode } from '../../../../communicator/index.js'
import { F3, packed } from '../../../support/f3-frames.js'
import { dataParts, F3Peer } from '../../../support/f3-peer.js'
import { APP, gate, type Side, stillAt, wireForTests } from './wires.js'

const MIB = 1024 * 1024
const MOST_BYTES = 64 * MIB
const calm = { heartbeatMs: 60_000 }

describe('back-pressure', function () {
  this.timeout(60_000)
  const wire = wireForTests()

  it('holds back a raw sender whose receiver is busy, at less than 64 MiB, and takes all then', async () => {
    const side = await wire.listening('listener', calm)
    const blocked = gate()
    side.watch.onMessage = () => blocked.promise
    const peer = await wire.peer(side)
    const count = 100
    let takenBytes = 0
    for (let at = 0; at < count; at++) {
      const frame = peer.frame(dataParts(APP, { at }, Buffer.alloc(MIB)))
      void peer.taken(frame).then(() => {
        takenBytes += frame.length
      })
    }
    expect(await stillAt(() => takenBytes)).to.be.below(MOST_BYTES)
    expect(side.watch.heard.length).to.equal(1)
    blocked.resolve()
    for (let at = 0; at < count; at++) expect((await side.watch.next()).message.getHeader('at')).to.equal(at)
    await peer.settled()
  })

  it('holds back one of many small messages as well', async () => {
    const { side, peer } = await bySocketOfFiles()
    const blocked = gate()
    side.watch.onMessage = () => blocked.promise
    const before = process.memoryUsage()
    let takenBytes = 0
    let isBlocked = true
    const small = Buffer.concat(Array.from({ length: 4096 }, () => peer.frame({ type: F3.DATA, appId: APP })))
    const feeding = (async () => {
      while (isBlocked) {
        await peer.taken(small)
        takenBytes += small.length
      }
    })()
    expect(await stillAt(() => takenBytes)).to.be.below(MOST_BYTES)
    const after = process.memoryUsage()
    expect(after.heapUsed + after.external - before.heapUsed - before.external).to.be.below(MOST_BYTES)
    isBlocked = false
    blocked.resolve()
    await feeding
    await peer.settled()
    expect(side.watch.heard.length * 16).to.equal(takenBytes)
  })

  it('holds back one peer, and no other', async () => {
    const side = await wire.listening('listener', calm)
    const blocked = gate()
    side.watch.onMessage = ({ from }) => (from === 'slow' ? blocked.promise : undefined)
    const slow = await wire.peer(side, 'slow')
    for (let at = 0; at < 40; at++) slow.data(APP, undefined, Buffer.alloc(MIB))
    const quick = await wire.peer(side, 'quick')
    for (let at = 0; at < 200; at++) quick.data(APP, { at }, 'x')
    await quick.settled()
    expect(side.watch.heard.filter(({ from }) => from === 'quick').length).to.equal(200)
    blocked.resolve()
    await slow.settled()
    expect(side.watch.heard.length).to.equal(240)
  })

  it('holds back send() to a peer that never reads, with less than 64 MiB queued', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    peer.hold()
    const before = process.memoryUsage().arrayBuffers
    const outcomes = { sent: 0, refused: 0 }
    const count = 200
    const sends = Array.from({ length: count }, (_, at) =>
      side.communicator.send('peer', APP, new Message({ at }, Buffer.alloc(MIB))).then(
        () => outcomes.sent++,
        (error: unknown) => {
          expect(error).to.have.property('code', 'NOT_READY')
          outcomes.refused++
        },
      ),
    )
    await stillAt(() => outcomes.sent + outcomes.refused)
    expect((count - outcomes.refused) * MIB).to.be.below(MOST_BYTES)
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(MOST_BYTES + count * MIB)
    peer.release()
    await Promise.all(sends)
    await peer.settled()
    expect(peer.counts[F3.DATA]).to.equal(outcomes.sent)
    for (let at = 0; at < outcomes.sent; at++) {
      expect((await peer.next(F3.DATA)).headers.equals(packed({ at }))).to.equal(true)
    }
  })

  it('makes a sender that waits for each send wait, until the peer reads', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    peer.hold()
    const payload = Buffer.alloc(MIB)
    const count = 100
    let sent = 0
    const sending = (async () => {
      for (let at = 0; at < count; at++) {
        await side.communicator.send('peer', APP, new Message({ at }, payload))
        sent++
      }
    })()
    expect(await stillAt(() => sent)).to.be.below(64)
    peer.release()
    await sending
    for (let at = 0; at < count; at++) {
      expect((await peer.next(F3.DATA)).headers.equals(packed({ at }))).to.equal(true)
    }
  })

  it('gives a send up for which there is no room in time, and sends nothing of it', async () => {
    const side = await wire.listening('listener', { ...calm, sendMs: 200 })
    const peer = await wire.peer(side)
    peer.hold()
    let sent = 0
    let failure: unknown
    while (failure === undefined) {
      const message = new Message({ at: sent }, Buffer.alloc(MIB))
      await side.communicator.send('peer', APP, message).then(
        () => sent++,
        (error: unknown) => {
          failure = error
        },
      )
    }
    expect(failure).to.have.property('code', 'TIMEOUT')
    peer.release()
    await peer.settled()
    expect(peer.counts[F3.DATA]).to.equal(sent)
    await side.communicator.send('peer', APP, new Message({ at: 'after' }))
    for (let at = 0; at < sent; at++) await peer.next(F3.DATA)
    expect((await peer.next(F3.DATA)).headers).to.deep.equal(packed({ at: 'after' }))
  })

  it('rejects what waits when the peer goes', async () => {
    const side = await wire.listening('listener', calm)
    const peer = await wire.peer(side)
    peer.hold()
    const sends = Array.from({ length: 25 }, () =>
      side.communicator.send('peer', APP, new Message(null, Buffer.alloc(MIB))),
    )
    const outcomes = Promise.allSettled(sends)
    peer.close()
    const rejected = (await outcomes).flatMap((each) =>
      each.status === 'rejected' ? [each.reason.code] : [],
    )
    expect(rejected.length).to.be.above(0)
    expect([...new Set(rejected)]).to.deep.equal(['CLOSED'])
  })

  it('queues no answers without end for a peer that asks and never reads', async () => {
    const { side, peer } = await bySocketOfFiles()
    peer.hold()
    const count = 640
    const asked = Array.from({ length: 1024 }, () => peer.frame({ type: F3.PING, payload: packed(null) }))
    for (let sent = 0; sent < count; sent++) await peer.taken(Buffer.concat(asked))
    peer.data(APP, undefined, 'all of it was read')
    await side.watch.next()
    const behindAll = side.communicator.send('peer', APP, new Message())
    peer.release()
    await Promise.all([behindAll, peer.next(F3.DATA)])
    const answerBytes = (peer.counts[F3.PONG] ?? 0) * 17
    expect(answerBytes).to.be.below(2 * commLimits.queuedBytes)
  })

  /** A peer at a socket of the file system: there the system itself holds a few hundred KiB, not some MiB. */
  async function bySocketOfFiles(): Promise<{ side: Side; peer: F3Peer }> {
    const folder = mkdtempSync(join(tmpdir(), 'f3-'))
    const path = join(folder, 'listener.sock')
    const side = await wire.side('listener', calm)
    await side.communicator.addConnector(`uds://${path}`, Mode.PASSIVE)
    const peer = await F3Peer.dial({ path }, 'peer')
    rmSync(folder, { recursive: true, force: true })
    await peer.shakeHands()
    await side.watch.isReady('peer')
    return { side, peer }
  }
})
