import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'chai'
import {
  type ApiCommandRequestResponse,
  ApiCommandRequestResult,
  ApiTopic,
  createApiService,
  RpcService,
} from '../../../control/index.js'
import { rejectionOf } from '../../rejection.js'
import { commandVectors, publishedVectors } from '../../unit/control/vectors.js'
import { RawConsole } from './raw-console.js'

/** Of the machine on which the vectors were captured. */
const HOME = ['', 'home', 'ubuntu'].join('/')
const FREE = { subscriberPort: 0, commandPort: 0 }
const open: { stop(): Promise<void> }[] = []
const consoles: RawConsole[] = []
const warnings: string[] = []

async function started(options = {}): Promise<RpcService> {
  const service = new RpcService(
    { ...FREE, heartbeatInterval: 1000, ...options },
    { warn: (text) => warnings.push(text) },
  )
  open.push(service)
  await service.start()
  return service
}

function consoleOf(service: RpcService, topic?: string): RawConsole {
  const console = new RawConsole(service, topic)
  consoles.push(console)
  return console
}

/** Publishes again and again until the console hears the first: subscriptions take a moment. */
async function heard(service: RpcService, console: RawConsole): Promise<void> {
  const timer = setInterval(() => service.sendString(1, 'are you there?'), 10)
  await console.subscriber.receive()
  clearInterval(timer)
}

async function nextOf(console: RawConsole): Promise<Buffer[]> {
  for (;;) {
    const parts = await console.subscriber.receive()
    if (parts[0]?.readUInt32LE() !== 1) return parts
  }
}

