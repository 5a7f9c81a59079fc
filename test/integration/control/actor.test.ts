import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { connectionTo } from '../../../apps/quorate/console/connections.js'
import {
  ActorCommand,
  ApiCommand,
  type ApiMessage,
  ApiTopic,
  operatorDoor,
  type RpcClient,
  rpcDoor,
} from '../../../control/index.js'
import { actor, app, Component, type Door, type RunningActor } from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { opened } from '../../support/opened-door.js'
import { sightingOf } from '../../support/sighting.js'

class Pump extends Component {
  readonly rate = this.property('rate', z.number().min(0), {
    value: 1,
    writable: true,
    description: 'litres a minute',
    onChange: (now) => {
      if (now === 13) throw new Error('thirteen is bad luck')
    },
  })
  readonly serial = this.property('serial', z.string(), { value: 'P-0_1' })
  readonly prime = this.command('prime', z.object({ seconds: z.number() }), async ({ seconds }) => {
    this.rate.value = 5
    this.rate.value = 2
    return { litres: seconds * this.rate.value }
  })
  readonly halt = this.command('halt', undefined, () => this.event(9100, { Why: 'a_b' }), { code: 200 })
  readonly fail = this.command('fail', undefined, () => {
    throw new Error('not - now')
  })
  readonly slow = this.command('slow', undefined, () => new Promise((resolve) => setTimeout(resolve, 1500)))
}

const own = (customCommand: number, data?: unknown) => ({
  customCommand,
  ...(data === undefined ? {} : { data }),
})

