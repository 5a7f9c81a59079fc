/** The routes of the hub's own, as a client without ours sees them; and who may not come. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Hub } from '../../../control/hub/index.js'
import { hubLimits } from '../../../control/hub/limits.js'
import { needed } from '../../support/needed.js'
import { HubsForTests } from './hubs-for-tests.js'

/** Members that one route or another gives. */
interface Body {
  readonly commands: readonly Readonly<Record<string, unknown>>[]
  readonly error: { readonly code: string; readonly message: string }
  readonly targets: unknown
  readonly next: unknown
}

interface Answer {
  readonly status: number
  readonly body: Body
}

/** Asks with the token of the hub. */
async function ask(hub: Hub, method: string, path: string, body?: unknown, more = {}): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${hub.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json', ...more },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const given: Body = JSON.parse(await answer.text())
  return { status: answer.status, body: given }
}

/** With headers that fetch() does not let one choose. */
function statusOf(hub: Hub, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: hub.port, path: '/v1/workers', headers }
    request(options, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

describe('the routes of a hub', function () {
  this.timeout(30_000)
  const hubs = new HubsForTests()

  it('wait for a command, and for its reply, and say what has become of it', async () => {
    const hub = await hubs.start()
    const taking = ask(hub, 'POST', '/v1/workers/W/take', { waitMs: 20_000 })
    const posted = await ask(hub, 'POST', '/v1/commands', {
      id: 'c',
      from: 'U',
      to: ['W'],
      method: 'm',
      args: [1],
    })
    expect(posted).to.deep.equal({ status: 200, body: { id: 'c', to: ['W'] } })
    const [command] = (await taking).body.commands
    expect(command).to.include({ id: 'c', from: 'U', method: 'm', attempt: 1 })
    const replies = ask(hub, 'GET', '/v1/commands/c/replies?waitMs=20000')
    const token = command?.token
    const more = { id: 'r1', worker: 'W', token, data: { done: 0.5 }, more: true }
    expect((await ask(hub, 'POST', '/v1/commands/c/replies', more)).status).to.equal(200)
    expect((await replies).body).to.deep.include({ count: 1, ended: false })
    const last = ask(hub, 'GET', '/v1/commands/c/replies?after=1&waitMs=20000')
    expect(
      (await ask(hub, 'POST', '/v1/commands/c/replies', { id: 'r2', worker: 'W', token })).status,
    ).to.equal(200)
    expect((await last).body).to.deep.equal({
      replies: [{ id: 'r2', worker: 'W', status: 'completed', data: null }],
      ...{ count: 2, ended: true },
    })
    const told = await ask(hub, 'GET', '/v1/commands/c')
    expect(told.body.targets).to.deep.equal({ W: { state: 'done', attempts: 1, ended: true } })
  })

  it('take answers of those alone who have the command', async () => {
    const hub = await hubs.start()
    await ask(hub, 'POST', '/v1/commands', { id: 'c', to: ['W', 'X'], method: 'm' })
    const answer = (worker: string, token?: string): Promise<Answer> =>
      ask(hub, 'POST', '/v1/commands/c/replies', { id: `r${worker}`, worker, ...(token && { token }) })
    expect((await answer('W')).body.error.code).to.equal('hub-lease-lost')
    expect((await answer('Y')).status).to.equal(404)
    const { body } = await ask(hub, 'POST', '/v1/workers/W/take', {})
    expect((await answer('W', 'wrong')).status).to.equal(409)
    expect((await answer('X', String(body.commands[0]?.token))).status).to.equal(409)
    expect((await answer('W', String(body.commands[0]?.token))).status).to.equal(200)
    // What was taken for good has no token.
    expect((await ask(hub, 'GET', '/command/X')).status).to.equal(200)
    expect((await answer('X')).status).to.equal(200)
  })

  it('do nothing again for the same command, and refuse another of its id', async () => {
    const hub = await hubs.start()
    const command = { id: 'c', to: ['W'], method: 'm', args: [{ b: 1, a: 2 }] }
    for (const _ of [1, 2]) expect((await ask(hub, 'POST', '/v1/commands', command)).status).to.equal(200)
    expect((await ask(hub, 'GET', '/v1/workers/W/commands')).body.commands).to.have.length(1)
    const other = await ask(hub, 'POST', '/v1/commands', { ...command, method: 'other' })
    expect(other).to.deep.include({ status: 409 })
    expect(other.body.error.code).to.equal('hub-conflict')
  })

  it('tell what was done, the newest first, as many as are asked for', async () => {
    const hub = await hubs.start()
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await ask(hub, 'POST', '/v1/commands', {
        id,
        from: 'U',
        to: id === 'c' ? ['W', 'X'] : ['W'],
        method: 'm',
      })
    }
    await ask(hub, 'DELETE', '/v1/commands/b')
    const told = async (query: string): Promise<[string[], unknown]> => {
      const { body } = await ask(hub, 'GET', `/v1/commands?${query}`)
      return [body.commands.map(({ id, worker }) => `${id}${worker}`), body.next]
    }
    expect(await told('')).to.deep.equal([['eW', 'dW', 'cX', 'cW', 'bW', 'aW'], null])
    expect(await told('state=cancelled')).to.deep.equal([['bW'], null])
    expect(await told('worker=X')).to.deep.equal([['cX'], null])
    const [first, next] = await told('worker=W&most=2')
    expect([first, await told(`worker=W&most=2&before=${next}`)]).to.deep.equal([
      ['eW', 'dW'],
      [['cW', 'bW'], 2],
    ])
    const [command] = (await ask(hub, 'GET', '/v1/commands?state=cancelled')).body.commands
    expect(command).to.deep.include({ from: 'U', method: 'm', state: 'cancelled', attempts: 0 })
    expect(command?.ended).to.be.a('number').that.is.at.least(Number(command?.posted))
    for (const query of ['state=no', 'most=x', 'before=-1', `most=${hubLimits.toldAtOnce + 1}`]) {
      expect((await ask(hub, 'GET', `/v1/commands?${query}`)).status, query).to.equal(400)
    }
  })

  it('say what is wrong, and what is not there', async () => {
    const hub = await hubs.start()
    const cases: [string, string, unknown, number, RegExp][] = [
      ['POST', '/v1/commands', { method: 'm' }, 404, /no worker is registered/],
      ['POST', '/v1/commands', '{"a":', 400, /Expecting value/],
      ['POST', '/v1/commands', '[]', 400, /not a valid dict/],
      ['POST', '/v1/commands', { to: ['W'] }, 400, /method: field required/],
      ['POST', '/v1/commands', { to: [''], method: 'm' }, 400, /to\[0\]: give a name/],
      ['POST', '/v1/commands', { to: ['W'], method: 'm', timeoutMs: -1 }, 400, /timeoutMs/],
      ['POST', '/v1/commands', { to: ['W'], id: 'x'.repeat(300), method: 'm' }, 400, /id: give a name/],
      ['GET', '/v1/commands/none', undefined, 404, /no command none/],
      ['DELETE', '/v1/commands/none', undefined, 404, /no command none/],
      ['GET', '/v1/commands/none/replies', undefined, 404, /no command none/],
      ['POST', '/v1/commands/none/replies', { id: 'r', worker: 'W' }, 404, /no command none/],
      ['POST', '/v1/commands/none/lease', { worker: 'W', token: 't' }, 404, /no command none/],
      ['GET', '/v1/commands/none/replies?waitMs=-1', undefined, 400, /waitMs/],
      ['DELETE', '/v1/workers/none', undefined, 404, /no worker none/],
      ['DELETE', '/v1/workers/none/commands', undefined, 404, /no target none/],
      ['POST', '/v1/workers/W/take', { waitMs: 1e9 }, 400, /waitMs/],
      ['POST', '/v1/workers/W/take', { leaseMs: 0 }, 400, /leaseMs: give whole milliseconds from 100/],
      ['POST', '/v1/commands', { to: ['\ud800'], method: 'm' }, 400, /to\[0\]: give a name/],
    ]
    for (const [method, path, body, status, text] of cases) {
      const answer = await ask(hub, method, path, body)
      expect(answer.status, `${method} ${path}`).to.equal(status)
      expect(answer.body.error.message).to.match(text)
    }
    const large = await ask(hub, 'POST', '/v1/commands', JSON.stringify('x'.repeat(hubLimits.bodyBytes)))
    expect(large.status).to.equal(413)
    expect((await ask(hub, 'GET', '/v1/workers')).status).to.equal(200)
  })

  it('are for who has the token, and for no page of another origin', async () => {
    const [locked, open] = [await hubs.start(), await hubs.start({ open: true })]
    const host = `127.0.0.1:${locked.port}`
    const good = { authorization: `Bearer ${locked.token}` }
    const cases: [Hub, Record<string, string>, number][] = [
      [locked, {}, 401],
      [locked, { authorization: 'Bearer wrong' }, 401],
      [locked, { authorization: `Basic ${locked.token}` }, 401],
      [locked, good, 200],
      [locked, { ...good, origin: `http://${host}` }, 200],
      [locked, { ...good, origin: 'http://evil.example' }, 403],
      [locked, { ...good, origin: 'null' }, 403],
      [open, {}, 200],
      [open, { origin: 'http://evil.example' }, 403],
      [open, { host: 'evil.example' }, 403],
      [open, { host: `localhost:${open.port}` }, 200],
    ]
    for (const [hub, headers, status] of cases) {
      expect(await statusOf(hub, headers), JSON.stringify(headers)).to.equal(status)
    }
    expect(locked.token).to.have.length.above(40)
  })
})

