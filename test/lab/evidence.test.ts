/** That what is written of the lab are the figures that it is for. */
import { expect } from 'chai'
import { evidence } from './evidence.js'
import { pieces } from './pieces.js'
import type { Scenario } from './scenario.js'
import type { Trial } from './trial.js'

const scenarios: readonly Scenario[] = [
  { name: 'a minority comes back', steps: [], expect: { leader: 'the same' }, trials: [1, 1] },
  { name: 'stopped', steps: [], expect: { leader: 'another', staleActions: true }, trials: [1, 1] },
  { name: 'far', steps: [], expect: { roundTripMs: 200 }, trials: [1, 1] },
  { name: 'moved', steps: [], expect: { reconnects: false, mayElect: true }, trials: [1, 1] },
]

const trial = (scenario: string, more: Partial<Trial> = {}): Trial => ({
  ...{ scenario, trial: 0, seed: 1, faultMs: 1, leaders: ['1.1'], electedMs: undefined, settledMs: 50 },
  ...{ elections: 0, electionsAfter: 0, starvedMs: 0, overlaps: 0, reconnectMs: { most: 20, middle: 10 } },
  ...{ portsMs: [10, 20], provoked: false, staleRefused: 0, staleAccepted: 0, problems: [] },
  history: { operations: 100, open: 2, misfits: 0, unknown: 0 },
  ...more,
})

const written = (trials: readonly Trial[]): object => {
  const [piece] = pieces
  const shown = piece ? [{ piece, shown: { isSo: true, text: 'met', times: [1, 2, 3] } }] : []
  return evidence({ seed: 1, trials, skipped: [], shown, wallMs: 1000 }, scenarios)
}

describe('the evidence of the lab', () => {
  it('counts faults, overlaps, histories, and how often a stale attempt was refused', () => {
    const wrong = { operations: 50, open: 0, misfits: 1, unknown: 0 }
    const found = written([
      trial('stopped', { provoked: true, staleRefused: 3 }),
      trial('stopped', { provoked: true, overlaps: 1, history: wrong, problems: ['it'] }),
      trial('moved', { history: undefined }),
    ])
    expect(found).to.deep.include({
      keys: 'on',
      faults: 3,
      overlappingLeases: 1,
      histories: { checked: 2, operations: 150, open: 2, misfits: 1, unknown: 0 },
      trialsWithProblems: 1,
    })
    expect(found).to.have.deep.property('staleActions', {
      ...{ accepted: 0, refused: 3, trialsThatProvokeOne: 2, trialsWithOneRefused: 1 },
      percentWithOneRefused: 50,
    })
  })

  it('tells of ports where they have to be connected, and of elections where none is to be', () => {
    const found = written([
      trial('a minority comes back', { portsMs: [900] }),
      trial('stopped', { electionsAfter: 1 }),
      trial('far', { portsMs: [1100] }),
      trial('moved', { portsMs: [5000], electionsAfter: 2 }),
    ])
    expect(found).to.have.deep.property('portsHeardAfterHealingMs', {
      ...{ trials: 2, count: 3, p50: 20, p99: 900, min: 10, max: 900 },
    })
    expect(found).to.have.deep.nested.include({ 'portsOnceFarAwayMs.max': 1100 })
    expect(found).to.have.deep.property('electionsByRejoining', {
      minorities: { trials: 1, elections: 0 },
      all: { trials: 3, elections: 1 },
    })
  })

  it('has the times of discovery where frames are lost', () => {
    expect(written([])).to.have.nested.property('others[0].milliseconds.p99', 3)
  })
})
