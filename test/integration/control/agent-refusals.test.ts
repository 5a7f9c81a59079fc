/** What an agent refuses, and that nothing is half done then. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { agentLimits } from '../../../control/agent/limits.js'
import { AgentProcess, agentsForTests } from '../../support/agents.js'
import { fixtureApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

describe('an agent, asked for what it does not do', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  const { app } = agents

  it('refuses bodies that make no sense, and starts nothing', async () => {
    const agent = await agents.start()
    const good = { app, actor: 'Plain' }
    for (const [body, status, why] of [
      ['{', 400, 'no JSON'],
      ['[]', 400, 'agent-bad-request'],
      [{ ...good, more: 1 }, 400, 'more'],
      [{ ...good, id: '../x' }, 400, 'id'],
      [{ ...good, id: 'x'.repeat(agentLimits.idChars + 1) }, 400, 'id'],
      [{ ...good, restart: 'sometimes' }, 400, 'restart'],
      [{ ...good, activeMs: 0 }, 400, 'activeMs'],
      [{ ...good, metrics: 'nocolon' }, 400, 'metrics'],
      [{ ...good, params: { nope: 1 } }, 400, 'nope'],
      [{ app, actor: 'Learner' }, 400, 'serverAddress'],
      [{ app, actor: 'Nobody' }, 404, 'Learner, Fills, Plain'],
      [{ app: 'nothing', actor: 'Plain' }, 404, app],
      [{ app: '__proto__', actor: 'Plain' }, 404, 'agent-unknown'],
      [{ app, actor: 'constructor' }, 404, 'agent-unknown'],
    ] as const) {
      const refused = await agent.ask('POST', '/v1/actors', body)
      expect(refused.status, JSON.stringify(body)).to.equal(status)
      expect(refused.text).to.include(why)
    }
    const long = await agent.ask('POST', '/v1/actors', 'x'.repeat(agentLimits.bodyBytes + 1))
    expect(long.status).to.equal(413)
    expect(await agent.done('GET', '/v1/actors')).to.deep.equal({ actors: [] })
    expect(readdirSync(join(agent.data, 'runs'))).to.deep.equal([])
  })

  it('knows no other actors, routes and methods', async () => {
    const agent = await agents.start()
    for (const [method, path, status] of [
      ['GET', '/v1/actors/nobody', 404],
      ['POST', '/v1/actors/nobody/stop', 404],
      ['POST', '/v1/actors/nobody/start', 404],
      ['DELETE', '/v1/actors/nobody', 404],
      ['GET', '/v1/actors/nobody/log', 404],
      ['GET', '/v1/actors/..%2f..%2fetc%2fpasswd/log', 404],
      ['GET', '/v1/actors/%2e%2e/log', 404],
      ['GET', '/v1/apps/nothing', 404],
      ['PUT', '/v1/actors', 405],
      ['GET', '/v2', 404],
    ] as const) {
      expect((await agent.ask(method, path)).status, `${method} ${path}`).to.equal(status)
    }
  })

  it('lets in nobody without its token, and no pages of other origins', async () => {
    const agent = await agents.start({ args: [] })
    const token = readFileSync(join(agent.data, 'token'), 'utf8').trim()
    expect((await agent.ask('GET', '/v1/actors')).status).to.equal(401)
    const wrong = { authorization: 'Bearer x' }
    expect((await agent.ask('GET', '/v1/actors', undefined, wrong)).status).to.equal(401)
    const right = new AgentProcess(agent.process, agent.data, agent.address, token)
    expect(await right.done('GET', '/v1/actors')).to.deep.equal({ actors: [] })
    const foreign = await right.ask('GET', '/v1/actors', undefined, { origin: 'http://evil.example' })
    expect(foreign.status).to.equal(403)
    const installed = await right.ask('POST', '/v1/apps', { file: fixtureApp('node.ts') })
    expect(installed.status).to.equal(200)
    for (const [file, status] of [
      ['relative.ts', 400],
      ['/nowhere/app.ts', 422],
      ['/etc/passwd', 422],
      [fixtureApp('../groups'), 422],
    ] as const) {
      expect((await right.ask('POST', '/v1/apps', { file })).status, file).to.equal(status)
    }
  })

  it('says that it is open, and then installs nothing and listens on loopback alone', async () => {
    const agent = await agents.start()
    const isTold = (): boolean => agent.process.stderr.join().includes('open: whoever is on this host')
    await agent.process.until(isTold, 'it says that it is open')
    const refused = await agent.ask('POST', '/v1/apps', { file: fixtureApp('node.ts') })
    expect(refused.status).to.equal(403)
    const { code, stderr } = await cli.run(['agent', '--open', '--host', '0.0.0.0', '--data', agent.data])
    expect(code).to.equal(2)
    expect(stderr.join()).to.include('loopback alone')
  })

  it('does not start where another agent has the folder, the port is taken, or there is no app', async () => {
    const agent = await agents.start()
    const { port } = new URL(agent.address)
    const folder = mkdtempSync(join(tmpdir(), 'quorate-agent-'))
    const file = join(folder, 'file')
    writeFileSync(file, '')
    mkdirSync(join(folder, 'data'))
    try {
      for (const [args, code, why] of [
        [['--data', agent.data, '--port', '0'], 1, 'already'],
        [['--data', join(folder, 'data'), '--port', port], 1, 'EADDRINUSE'],
        [['--data', file, '--port', '0'], 1, 'cannot write'],
        [['--data', join(folder, 'data'), '--port', 'x'], 2, 'give a TCP port'],
        [['--data', join(folder, 'data'), '--port', '0', '--app', '/nowhere.ts'], 2, 'nowhere'],
      ] as const) {
        const end = await cli.run(['agent', '--insecure', ...args])
        expect(end.code, args.join(' ')).to.equal(code)
        expect(end.stderr.join()).to.include(why)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
