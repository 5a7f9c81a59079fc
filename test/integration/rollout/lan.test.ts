/** A deployment to five hosts, which are found by themselves, and an upgrade while the group is at work. */
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { cliForTests } from '../../support/cli.js'
import { type Fleet, type FleetPlace, fleetForTests } from '../../support/fleet.js'
import { Lan } from '../../support/lan.js'
import { appText } from './app-text.js'

const HOSTS = 5
const QUORUM = 3
const ALL = '  - { actor: Node, on: all, params: { every: 50 } }\n'
/** Five times what is wanted. */
const DEPLOY_MS = 75_000

/** What the logs of all nodes tell of the group. */
interface Told {
  /** Epochs and terms of those that led. */
  readonly leaders: ReadonlySet<string>
  readonly asked: ReadonlySet<string>
  readonly outcomes: ReadonlyMap<string, string>
}

async function told(fleet: Fleet, file: string, from: FleetPlace): Promise<Told> {
  const leaders = new Set<string>()
  const asked = new Set<string>()
  const outcomes = new Map<string, string>()
  for (const { name } of fleet.agents) {
    const lines = await fleet.log(file, `${fleet.app}.Node.${name}`, from)
    // What was asked last may not have ended yet.
    const last = lines.findLastIndex((line) => line.includes('result '))
    for (const line of lines.slice(0, last + 1)) {
      const [, poll = ''] = /asked ([^\s"]+)/.exec(line) ?? []
      const [, id = '', outcome = ''] = /result (\S+) (\w+)/.exec(line) ?? []
      const [, epoch, term] = /leads (\d+) (\d+)/.exec(line) ?? []
      if (poll !== '') asked.add(poll)
      if (id !== '') outcomes.set(id, outcome)
      if (epoch !== undefined) leaders.add(`${epoch} ${term}`)
    }
  }
  return { leaders, asked, outcomes }
}

describe('quorate deploy on a network', function () {
  this.timeout(400_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)
  let lan: Lan | undefined

  before(function () {
    const why = Lan.missing()
    if (why) skip(this, why)
    lan = new Lan(HOSTS + 1)
  })
  after(() => lan?.remove())

  function on(host: number): FleetPlace {
    const [program = '', args = []] = lan?.on(host) ?? []
    return { prefix: [program, ...args], host: `10.77.0.${host}` }
  }

  it('reaches five hosts by mDNS, and upgrades them without a poll lost, by one other leader', async () => {
    const fleet = fleets.it
    const from = on(HOSTS + 1)
    for (let host = 1; host <= HOSTS; host++) await fleet.agent(`n${host}`, { ...on(host), announced: true })
    const first = appText({ quorum: QUORUM })
    const file = fleet.deployment(first, ALL, 'deployment.yaml', true)
    const begunAt = performance.now()
    const { code, stdout, stderr } = await fleet.run(['deploy', file], from)
    expect(code, [...stdout, ...stderr].join('\n')).to.equal(0)
    expect(performance.now() - begunAt).to.be.below(DEPLOY_MS)
    // The group is at work.
    let before = await told(fleet, file, from)
    while (before.outcomes.size < 100) before = await told(fleet, file, from)

    fleet.deployment(appText({ quorum: QUORUM, version: '1.1.0' }), ALL, 'deployment.yaml', true)
    const upgrade = await fleet.run(['deploy', file], from)
    expect(upgrade.code, upgrade.stderr.join('\n')).to.equal(0)
    const upgraded = await fleet.status(file, from)
    expect(upgraded?.isCalm).to.equal(true)
    expect(new Set(upgraded?.actors.map(({ bundle }) => bundle))).to.have.property('size', 1)
    const sizes = upgraded?.actors.flatMap(({ groups }) => groups.map(({ size }) => size)) ?? []
    expect(Math.max(...sizes)).to.be.at.most(2 * QUORUM - 1)

    let after = await told(fleet, file, from)
    while (after.outcomes.size < before.outcomes.size + 100) after = await told(fleet, file, from)
    const others = [...after.leaders].filter((each) => !before.leaders.has(each))
    expect(others.length, [...after.leaders].join(', ')).to.be.at.most(1)
    const lost = [...after.asked].filter((poll) => !['yes', 'no'].includes(after.outcomes.get(poll) ?? ''))
    expect(lost).to.deep.equal([])
  })
})
