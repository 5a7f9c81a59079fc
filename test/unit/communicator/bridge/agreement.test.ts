import { expect } from 'chai'
import { z } from 'zod'
import { Agreements, mismatch, signatureOf, termsOf } from '../../../../communicator/bridge/agreement.js'
import {
  answers,
  asks,
  hears,
  mirrored,
  says,
  shows,
  watches,
} from '../../../../communicator/bridge/lanes.js'
import { group, message } from '../../../../runtime/index.js'

const Reading = message('Reading', z.object({ n: z.number() }))
const Wider = message('Reading', z.object({ n: z.number(), unit: z.string().optional() }))
const Other = message('Reading', z.object({ n: z.string() }))
const Cell = group({ quorum: 2, using: Reading })

describe('what both ends of a bridge agree on', () => {
  const [mine, theirs] = [termsOf('a', says(Reading)), termsOf('a', hears(Reading))]

  it('is each lane with its opposite', () => {
    const lanes = {
      a: says(Reading),
      b: answers('srv', Reading, Wider),
      c: shows(Cell, 'north'),
      d: asks('ans', Wider, Reading),
    }
    for (const [name, lane] of Object.entries(mirrored(lanes))) {
      const here = lanes[name as keyof typeof lanes]
      expect(mismatch(termsOf(name, here), termsOf(name, lane))).to.equal(undefined)
      expect(mismatch(termsOf(name, lane), termsOf(name, here))).to.equal(undefined)
    }
    expect(() => mirrored({ c: watches(Reading) })).to.throw('mirror the lanes of the end that shows it')
  })

  it('is no two ends that both say, nor two kinds of port', () => {
    expect(mismatch(mine, mine)).to.equal('the lane a says here and says there; let one end be hears')
    const [ans, rep] = [
      termsOf('b', answers('ans', Reading, Reading)),
      termsOf('b', asks('rep', Reading, Reading)),
    ]
    expect(mismatch(ans, rep)).to.equal('the lane b is rep here and ans there')
  })

  it('is compared as schemas of ports are: what is optional may be missing', () => {
    expect(mismatch(mine, termsOf('a', hears(Wider)))).to.equal(undefined)
    expect(mismatch(mine, termsOf('a', hears(Other)))).to.equal(
      'the lane a: Reading: at value.n: string here, number there',
    )
  })

  it('is asked again of who says that it means something else now', () => {
    const agreed = new Agreements()
    const requiring = (terms: typeof mine) => () => agreed.demand('a', signatureOf(terms), 'says')
    expect(requiring(theirs)).to.throw('agree first')
    agreed.propose(mine, theirs)
    requiring(theirs)()
    expect(requiring(termsOf('a', hears(Wider)))).to.throw('agree first')
    expect(() => agreed.propose(mine, termsOf('a', hears(Other)))).to.throw('string here')
    expect(requiring(theirs)).to.throw('agree first')
  })
})
