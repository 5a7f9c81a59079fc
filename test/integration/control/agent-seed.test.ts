/** Every exchange that was seen with FLorist's client service, against ours: status and body, to the byte. */
import { expect } from 'chai'
import type { Redis } from 'ioredis'
import { type AgentProcess, agentsForTests } from '../../support/agents.js'
import { cliForTests, isAlive } from '../../support/cli.js'
import { needed } from '../../support/needed.js'
import { RedisServer, redisMissing } from '../../support/redis.js'
import { exchangesIn } from './exchanges.js'

describe('an agent, for clients of FLorist', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli, 'florist.ts')
  const sections = exchangesIn('agent-http.txt')
  before(function () {
    needed(this, redisMissing())
  })

  /** Starts a client as that was seen; its uuid. */
  async function started(agent: AgentProcess, port: number): Promise<string> {
    const [exchange] = sections.get('start, ok') ?? []
    const path = (exchange?.path ?? '').replace('redis_port=26379', `redis_port=${port}`)
    const { uuid } = await agent.done<{ uuid: string }>('GET', path)
    expect(uuid).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    return uuid
  }

  /** Resolves with the document at a key as soon as it is so. */
  async function documentAt(redis: Redis, key: string, isSo: (text: string) => boolean): Promise<string> {
    const listener = redis.duplicate()
    let told = (): void => undefined
    listener.on('message', () => told())
    await listener.subscribe(key)
    for (;;) {
      const news = new Promise<void>((resolve) => {
        told = resolve
      })
      const text = (await redis.get(key)) ?? ''
      if (isSo(text)) {
        listener.disconnect()
        return text
      }
      await news
    }
  }

  it('answers what is wrong as that does', async () => {
    const redis = await RedisServer.start(cli)
    const agent = await agents.start()
    let count = 0
    for (const title of ['connect', 'start, wrong', 'wrong ids']) {
      for (const { method, path, status, headers, answer } of sections.get(title) ?? []) {
        count++
        const given = await agent.ask(method, path.replace('redis_port=26379', `redis_port=${redis.port}`))
        expect(`${given.status} ${given.text}`, `${method} ${path}`).to.equal(`${status} ${answer}`)
        const [, allow] = /'allow': '(.*?)'/.exec(headers) ?? []
        if (allow) expect(given.headers.get('allow')).to.equal(allow)
        const [, location] = /'location': 'http:\/\/[^/]+(.*?)'/.exec(headers) ?? []
        if (location) expect(given.headers.get('location')).to.equal(agent.address + location)
      }
    }
    expect(count).to.equal(11)
  })

  it('starts a client, whose metrics are in Redis and in its answers, and stops it alone', async () => {
    const server = await RedisServer.start(cli)
    const redis = server.client()
    const agent = await agents.start()
    const messages: string[] = []
    const listener = server.client()
    listener.on('pmessage', (_pattern, channel: string, text: string) => messages.push(`${channel} ${text}`))
    await listener.psubscribe('*')
    const uuid = await started(agent, server.port)
    const document = await documentAt(redis, uuid, (text) => text.includes('"3":'))
    const query = `redis_host=127.0.0.1&redis_port=${server.port}`
    const status = await agent.ask('GET', `/api/client/check_status/${uuid}?${query}`)
    expect([status.status, status.text]).to.deep.equal([200, document])
    expect(document).to.match(
      /^\{"host_type":"client","initialized":"2026-11-20 18:27:17.923855","rounds":\{"1"/,
    )
    const log = await agent.ask('GET', `/api/client/get_log/${uuid}`)
    const text: string = JSON.parse(log.text)
    expect(text).to.include(`learns from /srv/d for 127.0.0.1:28080, reports at 127.0.0.1:${server.port}\n`)
    const { pid } = await agent.actor(uuid)
    const stopped = await agent.ask('GET', `/api/client/stop/${uuid}`)
    expect([stopped.status, stopped.text]).to.deep.equal([200, '{"status":"success"}'])
    expect(isAlive(pid ?? 0)).to.equal(false)
    expect(isAlive(agent.process.pid)).to.equal(true)
    expect(JSON.parse((await redis.get(uuid)) ?? '')).to.have.property('shutdown')
    expect(await redis.keys('*')).to.deep.equal([uuid])
    expect([await redis.type(uuid), await redis.ttl(uuid)]).to.deep.equal(['string', -1])
    expect(new Set(messages)).to.deep.equal(new Set([`${uuid} update`]))
    const again = await agent.ask('GET', `/api/client/stop/${uuid}`)
    expect(again.text).to.equal('{"status":"success"}')
    redis.disconnect()
    listener.disconnect()
  })

  it('has names with spaces, one client for each start, and none for pages of other origins', async () => {
    const { port } = await RedisServer.start(cli)
    const agent = await agents.start()
    const query = `server_address=x:1&data_path=/d&redis_host=127.0.0.1&redis_port=${port}`
    const path = `/api/client/start?${query}&client=MNIST%20FedProx`
    const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
    for (const foreign of [{ origin: 'http://evil.example' }, image]) {
      expect((await agent.ask('GET', path, undefined, foreign)).status).to.equal(403)
    }
    expect(await agent.done('GET', '/v1/actors')).to.deep.equal({ actors: [] })
    const all = await Promise.all([agent.done<{ uuid: string }>('GET', path), agent.done('GET', path)])
    const { actors } = await agent.done<{ actors: { actor: string }[] }>('GET', '/v1/actors')
    expect(actors.map(({ actor }) => actor)).to.deep.equal(['MNIST_FedProx', 'MNIST_FedProx'])
    expect(new Set(all.map((each) => JSON.stringify(each))).size).to.equal(2)
  })

  it('loses no metrics where Redis is away for a while', async () => {
    const server = await RedisServer.start(cli)
    const agent = await agents.start()
    await server.kill()
    const uuid = await started(agent, server.port)
    expect(await agent.actor(uuid, 30_000)).to.include({ state: 'active' })
    const query = `redis_host=127.0.0.1&redis_port=${server.port}`
    const away = await agent.ask('GET', `/api/client/check_status/${uuid}?${query}`)
    expect(away.status).to.equal(500)
    expect(away.text).to.match(/^\{"error":"Error 111 connecting to .*Connection refused\."\}$/)
    // The actor says so when it has tried; before that it would find the next one.
    const log = (): Promise<{ text: string }> => agent.ask('GET', `/v1/actors/${uuid}/log`)
    while (!(await log()).text.includes('metrics wait for the Redis at 127.0.0.1'));
    const redis = (await RedisServer.start(cli, server.port)).client()
    await documentAt(redis, uuid, (text) => text.includes('"3":'))
    redis.disconnect()
  })

  it('has these routes only where it is open', async () => {
    const agent = await agents.start({ args: [] })
    expect((await agent.ask('GET', '/api/client/connect')).status).to.equal(401)
  })
})
