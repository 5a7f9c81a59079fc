import { expect } from 'chai'
import type { GroupModel } from '../../../../../apps/quorate/riaps/model.js'
import { NOWHERE } from '../../../../../apps/quorate/riaps/problem.js'
import { timingOf } from '../../../../../apps/quorate/riaps/timing.js'
import { checkedTiming } from '../../../../../groups/index.js'

function groupOf(timing: GroupModel['timing']): GroupModel {
  const message = { name: 'M', at: NOWHERE }
  return { name: 'G', at: NOWHERE, kind: 'leader', message, timed: false, timing }
}

describe('the times of a group of RIAPS', () => {
  it('are those of the profile riaps where none are given: its own break a rule', () => {
    expect(timingOf(groupOf({}))).to.deep.equal({
      timing: 'riaps',
      note:
        'group G: heartbeat 1000, election 1500 to 2000 breaks the rule 3 × heartbeat ≤ electionMin; ' +
        'the profile riaps is used instead: heartbeat 500, election 2000 to 3000, lease 1350',
    })
  })

  it('are kept where they keep the rules', () => {
    const { timing, note } = timingOf(groupOf({ heartbeat: 100, electionMin: 600, electionMax: 900 }))
    expect(timing).to.deep.include({ heartbeat: 100, electionMin: 600, electionMax: 900, lease: 405 })
    expect(note).to.equal('group G: heartbeat 100, election 600 to 900 is kept, with a lease of 405')
    if (typeof timing !== 'string') checkedTiming('it', timing)
  })

  it('are those of the profile where they are out of order', () => {
    const { timing, note } = timingOf(groupOf({ heartbeat: 100, electionMin: 2500 }))
    expect(timing).to.equal('riaps')
    expect(note).to.contain('breaks the rule electionMax ≥ electionMin')
  })
})
