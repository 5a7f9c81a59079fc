import { expect } from 'chai'
import { Publisher, Reply, Router } from 'zeromq'
import { ApiCommand, type ApiMessage, ApiTopic, RpcClient, RpcService } from '../../../control/index.js'
import { camelized, decamelized } from '../../../control/rpc/humps.js'
import { topicFrame } from '../../../control/rpc/topics.js'
import { portOf } from '../../../ports/index.js'
import { rejectionOf } from '../../rejection.js'
import { freePort } from '../../support/free-port.js'

const FREE = { subscriberPort: 0, commandPort: 0, heartbeatInterval: 1000 }
const closing: (() => unknown)[] = []

async function started(): Promise<RpcService> {
  const service = new RpcService(FREE)
  closing.push(() => service.stop())
  await service.start()
  return service
}

function clientOf({
  subscriberPort,
  commandPort,
}: {
  subscriberPort: number
  commandPort: number
}): RpcClient {
  const client = new RpcClient({ subscriberPort, commandPort })
  closing.push(() => client.close())
  return client
}

/** Publishes again and again until the stream has the first. */
async function hears(service: RpcService, stream: AsyncIterator<ApiMessage, undefined>): Promise<void> {
  const timer = setInterval(() => service.sendString(1, 'are you there?'), 10)
  await stream.next()
  clearInterval(timer)
}

async function nextOf(stream: AsyncIterator<ApiMessage, undefined>): Promise<ApiMessage | undefined> {
  for (;;) {
    const { value } = await stream.next()
    if (value?.topic !== 1) return value
  }
}

