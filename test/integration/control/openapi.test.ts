/** The documentation of hub and agent: what it says is so, and it is there for whoever may come. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'chai'
import { z } from 'zod'
import { Agent } from '../../../control/agent/index.js'
import { agentDescription } from '../../../control/agent/openapi.js'
import { actorAnswer, appAnswer, stoppedAnswer } from '../../../control/agent/v1-openapi.js'
import { Hub } from '../../../control/hub/index.js'
import { hubDescription } from '../../../control/hub/openapi.js'
import { hubAnswers } from '../../../control/hub/v1-openapi.js'
import { errorAnswer } from '../../../control/openapi/answers.js'
import type { Description } from '../../../control/openapi/description.js'
import { agentsForTests } from '../../support/agents.js'
import { cliForTests } from '../../support/cli.js'
import { HubsForTests } from './hubs-for-tests.js'
import { ServedRoutes } from './served-routes.js'

interface Documented {
  readonly summary: string
  readonly tags: readonly string[]
  readonly responses: Readonly<Record<string, { readonly description: string }>>
  readonly security?: readonly object[]
}

interface Document {
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>
}

interface Listening {
  readonly port: number
  readonly token: string | undefined
  start(): Promise<void>
  stop(): Promise<void>
}

/** Without apps. */
function agent(data: string, open: boolean): Agent {
  const none = (): never => expect.fail('there is no app')
  const quorate = { folder: data, version: '0.0.0' }
  const anchorsOf = async () => []
  return new Agent({
    port: 0,
    data,
    open,
    describe: none,
    program: none,
    quorate,
    anchorsOf,
    keyFolderOf: () => undefined,
  })
}

