/** The checker: it tells right histories from wrong ones, as a check by the definitions does, and soon. */
import { expect } from 'chai'
import fc from 'fast-check'
import { randomFrom } from '../../testing/random.js'
import { checkHistory } from './check.js'
import { linearize } from './checker.js'
import { drawnHistory, within } from './drawn.js'
import type { Call, Operation } from './history.js'
import { orderedMessages } from './models/ordered.js'
import { polls } from './models/polls.js'
import { register } from './models/register.js'
import type { Spec } from './models/spec.js'
import { sharedValues } from './models/values.js'
import { type Fits, fitsOrdered, fitsPoll, fitsRegister, fitsValues, someOrderFits } from './twin.js'
import { wrongs } from './wrongs.js'

const OPEN = Number.POSITIVE_INFINITY
const HISTORIES = 1000
const OPERATIONS = 300
/** Small histories, of each kind. */
const RUNS = 5000

const process = fc.constantFrom('a', 'b', 'c')
const moment = fc.integer({ min: 0, max: 12 })

describe('the linearizability checker', function () {
  this.timeout(120_000)

  it('goes back where it placed something wrongly, and counts what it tries', () => {
    const set = (value: string, from: number, to: number) =>
      within(from, to, value, { f: 'set', key: 'x', value })
    const get = (value: string, from: number, to: number) =>
      within(from, to, 'r', { f: 'get', key: 'x', value })
    const sets = [set('a', 0, 9), set('b', 0, 9), set('c', 0, 9)]
    const right = [...sets, get('c', 1, 2), get('b', 3, 4), get('a', 5, 6)]
    expect(checkHistory(right, { specs: [register] })).to.deep.include({ misfits: [], parts: 1 })
    const wrong = [...right, get('c', 10, 11)]
    expect(isRight(register, wrong)).to.equal(false)
  })

  it('gives up as unknown, which is not right', () => {
    const sets = Array.from({ length: 20 }, (_, n) =>
      within(0, 100, `p${n}`, { f: 'set', key: 'x', value: `${n}` }),
    )
    const wrong = [...sets, within(0, 100, 'r', { f: 'get', key: 'x', value: 'none of them' })]
    const { misfits } = checkHistory(wrong, { specs: [register], most: 5000 })
    expect(misfits.map(({ is, where }) => [is, where])).to.deep.equal([['unknown', 'atomic register: x']])
  })

  it('holds an operation without an end for one that may come later, or never', () => {
    const lost = within(0, OPEN, 'a', { f: 'set', key: 'x', value: '1' })
    const get = (value: string | null, time: number) => within(time, time, 'b', { f: 'get', key: 'x', value })
    for (const right of [
      [lost, get(null, 10)],
      [lost, get(null, 10), get('1', 1000)],
    ]) {
      for (const spec of [register, sharedValues]) expect(isRight(spec, right)).to.equal(true)
    }
    expect(isRight(register, [lost, get('1', 10), get(null, 11)])).to.equal(false)
    expect(isRight(sharedValues, [lost, get('1', 10), get(null, 11)])).to.equal(false)
  })

  it('has models that are not asked twice for one configuration', () => {
    const sets = Array.from({ length: 10 }, (_, n) =>
      within(0, 100, `p${n}`, { f: 'set', key: 'x', value: 'same' }),
    )
    const counting = {
      initial: 0,
      step: (state: number, { call }: Operation) => (call.f === 'set' ? [state + 1] : []),
      keyOf: String,
    }
    const verdict = linearize([...sets, within(0, 100, 'r', { f: 'get', key: 'x', value: '' })], counting)
    expect(verdict).to.deep.include({ is: 'wrong', configurations: 2 ** 10 - 1 })
  })

  for (const { name, spec, fits, drawn } of twins()) {
    it(`says of ${name} what a check of all orders says`, () => {
      let [right, wrong] = [0, 0]
      fc.assert(
        fc.property(fc.array(drawn, { minLength: 1, maxLength: 6 }), (all) => {
          const history = all.filter(isFirst)
          const expected = someOrderFits(history, fits)
          if (expected) right++
          else wrong++
          expect(isRight(spec, history)).to.equal(expected)
        }),
        { numRuns: RUNS, seed: 5 },
      )
      expect(Math.min(right, wrong)).to.be.above(200)
    })
  }

  it(`takes ${HISTORIES} histories of ${OPERATIONS} operations, all right`, () => {
    let [operations, configurations] = [0, 0]
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const result = checkHistory(drawnHistory({ seed, operations: OPERATIONS }))
      expect(result.misfits.map(({ story }) => story)).to.deep.equal([])
      operations += result.operations
      configurations += result.configurations
    }
    // Hardly any is tried in vain.
    expect(configurations).to.be.below(1.5 * operations)
  })

  for (const { name, caught, change } of wrongs) {
    it(`refuses ${caught * 100} % of those in which ${name}`, () => {
      const refused: boolean[] = []
      for (let seed = 1; seed <= 60; seed++) {
        const changed = change(drawnHistory({ seed, operations: OPERATIONS }), randomFrom(seed))
        if (!changed) continue
        const { misfits } = checkHistory(changed)
        expect(misfits.filter(({ is }) => is === 'unknown')).to.deep.equal([])
        refused.push(misfits.length > 0)
      }
      expect(refused.length).to.be.above(20)
      expect(refused.filter((each) => each).length / refused.length).to.be.at.least(caught)
    })
  }
})

