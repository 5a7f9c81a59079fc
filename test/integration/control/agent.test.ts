/** An agent and the processes that it starts: how they live and end, and outlive it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { agentLimits } from '../../../control/agent/limits.js'
import { type AgentProcess, agentsForTests } from '../../support/agents.js'
import { cliForTests, isAlive } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'

describe('an agent', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  const { app } = agents
  const lines = (text: string): string[] => text.split('\n').filter(Boolean)

  async function ended(agent: AgentProcess, id: string): Promise<void> {
    let { state } = await agent.actor(id)
    while (state !== 'ended' && state !== 'failed') state = (await agent.actor(id, 1000)).state
  }

  it('starts an actor, tells of it, and stops it and nothing else', async () => {
    const agent = await agents.start()
    const [one, other] = await Promise.all([
      agent.start({ app, actor: 'Plain', id: 'one' }),
      agent.start({ app, actor: 'Plain', id: 'other' }),
    ])
    expect(one).to.include({ id: 'one', state: 'active', starts: 1, why: '' })
    expect(one.memoryBytes).to.be.above(10_000_000)
    expect(isAlive(one.pid ?? 0)).to.equal(true)
    const { stopped, actor } = await agent.done<{ stopped: string; actor: typeof one }>(
      'POST',
      '/v1/actors/one/stop',
    )
    expect(stopped).to.equal('SIGTERM')
    expect(actor).to.include({ state: 'ended', pid: null, why: '' })
    expect(actor.last).to.include({ code: 0, signal: null })
    expect(actor.last?.lines.at(-1)).to.include('"event":"stopped"')
    expect(isAlive(one.pid ?? 0)).to.equal(false)
    expect((await agent.actor('other')).pid).to.equal(other.pid)
    expect(isAlive(other.pid ?? 0)).to.equal(true)
    const again = await agent.done<{ stopped: string }>('POST', '/v1/actors/one/stop')
    expect(again.stopped).to.equal('gone')
  })

  it('does the same request once, and refuses another of that id', async () => {
    const agent = await agents.start()
    const body = { app, actor: 'Plain', id: 'once' }
    const all = await Promise.all([agent.start(body), agent.start(body), agent.start(body)])
    expect(new Set(all.map(({ pid }) => pid)).size).to.equal(1)
    const refused = await agent.ask('POST', '/v1/actors', { ...body, actor: 'Never' })
    expect(refused.status).to.equal(409)
    expect(refused.text).to.include('agent-conflict')
  })

  it('kills one that does not stop in time, and says so', async () => {
    const agent = await agents.start()
    const { pid } = await agent.start({ app, actor: 'Blocked', id: 'it', graceMs: 300 })
    await eventually(
      () => readFileSync(join(agent.data, 'logs', 'it.log'), 'utf8').includes('blocked from now on'),
      'the actor is blocked',
    )
    const { stopped, actor } = await agent.done<{ stopped: string; actor: object }>(
      'POST',
      '/v1/actors/it/stop',
    )
    expect(stopped).to.equal('SIGKILL')
    expect(actor).to.deep.include({ state: 'ended' })
    expect(isAlive(pid ?? 0)).to.equal(false)
  })

  it('stops one that has just been asked to start', async () => {
    const agent = await agents.start()
    await agent.done('POST', '/v1/actors', { app, actor: 'Never', id: 'it' })
    const { stopped, actor } = await agent.done<{ stopped: string; actor: { state: string } }>(
      'POST',
      '/v1/actors/it/stop',
    )
    expect([stopped, actor.state]).to.deep.equal(['SIGTERM', 'ended'])
  })

  it('starts one that fails anew, and gives up where it fails again and again', async () => {
    const agent = await agents.start()
    await agent.start({ app, actor: 'Exits', id: 'it' })
    await ended(agent, 'it')
    const { state, starts, why, last } = await agent.actor('it')
    expect({ state, starts }).to.deep.equal({ state: 'failed', starts: agentLimits.crashes })
    expect(why).to.match(/5 times in a row.*exit code 7/)
    expect(last).to.include({ code: 7 })
  })

  it('says of one that never becomes active that it was not', async () => {
    const agent = await agents.start()
    const { state, why } = await agent.start({ app, actor: 'Never', activeMs: 700, restart: 'never' })
    expect({ state, why }).to.deep.equal({ state: 'failed', why: 'it was not active after 700 ms' })
  })

  it('leaves its actors alone when it is killed, and the next one takes them up', async () => {
    const first = await agents.start()
    const { data } = first
    const { pid } = await first.start({ app, actor: 'Plain', id: 'stays' })
    await first.start({ app, actor: 'Exits', id: 'fails', restart: 'never', params: { code: 9 } })
    const starting = await first.done<{ state: string }>('POST', '/v1/actors', {
      app,
      actor: 'Plain',
      id: 'new',
    })
    expect(starting.state).to.equal('starting')
    await first.kill()
    expect(isAlive(pid ?? 0)).to.equal(true)
    const second = await agents.start({ data })
    expect(await second.actor('stays')).to.include({ state: 'active', pid, starts: 1 })
    expect(await second.actor('new', 30_000)).to.include({ state: 'active' })
    await ended(second, 'fails')
    expect((await second.actor('fails')).last).to.include({ code: 9 })
    await second.done('POST', '/v1/actors/stays/stop')
    expect(isAlive(pid ?? 0)).to.equal(false)
  })

  it('keeps each start that it answered for, and does it once, whenever it is killed', async () => {
    let agent = await agents.start()
    const { data } = agent
    for (const answersBefore of [1, 2, 4]) {
      const answered = new Set<string>()
      const asked = ['a', 'b', 'c', 'd'].map(async (name) => {
        const id = `${name}${answersBefore}`
        await agent.done('POST', '/v1/actors', { app, actor: 'Plain', id }).then(
          () => answered.add(id),
          () => undefined,
        )
      })
      await eventually(() => answered.size >= answersBefore, 'some starts are answered')
      await agent.kill()
      await Promise.all(asked)
      agent = await agents.start({ data })
      const { actors } = await agent.done<{ actors: { id: string }[] }>('GET', '/v1/actors')
      expect(actors.map(({ id }) => id)).to.include.members([...answered])
      for (const { id } of actors) {
        const { state, pid } = await agent.actor(id, 30_000)
        expect(state, id).to.equal('active')
        const log = readFileSync(join(data, 'logs', `${id}.log`), 'utf8')
        const started = [...log.matchAll(/"event":"started".*"pid":(\d+)/g)].map(([, told]) => Number(told))
        expect(started.filter(isAlive), id).to.deep.equal([pid])
      }
    }
  })

  it('knows what became of actors while no agent was there', async () => {
    const first = await agents.start()
    const { data } = first
    const [plain, killed] = await Promise.all([
      first.start({ app, actor: 'Plain', id: 'done', restart: 'never' }),
      first.start({ app, actor: 'Plain', id: 'killed' }),
    ])
    await first.kill()
    process.kill(plain.pid ?? 0, 'SIGTERM')
    process.kill(killed.pid ?? 0, 'SIGKILL')
    const second = await agents.start({ data })
    await ended(second, 'done')
    expect((await second.actor('done')).last).to.include({ code: 0 })
    const again = await second.actor('killed', 30_000)
    expect(again).to.include({ state: 'active', starts: 2 })
    expect(again.last).to.include({ signal: 'SIGKILL' })
  })

  it('never touches a process that has the id of an actor of its', async () => {
    const first = await agents.start()
    const { data } = first
    const { pid } = await first.start({ app, actor: 'Plain', id: 'it', restart: 'never' })
    await first.kill()
    const [name = ''] = readdirSync(join(data, 'runs'))
    const run = join(data, 'runs', name)
    const told = readFileSync(run, 'utf8')
    process.kill(pid ?? 0, 'SIGTERM')
    await eventually(() => readFileSync(run, 'utf8').includes('exit'), 'its shell tells of its end')
    const stranger = cli.program(['/bin/sleep', '60'])
    // As if nobody had seen the end, and the system had given the id to another.
    writeFileSync(run, told.replace(/^\d+/, String(stranger.pid)))
    const second = await agents.start({ data })
    const { stopped } = await second.done<{ stopped: string }>('POST', '/v1/actors/it/stop')
    expect(stopped).to.not.equal('SIGKILL')
    await ended(second, 'it')
    expect((await second.actor('it')).last).to.include({ code: null, signal: null })
    expect(isAlive(stranger.pid)).to.equal(true)
  })

  it('hands out logs by range, by last lines, and as they come', async () => {
    const agent = await agents.start()
    const params = { lines: 100, chars: 50 }
    await agent.start({ app, actor: 'Chatty', id: 'it', params })
    const whole = await agent.ask('GET', '/v1/actors/it/log')
    expect(lines(whole.text).filter((line) => line.includes('xxx'))).to.have.length(100)
    const tail = await agent.ask('GET', '/v1/actors/it/log?tail=3')
    expect(lines(tail.text)).to.deep.equal(lines(whole.text).slice(-3))
    const from = Number(tail.headers.get('quorate-log-from'))
    const part = await agent.ask('GET', `/v1/actors/it/log?from=${from}&to=${from + 10}`)
    expect(part.text).to.equal(whole.text.slice(from, from + 10))
    expect(part.headers.get('quorate-log-next')).to.equal(String(from + 10))
    const following = fetch(`${agent.address}/v1/actors/it/log?from=${from}&follow=true`)
    const reader = (await following).body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).to.equal(tail.text)
    await agent.done('POST', '/v1/actors/it/stop')
    let rest = ''
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      rest += Buffer.from(read.value).toString()
    }
    expect(lines(rest).at(-1)).to.include('"event":"stopped"')
  })

  it('forgets one that has ended, and no other', async () => {
    const agent = await agents.start()
    await agent.start({ app, actor: 'Plain', id: 'it' })
    expect((await agent.ask('DELETE', '/v1/actors/it')).status).to.equal(409)
    await agent.done('POST', '/v1/actors/it/stop')
    await agent.done('DELETE', '/v1/actors/it')
    expect((await agent.ask('GET', '/v1/actors/it')).status).to.equal(404)
    expect(readdirSync(join(agent.data, 'logs'))).to.deep.equal([])
    expect(readdirSync(join(agent.data, 'runs'))).to.deep.equal([])
  })
})
