import { expect } from 'chai'
import fc from 'fast-check'
import {
  DIRECT,
  Envelope,
  isLarge,
  memberOf,
  type Parcel,
  routingIdOf,
} from '../../../../groups/driver/frames.js'
import { driverLimits } from '../../../../groups/driver/limits.js'

const A = 'a'.repeat(32)
const B = 'b'.repeat(32)
const C = 'c'.repeat(32)

describe('frames between members of a group', () => {
  const a = new Envelope('test/Cell.one', A)
  const b = new Envelope('test/Cell.one', B)
  const parcel: Parcel = {
    ...{ route: 'from-leader', ballot: { epoch: 1_790_000_000_000_123, term: 7 }, count: 3 },
    parts: [Buffer.from('some'), Buffer.from('more')],
  }
  const text = (parts: readonly Uint8Array[]): string[] => parts.map((part) => Buffer.from(part).toString())

  for (const to of [undefined, B, DIRECT]) {
    it(`carry messages of users to ${to === undefined ? 'all' : to || 'one that has greeted'}`, () => {
      const frame = b.read(a.users(to, parcel), A, true)
      if (!('kind' in frame) || frame.kind !== 'users') expect.fail('it is refused')
      expect({ ...frame, parts: text(frame.parts) }).to.deep.equal({
        ...{ ...parcel, kind: 'users', from: A, parts: ['some', 'more'] },
      })
    })
  }

  it('carry what is large as parts of its own, uncopied', () => {
    const large = Buffer.alloc(20_000, 'x')
    const parts = a.users(undefined, { ...parcel, parts: [large] })
    expect(parts).to.have.length(2)
    expect(parts[1]?.buffer).to.equal(large.buffer)
    const frame = b.read(parts, A, false)
    expect('parts' in frame && frame.parts).to.deep.equal([large])
  })

  it('are of one part or two', () => {
    const [head = Buffer.alloc(0)] = a.users(B, { ...parcel, parts: [Buffer.alloc(20_000)] })
    const refused = { code: 'garbage', text: 'a frame of too few or too many parts' }
    expect(b.read([head], A, false)).to.deep.equal(refused)
    expect(b.read([head, head, head, head], A, false)).to.deep.equal(refused)
  })

  it('carry several messages of control at once', () => {
    const messages = ['one', 'two', 'three'].map((each) => Buffer.from(each))
    const frame = b.read([a.control(B, messages)], A, false)
    expect(frame).to.deep.equal({ kind: 'control', from: A, messages })
  })

  it('of control are refused where a message is empty, or there are too many', () => {
    const refused = { code: 'garbage', text: 'a control frame of empty messages, or of too many' }
    const some = Buffer.from('x')
    const read = (messages: Buffer[]): unknown => b.read([a.control(B, messages)], A, false)
    expect(read([some, Buffer.alloc(0)])).to.deep.equal(refused)
    const most = Array(driverLimits.controlMessages).fill(some)
    expect(read(most)).to.deep.include({ kind: 'control', messages: most })
    expect(read([...most, some])).to.deep.equal(refused)
    // All zeros: as many messages as it has places for their lengths, each of nothing.
    expect(b.read([Buffer.concat([a.control(B, []), Buffer.alloc(2 ** 20)])], A, false)).to.deep.equal(
      refused,
    )
  })

  it('are for the member that they name alone, and from the one whose connection it is', () => {
    const code = (by: Envelope, frame: Buffer, source: string): string => {
      const read = by.read([frame], source, false)
      return 'code' in read ? read.code : read.kind
    }
    const hello = a.greeting('hello', B)
    expect(code(b, hello, A)).to.equal('hello')
    expect(code(b, hello, C)).to.equal('forged')
    expect(code(new Envelope('test/Cell.one', C), hello, A)).to.equal('misdirected')
    expect(code(new Envelope('test/Cell.two', B), hello, A)).to.equal('foreign')
    expect(code(b, a.control(DIRECT, []), A)).to.equal('ungreeted')
  })

  it('say no more than that one is there, to one or to all', () => {
    for (const kind of ['hello', 'welcome', 'who', 'alive', 'large'] as const) {
      expect(b.read([a.greeting(kind, B)], A, false)).to.deep.equal({ kind, from: A })
      expect(b.read([a.greeting(kind, DIRECT)], A, true)).to.deep.equal({ kind, from: A })
    }
    const toAll = a.greeting('alive', undefined)
    expect(toAll.subarray(0, -1)).to.deep.equal(b.liveTopic(A))
    expect(b.read([toAll], A, false)).to.deep.equal({ kind: 'alive', from: A })
  })

  it('are large where they take their time, in one part or in several', () => {
    const half = Buffer.alloc(driverLimits.largeBytes / 2)
    expect([[half], [half, half], [half, half.subarray(1)]].map(isLarge)).to.deep.equal([false, true, false])
  })

  it('are readdressed to one, but for nothing else', () => {
    const [head = Buffer.alloc(0), ...rest] = a.users(undefined, parcel)
    const frame = b.read([a.addressed(head, B), ...rest], A, false)
    expect('parts' in frame && text(frame.parts)).to.deep.equal(['some', 'more'])
  })

  it('have topics by which a publisher knows its subscriber', () => {
    expect(a.subscriberOf(b.ownTopic(A, B))).to.equal(B)
    expect(a.subscriberOf(b.ownTopic(C, B))).to.equal(undefined)
    expect(a.isLive(b.liveTopic(A))).to.equal(true)
    expect(a.isLive(b.liveTopic(C))).to.equal(false)
    expect(a.users(undefined, parcel)[0]?.subarray(0, b.liveTopic(A).length)).to.deep.equal(b.liveTopic(A))
  })

  it('are read or refused, whatever they are', () => {
    const bytes = fc.uint8Array({ maxLength: 120 }).map((some) => Buffer.from(some))
    const spoiled = fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => {
      const [head = Buffer.alloc(0)] = a.users(B, parcel)
      const frame = Buffer.from(head)
      frame[at % frame.length] = byte
      return frame.subarray(0, 1 + (at % frame.length))
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, spoiled), { maxLength: 3 }), fc.boolean(), (parts, isGreeted) => {
        const frame = b.read(parts, A, isGreeted)
        return 'code' in frame || frame.from === A
      }),
      { numRuns: 2000 },
    )
  })

  it('come by routing ids that name their member', () => {
    const [one, other] = [routingIdOf(A), routingIdOf(A)]
    expect([one, other].map(memberOf)).to.deep.equal([A, A])
    expect(one.equals(other), 'nobody can guess the next').to.equal(false)
    const spoiled = Buffer.from(one).fill(0, 0, 1)
    const cut = one.subarray(0, 17)
    for (const bytes of [Buffer.alloc(16), Buffer.alloc(one.length), spoiled, cut]) {
      expect(memberOf(bytes)).to.equal(undefined)
    }
  })
})
