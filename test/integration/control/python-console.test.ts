import { expect } from 'chai'
import { z } from 'zod'
import {
  ActorCommand,
  ApiCommand,
  type ApiCommandRequest,
  type ApiCommandRequestResponse,
  ApiTopic,
  type CommandRequestDelegate,
  createApiService,
  rpcDoor,
} from '../../../control/index.js'
import { actor, app, Component } from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'
import { deferred } from '../../support/eventually.js'
import { needed } from '../../support/needed.js'
import { opened } from '../../support/opened-door.js'
import { type PythonProgram, pythonForTests, pythonZmqMissing } from '../../support/python-zmq.js'
import { DELICATE, HEARTBEAT_S, pythonProgram } from './python-programs.js'
import type { Where } from './raw-console.js'

const FREE = { subscriberPort: 0, commandPort: 0, heartbeatInterval: HEARTBEAT_S }

const beat = z.object({ topic: z.literal('e9030000'), value: z.object({ version: z.literal('0.9.7') }) })
const published = z.object({ topic: z.string(), body: z.string(), value: z.unknown() })
const news = published.refine(({ topic }) => topic !== 'e9030000')
const reply = z.object({ reply: z.string(), value: z.record(z.string(), z.unknown()) })

describe('a console in Python', function () {
  this.timeout(30_000)
  const python = pythonForTests()
  const stopping: (() => Promise<void>)[] = []

  before(function () {
    needed(this, pythonZmqMissing())
  })
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop()
  })

  /** Hears all that is published: heartbeats are what it subscribes to last. */
  async function consoleOf({ subscriberPort, commandPort }: Where): Promise<PythonProgram> {
    const { HEARTBEAT, EMERGENCY, EVENT, PROPERTY_CHANGE, COMMAND_RESULT } = ApiTopic
    const topics = [EMERGENCY, EVENT, PROPERTY_CHANGE, COMMAND_RESULT, HEARTBEAT]
    const console = python(pythonProgram('remote_console.py'), subscriberPort, commandPort, ...topics)
    await console.next(beat)
    return console
  }

  /** A console at a service that answers so, and what commands came to that. */
  async function serving(answer: CommandRequestDelegate = () => ({ result: 100 })) {
    const service = createApiService({ rpc: FREE })
    if (!service) throw new Error('it is enabled')
    const seen: ApiCommandRequest[] = []
    service.commandRequestDelegate = (request) => {
      seen.push(request)
      return answer(request)
    }
    stopping.push(() => service.stop())
    await service.start()
    return { service, seen, console: await consoleOf(service) }
  }

  async function answerTo(console: PythonProgram, line: unknown) {
    console.say(line)
    return console.next(reply)
  }

  it('has its commands of every kind carried out, and reads every answer', async () => {
    const { seen, console } = await serving(({ data }) => ({ result: 100, data }))
    for (const command of Object.values(ApiCommand)) {
      const { value } = await answerTo(console, { command, customCommand: 7, nonce: -1, data: DELICATE })
      expect(value).to.deep.include({ nonce: -1, command, result: 100, errorKind: 0, data: DELICATE })
      const request = { command, customCommand: 7, nonce: -1, data: DELICATE, given: command }
      expect(seen.pop()).to.deep.equal(request)
    }
    const { reply: text } = await answerTo(console, '{"command": 0, "data": {"a": 1e-07, "b_C": "A b"}}')
    expect(text).to.equal(
      '{"nonce":0,"command":0,"result":100,"data":{"a":1e-07,"b_C":"A b"},' +
        '"errorKind":0,"errorCode":0,"errorMessage":null}',
    )
    await answerTo(console, '{"command": 100.0, "custom_command": 8, "nonce": 3}')
    expect(seen.pop()).to.include({ command: 100, customCommand: 8, nonce: 3, data: null })
  })

  it('hears the result of a command that takes a while', async () => {
    const done = deferred<ApiCommandRequestResponse>()
    const { service, console } = await serving(({ command, nonce }) => {
      if (command === 110) return done.promise
      setImmediate(() => service.sendJson(ApiTopic.COMMAND_RESULT, { result: 100, command, nonce }))
      return { result: 201 }
    })
    const begun = await answerTo(console, { command: 100, nonce: 4 })
    expect(begun.value).to.include({ nonce: 4, result: 201 })
    expect(await console.next(news)).to.deep.include({
      topic: '71170000',
      value: { result: 100, command: 100, nonce: 4 },
    })
    const pending = await answerTo(console, { command: 110, nonce: -1 })
    expect(pending.value).to.include({ nonce: -1, result: 201 })
    done.resolve({ result: 400, data: { path: '/data/run_1 A' }, errorCode: 17, errorMessage: 'Not - now' })
    const rest = { errorCode: 17, errorMessage: 'Not - now', command: 110, nonce: -1 }
    expect(await console.next(news)).to.deep.include({
      topic: '71170000',
      value: { result: 400, data: { path: '/data/run_1 A' }, ...rest },
    })
  })

  it('hears events, and emergencies before their events', async () => {
    const { service, console } = await serving()
    service.sendDict(ApiTopic.EVENT, { kind: 1501, when: new Date(1500), index: 2n ** 60n, context: null })
    service.sendEvent(101, { reason: 'door_open - Ä' })
    service.sendDict(ApiTopic.PROPERTY_CHANGE, { object_id: 'pump_1', new_value: -2 })
    service.sendString(ApiTopic.EVENT, 'plain é')
    const event = await console.next(news)
    expect(event.topic).to.equal('a10f0000')
    expect(event.body).to.equal('{"kind": 1501, "when": 1.5, "index": 1152921504606846976, "context": null}')
    const [emergency, copy] = [await console.next(news), await console.next(news)]
    expect([emergency.topic, copy.topic]).to.deep.equal(['d1070000', 'a10f0000'])
    expect(emergency.body).to.equal(copy.body)
    expect(emergency.value).to.deep.include({ kind: 101, context: { reason: 'door_open - Ä' } })
    expect((await console.next(news)).value).to.deep.equal({ objectId: 'pump_1', newValue: -2 })
    expect(await console.next(news)).to.include({ topic: 'a10f0000', body: 'plain é', value: null })
  })

  it('is told what is wrong with each of its commands, and has the next carried out', async () => {
    const { seen, console } = await serving()
    const hex = (text: string) => Buffer.from(text).toString('hex')
    const strange = [
      ...['hello', '', '[]', 'null', '{"nonce":1}', '{"command":[1]}'].map((text) => [hex(text)]),
      ['fffe'],
      [hex('{"command":0}'), hex('more')],
      // Its own json.dumps() writes what is no JSON.
      '{"command": 0, "data": NaN}',
      '{"command": 0, "nonce": 1.5}',
      '{"Command": 0}',
    ]
    for (const [nonce, line] of strange.entries()) {
      const { value } = await answerTo(console, line)
      expect(value, JSON.stringify(line)).to.include({ result: 0, errorKind: 1 })
      expect(value.errorMessage).to.match(/^this is no command: /)
      expect((await answerTo(console, { command: 100, nonce })).value).to.include({ nonce, result: 100 })
    }
    expect(seen).to.have.length(strange.length)
  })

  describe('at an actor', () => {
    const actors = new ActorsForTests()

    class Pump extends Component {
      readonly rate = this.property('rate', z.number().min(0), { value: 1, writable: true })
      readonly prime = this.command('prime', z.object({ seconds: z.number() }), ({ seconds }) => {
        return { litres: seconds * this.rate.value, why: 'Asked - a_b' }
      })
      readonly halt = this.command('halt', undefined, () => this.event(101, { reason: 'Asked' }), {
        code: 200,
      })
    }

    async function console(): Promise<PythonProgram> {
      const door = opened(rpcDoor(FREE))
      const definition = app(uniqueApp(), { actors: { Rig: actor({ components: () => ({ pump: Pump }) }) } })
      await actors.start(definition, 'Rig', {
        discovery: 'static:',
        insecure: true,
        sink: { write: () => undefined },
        doors: [door],
      })
      return consoleOf(door.ports)
    }

    it('runs commands, sets properties, and hears what happens', async () => {
      const manager = await console()
      const own = (customCommand: number, data: unknown) =>
        answerTo(manager, { command: ApiCommand.USER_DEFINED, customCommand, nonce: -1, data })
      const called = await own(ActorCommand.CALL, { name: 'pump.prime', args: { seconds: 3 } })
      expect(called.value).to.deep.include({ result: 100, data: { litres: 3, why: 'Asked - a_b' } })
      const set = await own(ActorCommand.SET, { name: 'rate', value: 1e-7 })
      expect(set.value).to.include({ nonce: -1, result: 100 })
      expect(await manager.next(news)).to.deep.include({
        topic: '89130000',
        value: { objectId: 'pump', propertyName: 'rate', newValue: 1e-7, oldValue: 1 },
      })
      const refused = await own(ActorCommand.SET, { name: 'rate', value: -1 })
      expect(refused.value).to.include({ result: 400, errorKind: 2, errorCode: 4 })
      expect((await answerTo(manager, { command: 200, nonce: 1 })).value).to.include({ result: 100 })
      const [emergency, event] = [await manager.next(news), await manager.next(news)]
      expect([emergency.topic, event.topic]).to.deep.equal(['d1070000', 'a10f0000'])
      expect(event.value).to.deep.include({ kind: 101, context: { reason: 'Asked' } })
      const asked = await answerTo(manager, { command: ApiCommand.GET_CONFIGURATION })
      expect(asked.value).to.have.nested.include({ 'data.actor': 'Rig', 'data.commands[1].code': 200 })
    })
  })

  describe('at quorate device', () => {
    const cli = cliForTests()

    it('has its commands carried out, and hears results', async () => {
      const ports = ['--subscriber-port', '0', '--command-port', '0']
      const device = cli.start(['device', ...ports, '--heartbeat', String(HEARTBEAT_S), '--json'])
      await device.until(() => device.stderr.length > 0, 'where it listens')
      const [subscriberPort = 0, commandPort = 0] = [
        ...(device.stderr[0] ?? '').matchAll(/127\.0\.0\.1:(\d+)/g),
      ].map(([, port]) => Number(port))
      const console = await consoleOf({ subscriberPort, commandPort })
      const status = await answerTo(console, { command: 400, nonce: 1 })
      expect(status.value).to.have.nested.include({ result: 100, 'data.trainingMode': 100 })
      const begun = await answerTo(console, { command: 100, nonce: 2, data: DELICATE })
      expect(begun.value).to.include({ nonce: 2, result: 201 })
      expect((await console.next(news)).value).to.include({ result: 100, command: 100, nonce: 2 })
      await device.until(() => device.events.length > 1, 'what it was commanded')
      expect(device.events[1]).to.deep.include({ command: 100, nonce: 2, data: DELICATE })
      expect((await answerTo(console, ['ff'])).value).to.include({ result: 0, errorKind: 1 })
      expect((await answerTo(console, { command: 99_999 })).value).to.include({ result: 100 })
    })
  })
})
