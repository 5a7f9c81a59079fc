/** Whoever is killed in the middle of a deployment: it ends in the old or the new version, at all agents. */
import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { cliForTests } from '../../support/cli.js'
import { type Deployed, type Fleet, fleetForTests } from '../../support/fleet.js'
import { appText } from './app-text.js'

const ALL = '  - { actor: Node, on: all }\n'

/** Who is killed, and when: at the n-th line of that kind that the command prints. */
interface Death {
  readonly who: 'deployer' | 'n1' | 'n2' | 'n3'
  readonly at: RegExp
  readonly nth: number
}

const PREPARED = /"event":"prepared"/
const BEGUN = /"state":"begun"/
const DONE = /"state":"done"/
const SENT = /"event":"sent"/

/** The agent n1 leads. */
const deaths: readonly Death[] = [
  { who: 'deployer', at: SENT, nth: 1 },
  { who: 'deployer', at: PREPARED, nth: 2 },
  { who: 'deployer', at: BEGUN, nth: 1 },
  { who: 'n1', at: SENT, nth: 1 },
  { who: 'n1', at: PREPARED, nth: 3 },
  { who: 'n1', at: BEGUN, nth: 1 },
  { who: 'n1', at: DONE, nth: 1 },
  { who: 'n1', at: BEGUN, nth: 2 },
  { who: 'n1', at: DONE, nth: 3 },
  { who: 'n2', at: PREPARED, nth: 2 },
  { who: 'n2', at: BEGUN, nth: 1 },
  { who: 'n2', at: BEGUN, nth: 2 },
  { who: 'n3', at: DONE, nth: 2 },
  { who: 'n3', at: DONE, nth: 3 },
]

/** Milliseconds for an agent that was killed, and who waited for it, to have come to an end. */
const PATIENCE_MS = 150_000

/** Once nothing is under way and all that is deployed runs. */
async function settled(fleet: Fleet, file: string): Promise<Deployed> {
  const untilMs = Date.now() + PATIENCE_MS
  for (;;) {
    const told = await fleet.status(file)
    if (told?.isCalm) return told
    if (Date.now() > untilMs) throw new Error(`it never ends: ${JSON.stringify(told)}`)
  }
}

describe('a deployment of which somebody is killed', function () {
  this.timeout(900_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)

  it('ends in the old or the new version at all agents, wherever it was', async () => {
    const fleet = fleets.it
    for (const name of ['n1', 'n2', 'n3']) await fleet.agent(name)
    const file = fleet.deployment(appText({ version: '1.0.0' }), ALL)
    expect((await fleet.run(['deploy', file])).code).to.equal(0)
    let before = await settled(fleet, file)
    const outcomes = new Map<string, string[]>()
    for (const [n, death] of deaths.entries()) {
      const version = `1.${n + 1}.0`
      fleet.deployment(appText({ version }), ALL)
      const deploying = cli.start(['deploy', file, '--json'])
      const words = `${death.who} at ${death.at.source} ${death.nth}`
      await deploying.line(death.at, death.nth, PATIENCE_MS)
      if (death.who === 'deployer') deploying.signal('SIGKILL')
      else {
        const agent = fleet.agents.find(({ name }) => name === death.who)
        await agent?.kill()
        await agent?.start()
      }
      const { code } = await deploying.ended
      const now = await settled(fleet, file)
      expect(now.bundles, words).to.have.length(1)
      expect(now.actors.map(({ node }) => node).sort(), words).to.deep.equal(['n1', 'n2', 'n3'])
      expect(
        now.actors.map(({ bundle }) => bundle),
        words,
      ).to.deep.equal(Array(3).fill(now.bundles[0]))
      const isNew = now.bundles[0] !== before.bundles[0]
      // Who waited to the end was told the truth.
      if (code === 0 || code === 1) expect(isNew, words).to.equal(code === 0)
      outcomes.set(isNew ? 'new' : 'old', [...(outcomes.get(isNew ? 'new' : 'old') ?? []), words])
      before = now
    }
    // Both are seen, else it was never the middle.
    expect([...outcomes.keys()].sort()).to.deep.equal(['new', 'old'])
  })

  it('is taken over where the agent that led it is gone for good', async () => {
    const fleet = fleets.it
    for (const name of ['n1', 'n2', 'n3']) await fleet.agent(name)
    const file = fleet.deployment(appText({ version: '1.0.0' }), ALL)
    expect((await fleet.run(['deploy', file])).code).to.equal(0)
    fleet.deployment(appText({ version: '1.1.0' }), ALL)
    const deploying = cli.start(['deploy', file, '--json'])
    await deploying.line(DONE, 1, PATIENCE_MS)
    deploying.signal('SIGKILL')
    await fleet.agents[0]?.kill()
    await deploying.ended

    fleet.deployment(appText({ version: '1.2.0' }), ALL)
    const refused = await fleet.run(['deploy', file])
    expect(refused.code).to.equal(3)
    const taken = await fleet.run(['deploy', file, '--gone', 'n1', '--allow-interruption'])
    expect(taken.code, taken.stderr.join('\n')).to.equal(0)
    // Its file is to name it no more.
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/^ {2}n1: .*\n/m, ''))
    const now = await settled(fleet, file)
    expect(now.actors.map(({ node }) => node)).to.deep.equal(['n2', 'n3'])
    expect(new Set(now.actors.map(({ bundle }) => bundle)).size).to.equal(1)
  })
})
