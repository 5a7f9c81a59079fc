/** Actors that use more than they may: what they hear, what becomes of them, and what the agent tells. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Cgroups } from '../../../control/agent/cgroups.js'
import { skip } from '../../skip.js'
import { type ActorTold, type AgentProcess, agentsForTests } from '../../support/agents.js'
import { cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'

const PATIENCE_MS = 40_000

interface Heard {
  readonly kind: string
  readonly used: number
  readonly limit: number
}

describe('an agent and what its actors may use', function () {
  this.timeout(90_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  const { app } = agents

  function start(agent: AgentProcess, of: string, limits: object, more: object = {}): Promise<ActorTold> {
    return agent.start({ app, actor: 'Greedy', id: of, params: { of, ...more }, restart: 'never', limits })
  }

  function heard(agent: AgentProcess, id: string): readonly Heard[] {
    const lines = readFileSync(join(agent.data, 'logs', `${id}.log`), 'utf8').split('\n')
    return lines.flatMap((line) => (line.includes('"msg":"onLimit"') ? [JSON.parse(line)] : []))
  }

  async function hears(agent: AgentProcess, id: string): Promise<Heard> {
    await eventually(() => heard(agent, id).length > 0, `${id} hears of its limit`, PATIENCE_MS)
    return heard(agent, id)[0] ?? expect.fail('nothing')
  }

  async function ended(agent: AgentProcess, id: string): Promise<ActorTold> {
    let told = await agent.actor(id)
    while (told.state !== 'ended' && told.state !== 'failed') told = await agent.actor(id, 1000)
    return told
  }

  it('tells components of their memory, and ends an actor that uses more than it may', async () => {
    const agent = await agents.start()
    const limit = 200_000_000
    const { limits } = await start(agent, 'memory', { memory: limit }, { rate: 20_000_000, most: 1e9 })
    expect(limits.memory).to.include({ limit, by: 'measure' })
    const { kind, used, limit: told } = await hears(agent, 'memory')
    expect({ kind, told }).to.deep.equal({ kind: 'memory', told: limit })
    expect(used).to.be.at.least(0.9 * limit)
    const { state, why } = await ended(agent, 'memory')
    expect(state).to.equal('failed')
    expect(why).to.match(/^it used \d+ bytes of memory, and may use 200000000$/)
  })

  it('counts the files in the folder of an actor as its disk', async () => {
    const agent = await agents.start()
    const limit = 30_000_000
    await start(agent, 'disk', { disk: limit }, { rate: 10_000_000, most: 28_500_000 })
    expect((await hears(agent, 'disk')).used).to.be.within(0.9 * limit, limit)
    expect((await agent.actor('disk')).state).to.equal('active')
    await agent.done('POST', '/v1/actors/disk/stop')
    const folder = join(agent.data, 'files', 'disk')
    expect(existsSync(folder)).to.equal(true)
    await agent.done('DELETE', '/v1/actors/disk')
    expect(existsSync(folder)).to.equal(false)
    await start(agent, 'disk', { disk: 1_000_000 }, { rate: 10_000_000 })
    expect((await ended(agent, 'disk')).why).to.match(/^it used \d+ bytes of disk, and may use 1000000$/)
  })

  it('tells components of the processor, and lets them go on', async () => {
    const agent = await agents.start()
    await start(agent, 'cpu', { cpu: 0.1 })
    expect((await hears(agent, 'cpu')).used).to.be.above(0.09)
    const { state, limits } = await agent.actor('cpu')
    expect(state).to.equal('active')
    expect(limits.cpu).to.include({ limit: 0.1, by: 'measure' })
    expect(limits.cpu?.at).to.be.above(Date.now() - PATIENCE_MS)
  })

  it('tells components of what their actor sends, as the kernel counts it', async function () {
    try {
      execFileSync('ss', ['-V'], { stdio: 'ignore' })
    } catch {
      skip(this, 'needs `ss` of iproute2')
    }
    const agent = await agents.start()
    const limit = 100_000
    await start(agent, 'network', { network: limit }, { rate: 2_000_000, most: 1e9 })
    expect((await hears(agent, 'network')).used).to.be.above(0.9 * limit)
    expect(await agent.actor('network')).to.include({ state: 'active' })
  })

  it('refuses limits that make no sense, and tells of none where there is none', async () => {
    const agent = await agents.start()
    for (const limits of [{ memory: 0 }, { cpu: -1 }, { disk: 1.5 }, { swap: 1 }]) {
      const { status, text } = await agent.ask('POST', '/v1/actors', { app, actor: 'Plain', limits })
      expect({ status, text }).to.deep.include({ status: 400 })
      expect(text).to.include('limits')
    }
    expect((await agent.start({ app, actor: 'Plain', id: 'it' })).limits).to.deep.equal({})
  })

  it('has the kernel hold an actor to its memory, where it may make control groups', async function () {
    // Only an agent in a group that was handed over may; see docs/agent.md.
    if (!Cgroups.ofThisProcess()) skip(this, 'needs to run in a cgroup (v2) named quorate-agent')
    const agent = await agents.start()
    const { limits } = await start(agent, 'memory', { memory: 200_000_000 }, { rate: 50_000_000, most: 1e9 })
    expect(limits.memory).to.include({ by: 'cgroup' })
    const { state, why } = await ended(agent, 'memory')
    expect(state).to.equal('failed')
    expect(why).to.match(/the kernel ended it/)
  })
})
