import { expect } from 'chai'
import { choose, type NodeLook } from '../../../../control/rollout/choice.js'
import { begun } from '../../../../control/rollout/core.js'
import { stepsFrom } from '../../../../control/rollout/plan.js'
import { slicesOf } from './placed-actors.js'

const before = slicesOf({ n1: 1, n2: 1, n3: 1 }, 2, '1')
const state = begun(stepsFrom(before, slicesOf({ n1: 1, n2: 1, n3: 1 }, 2, '2', before), ['Cell']), [
  'n1',
  'n2',
  'n3',
])

type Role = NodeLook['actors'][number]['groups'][number]['role']

function look(node: string, role: Role, size = 3, hasLeader = true): NodeLook {
  const common = { id: `plant.A.${node}`, actor: 'A', state: 'active', why: '', bundle: '', seats: '' }
  return { node, actors: [{ ...common, groups: [{ name: 'Cell.north', role, hasLeader, size, quorum: 2 }] }] }
}

describe('who is replaced next', () => {
  it('is one that leads nothing; the leader when all others are done', () => {
    const looks = [look('n1', 'leader'), look('n2', 'member'), look('n3', 'member')]
    expect(choose(state, [0, 1, 2], looks)).to.deep.equal({ isSafe: true, step: 1 })
    expect(choose(state, [0], looks)).to.deep.equal({ isSafe: true, step: 0 })
  })

  it('waits for a group that has no member to spare, or no leader, and says so', () => {
    const few = [look('n1', 'leader', 2), look('n2', 'member', 2), look('n3', 'joining', 2)]
    expect(choose(state, [1, 2], few)).to.include({ isSafe: false })
    expect(choose(state, [1], few).why).to.equal(
      'Cell.north has 2 members, and plant.A.n2 cannot be missing: its quorum is 2',
    )
    const headless = ['n1', 'n2', 'n3'].map((node) => look(node, 'member', 3, false))
    expect(choose(state, [0, 1, 2], headless).why).to.include('Cell.north has no leader')
  })

  it('does not take one of an agent that does not answer, nor the leader instead', () => {
    const looks = [look('n1', 'leader'), look('n3', 'member')]
    expect(choose(state, [1], looks)).to.deep.equal({ isSafe: false, step: 1, why: 'n2 does not answer' })
    expect(choose(state, [0, 1], looks)).to.include({ isSafe: false })
  })

  it('heeds an observer, and a group that is not guarded, no further', () => {
    const looks = [look('n1', 'observer', 2), look('n2', 'leader', 2), look('n3', 'member', 2)]
    expect(choose(state, [0, 2], looks)).to.deep.equal({ isSafe: true, step: 0 })
    const free = { ...state, steps: state.steps.map((step) => ({ ...step, groups: [] })) }
    expect(choose(free, [1], looks)).to.deep.equal({ isSafe: true, step: 1 })
  })
})
