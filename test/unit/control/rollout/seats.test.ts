import { expect } from 'chai'
import fc from 'fast-check'
import type { Placed } from '../../../../control/rollout/placement.js'
import { seat } from '../../../../control/rollout/seats.js'
import { actorsOf } from './placed-actors.js'

const QUORUM = 3
const quorums = new Map([['Cell', QUORUM]])

function seatsOf(placed: Placed): Record<string, string> {
  return Object.fromEntries([...placed].map(([node, actors]) => [node, actors[0]?.seats ?? '']))
}

function numbersOf(text: string): number[] {
  return text === 'none' || text === '' ? [] : (text.split('=')[1] ?? '').split(',').map(Number)
}

describe('the seats of a deployment', () => {
  it('are spread over the agents, and are no more than there are', () => {
    const { placed, isWanting } = seat(actorsOf({ n1: 2, n2: 1, n3: 4 }), quorums, new Map())
    expect(seatsOf(placed)).to.deep.equal({ n1: 'Cell=0,3', n2: 'Cell=1', n3: 'Cell=2,4' })
    expect(isWanting).to.equal(false)
  })

  it('are said to be none where there are none left, and nothing is said where no group elects', () => {
    const { placed } = seat(actorsOf({ n1: 1, n2: 1, n3: 1, n4: 1, n5: 1, n6: 1 }), quorums, new Map())
    expect(seatsOf(placed).n6).to.equal('none')
    expect(seatsOf(seat(actorsOf({ n1: 1 }), new Map(), new Map()).placed).n1).to.equal('')
  })

  it('stay where they are, and one that is given up is given again only next time', () => {
    const before = seat(actorsOf({ n1: 1, n2: 1, n3: 1, n4: 1, n5: 1 }), quorums, new Map()).placed
    const first = seat(actorsOf({ n1: 1, n2: 1, n3: 1, n4: 1, n6: 1 }), quorums, before)
    expect(seatsOf(first.placed)).to.include({ n1: 'Cell=0', n4: 'Cell=3', n6: 'none' })
    expect(first.isWanting).to.equal(true)
    const second = seat(actorsOf({ n1: 1, n2: 1, n3: 1, n4: 1, n6: 1 }), quorums, first.placed)
    expect(seatsOf(second.placed)).to.include({ n1: 'Cell=0', n6: 'Cell=4' })
    expect(second.isWanting).to.equal(false)
  })

  it('are never at two agents, before, after, or one before and the other after', () => {
    const many = fc.dictionary(
      fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5', 'n6'),
      fc.integer({ min: 1, max: 4 }),
    )
    const check = (worlds: readonly Record<string, number>[]): void => {
      let before: Placed = new Map()
      for (const world of worlds) {
        const { placed } = seat(actorsOf(world), quorums, before)
        const owners = new Map<number, string>()
        for (const each of [before, placed]) {
          for (const [node, text] of Object.entries(seatsOf(each))) {
            for (const number of numbersOf(text)) {
              expect(number).to.be.below(2 * QUORUM - 1)
              expect(owners.get(number) ?? node).to.equal(node)
              owners.set(number, node)
            }
          }
        }
        before = placed
      }
    }
    fc.assert(fc.property(fc.array(many, { maxLength: 6 }), check), { numRuns: 2000 })
  })
})
