/** The asker by itself: the test is the answerer. */
import { expect } from 'chai'
import { Asker } from '../../../../apps/qryans/asker.js'
import { Count, Countdown, Square, Squared } from '../../../../apps/qryans/messages.js'
import { type TestComponent, testComponent } from '../../../../testing/index.js'

describe('the asker', () => {
  let tested: TestComponent<Asker>

  beforeEach(async () => {
    tested = await testComponent(Asker, { period: 2000 })
    tested.answer(Countdown, Count, () => undefined)
  })
  afterEach(() => tested.close())

  it('asks a question each period, and tells the answers', async () => {
    tested.answer(Square, Squared, ({ n }) => ({ n, squared: n * n }))
    await tested.until(() => tested.actor.log.length === 3, '6.1s')
    expect(tested.actor.log).to.deep.equal(['1 answered: 1', '1 answered: 4', '1 answered: 9'])
  })

  it('takes several answers to one question, as late as they come', async () => {
    tested.answer(Square, Squared, ({ n }) => ({ n, squared: n * n }))
    tested.answer(Countdown, Count, ({ from }, reply) => {
      for (let left = from; left >= 0; left--) setTimeout(() => reply({ left }), (from - left) * 100)
      return undefined
    })
    await tested.until(() => tested.actor.log.includes('lift-off'))
    expect(tested.actor.log).to.deep.equal(['1 answered: 1', '2 …', '1 …', 'lift-off'])
  })

  it('waits a second for an answer, counts it as lost, and asks again', async () => {
    let asked = 0
    tested.answer(Square, Squared, ({ n }) => {
      asked++
      return n === 1 ? undefined : { n, squared: n * n }
    })
    await tested.until(() => asked === 1)
    const askedMs = tested.network.now
    await tested.until(() => tested.actor.log.length === 1)
    expect(tested.network.now - askedMs).to.be.within(990, 1010)
    expect(tested.actor.events.at(-1)).to.deep.include({ answerers: 1, squares: [], lost: 1 })
    await tested.until(() => tested.actor.log.length === 2)
    expect(tested.actor.events.at(-1)).to.deep.include({ squares: [4], lost: 0 })
  })

  it('counts an answerer as lost that throws', async () => {
    tested.answer(Square, Squared, () => {
      throw new Error('no head for figures')
    })
    await tested.until(() => tested.actor.log.length === 1)
    expect(tested.actor.events.at(-1)).to.deep.include({ answerers: 1, squares: [], lost: 1 })
  })
})
