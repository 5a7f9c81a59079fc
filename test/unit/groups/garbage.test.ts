/** Beats that no leader sends: they are answered, and change nothing that others rest on. */
import { expect } from 'chai'
import { NO_BALLOT, type Position } from '../../../groups/ballot.js'
import type { Entry } from '../../../groups/entries.js'
import { alone, at, beat, entry, history, position, sent } from '../../support/group-words.js'

const LOG = history(['l', 'n', 'v'], at(1), { kind: 'begin' })

describe('a member that gets a beat of garbage', () => {
  /** Where its log may be that of the leader, as it says. */
  function guessed(log: readonly Entry[], prev: Position): readonly [matches: boolean, index: number] {
    const group = alone()
    group.hear('v', 'l', beat(at(1), log))
    const [answer] = sent(group.hear('v', 'l', beat(at(1), [], { prev, genesis: at(1) })), 'beat-answer')
    return [answer?.matches ?? true, answer?.index ?? Number.NaN]
  }

  it('from another beginning of the log says that nothing fits', () => {
    expect(guessed(LOG, position(0, at(7)))).to.deep.equal([false, -1])
    expect(guessed([], position(0, at(7)))).to.deep.equal([false, -1])
  })

  it('of entries that are of no ballot looks back to the beginning of its log, and no further', () => {
    const garbage = [1, 2, 3].map(() => entry(NO_BALLOT, { kind: 'begin' }))
    expect(guessed(garbage, position(3, at(7)))).to.deep.equal([false, -1])
    expect(guessed([...LOG, ...garbage], position(4, at(7)))).to.deep.equal([false, 2])
  })

  it('that goes beyond all numbers says how far its log goes', () => {
    expect(guessed(LOG, position(2 ** 52, at(1)))).to.deep.equal([false, 2])
  })
})