describe('the documentation of a server', function () {
  this.timeout(60_000)
  const stopping: (() => Promise<void>)[] = []
  // Before the folders are removed.
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop()
  })
  const hubs = new HubsForTests()
  const cli = cliForTests()
  const agents = agentsForTests(cli)

  const servers: readonly [string, (data: string) => Listening, Description][] = [
    ['a hub', (data) => new Hub({ port: 0, data }), hubDescription(false)],
    ['a hub that is open', (data) => new Hub({ port: 0, data, open: true }), hubDescription(true)],
    ['an agent', (data) => agent(data, false), agentDescription(false)],
    ['an agent that is open', (data) => agent(data, true), agentDescription(true)],
  ]

  async function listening(
    make: (data: string) => Listening,
    routes = new ServedRoutes(),
  ): Promise<Listening> {
    const server = routes.watch(() => make(hubs.folder()))
    stopping.push(() => server.stop())
    await server.start()
    return server
  }

  for (const [title, make, description] of servers) {
    it(`of ${title} is a valid one, of all routes and no others`, async () => {
      const routes = new ServedRoutes()
      const { port, token } = await listening(make, routes)
      const answer = await fetch(`http://127.0.0.1:${port}/docs/json`)
      const document: Document = JSON.parse(await answer.text())
      const { valid, errors } = await new Validator().validate(structuredClone({ ...document }))
      expect(errors).to.equal(undefined)
      expect(valid).to.equal(true)
      const told = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => {
          return `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
        }),
      )
      const headers = { host: '127.0.0.1', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
      const there = await routes.all(headers)
      expect(there).to.have.length.above(10)
      expect(told).to.have.members(there)
      expect(Object.keys(description.operations)).to.have.members(there)
      const tags = document.tags.map(({ name }) => name)
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const operation of Object.values(methods)) {
          expect(operation.summary, path).to.match(/^\w.{5,}/)
          expect(tags, path).to.include.members(operation.tags)
          expect(operation.responses, path).to.include.keys(path === '/v1/socket' ? '101' : '200')
        }
      }
      const free = Object.entries(description.operations).filter(([, { shows }]) => shows === '')
      expect(free.length > 0).to.equal(title !== 'an agent that is open')
      expect(await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).json()).to.deep.equal(document)
    })

    it(`of ${title} is a page that needs nothing else, for whoever may come`, async () => {
      const { port } = await listening(make)
      const address = `http://127.0.0.1:${port}`
      for (const path of ['/docs', '/docs/']) {
        const page = await fetch(`${address}${path}`)
        expect(page.status).to.equal(200)
        const policy = page.headers.get('content-security-policy')
        expect(policy).to.include("default-src 'none'").and.to.include("script-src 'self';")
        const text = await page.text()
        expect(text).not.to.match(/<script(?! src=)|<style|\son\w+=/)
        const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url)
        expect(loaded).to.have.length.above(4)
        for (const url of loaded) {
          const asset = new URL(url, `${address}${path}`)
          expect(asset.origin).to.equal(address)
          expect((await fetch(asset)).status, url).to.equal(200)
        }
      }
      const script = await (await fetch(`${address}/docs/static/swagger-initializer.js`)).text()
      expect(script).to.include("resolveUrl('./json')").and.to.include('validatorUrl: null')
    })

    it(`of ${title} gives no other files, and none to pages of other origins`, async () => {
      const { port } = await listening(make)
      const at = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> =>
        new Promise((resolve, reject) => {
          const options = { host: '127.0.0.1', port, path, method, headers }
          const asked = request(options, (answer) => {
            answer.resume()
            resolve(answer.statusCode ?? 0)
          })
          asked.on('error', reject).end()
        })
      for (const path of [
        ...[
          '/docs/../v1/commands',
          '/docs/..%2fv1%2fcommands',
          '/docs/nope',
          '/docs/static/..%2f..%2fpackage.json',
        ],
        ...['/docs/static/../../package.json', '/docs//v1/commands', '/docs/static/%2e%2e/package.json'],
      ]) {
        expect(await at(path), path).to.be.oneOf([400, 403, 404])
      }
      expect(await at('/docs/json', { origin: 'http://evil.example' })).to.equal(403)
      expect(await at('/docs', { 'sec-fetch-site': 'cross-site' })).to.equal(403)
      expect(await at('/docs', {}, 'POST')).to.equal(405)
      expect(await at('/docs/json')).to.equal(200)
    })
  }

  it('is loaded when somebody asks for it, and not before', () => {
    for (const file of ['control/openapi/docs-routes.ts', 'control/hub/hub.ts', 'control/agent/agent.ts']) {
      const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
      expect(text).not.to.match(/^import (?!type).*(?:swagger|docs-server|\/openapi\.js)/m)
    }
  })

  it('says of a hub what it answers', async () => {
    const { port, token } = await hubs.start()
    type Asked = keyof typeof hubAnswers
    const checked = new Set<string>()
    const ask = async (
      route: Asked,
      parts: Record<string, string> = {},
      body?: unknown,
    ): Promise<Answered> => {
      const [method = '', path = ''] = route.split(' ')
      const url = path.replaceAll(/:(\w+)/g, (_all, name: string) => parts[name] ?? '')
      const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const model: z.ZodType = answer.status === 200 ? hubAnswers[route] : errorAnswer
      const value: Answered = JSON.parse(await answer.text())
      expect(model.safeParse(value).error, `${route} ${JSON.stringify(value)}`).to.equal(undefined)
      checked.add(`${route} ${answer.status}`)
      return value
    }
    const [id, name] = ['c', 'W']
    await ask('PUT /v1/workers/:of', { of: name }, { objects: { PUMP: ['fill'] } })
    await ask('POST /v1/commands', {}, { id, to: [name], method: 'fill', args: [1], timeoutMs: 60_000 })
    await ask('GET /v1/workers')
    await ask('GET /v1/workers/:of/commands', { of: name })
    const { commands = [] } = await ask('POST /v1/workers/:of/take', { of: name }, {})
    const shown = { worker: name, token: commands[0]?.token }
    await ask('POST /v1/commands/:of/lease', { of: id }, shown)
    await ask('POST /v1/commands/:of/replies', { of: id }, { id: 'r', ...shown, data: { litres: 1 } })
    await ask('GET /v1/commands/:of/replies', { of: id })
    await ask('GET /v1/commands/:of', { of: id })
    await ask('DELETE /v1/workers/:of/commands', { of: name })
    await ask('GET /v1/commands')
    await ask('POST /v1/commands', {}, { id: 'd', to: [name], method: 'm' })
    await ask('DELETE /v1/commands/:of', { of: 'd' })
    await ask('DELETE /v1/workers/:of', { of: name })
    expect([...checked]).to.include.members(Object.keys(hubAnswers).map((route) => `${route} 200`))
    await ask('POST /v1/commands', {}, {})
    await ask('GET /v1/commands/:of', { of: 'nope' })
  })

  it('says of an agent what it answers', async () => {
    const { app, start } = agents
    const there = await start()
    const ask = async (model: z.ZodType, method: string, path: string, body?: unknown): Promise<void> => {
      const { text } = await there.ask(method, path, body)
      expect(model.safeParse(JSON.parse(text)).error, `${method} ${path} ${text}`).to.equal(undefined)
    }
    await ask(z.strictObject({ apps: z.array(appAnswer) }), 'GET', '/v1/apps')
    await ask(appAnswer, 'GET', `/v1/apps/${app}`)
    await ask(actorAnswer, 'POST', '/v1/actors?waitMs=30000', { app, actor: 'Plain', id: 'one' })
    await ask(z.strictObject({ actors: z.array(actorAnswer) }), 'GET', '/v1/actors')
    await ask(stoppedAnswer, 'POST', '/v1/actors/one/stop')
    await ask(actorAnswer, 'GET', '/v1/actors/one')
    await ask(z.strictObject({ id: z.string() }), 'DELETE', '/v1/actors/one')
    await ask(errorAnswer, 'GET', '/v1/actors/one')
  })
})

/** What the test goes on with. */
interface Answered {
  readonly commands?: readonly { readonly token: string }[]
}
