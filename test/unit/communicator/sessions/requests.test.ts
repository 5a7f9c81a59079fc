import { Buffer } from 'node:buffer'
import { expect } from 'chai'
import { SessionError, Sessions, sessionLimits } from '../../../../communicator/sessions/index.js'
import { rejectionOf } from '../../../rejection.js'
import { deferred, eventually } from '../../../support/eventually.js'
import { Cable, cabled } from '../../../support/session-cable.js'

/** The error, which is one of sessions. */
async function failureOf(promise: Promise<unknown>): Promise<SessionError> {
  const error = await rejectionOf(promise)
  if (error instanceof SessionError) return error
  throw error
}

describe('requests over sessions', () => {
  const { cable, left, right } = cabled()
  after(async () => {
    await Promise.all([left.close(), right.close()])
  })

  right.serve('double', ({ payload, headers, from }) => ({
    headers: { ...headers, of: from.name },
    payload: Buffer.concat([payload, payload]),
  }))

  it('are answered, with headers and bytes', async () => {
    const reply = await left.request('right', 'double', { headers: { a: 'ä' }, payload: Buffer.from('xy') })
    expect(reply.payload.toString()).to.equal('xyxy')
    expect({ ...reply.headers }).to.deep.equal({ a: 'ä', of: 'left' })
    expect((await left.request('right', 'double')).payload).to.have.lengthOf(0)
  })

  it('may be as large as their bound, and no larger', async () => {
    const half = Buffer.alloc(sessionLimits.payloadBytes / 2, 7)
    expect((await left.request('right', 'double', { payload: half })).payload).to.deep.equal(
      Buffer.alloc(sessionLimits.payloadBytes, 7),
    )
    const over = Buffer.alloc(sessionLimits.payloadBytes + 1)
    expect((await failureOf(left.request('right', 'double', { payload: over }))).code).to.equal(
      'session-too-large',
    )
    const reply = await failureOf(left.request('right', 'double', { payload: Buffer.concat([half, half]) }))
    expect([reply.code, reply.remoteCode]).to.deep.equal(['session-refused', 'session-too-large'])
  })

  it('end with the error of the handler, or of there being none', async () => {
    right.serve('throws', () => {
      throw Object.assign(new Error('no bread'), { code: 'ENOBREAD' })
    })
    const { code, remoteCode, message } = await failureOf(left.request('right', 'throws'))
    expect([code, remoteCode, message]).to.deep.equal(['session-refused', 'ENOBREAD', 'no bread'])
    expect((await failureOf(left.request('right', 'nothing'))).code).to.equal('session-unknown-topic')
  })

  it('cross any number of cuts, once each', async () => {
    const seen: string[] = []
    const undo = right.serve('count', async ({ payload }) => {
      seen.push(payload.toString())
      await new Promise(setImmediate)
      return { payload }
    })
    const asked: Promise<string>[] = []
    for (let n = 0; n < 300; n++) {
      const payload = Buffer.from(String(n))
      asked.push(left.request('right', 'count', { payload }).then((reply) => reply.payload.toString()))
      if (n % 10 === 9) cable.cut()
      await new Promise(setImmediate)
      if (n % 10 === 9) cable.mend()
    }
    const all = Array.from({ length: 300 }, (_, n) => String(n))
    expect(await Promise.all(asked)).to.deep.equal(all)
    expect(seen).to.deep.equal(all)
    undo()
    expect((await failureOf(left.request('right', 'count'))).code).to.equal('session-unknown-topic')
  })

  it('are cancelled at the other end by a signal and by being late', async () => {
    const signals: AbortSignal[] = []
    const undo = right.serve('wait', ({ signal }) => {
      signals.push(signal)
      return new Promise(() => {})
    })
    const controller = new AbortController()
    const aborted = rejectionOf(left.request('right', 'wait', { signal: controller.signal }))
    await eventually(() => signals.length === 1, 'the request')
    controller.abort(new Error('enough'))
    expect((await aborted).message).to.equal('enough')
    expect((await failureOf(left.request('right', 'wait', { withinMs: 50 }))).code).to.equal('session-late')
    await eventually(() => signals.length === 2 && signals.every(({ aborted }) => aborted), 'their ends')
    const over = AbortSignal.abort(new Error('before'))
    expect((await rejectionOf(left.request('right', 'wait', { signal: over }))).message).to.equal('before')
    undo()
  })

  it('are bounded: one more than may be under way is refused at once', async () => {
    const done = deferred()
    const undo = right.serve('slow', () => done.promise.then(() => undefined))
    const asked = Array.from({ length: sessionLimits.requests }, () => left.request('right', 'slow'))
    expect((await failureOf(left.request('right', 'slow'))).code).to.equal('session-busy')
    done.resolve()
    await Promise.all(asked)
    await left.request('right', 'slow')
    undo()
  })

  it('keep a handler counted that nobody waits for any more', async () => {
    const { left, right } = cabled()
    const done = deferred()
    let running = 0
    right.serve('deaf', async () => {
      running++
      await done.promise
      return undefined
    })
    for (const most of [600, sessionLimits.requests]) {
      const waiting = Array.from({ length: 600 }, () => {
        const controller = new AbortController()
        const asked = rejectionOf(left.request('right', 'deaf', { signal: controller.signal }))
        return { asked, controller }
      })
      await eventually(() => running === most, 'the handlers')
      for (const { controller } of waiting) controller.abort(new Error('enough'))
      await Promise.all(waiting.map(({ asked }) => asked))
    }
    expect((await failureOf(left.request('right', 'deaf'))).code).to.equal('session-busy')
    done.resolve()
    await left.request('right', 'deaf')
    await Promise.all([left.close(), right.close()])
  })

  it('hold no more bytes of a peer than they may', async () => {
    const done = deferred()
    const undo = right.serve('large', () => done.promise.then(() => undefined))
    const payload = Buffer.alloc(sessionLimits.payloadBytes)
    const most = sessionLimits.payloadsBytes / sessionLimits.payloadBytes
    const asked = Array.from({ length: most + 1 }, () => left.request('right', 'large', { payload }))
    const failed = await Promise.race(asked.map(failureOf))
    expect(failed.code).to.equal('session-busy')
    done.resolve()
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.filter(({ status }) => status === 'rejected')).to.have.lengthOf(1)
    await left.request('right', 'large', { payload })
    undo()
  })

  it('fail in time where a peer is not connected, and where it is no quorate', async () => {
    const far = new Cable()
    const lonely = new Sessions(far.left)
    const away = failureOf(lonely.request('right', 'x', { withinMs: 20 }))
    expect((await away).code).to.equal('session-unreachable')
    far.mend()
    const late = await failureOf(lonely.request('right', 'x', { withinMs: 20 }))
    expect(late.code).to.equal('session-unreachable')
    await lonely.close()
  })

  it('fail when the peer restarts or closes, and work anew with the next', async () => {
    const { cable, left, right } = cabled()
    right.serve('wait', () => new Promise(() => {}))
    await failureOf(left.request('right', 'wait', { withinMs: 20 }))
    const lost = failureOf(left.request('right', 'wait'))
    cable.cut()
    // What it was is gone without a word.
    cable.right.receiver = undefined
    const reborn = new Sessions(cable.right)
    reborn.serve('hello', () => ({ payload: Buffer.from('anew') }))
    cable.mend()
    expect((await lost).code).to.equal('session-lost')
    expect((await left.request('right', 'hello')).payload.toString()).to.equal('anew')
    const cut = failureOf(left.request('right', 'hello', { payload: Buffer.alloc(1) }))
    await reborn.close()
    expect((await cut).code).to.equal('session-lost')
    await left.close()
    expect((await failureOf(left.request('right', 'hello'))).code).to.equal('session-closed')
  })

  it('fail when the peer is away for longer than is waited for', async () => {
    const { cable, left, right } = cabled({ holdMs: 50 })
    right.serve('wait', () => new Promise(() => {}))
    await failureOf(left.request('right', 'wait', { withinMs: 20 }))
    const lost = failureOf(left.request('right', 'wait'))
    cable.cut()
    expect((await lost).code).to.equal('session-lost')
    await Promise.all([left.close(), right.close()])
  })

  it('are refused a topic that is served already', () => {
    expect(() => right.serve('double', () => undefined))
      .to.throw(SessionError)
      .with.property('code', 'session-topic-taken')
  })
})