function isRight(spec: Spec, history: readonly Operation[]): boolean {
  return (
    checkHistory(
      [...history].sort((a, b) => a.invokedAt - b.invokedAt),
      { specs: [spec] },
    ).misfits.length === 0
  )
}

/** Messages and polls are unique. */
function isFirst({ call }: Operation, at: number, all: readonly Operation[]): boolean {
  return !all.slice(0, at).some(({ call: other }) => {
    if (call.f === 'send') return other.f === 'send' && other.message === call.message
    return call.f === 'poll' && other.f === 'poll'
  })
}

interface Twin {
  readonly name: string
  readonly spec: Spec
  readonly fits: Fits
  readonly drawn: fc.Arbitrary<Operation>
}

function twins(): readonly Twin[] {
  const value = fc.constantFrom('1', '2', '3', null)
  const set = fc.record({ f: fc.constant('set' as const), key: fc.constant('x'), value })
  const get = fc.record({ f: fc.constant('get' as const), key: fc.constant('x'), value })
  const message = fc.constantFrom('1', '2', '3')
  const send = fc.record({ f: fc.constant('send' as const), message })
  const deliver = fc.record({ f: fc.constant('deliver' as const), message })
  const lost = fc.constant({ f: 'lost' as const })
  const missed = fc.constant({ f: 'missed' as const })
  const poll = fc.constant('p')
  const asked = fc.constant({ f: 'poll' as const, poll: 'p', decidedBy: 'majority' as const })
  const vote = fc.record({ f: fc.constant('vote' as const), poll, choice: fc.constantFrom('yes', 'no') })
  const outcome = fc.constantFrom('yes', 'no', 'timeout', 'unknown')
  const electorate = fc.constant(['a', 'b', 'c'])
  const ended = fc.record({ f: fc.constant('outcome' as const), poll, outcome, electorate })
  return [
    { name: 'registers', spec: register, fits: fitsRegister, drawn: fc.oneof(spans(set), spans(get)) },
    {
      name: 'shared values',
      spec: sharedValues,
      fits: fitsValues,
      drawn: fc.oneof(spans(set), moments(get), moments(get), moments(lost)),
    },
    {
      name: 'ordered messages',
      spec: orderedMessages,
      fits: fitsOrdered,
      drawn: fc.oneof(spans(send), moments(deliver), moments(deliver), moments(missed)),
    },
    { name: 'polls', spec: polls, fits: fitsPoll, drawn: fc.oneof(spans(asked), open(vote), moments(ended)) },
  ]
}

function spans(call: fc.Arbitrary<Call>): fc.Arbitrary<Operation> {
  const length = fc.constantFrom(1, 2, 4, 8, OPEN)
  return fc.tuple(moment, length, process, call).map(([from, ms, p, did]) => within(from, from + ms, p, did))
}

function moments(call: fc.Arbitrary<Call>): fc.Arbitrary<Operation> {
  return fc.tuple(moment, process, call).map(([from, p, did]) => within(from, from, p, did))
}

function open(call: fc.Arbitrary<Call>): fc.Arbitrary<Operation> {
  return fc.tuple(moment, process, call).map(([from, p, did]) => within(from, OPEN, p, did))
}