describe('an RpcClient', () => {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  it('asks, many at a time, and each gets its own answer', async () => {
    const service = await started()
    service.commandRequestDelegate = ({ customCommand, data }) => ({
      result: 100,
      data: { customCommand, data },
    })
    const client = clientOf(service)
    const asked = Array.from({ length: 50 }, (_, customCommand) =>
      client.request(ApiCommand.USER_DEFINED, { customCommand, data: { Text: `a_b ${customCommand}` } }),
    )
    for (const [customCommand, reply] of (await Promise.all(asked)).entries()) {
      expect(reply).to.deep.include({ command: 99_999, result: 100, errorKind: 0 })
      expect(reply.data).to.deep.equal({ customCommand, data: { Text: `a_b ${customCommand}` } })
    }
  })

  it('waits for the result of a command that is pending', async () => {
    const service = await started()
    service.commandRequestDelegate = ({ command, nonce }) => {
      setImmediate(() =>
        service.sendJson(ApiTopic.COMMAND_RESULT, { result: 100, data: 'done', command, nonce }),
      )
      return { result: 201 }
    }
    const client = clientOf(service)
    const stream = client.events()
    await hears(service, stream)
    expect(await client.run(ApiCommand.START_ACQUISITION)).to.include({ result: 100, data: 'done' })
    expect(await client.request(ApiCommand.START_ACQUISITION)).to.include({ result: 201 })
    service.commandRequestDelegate = () => ({ result: 201 })
    const late = client.run(ApiCommand.START_ACQUISITION, { timeout: 50, resultTimeout: 50 })
    expect(await rejectionOf(late)).to.include({ code: 'rpc-no-result' })
  })

  it('hears what is published, emergencies once', async () => {
    const service = await started()
    const stream = clientOf(service).events()
    await hears(service, stream)
    service.sendEvent(101, { reason: 'door_open' })
    service.sendEvent(201)
    service.send(7, Buffer.from([0, 255]))
    expect(await nextOf(stream)).to.deep.include({ topic: ApiTopic.EMERGENCY })
    const event = await nextOf(stream)
    expect(event?.topic).to.equal(ApiTopic.EVENT)
    expect(event?.value).to.include({ kind: 201, context: null })
    expect(await nextOf(stream)).to.deep.equal({ topic: 7, bytes: Buffer.from([0, 255]), value: undefined })
  })

  it('hears of chosen topics alone, and gets results of commands all the same', async () => {
    const service = await started()
    service.commandRequestDelegate = ({ command, nonce }) => {
      setImmediate(() => service.sendJson(ApiTopic.COMMAND_RESULT, { result: 100, command, nonce }))
      return { result: 201 }
    }
    const client = new RpcClient({
      subscriberPort: service.subscriberPort,
      commandPort: service.commandPort,
      topics: [ApiTopic.EVENT],
    })
    closing.push(() => client.close())
    const stream = client.events()
    const timer = setInterval(() => service.sendEvent(201), 10)
    await stream.next()
    clearInterval(timer)
    expect(await client.run(ApiCommand.START_ACQUISITION)).to.include({ result: 100 })
    service.sendJson(ApiTopic.PROPERTY_CHANGE, {})
    service.sendJson(ApiTopic.EVENT, 'last')
    for await (const { topic, value } of stream) {
      expect(topic).to.equal(ApiTopic.EVENT)
      if (value === 'last') break
    }
  })

  it('says why there is no answer', async () => {
    const nobody = clientOf({ subscriberPort: await freePort(), commandPort: await freePort() })
    expect(await rejectionOf(nobody.request(0, { timeout: 50 }))).to.include({ code: 'rpc-unreachable' })
    const service = await started()
    service.commandRequestDelegate = () => new Promise(() => undefined)
    const client = clientOf(service)
    expect(await rejectionOf(client.request(0, { timeout: 200 }))).to.include({ code: 'rpc-timeout' })
    const waiting = rejectionOf(client.request(0))
    await client.connected()
    await service.stop()
    expect(await waiting).to.include({ code: 'rpc-lost', retryable: false })
    const closed = rejectionOf(client.request(0))
    client.close()
    expect(await closed).to.include({ code: 'rpc-closed' })
    expect(await rejectionOf(client.request(0))).to.include({ code: 'rpc-closed' })
  })

  it('refuses what it cannot send', async () => {
    const client = clientOf(await started())
    for (const nonce of [-1, 1.5]) {
      expect(await rejectionOf(client.request(0, { nonce }))).to.include({ code: 'rpc-bad-option' })
    }
    expect(await rejectionOf(client.request(0, { data: () => 1 }))).to.include({ code: 'rpc-unencodable' })
    expect(() => new RpcClient({ commandPort: 70_000 }))
      .to.throw()
      .with.property('code', 'rpc-bad-option')
    expect(() => new RpcClient({ host: 'no host' }))
      .to.throw()
      .with.property('code', 'rpc-bad-option')
  })

  it('works with a device that alters what it reads, and answers one after another', async () => {
    const [publisher, replier] = [new Publisher({ linger: 0 }), new Reply({ linger: 0 })]
    closing.push(() => [publisher, replier].map((socket) => socket.close()))
    await Promise.all([publisher, replier].map((socket) => socket.bind('tcp://127.0.0.1:*')))
    const seen: unknown[] = []
    const serve = async (): Promise<void> => {
      for await (const [bytes] of replier) {
        const { command, nonce, data } = JSON.parse(decamelized(bytes?.toString() ?? ''))
        seen.push(data)
        const reply = { nonce, command, result: 100, data, error_kind: 0, error_code: 0, error_message: null }
        await replier.send(camelized(JSON.stringify(reply)))
      }
    }
    void serve().catch(() => undefined)
    const client = clientOf({
      subscriberPort: portOf(publisher.lastEndpoint ?? ''),
      commandPort: portOf(replier.lastEndpoint ?? ''),
    })
    const data = { animalId: 'Mouse 12 A-B', n: -5 }
    const replies = await Promise.all([1, 2, 3].map(() => client.request(100, { data })))
    expect(replies.map(({ result }) => result)).to.deep.equal([100, 100, 100])
    expect(seen).to.deep.equal([1, 2, 3].map(() => ({ animal_id: 'Mouse 12 A-B', n: -5 })))
    await publisher.send([topicFrame(5001), '{"objectId": "pump_1", "newValue": -2}'])
  })

  it('passes over answers that are none, and is not confused by them', async () => {
    const router = new Router({ linger: 0 })
    closing.push(() => router.close())
    await router.bind('tcp://127.0.0.1:*')
    const serve = async (): Promise<void> => {
      for await (const [id, , body] of router) {
        const { nonce } = JSON.parse(body?.toString() ?? '')
        const answers = ['hello', '{}', `{"nonce":${nonce + 1},"command":0,"result":1}`]
        for (const each of answers) await router.send([id ?? '', '', each])
        await router.send([id ?? '', `{"nonce":${nonce},"command":0,"result":2}`])
        await router.send([id ?? '', '', `{"nonce":${nonce},"command":0,"result":100}`])
      }
    }
    void serve().catch(() => undefined)
    const service = await started()
    const client = clientOf({
      subscriberPort: service.subscriberPort,
      commandPort: portOf(router.lastEndpoint ?? ''),
    })
    expect(await client.request(0)).to.include({ result: 100 })
  })
})
