/** The fleet as a hub knows it: agents and actors as a user starts them, watched as the hub's page does. */
import { hostname } from 'node:os'
import { expect } from 'chai'
import { z } from 'zod'
import { type ErrandDone, errandDone, type PlacePicture } from '../../../control/fleet/models.js'
import { rejectionOf } from '../../rejection.js'
import { type AgentProcess, agentsForTests } from '../../support/agents.js'
import { cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'
import { type HubProcess, hubProcesses } from '../../support/hub-processes.js'
import { FleetWatch, type WatchedActor } from './fleet-watch.js'

describe('the fleet of a hub', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const agents = agentsForTests(cli, 'cell.ts')
  const { app } = agents
  const watches: FleetWatch[] = []
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.close()
  })

  function watch(hub: HubProcess): FleetWatch {
    const one = new FleetWatch(hub)
    watches.push(one)
    return one
  }

  async function node(hub: HubProcess, name: string, data?: string): Promise<AgentProcess> {
    const args = ['--open', '--name', name, ...hub.args]
    const agent = await agents.start({ args, ...(data !== undefined && { data }) })
    const watched = watch(hub)
    await watched.until(() => watched.nodes.get(name)?.there)
    return agent
  }

  const workerOf = (id: string): string => `${app}.Member.${id}@${hostname()}`
  const placesIn = (watched: FleetWatch): readonly PlacePicture[] =>
    [...watched.actors.values()].flatMap(({ there, groups }) => (there && groups) || [])

  /** The actor that leads, once so many agree on it. */
  function leaderOf(watched: FleetWatch, size: number): WatchedActor | undefined {
    const places = placesIn(watched)
    const [first] = places
    const isSame = places.every(({ leader, members }) => {
      return members.length === size && leader !== null && leader.id === first?.leader?.id
    })
    if (places.length !== size || !isSame) return undefined
    return [...watched.actors.values()].find(({ groups }) => groups?.[0]?.role === 'leader')
  }

  it('shows nodes, actors, their ports and group, and who leads when the leader was killed', async () => {
    const hub = await hubs.start()
    await node(hub, 'rig')
    const watched = watch(hub)
    await watched.until(() => watched.nodes.get('rig')?.apps?.some(({ name }) => name === app))
    expect(watched.nodes.get('rig')).to.deep.include({ name: 'rig', there: true })
    for (const id of ['a', 'b', 'c']) {
      await hub.ask('POST', '/v1/nodes/rig/actors', { app, actor: 'Member', id })
    }
    const before = await watched.until(() => leaderOf(watched, 3))
    const [was] = before.groups ?? []
    const { who, agent, ports = [], counters } = before
    expect(who).to.include({ app, actor: 'Member', host: hostname(), pid: agent?.pid })
    expect(agent).to.include({ node: 'rig', state: 'active', starts: 1 })
    expect(was?.id.startsWith(who?.id ?? '-')).to.equal(true)
    // Those of the group are connected to the other two.
    expect(ports.map(({ kind }) => kind)).to.include('gpub')
    const peers = new Set(ports.flatMap((port) => port.peers))
    const others = [...watched.actors.values()].flatMap((each) => each.who?.id ?? [])
    expect(others).to.include.members([...peers])
    expect(counters?.groups[was?.id ?? '']).to.include.keys('sent', 'received', 'leaseMs', 'clockErrorMs')

    process.kill(who?.pid ?? 0, 'SIGKILL')
    const after = await watched.until(() => {
      const leader = leaderOf(watched, 3)
      return leader && leader.who?.id !== who?.id && leader
    })
    const [is] = after.groups ?? []
    // Of two ballots the one with the higher epoch is later; of those of one epoch that with the higher term.
    const [epoch, term] = [(is?.epoch ?? 0) - (was?.epoch ?? 0), (is?.term ?? 0) - (was?.term ?? 0)]
    expect(epoch || term).to.be.above(0)
    // The agent has started it again, under its name.
    const again = await watched.until(() => {
      const one = watched.actors.get(before.worker)
      return one?.agent?.starts === 2 && one.there && one.who?.pid !== who?.pid && one
    })
    expect(again.agent).to.include({ node: 'rig', state: 'active' })
    expect(watched.anew).to.equal(1)
  })

  it('shows polls, what each member voted, and how they ended', async () => {
    const hub = await hubs.start()
    const agent = await node(hub, 'rig')
    const watched = watch(hub)
    await watched.next(0)
    const params = { actions: 200, size: 2 }
    for (const id of ['a', 'b']) await agent.start({ app, actor: 'Member', id, params })
    const poll = await watched.until(() => {
      const all = [...watched.actors.values()].flatMap(({ polls = [] }) => polls)
      return all.find(({ vote, outcome }) => vote === 'yes' && outcome === 'yes')
    })
    expect(poll).to.include({ group: 'Cell.north', kind: 'consensus', component: 'member' })
    expect(poll.requestedBy).to.include({ actor: 'Member', component: 'member' })
    expect(poll.ended).to.be.at.least(poll.opened)
    expect(poll.ends).to.be.above(poll.opened)
    expect(poll.actsAt).to.be.above(poll.opened)
  })

  it('has actors started and stopped by their agent, and their logs followed', async () => {
    const hub = await hubs.start()
    await node(hub, 'rig')
    const watched = watch(hub)
    const at = `/v1/nodes/rig/actors`
    expect(await hub.ask('GET', '/v1/nodes')).to.deep.equal({ nodes: [{ name: 'rig', there: true }] })
    await hub.ask('POST', at, { app, actor: 'Member', id: 'one' })
    await watched.until(() => watched.actors.get(workerOf('one'))?.there)
    const errand = async (path: string): Promise<ErrandDone> => {
      const question = { do: 'errand', of: 'rig', body: { method: 'GET', path } }
      const signal = AbortSignal.timeout(60_000)
      return errandDone.parse(await watched.connection.ask(question, { signal, withinMs: 60_000 }))
    }
    let text = ''
    let next = 0
    const follow = async (what: RegExp): Promise<void> => {
      while (!what.test(text)) {
        const { log } = await errand(`/v1/actors/one/log?from=${next}&waitMs=20000`)
        expect(log?.from).to.equal(next)
        text += log?.text ?? ''
        next = log?.next ?? 0
      }
    }
    await follow(/"joined"/)
    const following = follow(/"stopping"/)
    expect(await hub.ask('POST', `${at}/one/stop`)).to.include({ stopped: 'SIGTERM' })
    await following
    const ended = await watched.until(() => {
      const one = watched.actors.get(workerOf('one'))
      return one?.there === false && one.agent?.state === 'ended' && one
    })
    expect(ended.agent?.last).to.include({ code: 0 })
    // Of an actor that has ended nothing more is waited for.
    expect(
      (await errand(`/v1/actors/one/log?from=${ended.agent?.log.ends}&waitMs=60000`)).log?.text,
    ).to.equal('')
    expect(await hub.ask('POST', `${at}/one/start`)).to.include({ id: 'one', starts: 2 })
    await watched.until(() => watched.actors.get(workerOf('one'))?.there)
    await hub.ask('POST', `${at}/one/stop`)
    expect(await hub.ask('DELETE', `${at}/one`)).to.deep.equal({ id: 'one' })
    await watched.until(() => !watched.actors.has(workerOf('one')))
  })

  it('passes on what the agent refuses, and nothing that is no errand', async () => {
    const hub = await hubs.start()
    await node(hub, 'rig')
    const refusal = z.object({
      error: z.object({ code: z.string() }).optional(),
      detail: z.string().optional(),
    })
    const code = async (method: string, path: string, body?: object): Promise<unknown> => {
      const { error, detail } = refusal.parse(await hub.ask(method, path, body))
      return error?.code ?? detail
    }
    expect(await code('GET', '/v1/nodes/rig/actors/none')).to.equal('agent-unknown')
    expect(await code('POST', '/v1/nodes/rig/actors', { app: 'none', actor: 'x' })).to.equal('agent-unknown')
    expect(await code('POST', '/v1/nodes/rig/apps', { file: '/x' })).to.equal('Method Not Allowed')
    expect(await code('GET', '/v1/nodes/none/actors')).to.equal('hub-unknown')
    const watched = watch(hub)
    for (const [method, path] of [
      ['POST', '/v1/apps'],
      ['GET', '/metrics'],
      ['GET', '/v1/actors/../../metrics'],
      ['GET', '/v1/actors/%2e%2e/x'],
      ['GET', '//elsewhere/v1/actors'],
      ['GET', 'http://elsewhere/v1/actors'],
    ]) {
      const question = { do: 'errand', of: 'rig', body: { method, path } }
      const signal = AbortSignal.timeout(60_000)
      const error = await rejectionOf(watched.connection.ask(question, { signal }))
      expect(error, `${method} ${path}`).to.include({ code: 'hub-bad-request' })
    }
  })

  it('knows a node again that was away, and its actors, which went on', async () => {
    const hub = await hubs.start()
    const first = await node(hub, 'rig')
    const watched = watch(hub)
    await first.start({ app, actor: 'Member', id: 'one' })
    const { who } = await watched.until(() => {
      const one = watched.actors.get(workerOf('one'))
      return one?.there && one.agent?.state === 'active' && one
    })
    await first.kill()
    await watched.until(() => watched.nodes.get('rig')?.there === false)
    expect(watched.actors.get(workerOf('one'))?.there).to.equal(true)
    expect(await hub.ask('GET', '/v1/nodes/rig/actors')).to.have.nested.property(
      'error.code',
      'hub-node-away',
    )
    await node(hub, 'rig', first.data)
    await watched.until(() => watched.nodes.get('rig')?.there)
    const again = watched.actors.get(workerOf('one'))
    expect(again?.who).to.deep.equal(who)
    expect(again?.agent).to.include({ state: 'active', starts: 1 })
    // A hub that begins anew is told all of it.
    await hub.kill()
    await hub.start()
    await watched.until(() => watched.anew === 2 && watched.actors.get(workerOf('one'))?.there)
    await watched.until(() => watched.actors.get(workerOf('one'))?.agent?.node === 'rig')
    expect(watched.actors.get(workerOf('one'))?.who).to.deep.equal(who)
  })

  it('lets no two agents be one node, and forgets one that is away', async () => {
    const hub = await hubs.start()
    const first = await node(hub, 'rig')
    const args = ['--open', '--name', 'rig', ...hub.args]
    const second = await agents.start({ args })
    const refused = 'the hub is not told of this node: another agent is the node rig'
    const isTold = (): boolean => second.process.stderr.some((line) => line.includes(refused))
    await eventually(isTold, 'what the second agent says', 40_000)
    expect(await hub.ask('DELETE', '/v1/nodes/rig')).to.have.nested.property('error.code', 'hub-conflict')
    await second.kill()
    const watched = watch(hub)
    await watched.next(0)
    await first.kill()
    await watched.until(() => watched.nodes.get('rig')?.there === false)
    expect(await hub.ask('DELETE', '/v1/nodes/rig')).to.deep.equal({ name: 'rig' })
    await watched.until(() => !watched.nodes.has('rig'))
    expect(await hub.ask('DELETE', '/v1/nodes/rig')).to.have.nested.property('error.code', 'hub-unknown')
  })

  it('tells how many commands come, and how long they take', async () => {
    const hub = await hubs.start()
    const agent = await node(hub, 'rig')
    await agent.start({ app, actor: 'Member', id: 'one' })
    const watched = watch(hub)
    await watched.until(() => watched.actors.get(workerOf('one'))?.there)
    const user = hub.user()
    for (let n = 0; n < 5; n++) await user.call({ to: workerOf('one'), object: '', method: 'exposeMethods' })
    user.close()
    const sum = (of: 'posted' | 'answered'): number => watched.rates.reduce((all, each) => all + each[of], 0)
    await watched.until(() => sum('answered') === 5)
    expect(sum('posted')).to.equal(5)
    const busy = watched.rates.find(({ answered }) => answered > 0)
    expect(busy?.p50).to.be.at.least(0)
    expect(busy?.p99).to.be.at.least(busy?.p50 ?? 0)
  })
})
