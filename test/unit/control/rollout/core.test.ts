import { expect } from 'chai'
import fc from 'fast-check'
import { begun, due, next, type RolloutState } from '../../../../control/rollout/core.js'
import { guardedBy, stepsFrom } from '../../../../control/rollout/plan.js'
import type { Slices } from '../../../../control/rollout/slice.js'
import { slicesOf } from './placed-actors.js'

const QUORUM = 3
const quorums = new Map([['Cell', QUORUM]])
const names = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']

/** What a world of agents does next: by these numbers it is chosen who answers, fails, or dies. */
type Fate = 'answers' | 'fails' | 'leader dies before' | 'leader dies after' | 'is cancelled'

const fates = fc.array(
  fc.constantFrom<Fate>(
    'answers',
    'answers',
    'answers',
    'fails',
    'leader dies before',
    'leader dies after',
    'is cancelled',
  ),
  { maxLength: 60 },
)
const counts = fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: 2 }))

/** Agents as they are, and a leader that is killed now and then: it knows what it has kept. */
class World {
  readonly running: Map<string, string>
  readonly #before: Slices
  readonly #after: Slices
  #state: RolloutState

  constructor(before: Slices, after: Slices, types: readonly string[]) {
    this.#before = before
    this.#after = after
    this.running = everyOf(before)
    this.#state = begun(stepsFrom(before, after, types), [...new Set([...before.keys(), ...after.keys()])])
  }

  get state(): RolloutState {
    return this.#state
  }

  /** One thing is done; then the process may be another, which knows what was kept alone. */
  act(fate: Fate): void {
    const what = due(this.#state)
    if (fate === 'is cancelled') this.#state = next(this.#state, { kind: 'failed', why: 'cancelled' })
    else if (what.kind === 'bring') this.#bring(what.steps[0] ?? 0, what.to, fate)
    else if (what.kind === 'tell') {
      const [node = ''] = what.nodes
      if (fate === 'answers') this.#state = next(this.#state, { kind: 'told', node })
    }
    this.#state = JSON.parse(JSON.stringify(this.#state))
  }

  #bring(step: number, to: 'new' | 'old', fate: Fate): void {
    if (to === 'new') this.#state = next(this.#state, { kind: 'begun', steps: [step] })
    if (fate === 'leader dies before') return
    const { node = '', id = '' } = this.#state.steps[step] ?? {}
    const slice = (to === 'new' ? this.#after : this.#before).get(node)
    const wanted = slice?.actors.find((each) => each.id === id)
    // What failed has done half of it.
    if (fate === 'fails') {
      this.running.delete(id)
      if (to === 'new') this.#state = next(this.#state, { kind: 'failed', why: 'failed' })
      return
    }
    if (slice && wanted) this.running.set(id, textOf(slice.bundle, wanted))
    else this.running.delete(id)
    if (fate === 'leader dies after') return
    this.#state = next(this.#state, { kind: 'done', step, to })
  }
}

function everyOf(slices: Slices): Map<string, string> {
  return new Map(
    [...slices.values()].flatMap(({ bundle, actors }) =>
      actors.map((each) => [each.id, textOf(bundle, each)]),
    ),
  )
}

function textOf(bundle: string, { seats }: { seats: string }): string {
  return `${bundle[0]} ${seats}`
}

describe('the core of a rollout', () => {
  it('ends with all actors in the new version, or all in the old one, whoever fails or dies', () => {
    const outcomes = new Set<string>()
    const check = (was: Record<string, number>, will: Record<string, number>, all: readonly Fate[]): void => {
      const before = slicesOf(was, QUORUM, '1')
      const after = slicesOf(will, QUORUM, '2', before)
      const world = new World(before, after, [])
      for (const fate of all) world.act(fate)
      for (let n = 0; n < 1000 && world.state.phase !== 'over'; n++) world.act('answers')
      expect(world.state.phase).to.equal('over')
      outcomes.add(world.state.outcome)
      const wanted = everyOf(world.state.outcome === 'new' ? after : before)
      expect([...world.running].sort()).to.deep.equal([...wanted].sort())
    }
    fc.assert(fc.property(counts, counts, fates, check), { numRuns: 3000 })
    expect([...outcomes].sort()).to.deep.equal(['new', 'old'])
  })

  it('decides for good: from the first agent that is told on nothing changes it', () => {
    const check = (was: Record<string, number>, all: readonly Fate[]): void => {
      const before = slicesOf(was, QUORUM, '1')
      const world = new World(before, slicesOf(was, QUORUM, '2', before), [])
      let decided = ''
      for (const fate of all) {
        if (decided !== '') expect(world.state.outcome).to.equal(decided)
        decided = world.state.outcome
        world.act(fate)
      }
    }
    fc.assert(fc.property(counts, fates, check), { numRuns: 2000 })
  })

  it('never has fewer members than the quorum, nor more than there are seats, where it is guarded', () => {
    let guarded = 0
    const check = (was: Record<string, number>, will: Record<string, number>, fails: number): void => {
      const before = slicesOf(was, QUORUM, '1')
      const after = slicesOf(will, QUORUM, '2', before)
      let types: readonly string[] = []
      try {
        types = guardedBy(before, after, quorums, false).types
      } catch {
        return
      }
      if (types.length === 0) return
      guarded++
      const world = new World(before, after, types)
      for (let n = 0; n < 200 && world.state.phase !== 'over'; n++) {
        const what = due(world.state)
        const [step = 0] = what.kind === 'bring' ? what.steps : []
        const { kind = 'stop', id = '' } = world.state.steps[step] ?? {}
        // While it is replaced it is not there.
        const isAway = what.kind === 'bring' && kind === 'switch' ? id : ''
        const members = [...world.running].filter(([each, text]) => text.includes('Cell=') && each !== isAway)
        const seats = new Set(members.flatMap(([, text]) => (text.split('=')[1] ?? '').split(',')))
        expect(Math.min(members.length, seats.size)).to.be.at.least(QUORUM)
        expect(seats.size).to.be.at.most(2 * QUORUM - 1)
        world.act(n === fails ? 'is cancelled' : 'answers')
      }
    }
    fc.assert(fc.property(counts, counts, fc.integer({ min: 0, max: 30 }), check), { numRuns: 3000 })
    expect(guarded).to.be.above(100)
  })

  it('does what takes members away one after another, and all else at once', () => {
    const before = slicesOf({ n1: 1, n2: 1, n3: 1, n4: 1 }, QUORUM, '1')
    const after = slicesOf({ n1: 1, n2: 1, n3: 1, n4: 1, n5: 1 }, QUORUM, '2', before)
    let state = begun(stepsFrom(before, after, ['Cell']), [])
    expect(due(state)).to.include({ kind: 'bring', isOneByOne: false })
    state = next(next(state, { kind: 'begun', steps: [0] }), { kind: 'done', step: 0, to: 'new' })
    expect(due(state)).to.deep.equal({ kind: 'bring', to: 'new', steps: [1, 2, 3, 4], isOneByOne: true })
    const first = begun(stepsFrom(new Map(), before, []), [])
    expect(due(first)).to.deep.equal({ kind: 'bring', to: 'new', steps: [0, 1, 2, 3], isOneByOne: false })
  })
})
