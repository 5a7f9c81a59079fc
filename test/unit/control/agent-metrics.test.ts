import { expect } from 'chai'
import { unstarted } from '../../../control/agent/core.js'
import { agentLimits } from '../../../control/agent/limits.js'
import { AgentMetrics } from '../../../control/agent/metrics.js'

/** Of an actor, what metrics look at. */
function actorIn(phase: 'active' | 'ended', at: number) {
  const spec = { app: 'a', actor: 'A' }
  return {
    record: { id: `${phase}${at}`, spec, state: { ...unstarted('never', 0, {}), phase } },
    usage: undefined,
  }
}

describe('the metrics of an agent with very many actors', () => {
  it('have series for those that run first, and say how many have none', async () => {
    const metrics = new AgentMetrics()
    const ended = Array.from({ length: agentLimits.scrapedActors }, (_, at) => actorIn('ended', at))
    metrics.look([...ended, actorIn('active', 0), actorIn('active', 1)])
    const text = await metrics.registry.metrics()
    const up = text.split('\n').filter((line) => line.startsWith('quorate_agent_actor_up{'))
    expect(up).to.have.length(agentLimits.scrapedActors)
    expect(up.filter((line) => line.endsWith(' 1'))).to.have.length(2)
    expect(text).to.include('\nquorate_agent_actors_untold 2\n')
    metrics.look([])
    expect(await metrics.registry.metrics()).not.to.include('quorate_agent_actor_up{')
  })
})
