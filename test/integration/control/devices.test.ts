import Bonjour, { type Service } from 'bonjour-service'
import { expect } from 'chai'
import { findDevices, rpcDoor } from '../../../control/index.js'
import { loopbackInterface } from '../../../discovery/index.js'
import { actor, app, Component, type RunningActor } from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'
import { Conditions } from '../../support/conditions.js'

class Pump extends Component {
  readonly prime = this.command('prime', undefined, () => undefined)
}

const interfaces = [loopbackInterface()].flatMap((choice) => choice ?? [])

/** The services of devices that a plain browser sees, or one that publishes them. */
class Neighbour {
  readonly up = new Map<string, Service>()
  readonly #conditions = new Conditions()
  readonly #bonjour: Bonjour

  constructor() {
    const socket = { type: 'udp4', interface: '127.0.0.1', bind: '0.0.0.0' }
    this.#bonjour = new Bonjour(socket, () => undefined)
    const browser = this.#bonjour.find({ type: 'autotrainer' })
    browser.on('up', (service: Service) => {
      this.up.set(service.name, service)
      this.#conditions.changed()
    })
    browser.on('down', ({ name }: Service) => {
      this.up.delete(name)
      this.#conditions.changed()
    })
  }

  publish(name: string, txt: Record<string, string>): void {
    this.#bonjour.publish({ name, type: 'autotrainer', port: 5555, txt, probe: false })
  }

  until(condition: () => boolean): Promise<void> {
    return this.#conditions.until(condition)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#bonjour.unpublishAll(() => this.#bonjour.destroy(resolve)))
  }
}

describe('findDevices()', function () {
  this.timeout(30_000)
  const actors = new ActorsForTests()
  const cli = cliForTests()
  let neighbour: Neighbour
  beforeEach(() => {
    neighbour = new Neighbour()
  })
  afterEach(() => neighbour.close())

  /** Its name is of this test only: others advertise at the same time. */
  async function advertised(): Promise<{ readonly name: string; readonly running: RunningActor }> {
    const name = uniqueApp()
    const definition = app(name, { actors: { [name]: actor({ components: () => ({ pump: Pump }) }) } })
    const door = rpcDoor({ subscriberPort: 0, commandPort: 0, advertise: true })
    const sink = { write: () => undefined }
    const options = { discovery: 'static:', doors: [door], insecure: true, sink }
    return { name, running: await actors.start(definition, name, options) }
  }

  it('finds those whose images advertise them, by the ports of their TXT record', async () => {
    const name = uniqueApp()
    neighbour.publish(`${name}-1`, { Subscriber: '5556', Command: '5557' })
    neighbour.publish(`${name}-2`, { subscriber: '1', COMMAND: '65535' })
    neighbour.publish(`${name}-3`, { Subscriber: '5556' })
    neighbour.publish(`${name}-4`, { Subscriber: '5556', Command: '65536' })
    await neighbour.until(() => [...neighbour.up.keys()].filter((each) => each.startsWith(name)).length === 4)
    const devices = await findDevices({ interfaces })
    expect(devices.filter((each) => each.name.startsWith(name))).to.deep.equal([
      { name: `${name}-1`, host: '127.0.0.1', subscriber: 5556, command: 5557 },
      { name: `${name}-2`, host: '127.0.0.1', subscriber: 1, command: 65_535 },
    ])
  })

  it('finds actors with a door that is advertised, until they stop', async () => {
    const { name, running } = await advertised()
    const isMine = (each: { readonly name: string }): boolean => each.name.startsWith(name)
    const [device, ...others] = (await findDevices({ interfaces })).filter(isMine)
    expect(others).to.deep.equal([])
    expect(device).to.include({ host: '127.0.0.1', id: running.id, name: `${name}-${running.id}` })
    await neighbour.until(() => [...neighbour.up.values()].some(isMine))
    const seen = [...neighbour.up.values()].find(isMine)
    const { subscriber, command } = device ?? {}
    expect(seen?.txt).to.deep.include({ Subscriber: String(subscriber), Command: String(command) })
    expect(seen?.port).to.equal(command)
    await running.stop()
    await neighbour.until(() => ![...neighbour.up.values()].some(isMine))
  })

  it('is how a console finds them, each once, though it is an actor that it sees, too', async () => {
    const name = uniqueApp()
    const file = cli.file(
      'pumps.ts',
      `import { actor, app, Component } from 'quorate'
      class Pump extends Component {
        prime = this.command('prime', undefined, () => undefined)
      }
      export default app('${name}', { actors: { Rig: actor({ components: () => ({ pump: Pump }) }) } })`,
    )
    const run = cli.start(['run', file, '--json', '--rpc', '0:0'])
    await run.until(() => run.events.some(({ event }) => event === 'ready'), 'ready')
    const id = String(run.events.find(({ event }) => event === 'ready')?.id)
    await neighbour.until(() => [...neighbour.up.keys()].some((each) => each.includes(id)))
    const done = await cli.run(['console', '--app', name, '--exec', 'actors'])
    expect(done.stdout.filter((line) => line.includes(id))).to.have.length(1)
    expect(done.stdout.join('\n')).to.match(new RegExp(`Rig +.*${id}`))
  })
})
