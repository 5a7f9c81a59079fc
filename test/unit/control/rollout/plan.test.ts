import { expect } from 'chai'
import { guardedBy, stepsFrom } from '../../../../control/rollout/plan.js'
import type { Slices } from '../../../../control/rollout/slice.js'
import { codeOf } from './codes.js'
import { slicesOf } from './placed-actors.js'

const none: Slices = new Map()
const five = { n1: 1, n2: 1, n3: 1, n4: 1, n5: 1 }
const quorums = new Map([['Cell', 3]])

function textOf(before: Slices, after: Slices): string[] {
  return stepsFrom(before, after, ['Cell']).map(({ kind, id }) => `${kind} ${id}`)
}

describe('the steps of a rollout', () => {
  it('start what is new, then replace what differs, then stop what goes', () => {
    const before = slicesOf({ n1: 1, n2: 1, n3: 1 }, 3, '1')
    const after = slicesOf({ n1: 1, n3: 1, n4: 1 }, 3, '2', before)
    expect(textOf(before, after)).to.deep.equal([
      'start plant.A.n4',
      'switch plant.A.n1',
      'switch plant.A.n3',
      'stop plant.A.n2',
    ])
  })

  it('leave alone what stays as it is, and are none from one to the same', () => {
    const before = slicesOf(five, 3)
    expect(textOf(before, slicesOf({ ...five, n6: 1 }, 3, '1', before))).to.deep.equal(['start plant.A.n6'])
    expect(textOf(before, before)).to.deep.equal([])
  })
})

describe('the quorums of a deployment', () => {
  it('are guarded in an upgrade that leaves a member to spare', () => {
    const before = slicesOf(five, 3)
    expect(guardedBy(before, slicesOf(five, 3, '2', before), quorums, false).types).to.deep.equal(['Cell'])
  })

  it('refuse an upgrade that would take one, unless that is wanted', () => {
    const three = { n1: 1, n2: 1, n3: 1 }
    const before = slicesOf(three, 3)
    const after = slicesOf(three, 3, '2', before)
    expect(() => guardedBy(before, after, quorums, false)).to.throw(
      /would take Cell its quorum of 3: 3 may elect/,
    )
    expect(codeOf(() => guardedBy(before, after, quorums, false))).to.equal('deploy-could-split')
    expect(guardedBy(before, after, quorums, true).types).to.deep.equal([])
    // One that is new takes a seat first.
    const four = slicesOf({ ...three, n4: 1 }, 3, '2', before)
    expect(guardedBy(before, four, quorums, false).types).to.deep.equal(['Cell'])
  })

  it('refuse a move of too many at once, as their seats stay behind', () => {
    const before = slicesOf(five, 3)
    const after = slicesOf({ n6: 1, n7: 1, n8: 1, n9: 1, n5: 1 }, 3, '1', before)
    expect(() => guardedBy(before, after, quorums, false)).to.throw(
      /left with 1 that may elect.*fewer at a time/,
    )
  })

  it('do not hinder the first rollout nor the last', () => {
    const some = slicesOf(five, 3)
    expect(guardedBy(none, some, quorums, false)).to.deep.equal({ types: [], warnings: [] })
    expect(guardedBy(some, none, quorums, false).types).to.deep.equal([])
    const few = slicesOf({ n1: 1 }, 3)
    expect(guardedBy(none, few, quorums, false).warnings).to.deep.equal([
      'Cell elects nobody: its quorum is 3, and 1 may elect',
    ])
  })
})
