import { expect } from 'chai'
import fc from 'fast-check'
import { Newest } from '../../../../communicator/bridge/newest.js'

describe('what waits for the way', () => {
  it('is the newest, in order, and each number that lacks was dropped', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant('take' as const))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const most = { messages: 5, bytes: 20 }
        const queue = new Newest<number>(most)
        let [added, dropped, taken, last] = [0, 0, 0, 0]
        const take = () => {
          const next = queue.take()
          if (!next) return
          taken++
          expect(next.number).to.be.above(last)
          expect(next.item).to.equal(next.number)
          last = next.number
        }
        for (const each of steps) {
          if (each === 'take') take()
          else dropped += queue.add(++added, each)
          expect(queue.size).to.be.at.most(most.messages)
        }
        while (queue.size > 0) take()
        expect(taken + dropped).to.equal(added)
      }),
    )
  })

  it('counts what is larger than all there is room for, and takes nothing out for it', () => {
    const queue = new Newest<string>({ messages: 2, bytes: 10 })
    expect(queue.add('a', 4)).to.equal(0)
    expect(queue.add('much', 11)).to.equal(1)
    queue.skip(3)
    expect(queue.add('b', 6)).to.equal(0)
    expect([queue.take(), queue.take()].map((each) => each?.number)).to.deep.equal([1, 6])
  })
})
