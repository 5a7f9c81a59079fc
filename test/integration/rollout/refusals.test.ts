/** What an agent does not do, whoever asks: it is refused, and nothing of it is left behind. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Preparing } from '../../../control/rollout/index.js'
import { AgentClient, agentAddress } from '../../../control/secure/index.js'
import { cliForTests } from '../../support/cli.js'
import { type Fleet, type FleetAgent, fleetForTests } from '../../support/fleet.js'
import { appText } from './app-text.js'

interface Packed {
  readonly path: string
  readonly digest: string
  readonly sequence: number
}

describe('an agent that is told to deploy', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)
  const clients: AgentClient[] = []
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
  })

  function clientOf(agent: FleetAgent, token: string | Buffer, identity = 'agent'): AgentClient {
    const client = new AgentClient({ ...agentAddress(agent.address), token, identity })
    clients.push(client)
    return client
  }

  function owner(fleet: Fleet, agent: FleetAgent): AgentClient {
    return clientOf(agent, readFileSync(fleet.tokenFile, 'utf8').trim())
  }

  async function packed(fleet: Fleet, version: string): Promise<Packed> {
    const file = cli.file(`${fleet.app}/app.ts`, appText({ version }).replaceAll('APP_NAME', fleet.app))
    const path = join(fleet.folder, `${version}.qb`)
    const { stdout, stderr } = await fleet.run(['bundle', file, '--out', path, '--json'])
    if (stdout.length === 0) throw new Error(stderr.join('\n'))
    const { digest, sequence }: { digest: string; sequence: number } = JSON.parse(stdout.join(''))
    return { path, digest, sequence }
  }

  async function send(client: AgentClient, { path, digest }: Packed): Promise<void> {
    const { status, body } = await client.stream('PUT', `/v1/bundles/${digest}`, {
      body: createReadStream(path),
    })
    body.resume()
    expect(status).to.equal(200)
  }

  function told(fleet: Fleet, agent: FleetAgent, { digest, sequence }: Packed, ticket = ''): Preparing {
    const address = agentAddress(agent.address)
    const id = `${fleet.app}.Node.${agent.name}`
    const common = { restart: 'never', limits: {}, seats: 'Cell=0' } as const
    const actor = { id, actor: 'Node', params: {}, groups: ['Cell'], ...common }
    return {
      ...{ deployment: fleet.app, app: fleet.app, node: agent.name, ticket },
      slice: { bundle: digest, sequence, actors: [actor] },
      lead: { name: agent.name, ...address },
      with: [agent.name],
      gone: [],
    }
  }

  async function prepare(client: AgentClient, body: unknown, id = randomUUID()): Promise<[number, string]> {
    const { status, json } = await client.request('PUT', `/v1/rollouts/${id}`, { body })
    return [status, JSON.stringify(json)]
  }

  it('takes nothing that is older than what it has run, is for another, or is not what it says', async () => {
    const fleet = fleets.it
    const agent = await fleet.agent('n1')
    const [older, newer] = [await packed(fleet, '1.0.0'), await packed(fleet, '2.0.0')]
    const client = owner(fleet, agent)
    const file = fleet.deployment(appText({ version: '3.0.0' }), '  - { actor: Node, on: all }\n')
    expect((await fleet.run(['deploy', file])).code).to.equal(0)
    const before = await fleet.status(file)
    // That they are signed is enough to be taken in.
    await send(client, older)
    await send(client, newer)

    const good = told(fleet, agent, older)
    const refusals: readonly [unknown, number, RegExp][] = [
      [{ ...good, node: 'n2' }, 403, /deploy-wrong-target.*this is for the agent n2, and I am n1/],
      [{ ...good, app: 'other' }, 403, /deploy-wrong-target/],
      [{ ...good, slice: { ...good.slice, sequence: newer.sequence } }, 403, /deploy-wrong-target.*another/],
      [{ ...good, slice: { ...good.slice, bundle: 'f'.repeat(64) } }, 404, /bundle-unknown/],
      [{ ...good, slice: { ...good.slice, bundle: '../../../etc' } }, 400, /slice\.bundle/],
      [{ ...good, more: 1 }, 400, /more/],
      [{ ...good, lead: { ...good.lead, name: '<img src=x>' } }, 400, /lead\.name/],
      [{ ...good, deployment: '../x' }, 400, /deployment/],
    ]
    for (const [body, status, why] of refusals) {
      const [answered, text] = await prepare(client, body)
      expect(answered, text).to.equal(status)
      expect(text).to.match(why)
    }
    const [status, text] = await prepare(client, good)
    expect(status, text).to.equal(409)
    expect(text).to.include('deploy-older')
    expect(await fleet.status(file)).to.deep.equal(before)
  })

  it('lets nobody in without the token, and who has a ticket to the steps of a rollout alone', async () => {
    const fleet = fleets.it
    const agent = await fleet.agent('n1')
    const bundle = await packed(fleet, '1.0.0')
    const client = owner(fleet, agent)
    await send(client, bundle)
    const ticket = randomBytes(32)
    const id = randomUUID()
    const first = await prepare(client, told(fleet, agent, bundle, ticket.toString('hex')), id)
    expect(first[0], first[1]).to.equal(412)
    // Keys of the app, as they come with a deployment.
    const keys = join(fleet.folder, 'n1.keys')
    await fleet.run(['keys', 'actor', fleet.app, 'Node', '--out', keys])
    const body = { ...told(fleet, agent, bundle, ticket.toString('hex')), keys: readFileSync(keys, 'utf8') }
    expect((await prepare(client, body, id))[0]).to.equal(200)

    for (const path of ['/v1/deployments', `/v1/rollouts/${id}/actors`]) {
      expect((await fetch(`http://${agent.address}${path}`)).status).to.equal(401)
    }
    const stranger = clientOf(agent, randomBytes(32), `rollout:${id}`)
    const failure = await stranger
      .request('GET', `/v1/rollouts/${id}/actors`)
      .catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'agent-wrong-token')
    const leading = clientOf(agent, ticket, `rollout:${id}`)
    expect((await leading.request('GET', `/v1/rollouts/${id}/actors`)).status).to.equal(200)
    for (const [method, path] of [
      ['GET', '/v1/deployments'],
      ['GET', '/v1/actors'],
      ['PUT', `/v1/rollouts/${randomUUID()}`],
      ['POST', `/v1/rollouts/${id}/begin`],
      ['POST', '/v1/actors'],
    ] as const) {
      const options = method === 'GET' ? {} : { body: {} }
      expect((await leading.request(method, path, options)).status, path).to.equal(403)
    }
  })
})
