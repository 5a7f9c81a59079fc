/** Actors at a hub, both started as a user starts them: what is posted for one is done by its component. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { expect } from 'chai'
import type { HubUser } from '../../../control/index.js'
import { rejectionOf } from '../../rejection.js'
import { skip } from '../../skip.js'
import { agentsForTests } from '../../support/agents.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { type HubProcess, hubProcesses } from '../../support/hub-processes.js'
import { pythonProgram } from './python-programs.js'

const APP = fixtureApp('commanded.ts')
const TAKES = / takes commands of the hub at \S+ as ([^\s"]+)/

/** The methods of the fixture, as a user declares them. */
interface Pump {
  prime(args: { seconds: number; word?: string }): { litres: number; word: string }
  fail(): void
  pid(): number
  hold(args: { word: string }): string
}

/** What every actor has at a hub. */
interface Properties {
  getattr(object: string, name: string | readonly string[]): unknown
  setattr(object: string, name: string, value: unknown): null
  exposeMethods(): object
  exposeAttributes(): object
}

/** What actors are called at the hub, of those that a process has told of so far. */
async function namesAt(run: CliProcess, count: number): Promise<readonly string[]> {
  await run.line(TAKES, count)
  return run.stdout.flatMap((line) => TAKES.exec(line)?.[1] ?? []).sort()
}

