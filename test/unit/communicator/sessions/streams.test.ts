import { Buffer } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect } from 'chai'
import { SessionError, sessionLimits } from '../../../../communicator/sessions/index.js'
import { rejectionOf } from '../../../rejection.js'
import { eventually } from '../../../support/eventually.js'
import { cabled } from '../../../support/session-cable.js'

const MIB = 1024 * 1024

/** All that comes. What `node:stream/consumers` has would destroy the other direction with it. */
async function bytesOf(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(stream, 'end')
  return Buffer.concat(chunks)
}

async function textOf(stream: Duplex): Promise<string> {
  return (await bytesOf(stream)).toString()
}

describe('streams over sessions', () => {
  const { cable, left, right } = cabled()
  const accepted: Duplex[] = []
  right.accept('echo', (stream) => {
    stream.pipe(stream)
  })
  right.accept('kept', (stream) => {
    accepted.push(stream)
  })
  after(async () => {
    await Promise.all([left.close(), right.close()])
  })

  /** A stream, with its other end. */
  async function both(): Promise<[here: Duplex, there: Duplex]> {
    const here = await left.open('right', 'kept')
    const there = accepted.at(-1)
    if (there === undefined) throw new Error('nobody accepted it')
    return [here, there]
  }

  function* chunks(bytes: Buffer): Generator<Buffer> {
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + ((at * 7919) % 200_000)
      yield bytes.subarray(at, at + length)
      at += length
    }
  }

  it('carry bytes both ways, and each direction ends by itself', async () => {
    const [here, there] = await both()
    here.end('question')
    expect(await textOf(there)).to.equal('question')
    expect(there.writableEnded).to.equal(false)
    there.end('answer')
    expect(await textOf(here)).to.equal('answer')
    await eventually(() => here.closed && there.closed, 'their ends')
  })

  it('tell the other end who opens them, and with which headers', async () => {
    const seen: unknown[] = []
    const undo = right.accept('told', (stream, from, headers) => {
      seen.push(from.name, { ...headers })
      stream.end()
    })
    const stream = await left.open('right', 'told', { headers: { port: '80' } })
    expect(await textOf(stream)).to.equal('')
    stream.end()
    undo()
    expect(seen).to.deep.equal(['left', { port: '80' }])
  })

  it('carry all of it, once and in order, over cuts', async () => {
    const bytes = randomBytes(8 * MIB)
    const stream = await left.open('right', 'echo')
    let isOver = false
    const received = bytesOf(stream).finally(() => {
      isOver = true
    })
    const sent = pipeline(Readable.from(chunks(bytes)), stream, { end: true }).catch(() => {})
    let cuts = 0
    for (let next = MIB; !isOver; ) {
      await new Promise(setImmediate)
      if (cable.bytes < next) continue
      next = cable.bytes + MIB
      cuts++
      cable.cut()
      await new Promise(setImmediate)
      cable.mend()
    }
    await sent
    const digests = [bytes, await received].map((all) => createHash('sha256').update(all).digest('hex'))
    expect(digests[1]).to.equal(digests[0])
    expect(cuts).to.be.above(4)
  })

  it('are held back by a reader that does not read, and others are not', async () => {
    const [here, there] = await both()
    let hasRoom = true
    let written = 0
    while (hasRoom || written < 4 * MIB) {
      hasRoom = here.write(Buffer.alloc(65_536))
      written += 65_536
      if (!hasRoom && written > 4 * MIB) break
      await new Promise(setImmediate)
    }
    // What was written waits at the writer; no more than a window of it has left.
    const before = cable.bytes
    const [one, other] = await both()
    one.end('on')
    expect(await textOf(other)).to.equal('on')
    expect(cable.bytes - before).to.be.below(2 * sessionLimits.windowBytes)
    expect(there.readableLength).to.be.at.most(2 * sessionLimits.chunkBytes)
    let read = 0
    there.on('data', (chunk: Buffer) => {
      read += chunk.length
    })
    here.end()
    await once(there, 'end')
    expect(read).to.equal(written)
    there.end()
    other.end()
  })

  it('let requests through while they carry all that they can', async () => {
    right.serve('quick', () => undefined)
    const stream = await left.open('right', 'echo')
    const bulk = Buffer.alloc(32 * MIB)
    let isOver = false
    const received = bytesOf(stream).finally(() => {
      isOver = true
    })
    stream.end(bulk)
    const most: number[] = []
    while (!isOver) {
      const before = cable.bytes
      await left.request('right', 'quick')
      most.push(cable.bytes - before)
    }
    expect(await received).to.have.lengthOf(bulk.length)
    // A request and its reply each wait for what has left already, not for what waits to.
    expect(most.length).to.be.above(5)
    expect(Math.max(...most)).to.be.below(4 * sessionLimits.resendBytes)
  })

  it('share the way fairly among them', async () => {
    const pairs = await Promise.all(Array.from({ length: 4 }, () => left.open('right', 'kept')))
    const others = accepted.slice(-4)
    const read = [0, 0, 0, 0]
    const spreads: number[] = []
    for (const [n, other] of others.entries()) {
      other.on('data', (chunk: Buffer) => {
        read[n] = (read[n] ?? 0) + chunk.length
        spreads.push(Math.max(...read) - Math.min(...read))
      })
    }
    for (const stream of pairs) stream.end(Buffer.alloc(4 * MIB))
    await Promise.all(others.map((other) => once(other, 'end')))
    expect(Math.max(...spreads)).to.be.at.most(2 * sessionLimits.windowBytes)
    for (const other of others) other.end()
  })

  it('end at both ends when one is destroyed, with the code of its error', async () => {
    const [here, there] = await both()
    const failed = once(here, 'error')
    there.destroy(Object.assign(new Error('no disk'), { code: 'ENOSPC' }))
    const [error] = await failed
    expect(error).to.be.instanceOf(SessionError)
    expect(error).to.include({ code: 'session-reset', remoteCode: 'ENOSPC', message: 'no disk' })
    const [one, other] = await both()
    const reset = once(other, 'error')
    one.destroy()
    expect((await reset)[0]).to.include({ code: 'session-reset', remoteCode: 'destroyed' })
  })

  it('are refused where nobody accepts them, or whoever does throws', async () => {
    const unknown = await rejectionOf(left.open('right', 'nothing'))
    expect(unknown).to.include({ code: 'session-unknown-topic' })
    const undo = right.accept('refused', (_stream, _from, { how }) => {
      if (how === 'now') throw Object.assign(new Error('not you'), { code: 'EPERM' })
      return Promise.reject(new Error('later'))
    })
    const now = await rejectionOf(left.open('right', 'refused', { headers: { how: 'now' } }))
    expect(now).to.include({ code: 'session-refused', remoteCode: 'EPERM', message: 'not you' })
    const stream = await left.open('right', 'refused', { headers: { how: 'later' } })
    await eventually(() => stream.closed, 'its end')
    expect(stream.errored).to.include({ code: 'session-reset', message: 'later' })
    undo()
  })

  it('are bounded in number, and come back when one has closed', async () => {
    const { left, right } = cabled()
    right.accept('kept', () => {})
    const open = await Promise.all(
      Array.from({ length: sessionLimits.streams }, () => left.open('right', 'kept')),
    )
    expect(await rejectionOf(left.open('right', 'kept'))).to.include({ code: 'session-busy' })
    for (const stream of open) stream.destroy()
    await eventually(() => open.every(({ closed }) => closed), 'their ends')
    await left.open('right', 'kept')
    const aborted = AbortSignal.abort(new Error('before'))
    expect((await rejectionOf(left.open('right', 'kept', { signal: aborted }))).message).to.equal('before')
    await Promise.all([left.close(), right.close()])
  })

  it('time out as sockets do', async () => {
    const [here] = await both()
    expect('setTimeout' in here && typeof here.setTimeout).to.equal('function')
    if ('setTimeout' in here && typeof here.setTimeout === 'function') here.setTimeout(20)
    await once(here, 'timeout')
    here.destroy()
  })

  it('end with the session', async () => {
    const { left, right } = cabled()
    right.accept('kept', () => {})
    const stream = await left.open('right', 'kept')
    const failed = once(stream, 'error')
    await right.close()
    expect((await failed)[0]).to.include({ code: 'session-lost' })
    await left.close()
  })
})