describe('an RpcService', () => {
  afterEach(async () => {
    for (const console of consoles.splice(0)) console.close()
    await Promise.all(open.splice(0).map((service) => service.stop()))
    warnings.length = 0
  })

  it('publishes what 0.9.7 does, to the byte', async () => {
    const service = await started()
    const console = consoleOf(service)
    await heard(service, console)
    for (const { topic, body } of publishedVectors) {
      const number = topic.readUInt32LE()
      const text = body.toString()
      const isJson = text.startsWith('{')
      // An emergency is published by its event, before it.
      if (number === ApiTopic.EMERGENCY) continue
      if (!isJson) service.send(number, body)
      else if (number === ApiTopic.EVENT) service.sendDict(number, snakeOf(JSON.parse(text)))
      else service.sendDict(number, snakeOf(JSON.parse(text)))
    }
    for (const { topic, body } of publishedVectors) {
      expect(await nextOf(console)).to.deep.equal([topic, body])
    }
  })

  it('answers as 0.9.7 does, to the byte, where it is to be as faithful', async () => {
    const service = await started({ faithful: true })
    service.commandRequestDelegate = asTheReference
    const console = consoleOf(service)
    for (const { request, reply, title } of commandVectors) {
      expect((await console.ask(request)).toString(), title).to.equal(reply.toString())
    }
  })

  it('sends heartbeats, the first after an interval', async () => {
    const service = await started({ heartbeatInterval: 0.05, identifier: 'tester' })
    const console = consoleOf(service, 'e9030000')
    for (let beat = 0; beat < 2; beat++) {
      const [topic, body] = await console.subscriber.receive()
      expect(topic?.toString('hex')).to.equal('e9030000')
      expect(body?.toString()).to.match(
        /^\{"identifier": "tester", "version": "0\.9\.7", "timestamp": \d+\.\d+\}$/,
      )
    }
  })

  it('answers whatever comes with an error, and the next command as before', async () => {
    const service = await started()
    service.commandRequestDelegate = () => ({ result: 100 })
    const console = consoleOf(service)
    const strange: Buffer[][] = [
      [Buffer.from('hello')],
      [Buffer.alloc(0)],
      [Buffer.from('[]')],
      [Buffer.from('null')],
      [Buffer.from([0xff, 0xfe])],
      [Buffer.from('{"nonce":1}')],
      [Buffer.from('{"Command":0}')],
      [Buffer.from('{"command":[1]}')],
      [Buffer.from('{"command":1}'), Buffer.from('more')],
      [Buffer.from(`{"command":1,"data":${'['.repeat(100_000)}`)],
      [Buffer.from(`{"command":1,"data":${'['.repeat(5000)}${']'.repeat(5000)}}`)],
      [Buffer.alloc(1024 * 1024, 'x')],
      [Buffer.alloc(2 * 1024 * 1024, 0x20)],
    ]
    for (const parts of strange) {
      const reply: { errorKind: number; result: number } = JSON.parse(
        (await console.ask(...parts)).toString(),
      )
      expect(reply).to.include({ errorKind: 1, result: ApiCommandRequestResult.UNRECOGNIZED })
      const next = await console.ask('{"command":100,"nonce":5}')
      expect(JSON.parse(next.toString())).to.include({ nonce: 5, result: 100 })
    }
    expect(service.stats.refused).to.equal(strange.length)
  })

  it('answers 100,000 of them, and as many commands between', async function () {
    this.timeout(120_000)
    const service = await started()
    service.commandRequestDelegate = () => ({ result: 100 })
    const { dealer } = consoleOf(service)
    const strange = [
      'hello',
      '',
      '[]',
      'null',
      '{"nonce":1}',
      `{"command":${'['.repeat(99)}`,
      '{"command":[1]}',
    ]
    const COUNT = 100_000
    const AT_ONCE = 200
    let [refused, done] = [0, 0]
    for (let sent = 0; sent < COUNT; sent += AT_ONCE) {
      for (let i = 0; i < AT_ONCE; i++) {
        await dealer.send(['', strange[(sent + i) % strange.length] ?? ''])
        await dealer.send(['', '{"command":100}'])
      }
      for (let i = 0; i < 2 * AT_ONCE; i++) {
        const [, reply] = await dealer.receive()
        if (reply?.includes('"errorKind":1')) refused++
        else if (reply?.includes('"result":100')) done++
      }
    }
    expect([refused, done]).to.deep.equal([COUNT, COUNT])
    expect(service.stats).to.include({ refused: COUNT, commands: COUNT })
  })

  it('answers a dealer that puts no empty frame before its command', async () => {
    const service = await started()
    const { dealer } = consoleOf(service)
    await dealer.send('{"command":100}')
    const [empty, reply] = await dealer.receive()
    expect(empty?.length).to.equal(0)
    expect(JSON.parse(reply?.toString() ?? '')).to.include({ errorKind: 1 })
  })

  it('says that nobody is there to take commands', async () => {
    const console = consoleOf(await started())
    const reply = await console.ask('{"command":100,"nonce":5}')
    expect(reply.toString()).to.equal(
      '{"nonce":5,"command":100,"result":9999,"data":null,"errorKind":0,"errorCode":0,"errorMessage":null}',
    )
  })

  it('tells what a delegate throws, or gives instead of an answer', async () => {
    const service = await started()
    const console = consoleOf(service)
    const answers: [() => unknown, RegExp][] = [
      [
        () => {
          throw new Error('not now - no')
        },
        /^not now - no$/,
      ],
      [() => Promise.reject(new Error('later - no')), /^later - no$/],
      [() => undefined, /has no result/],
      [() => ({ result: '100' }), /has no result/],
    ]
    for (const [answer, text] of answers) {
      service.commandRequestDelegate = answer as () => ApiCommandRequestResponse
      const reply: { errorMessage: string } = JSON.parse((await console.ask('{"command":100}')).toString())
      expect(reply).to.include({ result: 500, errorKind: 2 })
      expect(reply.errorMessage).to.match(text)
    }
  })

  it('goes on while a delegate takes its time, and publishes the result', async () => {
    const service = await started()
    let finish = (_: ApiCommandRequestResponse): void => undefined
    service.commandRequestDelegate = ({ command }) =>
      command === 100
        ? new Promise((resolve) => {
            finish = resolve
          })
        : { result: 100 }
    const [slow, fast] = [consoleOf(service), consoleOf(service)]
    await heard(service, fast)
    const pending = slow.ask('{"command":100,"nonce":9}')
    expect(JSON.parse((await fast.ask('{"command":0,"nonce":1}')).toString())).to.include({ result: 100 })
    expect(service.sendString(4001, 'goes on')).to.equal(true)
    expect((await nextOf(fast))[1]?.toString()).to.equal('goes on')
    expect(JSON.parse((await pending).toString())).to.include({ nonce: 9, result: 201 })
    finish({ result: 100, data: { outputPath: '/data/run_1' } })
    const [topic, body] = await nextOf(fast)
    expect(topic?.readUInt32LE()).to.equal(ApiTopic.COMMAND_RESULT)
    expect(body?.toString()).to.equal(
      '{"result": 100, "data": {"outputPath": "/data/run_1"}, "errorCode": 0, "errorMessage": null, ' +
        '"command": 100, "nonce": 9}',
    )
  })

  it('warns of a delegate that holds the thread', async () => {
    const service = await started()
    service.commandRequestDelegate = () => {
      const untilMs = performance.now() + 150
      while (performance.now() < untilMs);
      return { result: 100 }
    }
    await consoleOf(service).ask('{"command":100}')
    expect(warnings.join()).to.match(/the command 100 held the thread for \d+ ms/)
  })

  it('refuses what it cannot send, to the one who sends it, and sends what comes next whole', async () => {
    const service = await started()
    const console = consoleOf(service)
    await heard(service, console)
    const circle: Record<string, unknown> = {}
    circle.self = circle
    for (const message of [circle, { f: () => 1 }, { n: Number.NaN }, { s: 'x'.repeat(2 ** 20) }]) {
      expect(() => service.sendDict(4001, message))
        .to.throw()
        .with.property('code', 'rpc-unencodable')
    }
    for (const topic of [-1, 1.5, 2 ** 32]) {
      expect(() => service.sendDict(topic, {}))
        .to.throw()
        .with.property('code', 'rpc-unencodable')
    }
    service.sendDict(4001, { kind: 201 })
    expect(await nextOf(console)).to.deep.equal([
      Buffer.from('a10f0000', 'hex'),
      Buffer.from('{"kind": 201}'),
    ])
  })

  it('does not start where a port is taken, and says so; nor twice, nor again', async () => {
    const first = await started()
    const second = new RpcService({ subscriberPort: 0, commandPort: first.commandPort })
    open.push(second)
    expect(await rejectionOf(second.start())).to.include({ code: 'rpc-in-use', retryable: true })
    expect(await rejectionOf(first.start())).to.include({ code: 'rpc-started' })
    await first.stop()
    expect(await rejectionOf(first.start())).to.include({ code: 'rpc-started' })
    expect(first.sendString(4001, 'x')).to.equal(false)
    // Its port is free as soon as it has stopped.
    await second.start()
    const nowhere = new RpcService({ ...FREE, host: '203.0.113.1' })
    expect(await rejectionOf(nowhere.start())).to.include({ code: 'rpc-cannot-bind' })
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  })

  it('is none where it is not enabled, and wants options that make sense', () => {
    expect(createApiService({ rpc: { enable: false } })).to.equal(undefined)
    expect(createApiService({ rpc: FREE })).to.be.instanceOf(RpcService)
    for (const rpc of [
      { subscriberPort: -1 },
      { commandPort: 65_536 },
      { subscriberPort: 5000, commandPort: 5000 },
      { host: 'everywhere' },
      { heartbeatInterval: 0 },
    ]) {
      expect(() => createApiService({ rpc }))
        .to.throw()
        .with.property('code', 'rpc-bad-option')
    }
  })
})

