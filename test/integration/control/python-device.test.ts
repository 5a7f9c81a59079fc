import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { z } from 'zod'
import { ApiCommand, type ApiMessage, ApiTopic, RpcClient } from '../../../control/index.js'
import { rejectionOf } from '../../rejection.js'
import { cliForTests } from '../../support/cli.js'
import { needed } from '../../support/needed.js'
import { pythonCommand, pythonForTests, pythonZmqMissing } from '../../support/python-zmq.js'
import { commandVectors } from '../../unit/control/vectors.js'
import { DELICATE, HEARTBEAT_S, pythonProgram } from './python-programs.js'
import { RawConsole } from './raw-console.js'

describe('a device in Python', function () {
  this.timeout(30_000)
  const python = pythonForTests()
  const cli = cliForTests()
  const closing: { close(): void }[] = []
  const listening = z.object({ subscriber: z.number(), command: z.number() })
  const asked = z.object({
    command: z.number(),
    custom_command: z.number(),
    nonce: z.number(),
    data: z.unknown(),
  })

  before(function () {
    needed(this, pythonZmqMissing())
  })
  afterEach(() => {
    for (const each of closing.splice(0)) each.close()
  })

  async function started() {
    const device = python(pythonProgram('device.py'), HEARTBEAT_S)
    const { subscriber: subscriberPort, command: commandPort } = await device.next(listening)
    return { device, subscriberPort, commandPort }
  }

  /** With a client that hears all that is published, and what it hears, without heartbeats. */
  async function commanded() {
    const { device, ...ports } = await started()
    const client = new RpcClient(ports)
    closing.push(client)
    const stream = client.events()
    await stream.next()
    const heard = async (): Promise<ApiMessage> => {
      for (;;) {
        const { value, done } = await stream.next()
        if (done) throw new Error('the client was closed')
        if (value.topic !== ApiTopic.HEARTBEAT) return value
      }
    }
    return { device, client, heard }
  }

  it('alters texts, and answers, as 0.9.7 was seen to', async () => {
    const [program, ...options] = pythonCommand()
    const doctest = [...options, '-m', 'doctest', pythonProgram('mangling.py')]
    execFileSync(program, doctest, { stdio: ['ignore', 'inherit', 'inherit'] })
    const console = new RawConsole(await started())
    closing.push(console)
    for (const { request, reply: known, title } of commandVectors) {
      expect((await console.ask(request)).toString(), title).to.equal(known.toString())
    }
  })

  it('gets what an RpcClient sends unaltered', async () => {
    const { device, client } = await commanded()
    const custom = { customCommand: 9, data: { ...DELICATE, maxURL: 3, snake_key: 'X' } }
    const answer = await client.request(ApiCommand.USER_DEFINED, { ...custom, nonce: 2 ** 31 })
    expect(answer).to.include({ nonce: 2 ** 31, result: 100 })
    // Names of members are looked for with underscores there.
    const { animalId, ...rest } = custom.data
    const data = { animal_id: animalId, ...rest }
    expect(await device.next(asked)).to.deep.equal({
      ...{ command: 99_999, custom_command: 9, nonce: 2 ** 31 },
      data,
    })
    for (const value of ['1E5', 'A-_b', '\u2028 \ud83d', { Ünï: -0.5 }, [[-1]], 1e21, 'x'.repeat(50_000)]) {
      await client.request(ApiCommand.USER_DEFINED, { data: { value } })
      expect((await device.next(asked)).data, JSON.stringify(value)).to.deep.equal({ value })
    }
    // Its answer to -1 would be one to 1.
    expect(await rejectionOf(client.request(0, { nonce: -1 }))).to.include({ code: 'rpc-bad-option' })
  })

  it('gives each answer to who asked, altered as it is', async () => {
    const { client } = await commanded()
    const nonces = Array.from({ length: 20 }, (_, at) => at)
    const answers = await Promise.all(
      nonces.map((nonce) => client.request(ApiCommand.USER_DEFINED, { nonce, data: { n: [nonce, -1] } })),
    )
    for (const [nonce, answer] of answers.entries()) {
      expect(answer).to.deep.include({ nonce, result: 100, errorKind: 0 })
      expect(answer.data).to.deep.equal({ customCommand: 1, echo: { n: [nonce, 1] } })
    }
    const failed = await client.run(ApiCommand.STOP_ACQUISITION)
    expect(failed).to.include({ result: 400, errorKind: 2, errorCode: 17 })
    const thrown = await client.run(ApiCommand.EMERGENCY_RESUME)
    expect(thrown).to.include({ result: 500, errorMessage: 'cannotresumeNow:notstopped' })
    const unencodable = await client.run(ApiCommand.USER_DEFINED, { customCommand: 7 })
    expect(unencodable).to.include({ result: 100, data: null, errorKind: 1 })
  })

  it('tells an RpcClient the results of commands that take a while', async () => {
    const { client } = await commanded()
    const both = await Promise.all([client.run(100), client.run(100)])
    for (const result of both) {
      expect(result).to.deep.include({ result: 100, command: 100, data: { outputPath: '/data/run_1' } })
    }
    expect(await client.request(100)).to.include({ result: 201, data: null })
  })

  it('has numbers that are none in what it answers and publishes, which are null', async () => {
    const { device, client, heard } = await commanded()
    const answer = await client.request(ApiCommand.USER_DEFINED, { customCommand: 8 })
    expect(answer).to.deep.include({ result: 100, data: { level: null, text: 'NaN"NaN' } })
    device.say('{"event": 1501, "context": {"low": -Infinity, "high": [Infinity, NaN]}}')
    expect((await heard()).value).to.deep.include({ context: { low: null, high: [null, null] } })
  })

  it('is heard: events as they are, emergencies once', async () => {
    const { device, client, heard } = await commanded()
    device.say({ event: 101, context: { reason_given: 'door_open - A' } })
    device.say({ event: 1501, context: { pellet_id: -3, at: 1e-7 } })
    device.say({ topic: ApiTopic.PROPERTY_CHANGE, message: { object_id: 'pump_1', new_value: -2 } })
    const emergency = await heard()
    expect(emergency.topic).to.equal(ApiTopic.EMERGENCY)
    expect(emergency.value).to.deep.include({ kind: 101, context: { reasonGiven: 'door_open - A' } })
    const event = await heard()
    expect(event.topic).to.equal(ApiTopic.EVENT)
    expect(event.value).to.deep.include({ kind: 1501, context: { pelletId: -3, at: 1e-7 } })
    expect((await heard()).value).to.deep.equal({ objectId: 'pump_1', newValue: -2 })
    await client.request(ApiCommand.EMERGENCY_STOP)
    device.say({ event: 202 })
    expect((await heard()).topic).to.equal(ApiTopic.EMERGENCY)
    expect((await heard()).value).to.include({ kind: 202 })
  })

  it('is commanded by quorate console', async () => {
    const { device, subscriberPort, commandPort } = await started()
    const at = `127.0.0.1:${subscriberPort}:${commandPort}`
    const lines = 'config; start; send 99999 custom=9 animalId="Mouse 12 A-B"; emergency stop; stop; status'
    const end = await cli.run(['console', at, '--json', '--exec', lines])
    expect(end.stderr.join()).to.match(/--exec:5: FAILED, error 17: noacquisitionisrunning/)
    expect(end.code).to.equal(1)
    const values = end.stdout.map((line) => z.object({ value: z.unknown() }).parse(JSON.parse(line)).value)
    expect(values[0]).to.include({ deviceId: '000000' })
    expect(values.slice(1)).to.deep.equal([
      { outputPath: '/data/run_1' },
      { customCommand: 9, echo: { animalId: 'Mouse12AB' } },
      null,
      null,
    ])
    const both = 'emergency stop; wait emergency-stop 5; start; wait command-result 5'
    expect(await cli.run(['console', at, '--exec', both])).to.include({ code: 0 })
    const custom = asked.refine(({ custom_command: number }) => number === 9)
    expect((await device.next(custom)).data).to.deep.equal({ animal_id: 'Mouse 12 A-B' })
  })
})
