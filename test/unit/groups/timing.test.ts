import { expect } from 'chai'
import { GroupError } from '../../../groups/errors.js'
import { checkedTiming, type GroupTiming, timings } from '../../../groups/timing.js'

const { lan } = timings

/** What is said of times that break a rule. */
function refusal(changed: Partial<GroupTiming>): string {
  try {
    checkedTiming('group meters', { ...lan, ...changed })
  } catch (error) {
    if (error instanceof GroupError && error.code === 'bad-timing') return error.message
    throw error
  }
  return ''
}

describe('the times of a group', () => {
  it('of every profile keep all rules', () => {
    for (const [name, timing] of Object.entries(timings)) {
      expect(checkedTiming(name, timing)).to.equal(timing)
    }
  })

  it('are refused with the rule that they break, the group, and what was given', () => {
    const cases: [Partial<GroupTiming>, RegExp][] = [
      [{ heartbeat: 0 }, /above 0/],
      [{ lease: Number.NaN }, /above 0/],
      [{ grace: -1 }, /above 0/],
      [{ electionMax: 599 }, /electionMax ≥ electionMin/],
      [{ heartbeat: 201 }, /3 × heartbeat ≤ electionMin/],
      [{ word: 553 }, /word ≥ lease × 1\.105/],
      [{ word: 601 }, /word ≤ electionMin/],
      [{ lease: 100 }, /heartbeat < lease/],
      [{ checkQuorum: 661 }, /checkQuorum ≤ 1\.1 × electionMin/],
      [{ grace: 2399 }, /grace ≥ 2 × electionMax/],
      [{ word: 4e9 }, /no time is above 86400000, a day/],
      [{ grace: 86_400_001 }, /no time is above 86400000, a day/],
    ]
    for (const [changed, rule] of cases) {
      expect(refusal(changed)).to.match(rule)
      expect(refusal(changed)).to.match(/^group meters: /)
    }
    expect(refusal({ heartbeat: 201 })).to.contain('heartbeat 201')
  })

  it('may be of a day', () => {
    expect(refusal({ grace: 86_400_000 })).to.equal('')
  })

  it('may say that a formation is never given up', () => {
    expect(refusal({ grace: 'never' })).to.equal('')
  })
})
