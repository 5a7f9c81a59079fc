/** The polls that a member is asked about. */
import { expect } from 'chai'
import { GroupError, groupLimits, type Poll } from '../../../../groups/index.js'
import { Polls } from '../../../../runtime/groups/polls.js'
import { rejectionOf } from '../../../rejection.js'

describe('the polls that a member is asked about', () => {
  let nowMs: number | undefined
  let polls: Polls
  beforeEach(() => {
    nowMs = 0
    polls = new Polls('Cell.north', ({ ms }) => nowMs !== undefined && nowMs > ms)
  })
  const poll = (id: string, endsAtMs: number): Poll => ({
    ...{ id, by: 'a', decidedBy: 'majority', electorate: ['a'], endsAtMs },
    ...{ clock: { epoch: 1, term: 1 }, actAtMs: undefined, topic: new Uint8Array() },
  })
  const codeOf = async (id: string): Promise<unknown> => {
    const error = await rejectionOf(Promise.resolve().then(() => polls.vote(id)))
    return error instanceof GroupError ? error.code : error
  }

  it('are over long after their end, though nobody told it: no log has them any more', async () => {
    polls.asked(poll('cut off', 1000))
    polls.asked(poll('newer', 5000))
    nowMs = 1000 + groupLimits.lateVotesMs
    expect(polls.size).to.equal(2)
    nowMs++
    expect(polls.size).to.equal(1)
    expect(await codeOf('cut off')).to.equal('poll-closed')
    polls.vote('newer')
    expect(await codeOf('newer')).to.equal('voted')
  })

  it('stay open while the clock of the group is not known', () => {
    polls.asked(poll('one', 1000))
    nowMs = undefined
    polls.vote('one')
    expect(polls.size).to.equal(1)
  })
})