describe('actors at a hub', function () {
  this.timeout(60_000)
  const cli = cliForTests('after all')
  const hubs = hubProcesses(cli)
  const app = uniqueApp()
  const [rig, bare] = [`${app}.Rig@${hostname()}`, `${app}.Bare@${hostname()}`]
  let hub: HubProcess
  let user: HubUser

  before(async () => {
    hub = await hubs.start()
    user = hub.user()
    const args = ['run', APP, '--insecure', '--json', ...hub.args]
    const run = cli.start(args, { env: { TEST_APP: app } })
    expect(await namesAt(run, 2)).to.deep.equal([bare, rig])
  })
  after(() => user.close())

  it('register by themselves, with what their components have', async () => {
    const workers = await user.workers()
    const methods = ['prime', 'fail', 'pid', 'hold']
    expect(workers.find(({ name }) => name === rig)).to.deep.include({
      ...{ name: rig, there: true, waiting: 0 },
      objects: {
        pump: { methods, attributes: ['rate', 'serial'] },
        valve: { methods: ['open', 'variables'], attributes: [] },
      },
    })
    expect(workers.find(({ name }) => name === bare)).to.deep.include({ there: true, objects: {} })
    const where = { pump: [rig], valve: [rig] }
    expect(await hub.ask('GET', '/registry')).to.deep.equal({ [rig]: where, [bare]: {} })
  })

  it('have the handler of a command called, by a proxy', async () => {
    const pump = user.remote<Pump>(rig, 'pump')
    expect(await pump.prime({ seconds: 3 })).to.deep.equal({ litres: 3, word: 'l' })
    expect(await pump.prime({ seconds: 2, word: 'of water' })).to.deep.include({ word: 'of water' })
  })

  it('take arguments by their place, and by their name, as callers in Python give them', async () => {
    const call = (args: readonly unknown[], kwargs: Record<string, unknown> = {}) =>
      user.call({ to: rig, object: 'pump', method: 'prime', args, kwargs })
    expect(await call([4])).to.deep.equal({ litres: 4, word: 'l' })
    expect(await call([4, 'x'])).to.deep.equal({ litres: 4, word: 'x' })
    expect(await call([4], { word: 'y' })).to.deep.equal({ litres: 4, word: 'y' })
    expect(await call([], { seconds: 5 })).to.deep.equal({ litres: 5, word: 'l' })
  })

  it('answer on the routes of control-lab-ly', async () => {
    const address = { sender: ['U1'], target: [rig] }
    const command = { request_id: 'r1', address, object_id: 'pump', method: 'prime', args: [2] }
    expect(await hub.ask('POST', '/command', command)).to.deep.equal({ request_id: 'r1' })
    for await (const _ of user.replies('r1'));
    expect(await hub.ask('GET', '/reply/r1')).to.deep.include({
      ...{ request_id: 'r1', address: { sender: [rig], target: ['U1'] } },
      ...{ status: 'completed', data: { litres: 2, word: 'l' } },
    })
  })

  it('answer a user in Python, which knows nothing of quorate', async function () {
    const version = await cli.program(['python3', '--version']).ended.catch(() => undefined)
    if (version?.code !== 0) skip(this, 'needs python3')
    const { code, stdout, stderr } = await cli.program([
      ...['python3', pythonProgram('hub_user.py'), hub.url, hub.token, rig],
    ]).ended
    expect(stderr.join('\n')).to.equal('')
    expect(stdout.map((line) => JSON.parse(line))).to.deep.equal([
      { litres: 14, word: 'l' },
      'OddlyNamed!!not now',
      { pump: ['pump', ['rate', 'serial']], valve: ['valve', []] },
    ])
    expect(code).to.equal(0)
  })

  it('have their properties read and set', async () => {
    const own = user.remote<Properties>(rig, '')
    expect(await own.getattr('pump', 'serial')).to.equal('P-1')
    expect(await own.setattr('pump', 'rate', 7)).to.equal(null)
    expect(await own.getattr('pump', ['rate', 'serial', 'none'])).to.deep.equal({ rate: 7, serial: 'P-1' })
    const pump = user.remote<Pump>(rig, 'pump')
    expect(await pump.prime({ seconds: 2 })).to.deep.include({ litres: 14 })
    expect(await own.exposeAttributes()).to.deep.include({ pump: ['pump', ['rate', 'serial']] })
    const args = [
      ['seconds', null, 'number'],
      ['word', null, 'string'],
    ]
    expect(await own.exposeMethods()).to.deep.nested.include({ 'pump.methods.prime.parameters.args': args })
  })

  it('refuse what makes no sense, and say why, as a worker in Python does', async () => {
    const refusals: [object: string, method: string, args: unknown[], RegExp][] = [
      ['pump', 'prime', [{ seconds: 'x' }], /TypeError!!pump\.prime: .*seconds/],
      ['pump', 'prime', [], /TypeError!!pump\.prime: .*seconds/],
      ['pump', 'prime', [1, 'x', 2], /TypeError!!prime\(\) takes 2 by their place, and got 3/],
      ['pump', 'fail', [], /OddlyNamed!!not now/],
      ['pump', 'drain', [], /AttributeError!!Method not found: drain/],
      ['pump', 'constructor', [], /AttributeError!!Method not found: constructor/],
      ['tank', 'prime', [], /KeyError!!Object not found/],
      ['', 'getattr', ['pump', 'level'], /AttributeError!!Attribute not found: level/],
      ['', 'getattr', ['tank', 'level'], /KeyError!!Object not found: tank/],
      ['', 'setattr', ['pump', 'rate', 11], /ValueError!!pump\.rate: /],
      ['', 'setattr', ['pump', 'rate'], /ValueError!!Value not provided for attribute: rate/],
      ['', 'setattr', ['pump', 'serial', 'x'], /AttributeError!!pump\.serial may be read, and not set/],
      ['', 'delattr', ['pump', 'rate'], /KeyError!!/],
    ]
    for (const [object, method, args, text] of refusals) {
      const error = await rejectionOf(user.call({ to: rig, object, method, args }))
      expect(error, `${method} ${args}`).to.include({ code: 'hub-failed' })
      expect(error.message).to.match(text)
    }
    const none = await rejectionOf(user.call({ to: bare, object: 'it', method: 'x' }))
    expect(none.message).to.match(/KeyError!!Object not found/)
  })

  it('are all reached by what names no target', async () => {
    const command = { request_id: 'all', address: { sender: [], target: [] }, method: 'exposeAttributes' }
    await hub.ask('POST', '/command', command)
    const heard = new Set<string>()
    for await (const { worker } of user.replies('all')) heard.add(worker)
    expect([...heard].sort()).to.deep.equal([bare, rig])
  })

  it('have names of their own, where several of one name are on a host', async () => {
    const env = { TEST_APP: uniqueApp() }
    const start = (...more: string[]): CliProcess =>
      cli.start(['run', APP, 'Rig', '--insecure', '--json', ...hub.args, ...more], { env })
    const name = `${env.TEST_APP}.Rig`
    const first = start()
    expect(await namesAt(first, 1)).to.deep.equal([`${name}@${hostname()}`])
    const second = start()
    expect(await namesAt(second, 1)).to.deep.equal([`${name}@${hostname()}:2`])
    const two = start('--count', '2')
    const counted = await namesAt(two, 2)
    expect(counted).to.deep.equal([`${name}.0@${hostname()}`, `${name}.1@${hostname()}`])
    const all = [`${name}@${hostname()}`, `${name}@${hostname()}:2`, ...counted]
    const pids = await Promise.all(all.map((each) => user.remote<Pump>(each, 'pump').pid()))
    expect(new Set(pids).size).to.equal(4)
    // Killed, it is the same again.
    const [pid = 0] = first.actorPids
    process.kill(pid, 'SIGKILL')
    await first.ended
    expect(await namesAt(start(), 1)).to.deep.equal([`${name}@${hostname()}`])
    second.signal('SIGTERM')
    await second.ended
    const known = (await user.workers()).map((worker) => worker.name)
    expect(known).to.include.members(counted).and.not.include(`${name}@${hostname()}:2`)
  })
})