describe('an actor that takes commands', () => {
  const actors = new ActorsForTests()
  const keys = mkdtempSync(join(tmpdir(), 'quorate-control-'))
  const clients: RpcClient[] = []
  const door = () => opened(rpcDoor({ subscriberPort: 0, commandPort: 0, heartbeatInterval: 1000 }))

  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
  })
  after(() => rmSync(keys, { recursive: true, force: true }))

  async function start(doors: readonly Door[], options: object = { insecure: true }): Promise<RunningActor> {
    const definition = app(uniqueApp(), { actors: { Rig: actor({ components: () => ({ pump: Pump }) }) } })
    return actors.start(definition, 'Rig', {
      discovery: 'static:',
      doors,
      sink: { write: () => undefined },
      ...options,
    })
  }

  async function pumped(): Promise<RpcClient> {
    const open = door()
    await start([open])
    const client = open.client()
    clients.push(client)
    await client.connected()
    return client
  }

  it('tells what it can be commanded', async () => {
    const client = await pumped()
    const { data } = await client.request(ApiCommand.USER_DEFINED, own(ActorCommand.DESCRIBE))
    expect(data).to.have.nested.property('commands[0].schema.properties.seconds.type', 'number')
    expect(data).to.have.nested.property('commands[1].code', 200)
    expect(data).to.deep.nested.include({
      'properties[0].value': 1,
      'properties[0].writable': true,
      'properties[1].name': 'serial',
    })
  })

  it('runs commands, by name and by number, and gives what they give', async () => {
    const client = await pumped()
    const stream = client.events()
    const called = await client.request(
      ApiCommand.USER_DEFINED,
      own(ActorCommand.CALL, { name: 'pump.prime', args: { seconds: 3 } }),
    )
    expect(called).to.deep.include({ result: 100, data: { litres: 6 } })
    expect((await stream.next()).value).to.deep.include({
      topic: ApiTopic.PROPERTY_CHANGE,
      value: { objectId: 'pump', propertyName: 'rate', newValue: 2, oldValue: 1 },
    })
    expect(await client.request(ApiCommand.EMERGENCY_STOP)).to.include({ result: 100, command: 200 })
    const { value }: { value: ApiMessage | undefined } = await stream.next()
    expect(value?.value).to.deep.include({ kind: 9100, context: { Why: 'a_b' } })
  })

  it('refuses, with a number and a reason', async () => {
    const client = await pumped()
    const refusals: [number, number, unknown][] = [
      [1, ActorCommand.CALL, { name: 'pump.nothing' }],
      [4, ActorCommand.CALL, { name: 'pump.prime', args: { seconds: 'x' } }],
      [4, ActorCommand.CALL, { nome: 'x' }],
      [1, 4711, undefined],
      [2, ActorCommand.GET, { name: 'level' }],
      [5, ActorCommand.SET, { name: 'serial', value: 'x' }],
      [4, ActorCommand.SET, { name: 'rate', value: -1 }],
      [6, ActorCommand.GROUP_TRANSFER, { group: 'Cell.north' }],
    ]
    for (const [errorCode, custom, data] of refusals) {
      const reply = await client.request(ApiCommand.USER_DEFINED, own(custom, data))
      expect(reply, JSON.stringify(data)).to.include({ errorCode, errorKind: 2 })
      expect(reply.errorMessage).to.be.a('string')
    }
    expect(await client.request(ApiCommand.START_ACQUISITION)).to.include({ result: 0, errorCode: 1 })
    const failed = await client.request(ApiCommand.USER_DEFINED, own(ActorCommand.CALL, { name: 'fail' }))
    expect(failed).to.include({ result: 500, errorKind: 2, errorMessage: 'not - now' })
  })

  it('sets properties, unless the component objects', async () => {
    const client = await pumped()
    const set = (value: number) =>
      client.request(ApiCommand.USER_DEFINED, own(ActorCommand.SET, { name: 'rate', value }))
    const get = () => client.request(ApiCommand.USER_DEFINED, own(ActorCommand.GET, { name: 'pump.rate' }))
    expect(await set(7)).to.include({ result: 100 })
    expect(await get()).to.include({ data: 7 })
    expect(await set(13)).to.include({ result: 500, errorMessage: 'thirteen is bad luck' })
    expect(await get()).to.include({ data: 7 })
  })

  it('tells the result of a slow command later, and takes others of other components meanwhile', async () => {
    const client = await pumped()
    const stream = client.events()
    const slow = client.run(ApiCommand.USER_DEFINED, own(ActorCommand.CALL, { name: 'slow' }))
    expect(await client.request(ApiCommand.GET_STATUS)).to.deep.include({ result: 100 })
    expect(await slow).to.include({ result: 100 })
    expect((await stream.next()).value).to.include({ topic: ApiTopic.COMMAND_RESULT })
  })

  it('answers what every manager asks', async () => {
    const client = await pumped()
    expect(await client.request(ApiCommand.NONE)).to.include({ result: 100, data: null })
    const { data } = await client.request(ApiCommand.GET_CONFIGURATION)
    expect(data).to.include({ actor: 'Rig', applicationVersion: '' })
    expect((await client.request(ApiCommand.GET_STATUS)).data).to.include({ actor: 'Rig', pid: process.pid })
  })

  it('says that it stops, to the last moment', async () => {
    const open = door()
    const running = await start([open])
    const client = open.client()
    clients.push(client)
    await client.connected()
    const stream = client.events()
    await client.request(ApiCommand.EMERGENCY_STOP)
    expect((await stream.next()).value?.value).to.deep.include({ kind: 9100 })
    await running.stop()
    expect((await stream.next()).value?.value).to.deep.include({ kind: 202 })
  })

  it('lets in who may command by its key, and opens for the first of them', async function () {
    this.timeout(20_000)
    const running = await start([], { keys, operators: operatorDoor() })
    const sighting = await sightingOf(running.directory, keys)
    expect(sighting.status?.doors).to.have.length(1)
    const { client } = connectionTo(sighting)
    clients.push(client)
    const reply = await client.run(ApiCommand.USER_DEFINED, own(ActorCommand.SET, { name: 'rate', value: 3 }))
    expect(reply).to.include({ result: 100 })
  })
})
