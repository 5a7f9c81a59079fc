/** What RIAPS tells of its component API, row by row, as it is here. */
import { once } from 'node:events'
import { expect } from 'chai'
import { z } from 'zod'
import { Component, message, OperationError, type PeerEvent } from '../../../runtime/index.js'
import { ActorProcesses } from '../../support/actor-process.js'
import { deferred, eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

const Word = message('Word', z.object({ text: z.string() }))
const Echo = message('Echo', z.object({ text: z.string() }))

class Speaker extends Component {
  readonly word = this.pub(Word)
}

describe('component API', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  it('__init__(), here the constructor, runs before ports work, with the parameters at hand', async () => {
    let thrown: unknown
    class Early extends Component {
      readonly word = this.pub(Word)
      readonly atConstruction = [this.params, this.name]
      constructor() {
        super()
        try {
          this.word.send({ text: 'too early' })
        } catch (error) {
          thrown = error
        }
      }
    }
    const { it } = await actors.start(Early)
    expect(it.atConstruction).to.deep.equal([{}, 'it'])
    expect(thrown).to.be.instanceOf(OperationError).and.to.have.property('code', 'not-open')
  })

  it('self.<port>: a port is an attribute of its component, under its name', async () => {
    const { it } = await actors.start(Speaker)
    expect([it.word.name, it.word.path, it.word.info.kind]).to.deep.equal(['word', 'it.word', 'pub'])
  })

  it('on_<port>(), the handler given to an input port, is called for each message', async () => {
    class Listener extends Component {
      readonly heard: string[] = []
      readonly word = this.sub(Word, ({ text }) => this.heard.push(text))
    }
    const speaker = await actors.start(Speaker)
    const { it } = await actors.start(Listener)
    await it.word.ready()
    await speaker.it.word.ready()
    for (const text of ['a', 'b', 'c']) speaker.it.word.send({ text })
    await eventually(() => it.heard.length === 3, 'three words')
    expect(it.heard.join('')).to.equal('abc')
  })

  it('an exception in a handler is caught and reported, and the component goes on', async () => {
    class Fragile extends Component {
      handled = 0
      readonly tick = this.timer(2, () => {
        if (++this.handled === 1) throw new Error('stumbled')
      })
    }
    const { it, log } = await actors.start(Fragile)
    expect((await log.named('error')).msg).to.match(/^the handler of it\.tick threw: stumbled/)
    await eventually(() => it.handled > 2, 'it goes on')
  })

  it('input ports: all but pub and clt; handlers run one at a time, to completion', async () => {
    class Server extends Component {
      readonly reply = this.rep(Word, Echo, ({ text }) => ({ text: `rep ${text}` }))
      readonly serve = this.srv(Word, Echo, ({ text }) => ({ text: `srv ${text}` }))
    }
    class All extends Component {
      readonly seen = new Set<string>()
      running = 0
      readonly handler = (kind: string) => async (): Promise<void> => {
        expect(++this.running).to.equal(1)
        await new Promise((resolve) => setImmediate(resolve))
        this.running--
        this.seen.add(kind)
      }
      readonly heard = this.sub(Echo, this.handler('sub'))
      readonly say = this.pub(Echo)
      readonly ask = this.qry(Echo, Echo, this.handler('qry'))
      readonly answer = this.ans(Echo, Echo, async (query, reply) => {
        await this.handler('ans')()
        reply(query)
      })
      readonly request = this.req(Word, Echo, this.handler('req'))
      readonly caller = this.clt(Word, Echo)
      readonly within = this.inside(Word, this.handler('ins'))
      readonly tick = this.timer(5, this.handler('tim'))
    }
    await actors.start(Server)
    const { it, log } = await actors.start(All)
    await Promise.all([it.heard, it.say, it.ask, it.request, it.caller].map((port) => port.ready()))
    it.say.send({ text: 'x' })
    await it.ask.send({ text: 'x' })
    await it.request.send({ text: 'x' })
    await it.within.push({ text: 'x' })
    expect(await it.caller.call({ text: 'x' })).to.deep.equal({ text: 'srv x' })
    await eventually(() => it.seen.size === 6, 'every handler')
    expect(log.events.filter(({ event }) => event === 'error')).to.deep.equal([])
  })

  it('handleActivate(), here onActivate: when all ports are open; all handlers wait for it', async () => {
    const gate = deferred()
    const order: string[] = []
    class Slow extends Component {
      readonly word = this.pub(Word)
      readonly tick = this.timer(1, () => order.push('tick'))
      override async onActivate(): Promise<void> {
        order.push(`open ${this.word.isOpen && this.tick.isOpen && this.tick.running}`)
        await gate.promise
        order.push('activated')
      }
    }
    const started = actors.start(Slow)
    await eventually(() => order.length > 0, 'onActivate')
    await new Promise((resolve) => setTimeout(resolve, 10))
    gate.resolve()
    await started
    await eventually(() => order.length > 3, 'ticks')
    expect(order.slice(0, 3)).to.deep.equal(['open true', 'activated', 'tick'])
  })

  it('handleDeactivate(), here onDeactivate: at the end, before ports are closed', async () => {
    const heard: string[] = []
    class Listener extends Component {
      readonly word = this.sub(Word, ({ text }) => heard.push(text))
    }
    class Leaving extends Speaker {
      override onDeactivate(): void {
        this.word.send({ text: 'goodbye' })
      }
    }
    const listener = await actors.start(Listener)
    const leaving = await actors.start(Leaving)
    await listener.it.word.ready()
    await leaving.it.word.ready()
    await leaving.actor.stop()
    await eventually(() => heard.includes('goodbye'), 'the goodbye')
    expect(() => leaving.it.word.send({ text: 'x' })).to.throw(OperationError, 'is not open')
  })

  it('termination: on SIGTERM all components are deactivated, and the process ends', async () => {
    const processes = new ActorProcesses()
    try {
      const { log, pid, launcher } = await processes.start('test/fixtures/apps/lives.ts', ['Plain'])
      await log.named('ready')
      process.kill(pid, 'SIGTERM')
      await log.named('stopped')
      const told = log.events.map(({ event, msg }) => String(msg ?? event))
      // It may be the first of its app.
      if (told[1]?.startsWith('made the app key')) told.splice(1, 1)
      expect(told).to.deep.equal(['started', 'active', 'ready', 'stopping', 'deactivated', 'stopped'])
      const code = launcher.exitCode ?? (await once(launcher, 'exit'))[0]
      expect(code).to.equal(0)
    } finally {
      await processes.end()
    }
  }).timeout(30_000)

  it('handlePeerStateChange(), here onPeer: another actor of the app came, or is gone', async () => {
    class Watcher extends Component {
      readonly peers: PeerEvent[] = []
      override onPeer(event: PeerEvent): void {
        this.peers.push(event)
      }
    }
    const { it } = await actors.start(Watcher)
    const other = await actors.start(Speaker)
    await eventually(() => it.peers.length === 1, 'the other')
    await other.actor.stop()
    await eventually(() => it.peers.length === 2, 'its end')
    const { id: actorId } = other.actor
    expect(it.peers).to.deep.equal([
      { state: 'connected', actor: 'Speaker', actorId },
      { state: 'disconnected', actor: 'Speaker', actorId },
    ])
  })

  it('getName and its like: a component knows its name, type, actor and app', async () => {
    const { it, actor } = await actors.start(Speaker)
    expect([it.name, it.constructor.name]).to.deep.equal(['it', 'Speaker'])
    expect(it.actor).to.deep.equal({ name: 'Speaker', id: actor.id, app: 'lab' })
    const other = await actors.start(Speaker)
    expect(other.it.actor.id)
      .to.match(/^[0-9a-f]{16}$/)
      .and.not.to.equal(it.actor.id)
  })

  it('self.logger, here this.log, names the actor and the component', async () => {
    const { it, log, actor } = await actors.start(Speaker)
    it.log.info({ volts: 230 }, 'measured')
    const line = await log.saying('measured')
    expect(line).to.include({ actor: 'Speaker', id: actor.id, component: 'it', level: 'info', volts: 230 })
  })
})
