/** Agents that announce themselves, those who look for them, and what either believes. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import { Agent, type AgentOptions } from '../../../control/agent/index.js'
import { nodeAnswer } from '../../../control/agent/v1-openapi.js'
import { AGENT_SERVICE, findAgents, meetAgents } from '../../../control/nearby/index.js'
import { AgentClient, secureLimits } from '../../../control/secure/index.js'
import { advertise, loopbackInterface } from '../../../discovery/index.js'
import { rejectionOf } from '../../rejection.js'
import { cliForTests } from '../../support/cli.js'
import { HubsForTests } from './hubs-for-tests.js'

const TOKEN = randomBytes(32).toString('base64url')
const HOST = '127.0.0.1'

describe('agents that are looked for', function () {
  this.timeout(180_000)
  const ending: (() => unknown)[] = []
  // Before the folders are removed.
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })
  const folders = new HubsForTests()
  const cli = cliForTests()
  const loopback = loopbackInterface()
  const interfaces = loopback ? [loopback] : []
  /** Others may be on this host. */
  const mark = randomBytes(4).toString('hex')

  function made(options: Partial<AgentOptions> = {}): Agent {
    const none = (): never => expect.fail('there is no app')
    const labels = { mark, role: 'inverter' }
    const data = folders.folder()
    const quorate = { folder: data, version: '1.2.3' }
    const nobody = { anchorsOf: async () => [], keyFolderOf: () => undefined, quorate }
    const common = { port: 0, data, token: TOKEN, labels, version: '1.2.3', ...nobody }
    return new Agent({ ...common, describe: none, program: none, ...options })
  }

  async function started(options: Partial<AgentOptions> = {}): Promise<Agent> {
    const agent = made(options)
    ending.push(() => agent.stop())
    await agent.start()
    return agent
  }

  function client(port: number, token: string | Uint8Array = TOKEN, identity = 'agent'): AgentClient {
    const asking = new AgentClient({ host: HOST, port, token, identity })
    ending.push(() => asking.close())
    return asking
  }

  async function found(): Promise<Awaited<ReturnType<typeof findAgents>>> {
    return (await findAgents({ interfaces, quietMs: 1500 })).filter(({ labels }) => labels.mark === mark)
  }

  it('tell who they are to those who know the token', async () => {
    const { port } = await started({ name: 'n1' })
    const { status, json } = await client(port).request('GET', '/v1/agent')
    expect(status).to.equal(200)
    const told = nodeAnswer.parse(json)
    expect(told).to.deep.include({ name: 'n1', labels: { mark, role: 'inverter' }, version: '1.2.3' })
    expect(told).to.include({ node: process.versions.node, encrypted: false })
    expect((await fetch(`http://${HOST}:${port}/v1/agent`)).status).to.equal(401)
    const headers = { authorization: `Bearer ${TOKEN}` }
    expect((await fetch(`http://${HOST}:${port}/v1/agent`, { headers })).status).to.equal(200)
  })

  it('give others who come by a key the routes that are theirs, and no more', async () => {
    const agent = await started()
    const ticket = randomBytes(32)
    agent.identities.give(
      'rollout:1',
      ticket,
      (method, route) => `${method} ${route}` === 'GET /v1/apps/:name',
    )
    const other = client(agent.port, ticket, 'rollout:1')
    expect((await other.request('GET', '/v1/apps/x')).status).to.equal(404)
    for (const [method, path] of [
      ['GET', '/v1/apps'],
      ['POST', '/v1/apps/x'],
      ['GET', '/v1/actors'],
      ['GET', '/v1/agent'],
      ['GET', '/metrics'],
    ] as const) {
      expect((await other.request(method, path)).status, `${method} ${path}`).to.equal(403)
    }
    // The token in a header makes nobody another than the key does.
    const asked = await other.stream('GET', '/v1/actors', { headers: { authorization: `Bearer ${TOKEN}` } })
    expect(asked.status).to.equal(403)
    asked.body.destroy()
    expect((await other.request('GET', '/docs/json')).status).to.equal(200)
    agent.identities.take('rollout:1')
    const refused = await rejectionOf(other.request('GET', '/v1/apps/x'))
    expect(refused).to.have.property('code', 'agent-wrong-token')
  })

  it('refuse an upload before it is there, and say so', async () => {
    const agent = await started()
    const ticket = randomBytes(32)
    agent.identities.give('rollout:1', ticket, () => false)
    const part = randomBytes(64 * 1024)
    const other = client(agent.port, ticket, 'rollout:1')
    const upload = (): Readable => Readable.from(Array.from({ length: 320 }, () => part))
    for (const [asking, status] of [
      [other, 403],
      [client(agent.port), 413],
    ] as const) {
      const refused = await asking.stream('POST', '/v1/apps', { body: upload() })
      expect(refused.status).to.equal(status)
      expect(Buffer.concat(await refused.body.toArray()).length).to.be.above(10)
    }
  })

  it('end at once, whoever is connected and says nothing', async () => {
    const agent = await started()
    const asking = client(agent.port)
    await asking.request('GET', '/v1/agent')
    const silent = connect(agent.port, HOST)
    const half = connect(agent.port, HOST, () => half.write(Buffer.from([0x16, 3, 1])))
    const ends = [silent, half].map((socket) => {
      // Whether it was in midst of something makes it a reset, or an end.
      socket.resume().on('error', () => undefined)
      return new Promise((resolve) => socket.once('close', resolve))
    })
    await Promise.all([silent, half].map((socket) => once(socket, 'connect')))
    // Both were taken when one that came later has been.
    await asking.request('GET', '/v1/agent')
    const before = performance.now()
    await agent.stop()
    await Promise.all(ends)
    expect(performance.now() - before).to.be.below(secureLimits.helloMs / 2)
  })

  it('are found by what they say of themselves, each of those of one name, until they leave', async () => {
    const agents = [
      await started({ name: 'n1', announce: '' }),
      await started({ name: 'n1', announce: 'lo' }),
    ]
    const there = await found()
    expect(there.map(({ name, host, labels }) => ({ name, host, labels }))).to.deep.equal(
      agents.map(() => ({ name: 'n1', host: HOST, labels: { mark, role: 'inverter' } })),
    )
    expect(there.map(({ port }) => port)).to.have.members(agents.map(({ port }) => port))
    await agents[0]?.stop()
    expect((await found()).map(({ port }) => port)).to.deep.equal([agents[1]?.port])
  })

  it('are believed when they have shown that they know the token, and told nothing before', async () => {
    const agent = await started({ name: 'n1', announce: '' })
    await started({ name: 'n2', announce: '', token: randomBytes(32).toString('base64url') })
    const [{ id } = { id: '' }] = (await found()).filter(({ name }) => name === 'n1')
    // One that says that it is n1, too, and a record that makes no sense.
    const liar = await started({ name: 'x', open: true, token: undefined })
    expect(loopback).not.to.equal(undefined)
    if (!loopback) return
    const txt = { v: '1', id, n: 'n1', l0: `mark=${mark}`, l1: 'rack=<script>' }
    const lie = { type: AGENT_SERVICE, name: 'n1', id: 'f'.repeat(16), port: liar.port }
    const posing = await advertise({ ...lie, txt: { ...txt, l1: 'rack=9' } }, loopback)
    const senseless = await advertise({ ...lie, id: 'e'.repeat(16), txt }, loopback)
    ending.push(() => Promise.all([posing.end(), senseless.end()]))
    const there = await found()
    expect(there.map(({ name }) => name)).to.deep.equal(['n1', 'n1', 'n2'])
    const met = await meetAgents(
      there.map((each) => ({ address: { host: each.host, port: each.port }, found: each })),
      TOKEN,
    )
    const shown = met.map(({ address, facts, why }) => [
      'port' in address && address.port === agent.port,
      facts?.name,
      why,
    ])
    expect(shown).to.have.deep.members([
      [true, 'n1', ''],
      [false, undefined, 'agent-wrong-token'],
      [false, undefined, 'agent-wrong-token'],
    ])
    const twice = await meetAgents(
      [{ address: { host: HOST, port: agent.port } }, { address: { host: 'localhost', port: agent.port } }],
      TOKEN,
    )
    expect(twice.map(({ facts }) => facts?.id)).to.deep.equal([id])
  })

  it('have names, labels and tokens that make sense', () => {
    for (const [options, why] of [
      [{ name: '' }, 'name'],
      [{ name: '<script>' }, 'name'],
      [{ name: 'x'.repeat(64) }, 'name'],
      [{ labels: { 'a b': 'c' } }, 'labels'],
      [{ labels: { a: 'b c' } }, 'labels'],
      [{ labels: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`l${n}`, ''])) }, '16 labels'],
      [
        { labels: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`l${n}`, 'x'.repeat(63)])) },
        '800',
      ],
      [{ token: 'x'.repeat(31) }, '31 characters'],
      [{ token: TOKEN, open: true }, 'open'],
    ] as const) {
      expect(() => made(options), why)
        .to.throw(why)
        .with.property('code', 'agent-bad-option')
    }
  })

  it('are listed by the command line, which starts them so', async () => {
    const file = cli.file('token', `${TOKEN}\n`)
    const common = ['agent', '--insecure', '--json', '--port', '0', '--interface', 'lo', '--announce']
    const start = async (name: string, ...more: string[]): Promise<string> => {
      const args = ['--name', name, '--label', `mark=${mark}`, '--data', folders.folder(), ...more]
      const line = await cli.start([...common, ...args]).line(/"event":"ready"/)
      const { url }: { url: string } = JSON.parse(line)
      return new URL(url).host
    }
    const [mine, other] = [await start(`a-${mark}`, '--token-file', file), await start(`b-${mark}`)]
    const look = ['agents', '--interface', 'lo', '--wait', '3000', '--token-file', file]
    const listed = await cli.run(look)
    expect(listed.code).to.equal(0)
    const rows = listed.stdout.filter((line) => line.includes(mark)).map((line) => line.split(/\s+/))
    expect(rows.map(([name, address, token]) => [name, address, token])).to.deep.equal([
      [`a-${mark}`, mine, 'known'],
      [`b-${mark}`, other, 'another'],
    ])
    const told = await cli.run(['agents', '--agent', other, '--agent', mine, '--json', '--token-file', file])
    const { agents }: { agents: { name: string | null; known: boolean; why: string }[] } = JSON.parse(
      told.stdout.join(''),
    )
    expect(agents.map(({ name, known, why }) => [name, known, why])).to.deep.equal([
      [null, false, 'agent-wrong-token'],
      [`a-${mark}`, true, ''],
    ])
    const nobody = await cli.run(['agents', '--agent', other, '--token-file', file])
    expect(nobody.code).to.equal(3)
    expect(nobody.stderr.join()).to.include(`agent at ${other}`.replace('at ', '')).and.include('token')
    for (const [args, why] of [
      [['agents', '--token-file', '/nowhere'], 'cannot be read'],
      [['agent', '--label', 'x'], 'role=inverter'],
    ] as const) {
      const end = await cli.run([...args, ...(args[0] === 'agent' ? ['--data', folders.folder()] : [])])
      expect(end.code, args.join(' ')).to.equal(2)
      expect(end.stderr.join()).to.include(why)
    }
  })
})
