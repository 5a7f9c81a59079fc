import { expect } from 'chai'
import { neutralVote } from '../../../../communicator/bridge/neutral-vote.js'

type Kind = 'majority' | 'consensus'

/** As a group decides: as soon as no vote that is out can change it. */
function outcome(kind: Kind, voters: number, yes: number, no: number): string {
  const needed = kind === 'consensus' ? voters : Math.floor(voters / 2) + 1
  if (yes >= needed) return 'yes'
  return voters - no < needed ? 'no' : 'open'
}

describe('the vote of an observer that makes no difference', () => {
  it('leaves each poll as it would be without it, at every moment', () => {
    for (const kind of ['majority', 'consensus'] as const) {
      for (let others = 1; others <= 12; others++) {
        const vote = neutralVote(kind, others + 1)
        for (let yes = 0; yes <= others; yes++) {
          for (let no = 0; yes + no <= others; no++) {
            const without = outcome(kind, others, yes, no)
            const [yesses, noes] = vote === 'yes' ? [yes + 1, no] : [yes, no + 1]
            const text = `${kind}, ${others} others: ${yes} yes, ${no} no`
            expect(outcome(kind, others + 1, yesses, noes), text).to.equal(without)
          }
        }
      }
    }
  })
})
