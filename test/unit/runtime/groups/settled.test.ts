/** A vote that a component asked for ends as the group has decided, whether or not that is told beside it. */
import { expect } from 'chai'
import type { LinkEffect, Poll } from '../../../../groups/index.js'
import { bytesOf } from '../../../../runtime/groups/outgoing.js'
import { Played } from './played.js'

describe('a vote that was asked for', () => {
  let played: Played
  beforeEach(() => {
    played = new Played()
  })
  afterEach(() => played.groups.close())

  const ballot = { epoch: 1, term: 1 }

  /** Asked for; what of it the core tells: the tag of the request, and the poll. */
  async function asked() {
    const { group, first } = await played.joined()
    played.effect(first, { kind: 'leader', id: 'b'.repeat(32), ballot })
    const vote = group.requestVote('x')
    const last = played.commands.at(-1)
    if (last?.do !== 'input' || last.input.kind !== 'request') throw new Error('nothing was asked for')
    const poll: Poll = {
      ...{ id: 'the poll', by: group.id, decidedBy: 'majority', electorate: [group.id] },
      ...{ clock: ballot, endsAtMs: 9000, actAtMs: undefined, topic: bytesOf('x', 'a topic') },
    }
    const settled: LinkEffect = { kind: 'settled', tag: last.input.tag, as: 'done', outcome: 'yes' }
    const ended: LinkEffect = { kind: 'ended', ended: { poll, outcome: 'yes', genesis: ballot, index: 7 } }
    return { first, vote, settled, ended }
  }

  it('ends with the poll, as it is told to all', async () => {
    const { first, vote, settled, ended } = await asked()
    played.effect(first, settled, ended)
    expect(await vote).to.include({ id: 'the poll', outcome: 'yes' })
  })

  it('ends at once where its end was told before, and nothing more comes', async () => {
    const { first, vote, settled } = await asked()
    played.effect(first, settled)
    expect(await vote).to.include({ topic: 'x', outcome: 'yes' })
  })
})
