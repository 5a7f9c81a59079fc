import { expect } from 'chai'
import { type Placement, readDeployment } from '../../../../control/rollout/deployment.js'
import { type Placed, place } from '../../../../control/rollout/placement.js'
import { codeOf } from './codes.js'

const nodes = ['n1', 'n2', 'n3', 'n4'].map((name, at) => ({
  name,
  labels: { half: at < 2 ? 'first' : 'second' },
}))

function placements(yaml: string): readonly Placement[] {
  return readDeployment(`app: ./app.ts\nplace:\n${yaml}`, 'test.yaml').place
}

function placedBy(yaml: string, before: Placed = new Map()): Record<string, string[]> {
  const placed = place(placements(yaml), { name: 'plant', nodes, groups: ['Cell'], before })
  return Object.fromEntries([...placed].map(([node, actors]) => [node, actors.map(({ id }) => id)]))
}

describe('the placement of a deployment', () => {
  it('is on all agents, on named ones, by label, and by count', () => {
    expect(Object.keys(placedBy('  - { actor: A, on: all }'))).to.deep.equal(['n1', 'n2', 'n3', 'n4'])
    expect(placedBy('  - { actor: A, on: n2 }')).to.deep.equal({ n2: ['plant.A.n2'] })
    expect(Object.keys(placedBy('  - { actor: A, on: [n3, n1] }'))).to.deep.equal(['n1', 'n3'])
    expect(Object.keys(placedBy('  - { actor: A, on: { label: { half: second } } }'))).to.deep.equal([
      'n3',
      'n4',
    ])
    expect(Object.keys(placedBy('  - { actor: A, on: { count: 3 } }'))).to.deep.equal(['n1', 'n2', 'n3'])
    const both = '  - { actor: A, on: { label: { half: second }, count: 1 } }'
    expect(Object.keys(placedBy(both))).to.deep.equal(['n3'])
  })

  it('gives several of one agent names of their own, over all entries', () => {
    const yaml = '  - { actor: A, on: n1, each: 2 }\n  - { actor: A, on: n1, params: { x: 1 } }'
    expect(placedBy(yaml)).to.deep.equal({ n1: ['plant.A.n1', 'plant.A.n1.1', 'plant.A.n1.2'] })
  })

  it('leaves a counted actor where it is, and puts new ones where there is least', () => {
    const first = place(placements('  - { actor: A, on: n4 }'), {
      name: 'plant',
      nodes,
      groups: [],
      before: new Map(),
    })
    expect(Object.keys(placedBy('  - { actor: A, on: { count: 2 } }', first))).to.deep.equal(['n1', 'n4'])
    const yaml = '  - { actor: B, on: n1 }\n  - { actor: A, on: { count: 1 } }'
    expect(placedBy(yaml)).to.deep.equal({ n1: ['plant.B.n1'], n2: ['plant.A.n2'] })
  })

  it('refuses what is not there, and says what is', () => {
    expect(() => placedBy('  - { actor: A, on: n9 }')).to.throw(/no agent n9; there are n1, n2, n3, n4/)
    expect(() => placedBy('  - { actor: A, on: { label: { half: third } } }')).to.throw(/with half=third/)
    expect(() => placedBy('  - { actor: A, on: { count: 5 } }')).to.throw(/on 5 agents, and there are 4/)
    expect(() => placedBy('  - { actor: A, on: all, groups: [Plant] }')).to.throw(/Plant.*there are Cell/)
    expect(codeOf(() => placedBy('  - { actor: A, on: n9 }'))).to.equal('deploy-nowhere')
  })

  it('is refused with the place of the flaw where the file makes no sense', () => {
    const wrong = [
      'place: 7',
      'app: a.ts\nplace: []',
      'app: a.ts\nplace:\n  - { actor: A, on: all, more: 1 }',
      '{',
      'a: &a [*a]',
    ]
    for (const text of wrong) {
      expect(
        codeOf(() => readDeployment(text, 'test.yaml')),
        text,
      ).to.equal('deploy-bad-file')
    }
    const text = 'app: a.ts\nplace:\n  - { actor: A, on: all, each: 0 }'
    expect(() => readDeployment(text, 'test.yaml')).to.throw(/test\.yaml: place\.0\.each/)
  })
})
