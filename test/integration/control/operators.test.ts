/** The door of operators: who gets in by it, and what becomes of those who are in when keys change. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { Connections, connectionTo } from '../../../apps/quorate/console/connections.js'
import { Session } from '../../../apps/quorate/console/session.js'
import { ActorCommand, ApiCommand, ApiEventKind, operatorDoor, rpcDoor } from '../../../control/index.js'
import {
  issueKeys,
  keyFolderAt,
  listKeys,
  type Role,
  readTrust,
  revokeKeys,
  rotateAppKey,
  rotateKeys,
} from '../../../ports/security/index.js'
import { actor, app, Component, type Door, type RunningActor } from '../../../runtime/index.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { Conditions } from '../../support/conditions.js'
import { EventLog } from '../../support/events.js'
import { eventually } from '../../support/eventually.js'
import { opened } from '../../support/opened-door.js'
import { sightingOf } from '../../support/sighting.js'

class Pump extends Component {
  readonly rate = this.property('rate', z.number(), { value: 1, writable: true })
  readonly halt = this.command('halt', undefined, () => this.event(ApiEventKind.EMERGENCY_STOP))
}

describe('the door of operators', function () {
  this.timeout(60_000)
  const actors = new ActorsForTests()
  const closing: (() => unknown)[] = []
  let name = ''
  let folder = ''
  /** A copy of the keys where there is no app key: none is made there. */
  let apart = ''
  let log = new EventLog()

  beforeEach(async () => {
    name = uniqueApp()
    log = new EventLog()
    folder = await mkdtemp(join(tmpdir(), 'quorate-keys-'))
    apart = join(folder, 'apart')
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
    await rm(folder, { recursive: true })
  })

  async function rig(...doors: readonly Door[]): Promise<RunningActor> {
    const definition = app(name, { actors: { Rig: actor({ components: () => ({ pump: Pump }) }) } })
    const options = { keys: join(folder, 'keys'), operators: operatorDoor(), discovery: 'static:' }
    return actors.start(definition, 'Rig', { ...options, doors, sink: log })
  }

  const keys = () => keyFolderAt(join(folder, 'keys'))

  /** Of any actor in this role, in a folder without the app key. */
  async function carried(role: Role): Promise<string> {
    await issueKeys(keys(), { app: name, actors: ['*'], role, nowMs: Date.now() })
    await cp(keys().path, apart, { recursive: true })
    for (const file of ['app.key', join('actors', 'Rig.key')]) await rm(join(apart, file))
    return apart
  }

  /** The serials of keys in this role. */
  async function serialsOf(role: Role): Promise<string[]> {
    const trust = (await readTrust(keys())) ?? expect.fail('no trust')
    const { keys: all } = await listKeys(keys(), trust, Date.now())
    return all.filter(({ roles }) => roles.includes(role)).map(({ serial }) => serial)
  }

  /** A console that commands the actor, and what it says of its connection. */
  async function consoleOf({ directory }: RunningActor, from: string) {
    const said: string[] = []
    const conditions = new Conditions()
    const heard = new EventLog()
    const connections = new Connections({
      ...{ discovery: `static:${directory}`, interfaces: [], keys: from, app: name, waitMs: 5000 },
      notice: () => undefined,
      event: ({ value }) => heard.write(JSON.stringify(value)),
      told: (text) => {
        said.push(text)
        conditions.changed()
      },
    })
    closing.push(() => connections.close())
    const session = new Session({
      connections,
      columns: () => 80,
      showEvents: () => undefined,
      lineBegins: () => undefined,
      used: () => undefined,
      waitFor: async () => false,
    })
    expect(await session.run('use Rig')).to.include({ exitCode: 0 })
    expect(await session.run('get rate')).to.deep.equal({ exitCode: 0, value: 1 })
    const says = (text: string, times = 1): Promise<void> =>
      conditions.until(() => said.filter((each) => each.includes(text)).length >= times)
    return { session, says, said, heard }
  }

  for (const role of ['operator', 'actor'] as const) {
    it(`lets in a key with the role ${role}`, async () => {
      const running = await rig()
      const { client } = connectionTo(await sightingOf(running.directory, await carried(role)))
      closing.push(() => client.close())
      expect(await client.run(ApiCommand.GET_STATUS)).to.include({ result: 100 })
    })
  }

  it('lets in no viewer, who is told so at once; the actor says who it was', async () => {
    const running = await rig()
    const { client } = connectionTo(await sightingOf(running.directory, await carried('viewer')))
    closing.push(() => client.close())
    const refusal = await rejectionOf(client.run(ApiCommand.GET_STATUS))
    expect(refusal).to.include({ code: 'rpc-refused', retryable: false })
    expect(refusal.message).to.match(/does not let this key in; commands take that of an operator/)
    expect(await log.saying('was not let in at commands')).to.include({ code: 'wrong-role' })
  })

  it('is the only one for commands of groups: by one in clear text they are refused', async () => {
    const door = opened(rpcDoor({ subscriberPort: 0, commandPort: 0 }))
    const running = await rig(door)
    const clear = door.client()
    const { client } = connectionTo(await sightingOf(running.directory, keys().path))
    closing.push(() => Promise.all([clear, client].map((each) => each.close())))
    expect(await clear.run(ApiCommand.GET_STATUS)).to.include({ result: 100 })
    const group = 'Cell.north'
    for (const [customCommand, data] of [
      [ActorCommand.GROUP_TRANSFER, { group }],
      [ActorCommand.GROUP_VOTE, { group, topic: 'go' }],
    ] as const) {
      const wanted = { customCommand, data }
      const refused = await clear.run(ApiCommand.USER_DEFINED, wanted)
      expect(refused).to.include({ result: 400, errorKind: 2, errorCode: 9 })
      // It gets further, to a group that the actor has not joined.
      expect(await client.run(ApiCommand.USER_DEFINED, wanted)).to.include({ errorCode: 6 })
    }
  })

  it('opens elsewhere where keys are rotated; a console finds it there by itself, and says so', async () => {
    const running = await rig()
    const { session, says, heard } = await consoleOf(running, keys().path)
    const { client } = connectionTo(await sightingOf(running.directory, keys().path))
    closing.push(() => client.close())
    await client.connected()
    const former = [...(await serialsOf('actor')), ...(await serialsOf('operator'))]
    await rotateKeys(keys(), name, [], Date.now())
    await says('the connection to Rig is broken; it is looked for again')
    await says('commands go to Rig again')
    expect(await session.run('set rate 2')).to.include({ exitCode: 0 })
    // A client knows one address alone: whoever has one asks anew.
    await eventually(() => !client.isConnected, 'it is cut')
    const anew = connectionTo(await sightingOf(running.directory, keys().path))
    closing.push(() => anew.client.close())
    expect(await anew.client.run(ApiCommand.GET_STATUS)).to.include({ result: 100 })
    // With the keys of before, it is not let in now.
    await revokeKeys(keys(), name, former, Date.now())
    await says('commands go to Rig again', 2)
    expect(await session.run('get rate')).to.deep.equal({ exitCode: 0, value: 2 })
    expect(await session.run('pump.halt')).to.include({ exitCode: 0 })
    await heard.event(({ kind }) => kind === ApiEventKind.EMERGENCY_STOP)
  })

  it('opens elsewhere where the app key is another, for those who trust that by then', async () => {
    const running = await rig()
    const far = await consoleOf(running, await carried('operator'))
    const near = await consoleOf(running, keys().path)
    await rotateAppKey(keys(), name, [], { nowMs: Date.now() })
    await near.says('commands go to Rig again')
    expect(await near.session.run('get rate')).to.include({ exitCode: 0 })
    await far.says('Rig is not reached: ')
    expect(await far.session.run('get rate')).to.include({ exitCode: 3 })
    await cp(keys().anchors, keyFolderAt(apart).anchors)
    expect(await far.session.run('get rate')).to.include({ exitCode: 0 })
    expect(far.said.at(-1)).to.equal('commands go to Rig again')
  })

  it('cuts who is revoked, and lets it in no more', async () => {
    const running = await rig()
    const { session, says, said } = await consoleOf(running, await carried('operator'))
    const { client } = connectionTo(await sightingOf(running.directory, apart))
    closing.push(() => client.close())
    await client.connected()
    await revokeKeys(keys(), name, await serialsOf('operator'), Date.now())
    await says('Rig is not reached: ')
    expect(said.at(-1)).to.match(/revoked/)
    const again = await session.run('get rate')
    expect(again.problem).to.match(/revoked/)
    expect(again.exitCode).to.equal(3)
    await eventually(() => !client.isConnected, 'the other one is cut, too')
    const sighting = await sightingOf(running.directory, apart)
    expect(sighting.status).to.equal(undefined)
    expect(() => connectionTo(sighting)).to.throw(/takes no commands here: .*revoked/)
  })
})
