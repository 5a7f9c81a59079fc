/** How an actor stops: what it says, and that nothing holds it up or goes on. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { createMemoryNetwork, type Discovery, memoryDiscovery } from '../../../discovery/index.js'
import { app, Component, actor as defineActor, message } from '../../../runtime/index.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { bundled } from '../../support/bundled.js'
import { changed, silent } from '../../support/discoveries.js'
import { EventLog, until } from '../../support/events.js'
import { deferred } from '../../support/eventually.js'

const Reading = message('Reading')

class Source extends Component {
  readonly out = this.pub(Reading)
}

class Sink extends Component {
  readonly in = this.sub(Reading)
}

describe('an actor that stops', function () {
  this.timeout(15_000)
  const actors = new ActorsForTests()
  let log = new EventLog()

  beforeEach(() => {
    log = new EventLog()
  })

  async function start<C extends Component>(
    type: new () => C,
    discovery: Discovery = silent('silent'),
    sink = log,
  ) {
    let it: C | undefined
    class Held extends (type as new () => Component) {
      constructor() {
        super()
        if (this instanceof type) it = this
      }
    }
    const definition = app('lab', { actors: { Actor: defineActor({ components: () => ({ it: Held }) }) } })
    const started = await actors.start(definition, 'Actor', { discovery, sink })
    if (!it) throw new Error('nothing was made')
    return { actor: started, it }
  }

  it('says once that it stops, and once that it stopped', async () => {
    const { actor } = await start(Source)
    await Promise.all([actor.stop(), actor.stop()])
    expect(log.events.map(({ event }) => event)).to.deep.equal(['started', 'ready', 'stopping', 'stopped'])
  })

  it('stops once, though its own hook stops it again', async () => {
    let stop = async (): Promise<void> => undefined
    class Impatient extends Component {
      override onDeactivate(): void {
        void stop()
      }
    }
    const { actor } = await start(Impatient)
    stop = () => actor.stop()
    await actor.stop()
    expect(log.events.map(({ event }) => event)).to.deep.equal(['started', 'ready', 'stopping', 'stopped'])
  })

  it('lets its start end, too, though a hook hangs', async () => {
    class Hanging extends Component {
      override onActivate(): Promise<void> {
        this.log.info('activating')
        return new Promise(() => undefined)
      }
    }
    const started = start(Hanging)
    await log.saying('activating')
    await actors.starting?.stop()
    await started
    expect(log.events.map(({ event }) => event)).not.to.include('ready')
  })

  it('stops though its discovery fails to, and says so', async () => {
    const failing = { ...silent('failing'), stop: () => Promise.reject(new Error('no goodbye')) }
    const { actor } = await start(Source, failing)
    await actor.stop()
    expect((await log.named('error')).msg).to.match(/^the stop of the failing discovery failed: no goodbye/)
    await log.named('stopped')
    // The port is free again.
    const [, port] = actor.directory.split(':')
    const definition = app('lab', { actors: { Actor: defineActor({ components: () => ({ it: Source }) }) } })
    await actors.start(definition, 'Actor', {
      discovery: silent('silent'),
      directoryPort: Number(port),
      sink: new EventLog(),
    })
  })

  it('tells why it could not start, though its discovery fails to stop, too', async () => {
    class Throwing extends Component {
      override onActivate(): void {
        throw new Error('no device')
      }
    }
    const failing = { ...silent('failing'), stop: () => Promise.reject(new Error('no goodbye')) }
    expect(await rejectionOf(start(Throwing, failing))).to.include({ code: 'not-activated' })
  })

  it('takes no news of peers any more once its ports are closed', async () => {
    const network = createMemoryNetwork()
    const leaving = deferred()
    const memory = memoryDiscovery(network)
    const slow = changed(memory, { stop: () => leaving.promise.then(() => memory.stop()) })
    const sink = await start(Sink, slow)
    const control = await start(Sink, memoryDiscovery(network), new EventLog())
    const source = await start(Source, memoryDiscovery(network), new EventLog())
    await until(() => sink.it.in.connected === 1 && control.it.in.connected === 1)
    const stopped = sink.actor.stop()
    await until(() => !sink.it.in.isOpen)
    await source.it.out.reset()
    await until(() => control.it.in.connected === 1 && source.it.out.connected === 1)
    leaving.resolve()
    await stopped
    expect(log.events.filter(({ level }) => level === 'warn' || level === 'error')).to.deep.equal([])
  })

  it('ends a program with 0 where the program stops it, whatever loops still read', async () => {
    const program = fileURLToPath(new URL('./programs/stops-itself.ts', import.meta.url))
    const child = spawn(process.execPath, [bundled(program)], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const [code] = await once(child, 'close')
    expect({ code, errors: /error:.*/.exec(said)?.[0] }).to.deep.equal({ code: 0, errors: undefined })
  })
})