/** The delegate that was asked when the vectors were captured. */
function asTheReference({
  command,
  customCommand,
}: {
  command: number
  customCommand: number
}): ApiCommandRequestResponse {
  switch (command) {
    case 0:
      return { result: 100, data: { seen: true } }
    case 100:
      return { result: 201 }
    case 110:
      return { result: 400, errorCode: 17, errorMessage: 'no acquisition is running' }
    case 210:
      throw new Error('cannot resume_now: not stopped')
    case 300:
      return {
        result: 100,
        data: {
          device_id: '000000',
          configuration_location: `${HOME}/Autotrainer`,
          data_location: `${HOME}/Documents/RawDataLocal`,
          animal_location: `${HOME}/Autotrainer/animals`,
          log_location: `${HOME}/Documents/RawDataLocal/logs`,
          inference_model: `${HOME}/Autotrainer/inference_model`,
        },
      }
    case 400:
      return {
        result: 100,
        data: { app_status: 0, training_mode: 100, animal_id: '123456' },
        errorMessage: 'This is an error message',
      }
    default:
      return customCommand === 7
        ? { result: 100, data: () => undefined }
        : { result: 100, data: { custom_command: customCommand, echo: null } }
  }
}

/** As a program of Python has it: `object_id`. */
function snakeOf(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object')
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      each,
    ]),
  )
}
