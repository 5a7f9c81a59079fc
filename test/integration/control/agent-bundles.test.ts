/** Bundles from the app to the actor that runs of them: packed, sent, refused, and cut off in the middle. */
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { bundleAnswer } from '../../../control/agent/v1-openapi.js'
import type { BundleManifest } from '../../../control/bundle/index.js'
import { projectRoot } from '../../project.js'
import { type AgentProcess, agentsForTests } from '../../support/agents.js'
import { uniqueApp } from '../../support/apps.js'
import { bundleForTests } from '../../support/bundles.js'
import { cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'
import { shippedApp } from './shipped-app.js'

interface Packed {
  readonly digest: string
  readonly path: string
  readonly warnings: readonly string[]
}

/** Between two looks, which cost whoever elects. */
const LOOK_MS = 100

describe('bundles of an agent', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-packed-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** With an app key of its own, which is made where it is not there. */
  async function pack(app: string, file: string, ...more: readonly string[]): Promise<Packed> {
    const keys = join(folder, `keys-${app}`)
    const path = join(folder, `${app}.qb`)
    expect(await cli.run(['keys', 'init', app, '--keys', keys])).to.include({ code: 0 })
    const args = ['bundle', file, '--out', path, '--keys', keys, '--json', ...more]
    const { code, stdout, stderr } = await cli.run(args)
    expect(code, stderr.join('\n')).to.equal(0)
    const told: { digest: string; warnings: string[] } = JSON.parse(stdout[0] ?? '')
    return { ...told, path }
  }

  /** The file by which others trust the app. */
  async function anchors(app: string): Promise<string> {
    const path = join(folder, `${app}.anchors`)
    const args = ['keys', 'anchors', app, '--keys', join(folder, `keys-${app}`), '--out', path]
    expect(await cli.run(args)).to.include({ code: 0 })
    return path
  }

  async function put(
    agent: AgentProcess,
    digest: string,
    bytes: Buffer,
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${agent.address}/v1/bundles/${digest}`, {
      method: 'PUT',
      body: new Uint8Array(bytes),
    })
    return { status: answer.status, text: await answer.text() }
  }

  /** Asks until it is so. */
  async function told(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }

  const left = ({ data }: AgentProcess): string[] =>
    readdirSync(join(data, 'bundles')).filter((name) => name !== 'node_modules')

  it('carry an app with its packages and files, which runs when all of that has gone', async () => {
    const app = uniqueApp()
    const shipped = shippedApp(cli, app)
    const { digest, path, warnings } = await pack(app, shipped.file)
    expect(warnings).to.deep.equal([])
    // The same again, at another time, but for number and time.
    const again = await pack(app, shipped.file)
    expect(again.digest).not.to.equal(digest)
    shipped.remove()
    const agent = await agents.start({ args: ['--open', '--trust', await anchors(app)] })
    const sent = await put(agent, again.digest, readFileSync(path))
    expect(sent.status, sent.text).to.equal(200)
    expect(bundleAnswer.safeParse(JSON.parse(sent.text)).error).to.equal(undefined)
    const manifest = await agent.done<BundleManifest>('GET', `/v1/bundles/${again.digest}`)
    const files = manifest.files.map((each) => each.path).filter((each) => !each.includes('/zod/'))
    expect(files).to.deep.equal([
      ...['app.mjs', 'data/words.txt', 'node_modules/inner/index.js', 'node_modules/inner/package.json'],
      ...['node_modules/outer/index.js', 'node_modules/outer/node_modules/inner/index.js'],
      ...['node_modules/outer/node_modules/inner/package.json', 'node_modules/outer/package.json'],
    ])
    expect(manifest.messages.Told?.jsonSchema).to.include({ type: 'object' })
    const started = await agent.start({ app, actor: 'Teller', bundle: again.digest, id: 'one' })
    expect(started, JSON.stringify(started.last)).to.include({ state: 'active' })
    const inBundle = join(agent.data, 'bundles', again.digest, 'files')
    const log = await agent.ask('GET', '/v1/actors/one/log?follow=false')
    const words = 'told inner2 outer-of-inner1 lib words'
    await eventually(
      () => readFileSync(join(agent.data, 'logs', 'one.log'), 'utf8').includes(`${words} ${inBundle}`),
      `${words}: ${log.text}`,
    )
    const refused = await agent.ask('DELETE', `/v1/bundles/${again.digest}`)
    expect([refused.status, refused.text]).to.match(/409.*bundle-in-use.*DELETE \/v1\/actors\/one/)
    await agent.done('POST', '/v1/actors/one/stop')
    await agent.done('DELETE', '/v1/actors/one')
    expect(await agent.done('DELETE', `/v1/bundles/${again.digest}`)).to.deep.equal({ digest: again.digest })
    expect(left(agent)).to.deep.equal([])
    expect((await agent.ask('GET', `/v1/bundles/${again.digest}`)).status).to.equal(404)
  })

  it('carry the microgrid, whose groups and messages they tell', async () => {
    const source = join(folder, 'microgrid')
    cpSync(join(projectRoot, 'apps', 'microgrid'), source, { recursive: true })
    cpSync(join(projectRoot, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'), { recursive: true })
    // Seats are given out once a host for all groups of an app.
    const app = uniqueApp()
    const file = join(source, 'app.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace("app('microgrid'", `app('${app}'`))
    const { digest, path } = await pack(app, file)
    rmSync(source, { recursive: true })
    const agent = await agents.start({ args: ['--open', '--trust', await anchors(app)] })
    expect((await put(agent, digest, readFileSync(path))).status).to.equal(200)
    const { groups, messages } = await agent.done<BundleManifest>('GET', `/v1/bundles/${digest}`)
    expect(groups.Microgrid).to.deep.include({ quorum: 3, timed: false, message: 'Report' })
    expect(groups.Microgrid?.timing).to.include({ heartbeat: 100, grace: 3000 })
    expect(messages.Report?.jsonSchema).to.be.an('object')
    for (const id of ['a', 'b', 'c']) {
      const body = { app, actor: 'Inverter', bundle: digest, id }
      expect(await agent.start(body)).to.include({ state: 'active' })
    }
    const leaders = async (): Promise<number> => {
      const { actors } = await agent.done<{ actors: { groups: { role: string }[] | null }[] }>(
        'GET',
        '/v1/actors',
      )
      return actors.filter(({ groups }) => groups?.some(({ role }) => role === 'leader')).length
    }
    await told(async () => (await leaders()) === 1)
    const nobody = await agent.ask('POST', '/v1/actors', {
      app,
      actor: 'Nobody',
      bundle: digest,
    })
    expect([nobody.status, nobody.text]).to.match(/404.*Inverter/)
    const other = await agent.ask('POST', '/v1/actors', { app: agents.app, actor: 'Plain', bundle: digest })
    expect([other.status, other.text]).to.match(/404.*is of the app test-/)
  })

  it('are refused where nobody who is trusted signed them, and as anything but what they are', async () => {
    const agent = await agents.start()
    const good = bundleForTests()
    const untrusted = await put(agent, good.digest, good.sent)
    expect([untrusted.status, untrusted.text]).to.match(/403.*bundle-unsigned.*quorate keys anchors cell/)
    const none = await put(agent, good.digest, Buffer.from('no bundle'))
    expect([none.status, none.text]).to.match(/422.*bundle-altered/)
    const empty = await put(agent, good.digest, Buffer.alloc(0))
    expect([empty.status, empty.text]).to.match(/400.*bundle-cut/)
    const nameless = await put(agent, '..%2f..%2fx', good.sent)
    expect([nameless.status, nameless.text]).to.match(/400.*64 hex/)
    for (const [method, path, status] of [
      ['GET', `/v1/bundles/${good.digest}`, 404],
      ['DELETE', `/v1/bundles/${good.digest}`, 404],
      ['POST', `/v1/bundles/${good.digest}`, 405],
    ] as const) {
      expect((await agent.ask(method, path)).status, `${method} ${path}`).to.equal(status)
    }
    const start = (bundle: string) => agent.ask('POST', '/v1/actors', { app: 'cell', actor: 'A', bundle })
    expect((await start(good.digest)).status).to.equal(404)
    expect((await start('../x')).status).to.equal(400)
    expect(left(agent)).to.deep.equal([])
    expect(await agent.done('GET', '/v1/bundles')).to.deep.equal({ bundles: [] })
  })

  it('are whole or nothing where the agent is killed while one comes', async () => {
    const app = uniqueApp()
    const shipped = shippedApp(cli, app)
    shipped.write('data/noise.txt', randomBytes(400_000).toString('base64'))
    const { digest, path } = await pack(app, shipped.file)
    const bytes = readFileSync(path)
    const args = ['--open', '--trust', await anchors(app)]
    const agent = await agents.start({ args })
    const sending = request(`${agent.address}/v1/bundles/${digest}`, { method: 'PUT' })
    const broken = new Promise((resolve) => sending.once('error', resolve))
    sending.write(bytes.subarray(0, bytes.length - 1000))
    const noise = (): boolean =>
      left(agent).some((name) =>
        readdirSync(join(agent.data, 'bundles', name, 'files', 'data')).includes('noise.txt'),
      )
    const isThere = (): boolean => {
      try {
        return noise()
      } catch {
        return false
      }
    }
    await eventually(isThere, 'most of it is there', 30_000)
    await agent.kill()
    await broken
    expect(left(agent)).to.have.length(1)
    expect(left(agent)[0]).to.match(new RegExp(`^\\.${digest}\\.`))
    const next = await agents.start({ data: agent.data, args })
    expect(left(next)).to.deep.equal([])
    expect((await put(next, digest, bytes)).status).to.equal(200)
    expect(left(next)).to.deep.equal([digest])
  })
})
