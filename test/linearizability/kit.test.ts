/** Histories of whole groups through their API, with kills and cuts, are linearizable. */
import { expect } from 'chai'
import { randomFrom } from '../../testing/random.js'
import { checkHistory } from './check.js'
import type { Call } from './history.js'
import { kitHistory } from './kit.js'
import { wrongs } from './wrongs.js'

const SEEDS = 5
const FOR_MS = 12_000

describe('histories of groups on a test network', function () {
  this.timeout(120_000)

  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`are linearizable through the API, with seed ${seed}`, async () => {
      const { operations, faults, formations } = await kitHistory(seed, FOR_MS)
      const { misfits } = checkHistory(operations)
      expect(misfits.map(({ story }) => story)).to.deep.equal([])
      // All was asked of one formation, so what was decided stayed.
      expect([...formations]).to.have.length(1)
      expect(faults.kills + faults.cuts).to.be.above(1)
      const count = (f: Call['f']): number => operations.filter(({ call }) => call.f === f).length
      for (const f of ['set', 'send', 'poll'] as const) expect(count(f), f).to.be.above(30)
      for (const f of ['get', 'deliver', 'vote', 'outcome'] as const) expect(count(f), f).to.be.above(100)
    })
  }

  it('are not, once they are made wrong', async () => {
    const { operations } = await kitHistory(1, FOR_MS)
    for (const { name, change } of wrongs.filter(({ caught, needs }) => caught === 1 && needs === 'log')) {
      let refused = 0
      for (let seed = 1; seed <= 3; seed++) {
        const changed = change(operations, randomFrom(seed))
        if (changed) expect(checkHistory(changed).misfits, name).not.to.deep.equal([])
        if (changed) refused++
      }
      expect(refused, name).to.be.above(0)
    }
  })
})
