import { expect } from 'chai'
import { type Figures, verdicts } from '../../../bench/targets.mjs'

const met = (measure: string, figures: Figures) =>
  verdicts({ [measure]: { figures } }).map(({ plain }) => plain?.met)

describe('the targets of the bench', () => {
  it('judge only what was measured', () => {
    expect(verdicts({})).to.deep.equal([])
    expect(verdicts({ bytes: { figures: { ratio: 0.95 } } })).to.deep.equal([
      {
        ...{ what: 'sendBytes() of 1 MiB', target: '>= 0.9', unit: 'x raw' },
        plain: { measured: 0.95, met: true },
      },
    ])
  })

  it('hold at the bound where they say at least or at most, and not where they say below', () => {
    expect(met('spawn', { p50: 400, p99: 1500.1 })).to.deep.equal([true, false])
    expect(met('idle', { cpuPercent: 0.99, rssMiB: 89.9 })).to.deep.equal([true, true])
    expect(met('idle', { cpuPercent: 1, rssMiB: 90 })).to.deep.equal([false, false])
  })

  it('are missed by a figure that is not there', () => {
    expect(met('bytes', { ratio: Number.NaN })).to.deep.equal([false])
    expect(met('bytes', {})).to.deep.equal([false])
  })

  it('judge what was measured with keys by the same bounds', () => {
    const [bytes] = verdicts({ bytes: { figures: { ratio: 0.95 }, keys: { figures: { ratio: 0.6 } } } })
    expect(bytes?.plain).to.deep.equal({ measured: 0.95, met: true })
    expect(bytes?.keys).to.deep.equal({ measured: 0.6, met: false })
  })

  it('bound what keys may cost, in the column with keys alone', () => {
    const figures = { ratioOne: 1, ratio64: 2 }
    const all = verdicts({ ask: { figures, keys: { figures: { ...figures, ofPlainOne: 1.5 } } } })
    const cost = all.find(({ what }) => what.startsWith('ask() with keys'))
    expect(cost).to.deep.equal({
      ...{ what: 'ask() with keys, one in flight, p50', target: '<= 1.5', unit: 'x without' },
      keys: { measured: 1.5, met: true },
    })
    expect(
      verdicts({ throughput: { figures: {}, keys: { figures: { ofPlain256: 0.69 } } } }).at(-1)?.keys?.met,
    ).to.equal(false)
  })
})
