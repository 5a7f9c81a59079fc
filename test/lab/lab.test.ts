/**
 * The most telling scenarios of the lab, one trial each; all of them, and more trials, by `npm run lab`.
 * Other tests run beside, so times may be five times as long as they may be there.
 */
import { readFileSync, rmSync } from 'node:fs'
import { expect } from 'chai'
import { randomFrom } from '../../testing/random.js'
import { checkHistory } from '../linearizability/check.js'
import { readHistory } from '../linearizability/history.js'
import { wrongs } from '../linearizability/wrongs.js'
import { Chance } from '../support/chance.js'
import { needed } from '../support/needed.js'
import { Campaign } from './campaign.js'
import type { LabOptions } from './lab.js'
import { labMissing } from './missing.js'
import type { Scenario } from './scenario.js'
import { scenarios } from './scenarios.js'
import type { Trial } from './trial.js'

const PATIENCE = 5
const TELLING = [
  'the leader is cut off',
  'the leader is not heard',
  'the leader hears nobody',
  'a minority is cut off and comes back',
  'the leader comes and goes',
  'the leader is stopped, and goes on',
  'the leader is killed, and comes back',
  "a firewall resets the leader's answer port",
  'a firewall rejects the host of the leader',
  "the leader's address moves to another member's host",
]
const seed = Chance.seedFrom('LAB_SEED')

describe(`six hosts (LAB_SEED=${seed})`, function () {
  this.timeout(150_000)
  let trials: Trial[] = []
  let campaign: Campaign
  let isMisread: boolean
  /** The history of the last trial. */
  let written: string
  before(function () {
    needed(this, labMissing())
    campaign = new Campaign({
      seed,
      patience: PATIENCE,
      altered: (history) => {
        written = history
        return isMisread ? misread(history) : history
      },
      trialsOf: () => 1,
      onTrial: (trial) => trials.push(trial),
      onSkip: ({ name }, why) => expect.fail(`${name}: ${why}`),
    })
  })
  beforeEach(() => {
    trials = []
    isMisread = false
  })
  after(() => campaign?.end())

  async function trialOf(name: string, lab?: LabOptions): Promise<Trial> {
    const scenario: Scenario = scenarios.find((each) => each.name === name) ?? expect.fail(`no ${name}`)
    await campaign.play(lab ? { ...scenario, lab } : scenario)
    return trials[0] ?? expect.fail('it was not played')
  }

  /** In what was written down, one value is another than was read. */
  function misread(history: string): string {
    const read = /"f":"get","key":"[^"]+","value":"([^"]+)"/
    expect(history).to.match(read)
    return history.replace(read, (line, value) => line.replace(`"${value}"`, '"thin air"'))
  }

  for (const name of TELLING) {
    it(`never have two leaders, and have one in the end, where ${name}`, async () => {
      const { problems, overlaps, staleAccepted, provoked, staleRefused, history } = await trialOf(name)
      expect({ problems, overlaps, staleAccepted }).to.deep.equal({
        problems: [],
        overlaps: 0,
        staleAccepted: 0,
      })
      expect(history?.operations, 'operations of the history').to.be.above(100)
      if (provoked) expect(staleRefused, 'attempts of the old leader that were refused').to.be.above(0)
    })
  }

  it('show it where a member answers what nobody said: a planted fault', async () => {
    isMisread = true
    const { problems, history } = await trialOf('the leader is cut off')
    expect(history).to.include({ misfits: 1, unknown: 0 })
    expect(problems.join('\n')).to.match(/the history does not fit: shared values: /)
    const path = /check-history.ts --most \d+ (\S+)$/m.exec(problems.join('\n'))?.[1] ?? ''
    expect(checkHistory(readHistory(readFileSync(path, 'utf8'))).misfits).to.have.length(1)
    rmSync(path)
  })

  it('have histories that do not fit once they are made wrong', async () => {
    await trialOf('the leader is stopped, and goes on')
    const history = readHistory(written)
    expect(checkHistory(history).misfits).to.deep.equal([])
    let found = 0
    for (const { name, change } of wrongs.filter(({ caught, needs }) => caught === 1 && needs === 'log')) {
      const wrong = change(history, randomFrom(seed))
      if (!wrong) continue
      expect(checkHistory(wrong).misfits, name).not.to.deep.equal([])
      found++
    }
    expect(found).to.be.above(3)
  })

  it('show it where leaders act on after their lease: a planted fault', async () => {
    const { problems, overlaps } = await trialOf('the leader is cut off', { hosts: 5, overdueMs: 3000 })
    expect(overlaps).to.be.above(0)
    expect(problems.join('\n')).to.match(/acted at one time/)
  })
})
