/**
 * An agent for clients of the later FLorist, which show a token: what it answers them, and what it does not
 * do for whoever has none.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { agentLimits } from '../../../control/agent/limits.js'
import { AgentProcess, type Answer, agentsForTests } from '../../support/agents.js'
import { cliForTests, isAlive } from '../../support/cli.js'
import { needed } from '../../support/needed.js'
import { RedisServer, redisMissing } from '../../support/redis.js'

const DEFAULT = sent('admin')
const OWN = sent('correct horse')
const WRONG = '{"detail":"Incorrect username or password."}'
const INVALID = '{"detail":"Could not validate credentials"}'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** As clients send a password that somebody typed. */
function sent(password: string): string {
  return createHash('sha256').update(password).digest('hex')
}

function post(agent: AgentProcess, path: string, form: Record<string, string>, more = {}): Promise<Answer> {
  const text = new URLSearchParams(form).toString()
  return agent.ask('POST', `/api/client/auth${path}`, text, { ...FORM, ...more })
}

function signIn(agent: AgentProcess, password: string, username = 'admin'): Promise<Answer> {
  return post(agent, '/token', { grant_type: 'password', username, password })
}

function change(agent: AgentProcess, current: string, next: string, more = {}): Promise<Answer> {
  const form = { username: 'admin', current_password: current, new_password: next }
  return post(agent, '/change_password', form, more)
}

function tokenIn({ status, text }: Answer): string {
  expect(status, text).to.equal(200)
  const body: { access_token: string } = JSON.parse(text)
  return body.access_token
}

/** As one that shows this token. */
function shown({ process, data, address }: AgentProcess, token: string): AgentProcess {
  return new AgentProcess(process, data, address, token)
}

/** As the one who has the token of the agent itself. */
function owner(agent: AgentProcess): AgentProcess {
  return shown(agent, ownToken(agent))
}

function ownToken({ data }: AgentProcess): string {
  return readFileSync(join(data, 'token'), 'utf8').trim()
}

/** The status of a change of the password that is asked for with headers which fetch() does not send. */
function statusWith(agent: AgentProcess, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const all = { ...FORM, ...headers }
    const options = { method: 'POST', headers: all }
    const asked = request(`${agent.address}/api/client/auth/change_password`, options, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject)
    asked.end(`username=admin&current_password=${DEFAULT}&new_password=${sent('theirs')}`)
  })
}

