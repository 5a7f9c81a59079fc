/**
 * Ports after a cut, on hosts of their own. Other tests run beside, so times may be five times as long as
 * they may be in `npm run lab`.
 */
import { expect } from 'chai'
import { Chance } from '../support/chance.js'
import { needed } from '../support/needed.js'
import { type Heard, isExact, Talk } from './healing.js'
import { labMissing } from './missing.js'
import type { TalkerSum } from './words.js'

const MOST_MS = 5 * 1000
const HOSTS = 3
const seed = Chance.seedFrom('LAB_SEED')

describe(`ports of three hosts (LAB_SEED=${seed})`, function () {
  this.timeout(120_000)
  let talk: Talk | undefined
  before(function () {
    needed(this, labMissing())
  })
  beforeEach(async () => {
    talk = await Talk.of(HOSTS, seed)
  })
  afterEach(async () => {
    await talk?.remove()
    talk = undefined
  })

  const talking = (): Talk => talk ?? expect.fail('nobody talks')

  function expectExact(sums: readonly TalkerSum[]): void {
    expect(sums).to.have.length(HOSTS)
    for (const sum of sums) expect(isExact(sum), JSON.stringify(sum)).to.equal(true)
  }

  async function cut(cutMs: number): Promise<readonly Heard[]> {
    const heard = await talking().cut(1, cutMs)
    expect(heard).to.have.length(2 * 2 * (HOSTS - 1))
    return heard
  }

  for (const cutMs of [700, 1500, 2700, 4500]) {
    it(`hear each other soon after a cut of ${cutMs} ms, and are told of all that was lost`, async () => {
      for (const { by, ms } of await cut(cutMs)) expect(ms, by).to.be.below(MOST_MS)
      expectExact(await talking().sums())
    })
  }

  it('lose nothing, and reject nothing, where the other end only computes for a while', async () => {
    talking().block(1, 2000)
    await talking().cut(0, 3000)
    const sums = await talking().sums()
    expectExact(sums)
    expect(sums.map(({ missed, apart }) => missed + apart)).to.deep.equal(sums.map(() => 0))
    expect(sums.flatMap(({ settled }) => Object.keys(settled))).to.deep.equal(sums.map(() => 'answered'))
  })
})