describe('an actor at a hub that is not always there', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const users: HubUser[] = []

  afterEach(() => {
    for (const user of users.splice(0)) user.close()
  })

  function userOf(hub: HubProcess): HubUser {
    const user = hub.user()
    users.push(user)
    return user
  }

  async function start(hub: HubProcess): Promise<{ run: CliProcess; name: string; done: () => string[] }> {
    const journal = cli.file(`${uniqueApp()}.txt`, '')
    const args = ['run', APP, 'Rig', '--insecure', '--json', '--journal', journal, ...hub.args]
    const run = cli.start(args, { env: { TEST_APP: uniqueApp() } })
    const [name = ''] = await namesAt(run, 1)
    return { run, name, done: () => readFileSync(journal, 'utf8').split('\n').filter(Boolean) }
  }

  it('ends what it is at when the hub was killed meanwhile, and does it once', async () => {
    const hub = await hubs.start()
    const user = userOf(hub)
    const { run, name, done } = await start(hub)
    const id = await user.post({ to: name, object: 'pump', method: 'hold', args: [{ word: 'on' }] })
    await run.line(/holds on/)
    await hub.kill()
    await run.line(/takes no commands for now: .*is not reached/)
    await hub.start()
    await user.call({ to: name, object: 'valve', method: 'open' })
    const replies = []
    for await (const { worker, status, data } of user.replies(id)) replies.push({ worker, status, data })
    expect(replies).to.deep.equal([{ worker: name, status: 'completed', data: 'held' }])
    expect(done()).to.deep.equal(['hold on'])
    await run.line(/takes commands again/)
  })

  it('starts without it, and takes its commands when it has come', async () => {
    const hub = await hubs.start()
    await hub.kill()
    const args = ['run', APP, 'Rig', '--insecure', '--json', '--hub', hub.url]
    const env = { TEST_APP: uniqueApp(), QUORATE_HUB_TOKEN: hub.token }
    const run = cli.start(args, { env })
    await run.line(/"ready"/)
    await hub.start()
    const [name = ''] = await namesAt(run, 1)
    const user = userOf(hub)
    expect(await user.remote<Pump>(name, 'pump').prime({ seconds: 1 })).to.include({ litres: 1 })
    expect(await user.call({ to: name, object: 'valve', method: 'variables' })).to.deep.equal([])
  })

  it('leaves it when it stops, and says what has become of what it was at', async () => {
    const hub = await hubs.start()
    const user = userOf(hub)
    const { run, name } = await start(hub)
    const held = rejectionOf(user.call({ to: name, object: 'pump', method: 'hold', args: [{ word: 'on' }] }))
    await run.line(/holds on/)
    run.signal('SIGTERM')
    expect((await held).message).to.match(/ControlError!!the actor stops; /)
    expect((await run.ended).code).to.equal(0)
    expect(await user.workers()).to.deep.equal([])
  })

  it('stops in time where the hub is away', async () => {
    const hub = await hubs.start()
    const { run } = await start(hub)
    await hub.kill()
    await run.line(/takes no commands for now/)
    run.signal('SIGTERM')
    expect((await run.ended).code).to.equal(0)
  })

  it('says once that its token is wrong, and asks no more for a while', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked++
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"detail":"Not authenticated"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : 0
      const file = cli.file('wrong-token', 'wrong\n')
      const hub = ['--hub', `http://127.0.0.1:${port}`, '--hub-token-file', file]
      const run = (): CliProcess =>
        cli.start(['run', APP, 'Bare', '--insecure', '--json', ...hub], { env: { TEST_APP: uniqueApp() } })
      const first = run()
      await first.line(/"ready"/)
      await first.line(/it takes no commands of a hub: .*token/)
      // As long as another takes to come so far.
      await run().line(/it takes no commands of a hub: /)
      expect(first.stdout.filter((line) => line.includes('takes no commands'))).to.have.length(1)
      expect(asked).to.equal(2)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('is not started where its hub makes no sense', async () => {
    const runs = await cli.runAll([
      ['run', APP, '--insecure', '--hub', 'ftp://x'],
      ['run', APP, '--insecure', '--hub', 'http://127.0.0.1:1', '--hub-token-file', '/nowhere'],
    ])
    const forms = 'http://10.0.0.5:8000, or stcp://10.0.0.5:8020 of one that is dialled'
    const missing = "ENOENT: no such file or directory, access '/nowhere'"
    expect(runs.map(({ code, stderr }) => [code, stderr.join()])).to.deep.equal([
      [2, `quorate: --hub is "ftp://x"; give the address of a hub, as ${forms}`],
      [2, `quorate: --hub-token-file is /nowhere, which cannot be read: ${missing}`],
    ])
  })
})

describe('the actors of an agent, at a hub', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const hubs = hubProcesses(cli)
  const agents = agentsForTests(cli, 'commanded.ts')

  it('take its commands, each by the name that the agent gives it', async () => {
    const hub = await hubs.start()
    const agent = await agents.start({ args: ['--open', ...hub.args] })
    await agent.start({ app: agents.app, actor: 'Rig', id: 'one' })
    await agent.start({ app: agents.app, actor: 'Rig', id: 'two' })
    const user = hub.user()
    const pids = new Set<unknown>()
    for (const id of ['one', 'two']) {
      const name = `${agents.app}.Rig.${id}@${hostname()}`
      pids.add(await user.call({ to: name, object: 'pump', method: 'pid' }))
    }
    expect(pids.size).to.equal(2)
    user.close()
  })
})
