/** What an agent tells of the groups of its actors: what these say, and nothing that they said once. */
import { expect } from 'chai'
import { type ActorTold, type AgentProcess, agentsForTests, type GroupTold } from '../../support/agents.js'
import { cliForTests } from '../../support/cli.js'

describe('an agent and the groups of its actors', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli, 'cell.ts')
  const { app } = agents

  const all = async (agent: AgentProcess): Promise<readonly ActorTold[]> =>
    (await agent.done<{ actors: ActorTold[] }>('GET', '/v1/actors')).actors

  /** What the actors say of the one group, once all have the same leader and know of each other. */
  async function agreed(agent: AgentProcess, size: number): Promise<readonly GroupTold[]> {
    for (;;) {
      const told = (await all(agent)).flatMap(({ groups }) => groups ?? [])
      const [first] = told
      const isSame = told.every((each) => each.size === size && each.leader?.id === first?.leader?.id)
      if (told.length === size && isSame && first?.leader) return told
    }
  }

  it('tells of each in which groups it is, its role, who leads, and in which ballot', async () => {
    const agent = await agents.start()
    await Promise.all(['a', 'b', 'c'].map((id) => agent.start({ app, actor: 'Member', id })))
    const told = await agreed(agent, 3)
    expect(told.map(({ role }) => role).sort()).to.deep.equal(['leader', 'member', 'member'])
    const leader = told.find(({ role }) => role === 'leader')
    for (const each of told) {
      const { epoch, term } = each
      expect(each.name).to.equal('Cell.north')
      expect(each.leader).to.include({ id: leader?.id, actor: 'Member' })
      expect({ epoch, term }).to.deep.equal({ epoch: leader?.epoch, term: leader?.term })
      expect(epoch).to.be.above(0)
    }
  })

  it('says that it does not hear one that is stopped, and hears it again', async () => {
    const agent = await agents.start()
    const { pid } = await agent.start({ app, actor: 'Member', id: 'it' })
    expect((await agent.actor('it')).groups).to.have.length(1)
    process.kill(pid ?? 0, 'SIGSTOP')
    const { groups, groupsWhy, state } = await agent.actor('it')
    process.kill(pid ?? 0, 'SIGCONT')
    expect({ groups, state }).to.deep.equal({ groups: null, state: 'active' })
    expect(groupsWhy).to.match(/does not answer/)
    let again = await agent.actor('it')
    while (again.groups === null) again = await agent.actor('it')
    expect(again.groupsWhy).to.equal(null)
    await agent.done('POST', '/v1/actors/it/stop')
    expect(await agent.actor('it')).to.include({ groups: null, groupsWhy: 'it is not active' })
  })

  it('asks those that an agent before it has started', async () => {
    const first = await agents.start()
    await Promise.all(['a', 'b'].map((id) => first.start({ app, actor: 'Member', id })))
    const before = await agreed(first, 2)
    await first.kill()
    const second = await agents.start({ data: first.data })
    const after = await agreed(second, 2)
    expect(after.map(({ id }) => id).sort()).to.deep.equal(before.map(({ id }) => id).sort())
  })
})
