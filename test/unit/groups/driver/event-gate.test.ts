import { expect } from 'chai'
import { EventGate } from '../../../../groups/driver/event-gate.js'
import { driverLimits } from '../../../../groups/driver/index.js'
import type { ThreadEvents } from '../../../../groups/driver/thread-messages.js'
import type { LinkEvent } from '../../../../groups/index.js'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the gate of events', () => {
  let posted: ThreadEvents[]
  let handedOver: number
  let stuck: number
  let gate: EventGate
  beforeEach(() => {
    posted = []
    handedOver = 0
    stuck = 0
    gate = new EventGate({
      post: (message, transfer) => {
        posted.push(message)
        handedOver += transfer.length
      },
      stuck: () => {
        stuck++
      },
    })
  })

  const message = (parts: readonly Uint8Array[], count = 1): LinkEvent => ({
    ...{ is: 'message', member: 1, route: 'all', from: 'a', ballot: undefined, count, parts },
  })
  const ordered = (payload: Uint8Array): LinkEvent => ({
    is: 'effect',
    member: 1,
    effect: { kind: 'ordered', index: 1, by: 'a', payload },
  })
  const events = (): LinkEvent[] => posted.flatMap((each) => [...each.events])

  it('posts what comes in one turn at once, and in order', async () => {
    gate.put({ is: 'broken', member: 1, id: 'a' })
    gate.put(message([Buffer.from('hello')]))
    gate.put(ordered(Buffer.from('order')))
    await nextTurn()
    expect(posted).to.have.length(1)
    expect(events().map(({ is }) => is)).to.deep.equal(['broken', 'message', 'effect'])
  })

  it('takes no more memory along than what it posts', async () => {
    const all = Buffer.alloc(1_000_000, 'x')
    gate.put(message([all.subarray(5, 10), all.subarray(20, 25)]))
    gate.put(ordered(all.subarray(0, 3)))
    await nextTurn()
    const views = events().flatMap((event) => {
      if (event.is === 'message') return event.parts
      return event.is === 'effect' && event.effect.kind === 'ordered' ? [event.effect.payload] : []
    })
    expect(views.map((view) => Buffer.from(view).toString())).to.deep.equal(['xxxxx', 'xxxxx', 'xxx'])
    expect(views.map(({ buffer }) => buffer.byteLength)).to.deep.equal([13, 13, 13])
    gate.put(message([all.subarray(0, 50_000)]))
    await nextTurn()
    expect(handedOver, 'large memory').to.equal(1)
    expect(all.byteLength, 'memory of others').to.equal(1_000_000)
  })

  it('drops messages while too much waits, and tells how many when there is room', async () => {
    const large = Buffer.alloc(driverLimits.crossingBytes / 4, 'x')
    for (let i = 0; i < 6; i++) gate.put(message([large], 10))
    await nextTurn()
    expect(events()).to.have.length(3)
    const [{ bytes } = { bytes: 0 }] = posted
    gate.taken(bytes)
    await nextTurn()
    expect(events().at(-1)).to.deep.equal({ is: 'missed', member: 1, route: 'all', count: 30 })
    gate.put(message([large]))
    await nextTurn()
    expect(events()).to.have.length(5)
  })

  it('drops nothing that was decided, but is stuck where too much of it waits', async () => {
    const large = Buffer.alloc(driverLimits.crossingEffectBytes / 4, 'x')
    for (let i = 0; i < 5; i++) gate.put(ordered(large))
    await nextTurn()
    expect(events()).to.have.length(5)
    expect(stuck).to.equal(1)
  })
})
