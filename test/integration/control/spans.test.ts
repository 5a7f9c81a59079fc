/** Spans of OpenTelemetry through commands, from who asks to the handler. */
import { execFileSync } from 'node:child_process'
import { SpanStatusCode } from '@opentelemetry/api'
import { expect } from 'chai'
import type { Hub } from '../../../control/hub/index.js'
import { ActorCommand, ApiCommand, RpcClient, RpcService, rpcDoor } from '../../../control/index.js'
import { actor, app, Component } from '../../../runtime/index.js'
import { projectRoot } from '../../project.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { deferred } from '../../support/eventually.js'
import { opened } from '../../support/opened-door.js'
import { SpansForTests } from '../../support/spans-for-tests.js'
import { HubsForTests } from './hubs-for-tests.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`

interface Told {
  readonly status: number
  readonly text: string
}

async function ask(hub: Hub, method: string, path: string, body?: unknown, more = {}): Promise<Told> {
  const answer = await fetch(`http://127.0.0.1:${hub.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json', ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text() }
}

describe('spans', function () {
  this.timeout(60_000)

  it('cost a program nothing that has no SDK: not even the API is loaded', () => {
    const script = `
      import { createRequire } from 'node:module'
      import { HubUser } from 'quorate/control'
      const user = new HubUser({ url: 'http://127.0.0.1:9' })
      setTimeout(() => user.close(), 50)
      const error = await user.post({ to: 'W', method: 'm' }).catch((error) => error)
      const loaded = Object.keys(createRequire(import.meta.url).cache)
      console.log(error instanceof Error, loaded.filter((path) => path.includes('@opentelemetry')).length)`
    const args = ['--input-type=module', '--eval', script]
    const told = execFileSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' })
    expect(told.trim()).to.equal('true 0')
  })

  describe('of commands by a hub', () => {
    const spans = new SpansForTests()
    const hubs = new HubsForTests()

    it('lead from a user by the hub to the handler, and what that does is below', async () => {
      const hub = await hubs.start()
      const fill = (litres: number) => spans.within('in the handler', async () => litres)
      const worker = await hubs.worker(hub, { name: 'W', objects: { PUMP: { fill } } })
      const user = hubs.user(hub)
      const remote = user.remote<{ fill: typeof fill }>('W', 'PUMP')
      expect(await spans.within('a test', () => remote.fill(3))).to.equal(3)
      await worker.stop()
      expect(spans.lineage('in the handler')).to.deep.equal([
        ...['in the handler', 'quorate handle PUMP.fill', 'quorate hub accept'],
        ...['quorate call PUMP.fill', 'a test'],
      ])
      await spans.within('another', () => user.post({ to: 'W', method: 'later' }))
      const accepted = spans.ended('quorate hub accept').at(-1)
      const [posted] = spans.ended('quorate post later')
      expect(accepted?.parentSpanContext?.spanId).to.equal(posted?.spanContext().spanId)
    })

    it('fail with what they are of', async () => {
      const hub = await hubs.start()
      const fail = () => {
        throw new RangeError('too much')
      }
      const worker = await hubs.worker(hub, { name: 'W', objects: { PUMP: { fail } } })
      await rejectionOf(hubs.user(hub).call({ to: 'W', object: 'PUMP', method: 'fail' }))
      await worker.stop()
      for (const name of ['quorate handle PUMP.fail', 'quorate call PUMP.fail']) {
        const { code, message } = spans.ended(name)[0]?.status ?? {}
        expect(code, name).to.equal(SpanStatusCode.ERROR)
        expect(message, name).to.include('too much')
      }
      expect(spans.ended('quorate hub accept')[0]?.status.code).to.equal(SpanStatusCode.UNSET)
    })

    it('are of the trace of a request, or that a command names, also after a restart', async () => {
      const data = hubs.folder()
      const hub = await hubs.start({ data })
      const of = (id: string) => ({ id, to: ['W'], method: 'm' })
      await ask(hub, 'POST', '/v1/commands', of('a'), { traceparent: TRACEPARENT })
      const other = TRACEPARENT.replaceAll('c', 'd')
      const named = { ...of('b'), traceparent: other }
      await ask(hub, 'POST', '/v1/commands', named, { traceparent: TRACEPARENT })
      await ask(hub, 'POST', '/v1/commands', of('c'), { traceparent: 'nonsense' })
      // The same again is the same, whoever asks.
      expect((await ask(hub, 'POST', '/v1/commands', of('b'))).status).to.equal(200)
      expect((await ask(hub, 'POST', '/v1/commands', { ...of('d'), traceparent: '00-x' })).status).to.equal(
        400,
      )
      await hub.stop()
      const again = await hubs.start({ data })
      const { text } = await ask(again, 'POST', '/v1/workers/W/take', { most: 3 })
      const { commands }: { commands: { traceparent: string }[] } = JSON.parse(text)
      const traces = commands.map(({ traceparent }) => traceparent.split('-')[1])
      expect(traces.slice(0, 2)).to.deep.equal([TRACE, other.split('-')[1]])
      expect(traces[2]).not.to.be.oneOf([TRACE, undefined])
    })

    it('show nowhere on the routes of the seed', async () => {
      const hub = await hubs.start()
      const named = { to: ['W'], method: 'm', traceparent: TRACEPARENT }
      await ask(hub, 'POST', '/v1/commands', { ...named, id: 'a' })
      const seeds = { request_id: 'b', address: { sender: [], target: ['W'] }, method: 'm' }
      await ask(hub, 'POST', '/command', { ...seeds, traceparent: TRACEPARENT }, { traceparent: TRACEPARENT })
      for (const path of ['/commands', '/command/W', '/command/W']) {
        const { status, text } = await ask(hub, 'GET', path)
        expect([status, text.includes('trace')], path).to.deep.equal([200, false])
      }
    })
  })

  describe('of commands by rpc', () => {
    const spans = new SpansForTests()
    const actors = new ActorsForTests()

    it('lead from a client to the delegate of a service', async () => {
      const service = new RpcService({ subscriberPort: 0, commandPort: 0 })
      service.commandRequestDelegate = () => spans.within('in it', async () => ({ result: 100 }))
      await service.start()
      const { subscriberPort, commandPort } = service
      const client = new RpcClient({ subscriberPort, commandPort })
      await spans.within('a test', () => client.request(ApiCommand.START_ACQUISITION))
      client.close()
      await service.stop()
      expect(spans.lineage('in it')).to.deep.equal([
        ...['in it', 'quorate rpc command', 'quorate rpc request', 'a test'],
      ])
    })

    it('lead to the handler of a component, also where that was busy', async () => {
      const isFree = deferred()
      class Pump extends Component {
        readonly busy = this.command('busy', undefined, () => isFree.promise)
        readonly prime = this.command('prime', undefined, () => spans.within('in it', async () => 1))
      }
      const door = opened(rpcDoor({ subscriberPort: 0, commandPort: 0 }))
      const definition = app(uniqueApp(), { actors: { Rig: actor({ components: () => ({ pump: Pump }) }) } })
      const sink = { write: () => undefined }
      await actors.start(definition, 'Rig', { discovery: 'static:', doors: [door], sink, insecure: true })
      const client = door.client()
      const call = (name: string) => {
        const options = { customCommand: ActorCommand.CALL, data: { name } }
        return client.request(ApiCommand.USER_DEFINED, options)
      }
      const busy = spans.within('the first', () => call('busy'))
      const primed = spans.within('the second', () => call('prime'))
      // It is answered in turn, so both have come then.
      await client.request(ApiCommand.GET_STATUS)
      isFree.resolve()
      expect((await primed).data).to.equal(1)
      await busy
      client.close()
      expect(spans.lineage('in it')).to.deep.equal([
        ...['in it', 'quorate rpc command', 'quorate rpc request', 'the second'],
      ])
    })
  })
})
