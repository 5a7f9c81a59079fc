/** Deployments as a user makes them: agents, the command line, and nothing in between. */
import { expect } from 'chai'
import { cliForTests } from '../../support/cli.js'
import { type Deployed, fleetForTests } from '../../support/fleet.js'
import { appText } from './app-text.js'

const ALL = '  - { actor: Node, on: all }\n'

function statesOf({ actors }: Deployed): Record<string, string> {
  return Object.fromEntries(actors.map(({ node, state, seats }) => [node, `${state} ${seats}`]))
}

describe('quorate deploy', function () {
  this.timeout(240_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)

  async function three(): Promise<void> {
    for (const [n, name] of ['n1', 'n2', 'n3'].entries()) {
      await fleets.it.agent(name, { labels: [`half=${n < 2 ? 'first' : 'second'}`] })
    }
  }

  async function deployed(file: string, ...more: string[]): Promise<readonly string[]> {
    const { code, stdout, stderr } = await fleets.it.run(['deploy', file, ...more])
    expect(code, [...stdout, ...stderr].join('\n')).to.equal(0)
    return stdout
  }

  async function refused(file: string, why: RegExp, ...more: string[]): Promise<void> {
    const { code, stderr } = await fleets.it.run(['deploy', file, ...more])
    expect(code).to.be.above(0)
    expect(stderr.join('\n')).to.match(why)
  }

  async function status(file: string): Promise<Deployed> {
    const found = await fleets.it.status(file)
    if (!found) return expect.fail('nothing is deployed')
    return found
  }

  it('brings an app to all agents, another version of it, and nothing the third time', async () => {
    const fleet = fleets.it
    await three()
    const file = fleet.deployment(appText(), ALL)
    const plan = await deployed(file, '--plan')
    expect(plan).to.include(`  + ${fleet.app}.Node.n2 on n2  seats Cell=1`)
    expect(await fleet.status(file)).to.equal(undefined)
    await deployed(file)
    const first = await status(file)
    expect(statesOf(first)).to.deep.equal({ n1: 'active Cell=0', n2: 'active Cell=1', n3: 'active Cell=2' })
    expect((await deployed(file)).join()).to.include('nothing to do')

    // An optional field more is understood by both.
    fleet.deployment(
      appText({ version: '1.1.0', word: 'object({ text: z.string(), loud: z.boolean().optional() })' }),
      ALL,
    )
    await deployed(file)
    const second = await status(file)
    expect(second.bundles).to.have.length(1)
    expect(second.bundles).to.not.deep.equal(first.bundles)
    expect(second.isCalm).to.equal(true)
    const log = await fleet.log(file, `${fleet.app}.Node.n2`)
    expect(log.flatMap((line) => /version [\d.]+/.exec(line)?.[0] ?? [])).to.deep.equal([
      'version 1.0.0',
      'version 1.1.0',
    ])

    const undeployed = await fleet.run(['undeploy', file])
    expect(undeployed.code, undeployed.stderr.join('\n')).to.equal(0)
    expect(await fleet.status(file)).to.equal(undefined)
  })

  it('places by name, by label and by count, with parameters, and leaves what has a place', async () => {
    const fleet = fleets.it
    await three()
    const place = [
      '  - { actor: Node, on: n1, params: { every: 1000 } }',
      '  - { actor: Node, on: { label: { half: second } } }',
      '',
    ].join('\n')
    const file = fleet.deployment(appText(), place)
    await deployed(file)
    expect(statesOf(await status(file))).to.deep.equal({ n1: 'active Cell=0', n3: 'active Cell=1' })
    fleet.deployment(appText(), '  - { actor: Node, on: { count: 2 } }\n')
    await deployed(file, '--allow-interruption')
    expect(Object.keys(statesOf(await status(file)))).to.deep.equal(['n1', 'n3'])
  })

  it('takes a version back that does not come up at one agent, and says why', async () => {
    const fleet = fleets.it
    await three()
    const file = fleet.deployment(appText(), ALL)
    await deployed(file)
    const before = await status(file)
    const made = "if (process.env.QUORATE_FOLDER?.includes('.n2')) throw new Error('no water')"
    fleet.deployment(appText({ version: '2.0.0', made }), ALL)
    await refused(file, /n2: .*does not come up.*no water[\s\S]*taken back, and everything is as it was/)
    const afterwards = await status(file)
    expect(afterwards.bundles).to.deep.equal(before.bundles)
    expect(afterwards.actors.map(({ bundle }) => bundle)).to.deep.equal(
      before.actors.map(({ bundle }) => bundle),
    )
    expect(afterwards.isCalm).to.equal(true)
  })

  it('refuses what could split a group, or what those that run would not understand', async () => {
    const fleet = fleets.it
    await three()
    const file = fleet.deployment(appText(), ALL)
    await deployed(file)
    const before = await status(file)
    fleet.deployment(appText({ word: 'object({ text: z.number() })' }), ALL)
    await refused(file, /Word of version 1\.0\.0 differs.*value\.text.*string.*number/)
    fleet.deployment(appText({ word: 'object({ text: z.string(), more: z.string() })' }), ALL)
    await refused(file, /value\.more/)
    fleet.deployment(appText({ quorum: 3 }), ALL)
    await refused(file, /the group Cell .* has another quorum, 3 instead of 2.*undeploy/)
    fleet.deployment(appText({ version: '2.0.0' }), '  - { actor: Node, on: [n1] }\n')
    await refused(file, /Cell would be left with 1 that may elect, of a quorum of 2/)
    const other = fleet.deployment(appText({ version: '2.0.0' }), ALL, 'other.yaml')
    cli.file(`${fleet.app}/other.yaml`, `name: other\n${await textOf(other)}`)
    await refused(other, /the deployment .* of the same app/)
    expect((await status(file)).bundles).to.deep.equal(before.bundles)
    // Nothing of it was left behind.
    fleet.deployment(appText(), ALL)
    expect((await deployed(file)).join()).to.include('nothing to do')
  })

  it('says which agent is not reached, is another, or is not there, and changes nothing', async () => {
    const fleet = fleets.it
    await three()
    const file = fleet.deployment(appText(), ALL)
    const [first, second] = fleet.agents
    const text = await textOf(file)
    cli.file(`${fleet.app}/deployment.yaml`, text.replace(first?.address ?? '', second?.address ?? ''))
    await refused(file, /is called n2, and not n1/)
    cli.file(`${fleet.app}/deployment.yaml`, text.replace('on: all', 'on: n9'))
    await refused(file, /no agent n9; there are n1, n2, n3/)
    cli.file(`${fleet.app}/deployment.yaml`, text)
    await deployed(file)
    // One that has a part of it cannot be left out.
    cli.file(`${fleet.app}/deployment.yaml`, text.replace(/^ {2}n3: .*\n/m, ''))
    await refused(file, /n3 has actors of .*, and is not reached.*--gone n3/)
    cli.file(`${fleet.app}/deployment.yaml`, text)
    await second?.kill()
    const { code, stderr } = await fleet.run(['deploy', file])
    expect(code).to.equal(3)
    expect(stderr.join()).to.include('n2')
  })

  function textOf(path: string): Promise<string> {
    return import('node:fs/promises').then(({ readFile }) => readFile(path, 'utf8'))
  }
})
