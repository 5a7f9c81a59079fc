import { expect } from 'chai'
import { inColumns, inTurns, roundOf } from '../../../bench/columns.mjs'

const places = { processes: 'in clear', locked: 'locked' }

describe('the columns of the bench', () => {
  it('are measured in turns, and what goes first alternates', async () => {
    const order: string[] = []
    for (const index of [0, 1]) {
      const found = await roundOf(places, index, async (processes, program) => {
        order.push(`${program} ${processes}`)
        return order.at(-1)
      })
      expect(found).to.deep.equal({ raw: 'raw in clear', ours: 'quorate in clear', keys: 'quorate locked' })
    }
    const forth = ['raw in clear', 'quorate in clear', 'quorate locked']
    expect(order).to.deep.equal([...forth, ...forth.toReversed()])
  })

  it('share out their trials over blocks that alternate, each to its own samples', async () => {
    const order: string[] = []
    const samples = await inTurns<string, string>(
      places,
      { plain: 7, keys: 2 },
      3,
      async (where, count, all) => {
        order.push(`${count} ${where}`)
        for (let i = 0; i < count; i++) all.push(where)
      },
    )
    expect(order).to.deep.equal(['2 in clear', '1 locked', '2 in clear', '3 in clear', '1 locked'])
    expect(inColumns(samples, (all) => ({ trials: all.length, of: [...new Set(all)] }))).to.deep.equal({
      ...{ trials: 7, of: ['in clear'] },
      keys: { trials: 2, of: ['locked'] },
    })
  })
})
