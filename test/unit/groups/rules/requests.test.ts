import { expect } from 'chai'
import fc from 'fast-check'
import { groupLimits } from '../../../../groups/limits.js'
import { timings } from '../../../../groups/timing.js'
import { randomFrom } from '../../../../testing/random.js'
import { Cores } from '../../../support/cores.js'
import { formed, ordered, sent, setting } from '../../../support/group-words.js'

const IDS = ['a', 'b', 'c']

/** Tags of the ordered messages that a member was told, in their order. */
function heard(group: Cores, id: string): number[] {
  return group.told(id, 'ordered').map(({ payload }) => payload[0] ?? 0)
}

function settled(group: Cores, id: string): [tag: number, as: string][] {
  return group.told(id, 'settled').map(({ tag, as }) => [tag, as])
}

describe('requests', () => {
  it('GR.1 Requests of one participant are taken once each, in their order.', () => {
    const [group, leader, next] = formed(IDS)
    group.hold((body) => body.kind === 'ask')
    for (const tag of [1, 2, 3]) group.give(next, ordered(tag))
    const [one, two, three] = group.held.splice(0).map(({ message }) => message.body)
    for (const body of [three, two, one, one, three, two, two, three]) {
      if (body) group.hear(leader, next, body)
    }
    group.run(50)
    expect(heard(group, leader)).to.deep.equal([1, 2, 3])
  })

  it('GR.2 What is not decided is sent again every two heartbeats, and to each new leader.', () => {
    const [group, leader, next] = formed(IDS)
    const asked = (): number => sent(group.told(next, 'send'), 'ask').length
    group.drop((body) => body.kind === 'ask')
    group.give(next, ordered(1))
    group.run(10 * timings.lan.heartbeat)
    expect(asked()).to.be.within(5, 7)
    group.heal()
    group.cut(leader)
    group.runUntil(() => group.acting.some((id) => id !== leader), 5000)
    group.run(50)
    expect(settled(group, next)).to.deep.equal([[1, 'done']])
  })

  it('GR.3 A request waits while there is no leader, and is not taken from who takes no part.', () => {
    const [group, leader] = formed(IDS)
    const stranger = { kind: 'ordered', payload: new Uint8Array([9]) } as const
    const { genesis } = group.core(leader).ledger
    group.hear(leader, 'x', { kind: 'ask', genesis, number: 1, request: stranger, until: undefined })
    group.start('d')
    group.give('d', ordered(1))
    expect(settled(group, 'd')).to.deep.equal([])
    group.run(2000)
    expect([heard(group, leader), settled(group, 'd')]).to.deep.equal([[1], [[1, 'done']]])
  })

  it('GR.4 What the next formation does not have in its log ends `unknown`, and is not sent again.', () => {
    const [group, leader, next, last] = formed(IDS)
    group.cut(leader)
    group.give(leader, ordered(1))
    group.kill(last)
    group.start('d')
    group.cut(leader, 'd')
    group.runUntil(() => group.acting.some((id) => id === next || id === 'd'), 9000)
    group.heal()
    group.run(1000)
    expect(settled(group, leader)).to.deep.equal([[1, 'unknown']])
    group.give(leader, ordered(2))
    group.run(50)
    expect(heard(group, next)).to.deep.equal([2])
  })

  it('GR.5 A value that finds no room changes nothing, at no member, and is told as `full`.', () => {
    const [group, leader, next] = formed(IDS)
    const big = new Uint8Array(groupLimits.requestBytes)
    const most = groupLimits.valuesBytes / big.length
    for (let tag = 1; tag <= most; tag++) group.give(leader, setting(tag, `k${tag}`, big))
    group.run(50)
    const values = [...group.core(next).ledger.values.keys()]
    group.forget()
    group.give(next, setting(99, 'more', big))
    group.run(50)
    expect(settled(group, next)).to.deep.equal([[99, 'full']])
    expect(group.told(leader, 'value')).to.deep.equal([])
    for (const id of IDS) expect([...group.core(id).ledger.values.keys()]).to.deep.equal(values)
    group.give(next, setting(100, 'k1', new Uint8Array(1)))
    group.run(50)
    expect(settled(group, next).at(-1)).to.deep.equal([100, 'done'])
  })

  it('GR.6 Who has 4096 requests that are not decided is told `busy` of the next.', () => {
    const group = new Cores(IDS)
    for (let tag = 1; tag <= groupLimits.requests + 1; tag++) group.give('a', ordered(tag))
    expect(settled(group, 'a')).to.deep.equal([[groupLimits.requests + 1, 'busy']])
    group.run(3000)
    expect(settled(group, 'a')).to.have.length(groupLimits.requests + 1)
  })

  it('GR.7 Each request is settled once and takes place once, whatever is lost, repeated or late.', () => {
    const step = fc.record({
      by: fc.constantFrom(...IDS),
      requests: fc.nat(3),
      after: fc.constantFrom('wait', 'wait', 'wait', 'hand over', 'cut the leader off', 'heal'),
      ms: fc.nat(400),
    })
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.nat(),
        fc.nat(30),
        (steps, seed, loss) => {
          const random = randomFrom(seed)
          const travelMs = (): number => 0.2 + random() ** 4 * 200
          const group = new Cores(IDS, { seed, travelMs, repeats: () => random() < 0.2, keptEntries: 8 })
          const isMember = (id: string) => group.core(id).log.committedMembers.length === IDS.length
          group.runUntil(() => IDS.every(isMember), 20_000)
          let tag = 0
          for (const { by, requests, after, ms } of steps) {
            group.drop(() => random() * 100 < loss)
            for (let n = 0; n < requests; n++) group.give(by, ordered(++tag))
            const [leader] = group.acting
            if (after === 'heal') group.heal()
            else if (leader && after === 'hand over') group.give(leader, { kind: 'hand-over', to: undefined })
            else if (leader && after === 'cut the leader off') group.cut(leader)
            group.run(ms)
          }
          group.heal()
          group.run(8000)
          const tags = Array.from({ length: tag }, (_, n) => n + 1)
          const all = IDS.flatMap((id) => settled(group, id))
          expect(all.map(([each]) => each).sort((x, y) => x - y)).to.deep.equal(tags)
          const isWhole = all.every(([, as]) => as === 'done')
          const byTag = new Map(IDS.flatMap((id) => settled(group, id).map(([each]) => [each, id] as const)))
          for (const id of IDS) {
            const order = heard(group, id)
            expect(new Set(order).size, 'each once').to.equal(order.length)
            for (const by of IDS) {
              const own = order.filter((each) => byTag.get(each) === by)
              expect(own, `of ${by}, in order`).to.deep.equal([...own].sort((x, y) => x - y))
            }
            if (isWhole && group.told(id, 'installed').length === 0) expect(order).to.have.length(tag)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('GR.9 The requests of a leader go on as soon as those before them are decided.', () => {
    const group = new Cores(IDS)
    for (const id of IDS) group.give(id, ordered(1))
    const leader = group.lead()
    group.run(10)
    expect(settled(group, leader)).to.deep.equal([[1, 'done']])
    const most = 2 * groupLimits.requestsInFlight + 1
    group.give(leader, ...Array.from({ length: most }, (_, n) => ordered(n)))
    group.run(20)
    expect(settled(group, leader)).to.have.length(1 + most)
  })
})