describe('an agent, for clients of the later FLorist', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli, 'florist.ts')
  const started = (data?: string): Promise<AgentProcess> =>
    agents.start({ args: [], ...(data !== undefined && { data }) })

  it('asks each route for a token, and says what is not there to everybody', async () => {
    const agent = await started()
    for (const path of ['connect', 'start', 'check_status/x', 'get_log/x', 'stop/x']) {
      const { status, text, headers } = await agent.ask('GET', `/api/client/${path}`)
      expect(`${status} ${text}`, path).to.equal('401 {"detail":"Not authenticated"}')
      expect(headers.get('www-authenticate')).to.equal('Bearer')
    }
    const basic = { authorization: 'Basic eDp5' }
    const other = await agent.ask('GET', '/api/client/connect', undefined, basic)
    expect(`${other.status} ${other.text}`).to.equal('401 {"detail":"Not authenticated"}')
    for (const token of ['x', 'x.y.z', ownToken(agent)]) {
      const bad = await shown(agent, token).ask('GET', '/api/client/connect')
      expect(`${bad.status} ${bad.text}`).to.equal(`401 ${INVALID}`)
    }
    for (const [method, path, answer] of [
      ['POST', '/api/client/connect', '405 {"detail":"Method Not Allowed"}'],
      ['GET', '/api/client/auth/token', '405 {"detail":"Method Not Allowed"}'],
      ['GET', '/nope', '404 {"detail":"Not Found"}'],
      ['GET', '/api/client/connect/', '307 '],
    ] as const) {
      const { status, text } = await agent.ask(method, path)
      expect(`${status} ${text}`, `${method} ${path}`).to.equal(answer)
    }
  })

  it('has a password that everybody knows, which is good for nothing but another', async () => {
    const agent = await started()
    const first = await signIn(agent, DEFAULT)
    expect(first.text).to.match(
      /^\{"access_token":"eyJ[^"]+","token_type":"bearer","should_change_password":true\}$/,
    )
    const early = shown(agent, tokenIn(first))
    for (const path of ['connect', 'start', 'auth/check_default_user_token']) {
      const { status, text } = await early.ask('GET', `/api/client/${path}`)
      expect(`${status} ${text}`, path).to.equal(`401 ${INVALID}`)
    }
    const same = await change(agent, DEFAULT, DEFAULT)
    const why = '{"detail":"New password cannot be the default password."}'
    expect(`${same.status} ${same.text}`).to.equal(`401 ${why}`)
    const changed = await change(agent, DEFAULT, OWN)
    expect(changed.text).to.match(
      /^\{"access_token":"eyJ[^"]+","token_type":"bearer","should_change_password":false\}$/,
    )
    const user = shown(agent, tokenIn(changed))
    const known = await user.ask('GET', '/api/client/auth/check_default_user_token')
    expect(`${known.status} ${known.text}`).to.equal('200 {"uuid":"admin","username":"admin"}')
    expect((await user.ask('GET', '/api/client/connect')).text).to.equal('{"status":"ok"}')
    expect((await early.ask('GET', '/api/client/connect')).text).to.equal(INVALID)
    expect((await signIn(agent, DEFAULT)).text).to.equal(WRONG)
    // What opens these routes opens no other.
    expect((await user.ask('GET', '/v1/actors')).status).to.equal(401)
  })

  it('ends all tokens with a change of the password, and knows it after kill -9', async () => {
    const agent = await started()
    const one = shown(agent, tokenIn(await change(agent, DEFAULT, OWN)))
    const two = tokenIn(await change(agent, OWN, sent('battery staple')))
    expect((await one.ask('GET', '/api/client/connect')).text).to.equal(INVALID)
    expect((await change(agent, OWN, sent('another'))).text).to.equal(WRONG)
    await agent.kill()
    const next = await started(agent.data)
    expect((await shown(next, two).ask('GET', '/api/client/connect')).status).to.equal(200)
    expect((await signIn(next, OWN)).status).to.equal(401)
    expect((await signIn(next, sent('battery staple'))).status).to.equal(200)
  })

  it('takes the first password from its own host, or with its own token', async () => {
    const agent = await started()
    const { host } = new URL(agent.address)
    const rebound = { host: 'evil.example', origin: 'http://evil.example' }
    expect(await statusWith(agent, rebound)).to.equal(403)
    expect(await statusWith(agent, { host, 'x-forwarded-for': '192.0.2.1' })).to.equal(403)
    expect(await statusWith(agent, { host, origin: 'http://evil.example' })).to.equal(403)
    expect((await signIn(agent, DEFAULT)).status).to.equal(200)
    const token = ownToken(agent)
    const through = { 'x-forwarded-for': '192.0.2.1' }
    expect((await change(agent, token, OWN, through)).status).to.equal(200)
    // Also for an owner who has forgotten it; and from then on from anywhere.
    expect((await change(agent, token, sent('new'), through)).status).to.equal(200)
    expect((await change(agent, sent('new'), OWN, through)).status).to.equal(200)
  })

  it('says the same of an unknown user and a wrong password, and lets nobody guess on', async () => {
    const agent = await started()
    tokenIn(await change(agent, DEFAULT, OWN))
    for (const [user, password] of [
      ['nobody', OWN],
      ['admin', sent('wrong')],
      ['nobody', ownToken(agent)],
    ] as const) {
      const { status, text, headers } = await signIn(agent, password, user)
      expect(`${status} ${text}`).to.equal(`401 ${WRONG}`)
      expect(headers.get('www-authenticate')).to.equal('Bearer')
    }
    for (let i = 3; i < agentLimits.attempts; i++) expect((await signIn(agent, 'x')).status).to.equal(401)
    const { status, text, headers } = await signIn(agent, OWN)
    expect(`${status} ${text}`).to.equal('429 {"detail":"Too many wrong passwords. Wait for a minute."}')
    expect(headers.get('retry-after')).to.equal('60')
    expect((await change(agent, OWN, sent('x'))).status).to.equal(429)
  })

  it('reads forms as FastAPI does', async () => {
    const agent = await started()
    const required = (name: string): string =>
      `{"loc":["body","${name}"],"msg":"field required","type":"value_error.missing"}`
    const none = await post(agent, '/token', {})
    expect(none.text).to.equal(`{"detail":[${required('username')},${required('password')}]}`)
    const json = await agent.ask('POST', '/api/client/auth/token', { username: 'admin', password: DEFAULT })
    expect([json.status, json.text]).to.deep.equal([422, none.text])
    const empty = await post(agent, '/change_password', { username: 'admin', current_password: DEFAULT })
    expect(empty.text).to.equal(`{"detail":[${required('new_password')}]}`)
    const other = await post(agent, '/token', { grant_type: 'code', username: 'admin', password: DEFAULT })
    const flaw = '"msg":"string does not match regex \\"password\\"","type":"value_error.str.regex"'
    const place = '"loc":["body","grant_type"]'
    expect(other.text).to.equal(`{"detail":[{${place},${flaw},"ctx":{"pattern":"password"}}]}`)
    const type = { 'content-type': 'multipart/form-data; boundary=x' }
    const broken = await agent.ask('POST', '/api/client/auth/token', 'no form', type)
    expect(`${broken.status} ${broken.text}`).to.equal('400 {"detail":"There was an error parsing the body"}')
    // As the page of FLorist sends it: what was typed, and then its hash under the same name.
    const parts = [
      ['username', 'admin'],
      ['current_password', 'admin'],
      ['current_password', DEFAULT],
      ['new_password', OWN],
    ].map(([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    const page = await agent.ask(
      'POST',
      '/api/client/auth/change_password',
      `${parts.join('')}--x--\r\n`,
      type,
    )
    expect(page.status, page.text).to.equal(200)
  })

  it('refuses to start what makes no sense, and starts nothing then', async () => {
    const agent = await started()
    const user = shown(agent, tokenIn(await change(agent, DEFAULT, OWN)))
    const place = 'server_address=x%3A1&data_path=%2Fsrv%2Fd'
    const whole = `${place}&client=MNIST&model=MNIST&optimizer=SGD&redis_address=127.0.0.1%3A1`
    for (const [query, answer] of [
      [
        whole.replace('&model=MNIST', ''),
        '422 {"detail":[{"loc":["query","model"],"msg":"field required","type":"value_error.missing"}]}',
      ],
      [
        whole.replace('client=MNIST', 'client=NOPE'),
        '422 {"detail":[{"loc":["query","client"],"msg":"value is not a valid enumeration member; ' +
          `permitted: 'MNIST', 'MNIST FedProx'","type":"type_error.enum",` +
          '"ctx":{"enum_values":["MNIST","MNIST FedProx"]}}]}',
      ],
      [
        whole.replace('127.0.0.1%3A1', 'nocolon'),
        `500 {"error":"Address 'nocolon' is not valid: must be in the format '<host>:<port>'."}`,
      ],
    ] as const) {
      const { status, text } = await user.ask('GET', `/api/client/start?${query}`)
      expect(`${status} ${text}`).to.equal(answer)
    }
    expect(await owner(agent).done('GET', '/v1/actors')).to.deep.equal({ actors: [] })
    for (const path of ['get_log', 'stop']) {
      const { status, text } = await user.ask('GET', `/api/client/${path}/nosuch`)
      expect(`${status} ${text}`).to.equal(`500 {"error":"Client with uuid 'nosuch' not found."}`)
    }
  })

  describe('where there is a Redis', () => {
    before(function () {
      needed(this, redisMissing())
    })

    /** One that was started as that user, and is active; and the query that says where its metrics are. */
    async function client(agent: AgentProcess, user: AgentProcess, port: number): Promise<[string, string]> {
      const where = `redis_address=127.0.0.1%3A${port}`
      const what = 'client=MNIST&model=MNIST&optimizer=SGD'
      const query = `server_address=x%3A1&data_path=%2Fsrv%2Fd&${what}&${where}`
      const { uuid } = await user.done<{ uuid: string }>('GET', `/api/client/start?${query}`)
      expect(uuid).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
      expect(await owner(agent).actor(uuid, 30_000)).to.include({ state: 'active' })
      return [uuid, where]
    }

    it('starts a client with its model and optimizer, and stops it alone', async () => {
      const { port } = await RedisServer.start(cli)
      const agent = await started()
      const user = shown(agent, tokenIn(await change(agent, DEFAULT, OWN)))
      const [uuid] = await client(agent, user, port)
      const log = await user.done<string>('GET', `/api/client/get_log/${uuid}`)
      expect(log).to.include('learns from /srv/d for x:1').and.to.include('trains MNIST by SGD\n')
      const { pid } = await owner(agent).actor(uuid)
      const stopped = await user.ask('GET', `/api/client/stop/${uuid}`)
      expect(`${stopped.status} ${stopped.text}`).to.equal('200 {"status":"success"}')
      expect(isAlive(pid ?? 0)).to.equal(false)
      expect(isAlive(agent.process.pid)).to.equal(true)
    })

    it('reads metrics where a client reports them: of no other Redis, and no other key', async () => {
      const server = await RedisServer.start(cli)
      const redis = server.client()
      await redis.set('secret', '{"of":"others"}')
      redis.disconnect()
      const agent = await started()
      const user = shown(agent, tokenIn(await change(agent, DEFAULT, OWN)))
      const [uuid, where] = await client(agent, user, server.port)
      const told = (id: string, query: string): Promise<Answer> =>
        user.ask('GET', `/api/client/check_status/${id}?${query}`)
      let metrics = await told(uuid, where)
      while (metrics.status === 404) metrics = await told(uuid, where)
      expect(metrics.text).to.match(/^\{"host_type":"client"/)
      const elsewhere = 'redis_address=127.0.0.1%3A1'
      expect((await told(uuid, elsewhere)).status).to.equal(200)
      for (const query of [where, elsewhere]) {
        const { status, text } = await told('secret', query)
        expect(`${status} ${text}`).to.equal('404 {"error":"Client secret Not Found"}')
      }
      expect((await told(uuid, 'redis_address=nocolon')).status).to.equal(500)
      await server.kill()
      const { status, text } = await told(uuid, where)
      const why = `Error 111 connecting to 127.0.0.1:${server.port}. Connection refused.`
      expect(`${status} ${text}`).to.equal(`500 {"error":"${why}"}`)
    })
  })

  it('shows a page for the password, which may run its own script and nothing else', async () => {
    const agent = await started()
    const { status, text, headers } = await agent.ask('GET', '/change-password/index.html')
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
    const policy = headers.get('content-security-policy')
    for (const name of ['script', 'style']) {
      const [, inner = ''] = new RegExp(`<${name}>(.*)</${name}>`, 's').exec(text) ?? []
      const hash = createHash('sha256').update(inner).digest('base64')
      expect(policy).to.include(`${name}-src 'sha256-${hash}'`)
    }
  })
})
