/** The scripts of groupie: what they mean, and what is said of those that mean nothing. */
import { expect } from 'chai'
import { readScript } from '../../../../apps/groupie/script.js'

describe('a script of groupie', () => {
  it('says which group is joined, what is done there, and what comes after', () => {
    const text = 'join A; send 10/s; vote majority 1/s; leave after 5s; rejoin after 2s'
    expect(readScript(text)).to.deep.equal({
      parts: [
        {
          type: 'Pair',
          instance: 'A',
          isObserver: false,
          doings: [
            { do: 'send', perSecond: 10 },
            { do: 'vote', kind: 'majority', perSecond: 1 },
          ],
          says: 'yes',
          movings: [
            { do: 'leave', afterMs: 5000 },
            { do: 'rejoin', afterMs: 2000 },
          ],
        },
      ],
      endAfterMs: undefined,
    })
  })

  it('has a part for each group, and an end for all', () => {
    const text = `join Trio.B as observer; say nothing; order 0.5/s; tell leader 3/s; tell members 4/s;
      act consensus 2/s; act majority 1/s ahead 250ms; transfer after 1min; leave;
      join Crowd.C; send 1/s; end after 10s;`
    const { parts, endAfterMs } = readScript(text)
    expect(endAfterMs).to.equal(10_000)
    const [trio, crowd] = parts
    expect(trio).to.deep.include({ type: 'Trio', instance: 'B', isObserver: true, says: 'nothing' })
    expect(trio?.doings).to.deep.equal([
      { do: 'order', perSecond: 0.5 },
      { do: 'tell leader', perSecond: 3 },
      { do: 'tell members', perSecond: 4 },
      { do: 'act', kind: 'consensus', perSecond: 2, aheadMs: 500 },
      { do: 'act', kind: 'majority', perSecond: 1, aheadMs: 250 },
    ])
    expect(trio?.movings).to.deep.equal([
      { do: 'transfer', afterMs: 60_000 },
      { do: 'leave', afterMs: 0 },
    ])
    expect(crowd).to.deep.include({ type: 'Crowd', instance: 'C', isObserver: false })
  })

  const wrong: Readonly<Record<string, RegExp>> = {
    '': /at the end of "": write join and the name of a group/,
    'send 1/s': /at "send" in "send 1\/s": write join$/,
    join: /at the end of "join": write the name of a group, as A or Trio\.A; types are Pair, Trio, Crowd/,
    'join 7': /at "7" in "join 7": write the name of a group/,
    'join Duo.A': /at "Duo\.A" in "join Duo\.A": write the name of a group/,
    'join A; join Pair.A': /at "Pair\.A" in .*: .*rejoin after leave/,
    'join A as guest': /at "guest" in "join A as guest": write observer/,
    'join A; sing 1/s': /at "sing" in "sing 1\/s": write join, send, .* or end/,
    'join A; send': /at the end of "send": write how often a second, as 10\/s or 0\.5\/s/,
    'join A; send 10': /at "10" in "send 10": write how often a second/,
    'join A; send 0/s': /at "0\/s" in "send 0\/s": write a rate above 0/,
    'join A; send 1/s 2/s': /at "2\/s" in "send 1\/s 2\/s": write ; before the next statement/,
    'join A; vote 1/s': /at "1\/s" in "vote 1\/s": write majority or consensus/,
    'join A; tell all 1/s': /at "all" in "tell all 1\/s": write leader or members/,
    'join A; act majority 1/s ahead 2': /at "2" in .*: write a time, as 500ms, 2s or 1min/,
    'join A; say maybe': /at "maybe" in "say maybe": write yes, no or nothing/,
    'join A; leave in 5s': /at "in" in "leave in 5s": write after/,
    'join A; leave; leave': /at "leave" in "leave": it has left: rejoin before it can leave/,
    'join A; leave; transfer': /it has left: rejoin before it can transfer/,
    'join A; rejoin': /at "rejoin" in "rejoin": it has not left: leave before it can rejoin/,
    'join Crowd.A; vote majority 1/s': /at "vote" in .*: groups of type Crowd have no leader: join a Pair/,
    'join A; end': /at the end of "end": write after/,
    'join A; end after 1s; join B': /at "join" in "join B": write nothing behind `end`/,
  }
  for (const [text, told] of Object.entries(wrong)) {
    it(`that is wrong is refused, with the word and the way out: ${JSON.stringify(text)}`, () => {
      expect(() => readScript(text))
        .to.throw(told)
        .with.property('code', 'bad-parameter')
    })
  }
})
