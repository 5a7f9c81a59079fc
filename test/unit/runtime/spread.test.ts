import { expect } from 'chai'
import { Spread } from '../../../runtime/spread.js'

describe('Spread', () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

  it('does one job in each turn of the event loop, in order', async () => {
    const done: number[] = []
    const spread = new Spread(() => undefined)
    for (const job of [1, 2, 3]) spread.add(String(job), () => done.push(job))
    expect(done).to.deep.equal([])
    for (const count of [1, 2, 3]) {
      await turn()
      expect(done).to.have.length(count)
    }
    expect(done).to.deep.equal([1, 2, 3])
  })

  it('does the latest of one key, and nothing that was dropped', async () => {
    const done: string[] = []
    const spread = new Spread(() => undefined)
    spread.add('a', () => done.push('old'))
    spread.add('a', () => done.push('new'))
    spread.add('b', () => done.push('dropped'))
    spread.drop('b')
    await turn()
    await turn()
    expect(done).to.deep.equal(['new'])
    spread.add('c', () => done.push('cleared'))
    spread.clear()
    await turn()
    expect(done).to.deep.equal(['new'])
  })

  it('goes on after a job that throws, and tells', async () => {
    const told: unknown[] = []
    const done: string[] = []
    const spread = new Spread((thrown) => told.push(thrown))
    const wrong = new Error('no')
    spread.add('a', () => {
      throw wrong
    })
    spread.add('b', () => done.push('b'))
    await turn()
    await turn()
    expect(told).to.deep.equal([wrong])
    expect(done).to.deep.equal(['b'])
  })
})
