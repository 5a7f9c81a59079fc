/** The way of a member's messages out and in: batches, gaps, repetitions, and bytes of strangers. */
import { expect } from 'chai'
import { z } from 'zod'
import type { Route } from '../../../../groups/index.js'
import { message } from '../../../../ports/index.js'
import { Incoming, openFrame, valueIn } from '../../../../runtime/groups/incoming.js'
import { bytesOf, frameOfOne, Outgoing, type Parcel, partsOf } from '../../../../runtime/groups/outgoing.js'

const Data = message('Data', z.object({ n: z.number() }))

interface Heard {
  readonly incoming: Incoming
  readonly values: unknown[]
  readonly missed: number[]
  readonly refused: string[]
}

function listener(): Heard {
  const values: unknown[] = []
  const missed: number[] = []
  const refused: string[] = []
  const incoming = new Incoming(Data, {
    message: (_route, value) => values.push(value),
    missed: (_from, count) => missed.push(count),
    refused: (_from, why) => refused.push(why),
  })
  return { incoming, values, missed, refused }
}

function sender(timed = false): { outgoing: Outgoing; parcels: Parcel[] } {
  const parcels: Parcel[] = []
  return { outgoing: new Outgoing({ what: 'Data', timed, emit: (parcel) => parcels.push(parcel) }), parcels }
}

/** Frames of one message each. */
function framesOf(count: number, route: Route = 'all'): (readonly Uint8Array[])[] {
  const { outgoing, parcels } = sender()
  for (let n = 1; n <= count; n++) {
    outgoing.send(route, { n })
    outgoing.flush()
  }
  return parcels.map(({ frame }) => partsOf(frame))
}

describe('messages of a group', () => {
  it('of one turn leave as one frame, by route and addressee', () => {
    const { outgoing, parcels } = sender()
    for (let n = 0; n < 5; n++) outgoing.send('all', { n })
    outgoing.send('to-leader', { n: 9 })
    outgoing.send('from-leader', { n: 10 }, 'x')
    outgoing.flush()
    expect(parcels.map(({ route, to, frame }) => [route, to, frame.count])).to.deep.equal([
      ['all', undefined, 5],
      ['to-leader', undefined, 1],
      ['from-leader', 'x', 1],
    ])
  })

  it('of the leader to one that was gone, and is back, are not taken for those from before', () => {
    const { outgoing, parcels } = sender()
    const { incoming, values, refused } = listener()
    const send = (n: number): void => {
      outgoing.send('from-leader', { n }, 'x')
      outgoing.flush()
      for (const { frame } of parcels.splice(0)) incoming.take('from-leader', 'lead', partsOf(frame))
    }
    for (const n of [1, 2, 3]) send(n)
    outgoing.forget('x')
    for (const n of [4, 5]) send(n)
    expect([values, refused]).to.deep.equal([[1, 2, 3, 4, 5].map((n) => ({ n })), []])
  })

  it('arrive in order, and bytes of them apart', () => {
    const { outgoing, parcels } = sender()
    for (let n = 0; n < 5; n++) outgoing.send('all', { n })
    outgoing.flush()
    const { incoming, values } = listener()
    for (const { frame } of parcels) incoming.take('all', 'a', partsOf(frame))
    expect(values).to.deep.equal([0, 1, 2, 3, 4].map((n) => ({ n })))
  })

  it('show gaps to all, and no repetition', () => {
    const [one = [], two = [], three = [], four = []] = framesOf(4)
    const { incoming, values, missed, refused } = listener()
    incoming.take('all', 'a', one)
    incoming.take('all', 'a', four)
    incoming.take('all', 'a', two)
    incoming.take('all', 'a', four)
    incoming.take('all', 'b', three)
    expect(values).to.deep.equal([{ n: 1 }, { n: 4 }, { n: 3 }])
    expect(missed).to.deep.equal([2])
    expect(refused).to.have.length(2)
  })

  it('to a leader skip what went to another one, and are not taken twice', () => {
    const [one = [], , three = []] = framesOf(3, 'to-leader')
    const { incoming, values, missed, refused } = listener()
    for (const parts of [one, three, one]) incoming.take('to-leader', 'a', parts)
    expect(values).to.deep.equal([{ n: 1 }, { n: 3 }])
    expect([missed, refused.length]).to.deep.equal([[], 1])
  })

  it('against the schema are refused one by one', () => {
    const { outgoing, parcels } = sender()
    for (const n of [1, 'two', 3]) outgoing.send('all', { n })
    outgoing.flush()
    const { incoming, values, refused } = listener()
    for (const { frame } of parcels) incoming.take('all', 'a', partsOf(frame))
    expect(values).to.deep.equal([{ n: 1 }, { n: 3 }])
    expect(refused).to.have.length(1)
    expect(refused[0]).to.match(/^it is no Data: value\.n/)
  })

  it('of whatever bytes are messages or refused', () => {
    const { incoming, values, refused } = listener()
    const [good = []] = framesOf(1)
    const [head = new Uint8Array()] = good
    const bad = [
      [],
      [new Uint8Array()],
      [head.subarray(0, 3)],
      [head, head],
      [Uint8Array.from([7, ...head.subarray(1)])],
      // Flags of a query, of a hello, of bytes.
      ...[0x02, 0x04, 0x10, 0x40, 0x80].map((flag) => [Uint8Array.from([1, flag, ...head.subarray(2)])]),
    ]
    for (const parts of bad) incoming.take('all', 'a', parts)
    expect(values).to.deep.equal([])
    expect(refused).to.have.length(bad.length)
    expect(incoming.takeOne('a', Uint8Array.from([1, 2, 3]))).to.equal(undefined)
  })

  it('of the log are one, and say when they were sent where that is wanted', () => {
    const { incoming } = listener()
    expect(incoming.takeOne('a', frameOfOne(Data, { n: 1 }, false))).to.deep.include({
      value: { n: 1 },
      sentAt: Number.NaN,
    })
    const before = Date.now() - 5
    expect(incoming.takeOne('a', frameOfOne(Data, { n: 1 }, true))?.sentAt).to.be.within(
      before,
      before + 5000,
    )
    expect(openFrame([frameOfOne(Data, { n: 1 }, false)])).to.have.property('sequence', 1)
  })

  it('values are plain ones, in memory of their own', () => {
    const value = { text: 'x', list: [1, null], bytes: Buffer.from([1, 2]) }
    expect(valueIn(bytesOf(value, 'a value'))).to.deep.equal({ value })
    expect(valueIn(Uint8Array.from([0xc1]))).to.have.property('refusal')
    expect(() => bytesOf({ when: new Date() }, 'a value')).to.throw(/a value cannot be sent/)
  })
})