describe('a hub whose disk is full', function () {
  this.timeout(30_000)
  const hubs = new HubsForTests()
  let disk = ''
  before(function () {
    needed(this, process.getuid?.() === 0 ? undefined : 'needs root, for a small disk')
    disk = mkdtempSync(join(tmpdir(), 'quorate-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk])
  })
  after(() => {
    if (!disk) return
    execFileSync('umount', [disk])
    rmdirSync(disk)
  })

  it('refuses what it cannot keep, does nothing of it, and loses nothing', async () => {
    const data = join(disk, 'hub')
    const hub = await hubs.start({ data })
    let kept = 0
    let answer: Answer
    do {
      const command = { id: `c${kept}`, to: ['W'], method: 'm', args: ['x'.repeat(30_000)] }
      answer = await ask(hub, 'POST', '/v1/commands', command)
      if (answer.status === 200) kept++
    } while (answer.status === 200 && kept < 1000)
    expect(answer.status).to.equal(507)
    expect(answer.body.error).to.include({ code: 'hub-not-kept' })
    expect((await ask(hub, 'GET', `/v1/commands/c${kept}`)).status).to.equal(404)
    expect((await ask(hub, 'GET', '/v1/workers/W/commands')).body.commands).to.have.length(kept)
    await hub.stop()
    const again = await hubs.start({ data })
    expect((await ask(again, 'GET', '/v1/workers/W/commands')).body.commands).to.have.length(kept)
  })
})
