import { expect } from 'chai'
import { verdicts } from '../../../bench/targets.mjs'

const idle = (cpuPercent: number, rssMiB: number) =>
  verdicts({ idle: { figures: { cpuPercent, rssMiB } } }).map(({ met }) => met)

describe('the targets of the bench', () => {
  it('judge only what was measured', () => {
    expect(verdicts({})).to.deep.equal([])
    expect(verdicts({ bytes: { figures: { ratio: 0.95 } } })).to.deep.equal([
      { what: 'sendBytes() of 1 MiB', measured: 0.95, target: '>= 0.9', unit: 'x raw', met: true },
    ])
  })

  it('hold at the bound where they say at least or at most, and not where they say below', () => {
    const spawn = verdicts({ spawn: { figures: { p50: 400, p99: 1500.1 } } })
    expect(spawn.map(({ met }) => met)).to.deep.equal([true, false])
    expect(idle(0.99, 89.9)).to.deep.equal([true, true])
    expect(idle(1, 90)).to.deep.equal([false, false])
  })

  it('are missed by a figure that is not there', () => {
    const [verdict] = verdicts({ bytes: { figures: { ratio: Number.NaN } } })
    expect(verdict?.met).to.equal(false)
  })
})
