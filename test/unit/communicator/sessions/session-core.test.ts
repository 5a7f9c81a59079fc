import { expect } from 'chai'
import fc from 'fast-check'
import { sessionLimits } from '../../../../communicator/sessions/limits.js'
import { End, newCore, options, patient, settle } from './two-cores.js'

function pair(): { a: End; b: End } {
  return { a: new End(), b: new End() }
}

function connect(a: End, b: End, nowMs: number): void {
  for (const { core } of [a, b]) core.connected(nowMs)
}

describe('the core of a session', () => {
  it('carries data both ways, in order, as soon as one end asks', () => {
    const { a, b } = pair()
    a.core.connected(0)
    settle(a, b, 0, 0)
    expect([a.core.isOpen, b.core.isOpen]).to.deep.equal([true, true])
    for (let n = 0; n < 100; n++) for (const end of [a, b]) end.submit(0)
    settle(a, b, 0)
    expect(b.got).to.deep.equal(a.submitted)
    expect(a.got).to.deep.equal(b.submitted)
  })

  it('sends again what a cut took with it, once', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    for (let n = 0; n < 10; n++) a.submit(0)
    for (let n = 0; n < 6; n++) a.transmit(b, 0)
    for (let n = 0; n < 3; n++) b.receive(0)
    b.wire.length = 0
    for (const { core } of [a, b]) core.disconnected(1)
    expect(a.core.room).to.equal(0)
    connect(a, b, 2)
    settle(a, b, 2)
    expect(b.got).to.deep.equal(a.submitted)
  })

  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('submit', 'transmit', 'receive') },
    { weight: 1, arbitrary: fc.constantFrom('cut', 'connect', 'notice') },
  )
  const action = fc.record({
    step,
    end: fc.nat(1),
    times: fc.integer({ min: 1, max: 8 }),
    ms: fc.nat(400),
    loses: fc.nat(20),
  })

  it('delivers once and in order whatever connections do, and all of it in the end', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150, size: 'max' }), fc.boolean(), (actions, isLossy) => {
        const ends = [new End(newCore(0, patient)), new End(newCore(0, patient))] as const
        let now = 0
        let isUp = false
        for (const { step, end, times, ms, loses } of actions) {
          now += ms
          const [me, other] = end === 0 ? ends : ([ends[1], ends[0]] as const)
          for (let n = 0; n < times; n++) {
            if (step === 'submit') me.submit(now)
            else if (step === 'transmit' && isUp) me.transmit(other, now)
            else if (step === 'receive') me.receive(now)
          }
          // One end may learn of a connection before the other, or only by what comes.
          if (step === 'connect' || (step === 'notice' && isUp)) {
            me.core.connected(now)
            isUp = true
          }
          if (step === 'cut') {
            isUp = false
            for (const each of ends) {
              each.wire.splice(Math.min(loses, each.wire.length))
              each.core.disconnected(now)
            }
          }
          // Beyond what is promised of communicators: a frame in the middle is gone.
          if (isLossy && loses === 0) me.wire.shift()
          for (const { core } of ends) core.tick(now)
        }
        connect(ends[0], ends[1], now)
        settle(ends[0], ends[1], now)
        expect([ends[0].core.loss, ends[1].core.loss]).to.deep.equal([undefined, undefined])
        expect(ends[1].got).to.deep.equal(ends[0].submitted)
        expect(ends[0].got).to.deep.equal(ends[1].submitted)
      }),
      { numRuns: 1000 },
    )
  })

  it('holds what is not acknowledged, up to its bound', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    let n = 0
    while (a.core.room > 0 && n++ < 10_000) a.submit(0)
    expect(a.core.room).to.be.at.most(0)
    expect(n * 22).to.be.within(options.resendBytes / 2, options.resendBytes * 2)
    settle(a, b, 0)
    expect(a.core.room).to.equal(options.resendBytes)
  })

  it('acknowledges by itself what nothing goes back for', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    a.submit(0)
    a.transmit(b, 0)
    b.receive(0)
    expect(b.core.take(0)).to.equal(undefined)
    expect(b.core.deadline).to.equal(sessionLimits.ackMs)
    expect(b.transmit(a, sessionLimits.ackMs)).to.equal(true)
    a.receive(sessionLimits.ackMs)
    expect(a.core.room).to.equal(options.resendBytes)
  })

  it('asks at once for what is missing in the middle', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    for (let n = 0; n < 3; n++) a.submit(0)
    for (let n = 0; n < 3; n++) a.transmit(b, 0)
    b.wire.splice(1, 1)
    settle(a, b, 0, 1)
    expect(b.got).to.deep.equal(a.submitted)
  })

  it('asks after a while for what is missing at the end', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    a.submit(0)
    a.transmit(b, 0)
    b.wire.length = 0
    settle(a, b, 0, sessionLimits.stallMs - 1)
    expect(b.got).to.deep.equal([])
    settle(a, b, sessionLimits.stallMs, sessionLimits.stallMs + 1)
    expect(b.got).to.deep.equal(a.submitted)
  })

  it('is lost when the peer is another, by whichever end that is told', () => {
    for (const asker of ['old', 'new'] as const) {
      const { a, b } = pair()
      connect(a, b, 0)
      settle(a, b, 0, 0)
      const reborn = new End(newCore(1))
      a.wire.length = 0
      a.core.disconnected(1)
      if (asker === 'old') a.core.connected(2)
      reborn.core.connected(2)
      settle(a, reborn, 2, 3)
      expect(a.core.loss, asker).to.equal('restarted')
      expect(reborn.core.loss, asker).to.equal(undefined)
    }
  })

  it('is lost when the peer was away for too long, and not before', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    a.core.disconnected(500)
    expect(a.core.deadline).to.equal(500 + options.holdMs)
    a.core.tick(499 + options.holdMs)
    expect(a.core.loss).to.equal(undefined)
    a.core.tick(500 + options.holdMs)
    expect(a.core.loss).to.equal('away')
  })

  it('is lost when a peer never answers, after some questions', () => {
    const a = new End()
    a.core.connected(0)
    let asked = 0
    for (let now = 0; a.core.loss === undefined && now < 60_000; now += 100) {
      a.core.tick(now)
      if (a.core.take(now)) asked++
    }
    expect(a.core.loss).to.equal('unanswered')
    expect(asked).to.equal(options.answerMs / sessionLimits.askAgainMs)
  })

  it('is lost when the peer ends it, and when it acknowledges what was never sent', () => {
    const { a, b } = pair()
    connect(a, b, 0)
    settle(a, b, 0, 0)
    const mine = a.core.farewell(1)
    if (mine) b.wire.push(mine)
    b.receive(0)
    expect(b.core.loss).to.equal('closed')
    b.core.take(0)
    a.core.heard({ kind: 'ack', to: idOf(a), again: false, received: 1 }, 0)
    expect(a.core.loss).to.equal('violated')
  })

  /** Its id, as it tells it. */
  function idOf({ core }: End): Buffer {
    core.connected(0)
    const hello = core.take(0)
    if (hello === undefined) throw new Error('it says nothing')
    return hello.subarray(1, 9)
  }
})
