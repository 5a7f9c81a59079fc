/** What an agent tells Prometheus. */
import { expect } from 'chai'
import { agentsForTests } from '../../support/agents.js'
import { cliForTests } from '../../support/cli.js'
import { scraped } from '../../support/exposition.js'

describe('the metrics of an agent', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  const { app } = agents

  it('tell of each actor whether it is up, what it uses, and how often it was started again', async () => {
    const agent = await agents.start()
    const port = Number(new URL(agent.address).port)
    const empty = await scraped(port)
    expect(empty.get('quorate_agent_actors')?.samples.get('quorate_agent_actors{state="active"}')).to.equal(0)
    const { memoryBytes } = await agent.start({ app, actor: 'Plain', id: 'one' })
    const exits = { app, actor: 'Exits', id: 'two', params: { code: 0 }, restart: 'never' }
    await agent.done('POST', '/v1/actors', exits)
    while ((await agent.actor('two', 20_000)).state !== 'ended');
    const again = await agent.done<{ starts: number }>('POST', '/v1/actors/two/start')
    expect(again.starts).to.equal(2)
    while ((await agent.actor('two', 20_000)).state !== 'ended');
    const now = await scraped(port)
    const value = (name: string, actor: string, id: string) =>
      now.get(name)?.samples.get(`${name}{app="${app}",actor="${actor}",id="${id}"}`)
    expect(value('quorate_agent_actor_up', 'Plain', 'one')).to.equal(1)
    expect(value('quorate_agent_actor_up', 'Exits', 'two')).to.equal(0)
    expect(value('quorate_agent_actor_restarts_total', 'Plain', 'one')).to.equal(0)
    expect(value('quorate_agent_actor_restarts_total', 'Exits', 'two')).to.equal(1)
    expect(value('quorate_agent_actor_cpu_seconds_total', 'Plain', 'one')).to.be.above(0)
    expect(value('quorate_agent_actor_resident_bytes', 'Plain', 'one')).to.be.above((memoryBytes ?? 0) / 2)
    expect(value('quorate_agent_actor_resident_bytes', 'Exits', 'two')).to.equal(undefined)
    const states = now.get('quorate_agent_actors')?.samples
    expect(states?.get('quorate_agent_actors{state="active"}')).to.equal(1)
    expect(states?.get('quorate_agent_actors{state="ended"}')).to.equal(1)
    expect(now.get('quorate_agent_actors_untold')?.samples.get('quorate_agent_actors_untold')).to.equal(0)
    expect(now.get('nodejs_eventloop_lag_seconds')?.type).to.equal('gauge')
  })

  it('are for who has the token', async () => {
    const agent = await agents.start({ args: [] })
    expect((await agent.ask('GET', '/metrics')).status).to.equal(401)
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await agent.ask('GET', '/metrics', undefined, headers)).status).to.equal(403)
  })
})
