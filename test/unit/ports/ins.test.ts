import { MessageChannel } from 'node:worker_threads'
import { expect } from 'chai'
import { z } from 'zod'
import { openPlug } from '../../../ports/inner-plug.js'
import { Ins, type InsOptions } from '../../../ports/ins.js'
import { limits } from '../../../ports/limits.js'
import { message } from '../../../ports/message.js'
import type { Plug } from '../../../ports/plug.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { TestActors } from '../../support/port-environment.js'

const Reading = message('Reading', z.object({ n: z.number() }))
type N = { n: number }

/** Both ends are in this thread: what a thread adds, test/integration/ports/inside.test.ts tests. */
describe('an inside port', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function opened(handler?: (m: N, plug: Plug<N>) => unknown, options?: InsOptions<N>) {
    const environment = actors.add()
    const port = await environment.open(new Ins(Reading, handler, options), 'device')
    return { environment, port }
  }

  it('tells of itself as of any port: kind, scope, message, no address', async () => {
    const { port } = await opened(() => undefined)
    expect(port.info).to.deep.equal({
      kind: 'ins',
      scope: 'internal',
      name: 'device',
      message: 'Reading',
      host: '',
      port: -1,
    })
  })

  it('handles what is pushed in its own thread, and says when it was taken in', async () => {
    const got: number[] = []
    const { port } = await opened(({ n }) => got.push(n))
    await Promise.all([port.push({ n: 1 }), port.push({ n: 2 })])
    expect(got).to.deep.equal([1, 2])
    expect(port.stats).to.include({ received: 2, refused: 0 })
  })

  it('handles one message at a time, an async handler too', async () => {
    const hold = deferred()
    const got: number[] = []
    const { port } = await opened(async ({ n }) => {
      got.push(n)
      await hold.promise
    })
    await Promise.all([port.push({ n: 1 }), port.push({ n: 2 })])
    expect(got).to.deep.equal([1])
    hold.resolve()
    await eventually(() => got.length === 2, 'the second')
    expect(got).to.deep.equal([1, 2])
  })

  it('refuses and counts what the schema refuses, and says so to who sent it', async () => {
    const { environment, port } = await opened(() => expect.fail('handled'))
    const wrong: unknown = { n: 'one' }
    const pushed = await rejectionOf(port.push(wrong as N))
    expect(pushed).to.include({ code: 'remote' })
    const plug = openPlug(port.plug().port)
    const sent = await rejectionOf(plug.send(wrong))
    expect(sent).to.include({ code: 'remote' }).and.have.property('message').that.contains('it is no Reading')
    expect(port.stats).to.include({ received: 0, refused: 2 })
    expect(environment.told('refused')).to.have.length(2)
    plug.close()
  })

  it('answers by the plug of the message, and nothing answers to what was pushed', async () => {
    const plugs: Plug<N>[] = []
    const { port } = await opened((_, plug) => plugs.push(plug))
    const inner = openPlug(port.plug().port, Reading)
    await inner.send({ n: 1 })
    const answer = inner.recv()
    await plugs[0]?.send({ n: 2 })
    expect(await answer).to.deep.equal({ n: 2 })
    await port.push({ n: 3 })
    expect(plugs[1]).to.include({ id: 0, isOpen: false })
    expect(await rejectionOf(plugs[1]?.send({ n: 4 }) ?? Promise.resolve())).to.include({
      code: 'unreachable',
    })
    inner.close()
  })

  it('gives messages to recv() where it has no handler, each with its plug', async () => {
    const { port } = await opened()
    const [one, two] = [openPlug(port.plug().port, Reading), openPlug(port.plug().port, Reading)]
    const sent = one.send({ n: 1 })
    const first = await port.recv()
    await sent
    expect([first.message, first.plug.id]).to.deep.equal([{ n: 1 }, 1])
    void two.send({ n: 2 })
    expect((await port.recv()).plug.id).to.equal(2)
    expect(await rejectionOf(port.recv({ timeout: 1 }))).to.include({ code: 'timeout' })
    one.close()
    two.close()
  })

  it('does not give messages to recv() where it has a handler', async () => {
    const { port } = await opened(() => undefined)
    expect(await rejectionOf(port.recv())).to.include({ code: 'has-handler' })
  })

  it('can be pushed to by its own handler, which may await it', async () => {
    const got: number[] = []
    const { port } = await opened(async ({ n }) => {
      if (n > 0) await port.push({ n: n - 1 })
      got.push(n)
    })
    await port.push({ n: 3 })
    await eventually(() => got.length === 4, 'all four')
    expect(got).to.deep.equal([3, 2, 1, 0])
  })

  it('waits for no thread that waits for it: both may await their send() in a handler', async () => {
    const acknowledged: number[] = []
    const { port } = await opened(async ({ n }, plug) => {
      if (n > 0) acknowledged.push(n)
      else for (const each of [1, 2, 3]) await plug.send({ n: each })
    })
    const inner = openPlug(port.plug().port, Reading)
    inner.onMessage(({ n }) => inner.send({ n }))
    await inner.send({ n: 0 })
    await eventually(() => acknowledged.length === 3, 'all are acknowledged')
    expect(acknowledged).to.deep.equal([1, 2, 3])
    inner.close()
  })

  it(`takes in ${limits.insideMessages} messages that wait, so that who awaits keeps pace`, async () => {
    const hold = deferred()
    const ports = [(await opened(() => hold.promise)).port, (await opened()).port] as const
    for (const port of ports) {
      let taken = 0
      // With a handler, the first is being handled, and no longer waits.
      const first = port === ports[0] ? 1 : 0
      const pushed = Array.from({ length: limits.insideMessages + first + 1 }, async (_, n) => {
        await port.push({ n })
        taken++
      })
      await Promise.all(pushed.slice(0, -1))
      expect(taken).to.equal(limits.insideMessages + first)
      if (first) hold.resolve()
      else await port.recv()
      await pushed.at(-1)
    }
  })

  it(`lets ${limits.plugMessages} of push() wait to be taken in, and says "again" to the next`, async () => {
    const hold = deferred()
    const { port } = await opened(() => hold.promise)
    // The first is being handled, and no longer waits.
    const many = 1 + limits.insideMessages + limits.plugMessages
    const pushed = Array.from({ length: many }, (_, n) => port.push({ n }))
    expect(await rejectionOf(port.push({ n: -1 }))).to.include({ code: 'again' })
    hold.resolve()
    await Promise.all(pushed)
    await port.push({ n: -1 })
  })

  it('bounds what is on its way to a thread', async () => {
    const { port } = await opened(() => undefined)
    const plug = port.plug()
    const inner = openPlug(plug.port, Reading)
    const sent = Array.from({ length: limits.plugMessages }, (_, n) => plug.send({ n }))
    expect(await rejectionOf(plug.send({ n: -1 }))).to.include({ code: 'again' })
    for (const [n] of sent.entries()) expect(await inner.recv()).to.deep.equal({ n })
    await Promise.all(sent)
    void plug.send({ n: -1 })
    expect(await inner.recv()).to.deep.equal({ n: -1 })
    inner.close()
  })

  it('holds back what it has no room for, loses nothing, and tells of an end after it', async () => {
    const hold = deferred()
    const handled: string[] = []
    const { environment, port } = await opened(
      async (_, { id }) => {
        await hold.promise
        handled.push(`message of ${id}`)
      },
      { onUnplug: ({ id }) => handled.push(`end of ${id}`) },
    )
    const other = await environment.open(new Ins(Reading, () => undefined), 'other')
    const plugs = Array.from({ length: 6 }, () => openPlug(port.plug().port, Reading))
    const sent = plugs.flatMap((plug) => {
      return Array.from({ length: limits.plugMessages }, (_, n) => plug.send({ n }))
    })
    await port.push({ n: 1 })
    // The mailbox is that of the whole component: what other ports brought fills it, too.
    while (!environment.isFull) environment.turns.run(other, () => undefined, undefined, undefined)
    plugs[5]?.close()
    await eventually(() => port.connected === 5, 'one has ended')
    expect(handled).to.deep.equal([])
    hold.resolve()
    await eventually(() => handled.length === sent.length + 2, 'all are handled')
    expect(handled.at(-1)).to.equal('end of 6')
    for (const plug of plugs) plug.close()
  })

  it('tells of a plug that ended before a reset, too', async () => {
    const hold = deferred()
    const gone: number[] = []
    const { port } = await opened(() => hold.promise, { onUnplug: ({ id }) => gone.push(id) })
    const inner = openPlug(port.plug().port, Reading)
    const many = 2 + limits.insideMessages
    for (let n = 0; n < many; n++) void inner.send({ n })
    inner.close()
    await eventually(() => port.connected === 0, 'it has ended')
    await port.reset()
    hold.resolve()
    await eventually(() => gone.length === 1, 'its end')
  })

  it(`has ${limits.plugsPerPort} plugs at most, and room again when one has ended`, async () => {
    const { port } = await opened(() => undefined)
    const [first] = Array.from({ length: limits.plugsPerPort }, () => port.plug())
    expect(port.connected).to.equal(limits.plugsPerPort)
    expect(() => port.plug())
      .to.throw()
      .with.property('code', 'again')
    first?.close()
    expect(port.plug().id).to.equal(limits.plugsPerPort + 1)
  })

  it('counts plugs, and tells of one whose other end is gone', async () => {
    const gone: number[] = []
    const { environment, port } = await opened(() => undefined, { onUnplug: ({ id }) => gone.push(id) })
    const [one, two] = [port.plug(), port.plug()]
    openPlug(one.port).close()
    await eventually(() => port.connected === 1, 'one has ended')
    two.close()
    expect(port.connected).to.equal(0)
    expect(gone).to.deep.equal([1])
    expect(environment.changes).to.equal(4)
    expect(await rejectionOf(one.send({ n: 1 }))).to.include({ code: 'unreachable' })
  })

  it('rejects what a thread that ends had not taken in, with peer-lost', async () => {
    const { port } = await opened(() => undefined)
    const plug = port.plug()
    const inner = openPlug(plug.port)
    const sent = plug.send({ n: 1 })
    inner.close()
    expect(await rejectionOf(sent)).to.include({ code: 'peer-lost' })
  })

  it('refuses what is no message of a plug, and goes on', async () => {
    const got: number[] = []
    const { environment, port } = await opened(({ n }) => got.push(n))
    const { port: raw } = port.plug()
    const wrong = [
      1,
      null,
      {},
      { kind: 'value' },
      { kind: 'taken', round: 0, ids: [1], refused: [7] },
      { kind: 'active' },
    ]
    for (const each of wrong) raw.postMessage(each)
    raw.postMessage({ kind: 'value', round: 0, id: 1, value: { n: 1 } })
    await eventually(() => got.length === 1, 'the message')
    expect(port.stats.refused).to.equal(wrong.length)
    expect(environment.told('refused')[0]).to.contain('no message of an open plug')
  })

  it('refuses what exceeds the window of one that does not keep to it', async () => {
    const hold = deferred()
    const { port } = await opened(() => hold.promise)
    const { port: raw } = port.plug()
    const many = 1 + limits.insideMessages + limits.plugMessages + 10
    for (let id = 0; id < many; id++) raw.postMessage({ kind: 'value', round: 0, id, value: { n: id } })
    // The first is being handled, and no longer waits.
    await eventually(() => port.stats.refused === 10, 'ten are refused')
    hold.resolve()
  })

  it('says what cannot go to another thread', async () => {
    const { port } = await opened(() => undefined)
    const inner = openPlug<unknown, unknown>(port.plug().port)
    expect(await rejectionOf(inner.send({ n: () => 1 }))).to.include({ code: 'unencodable' })
    inner.close()
  })

  it('moves what is transferred instead of copying it', async () => {
    const Image = message('Image')
    const port = await actors.add().open(new Ins(Image), 'camera')
    const inner = openPlug(port.plug().port, Image)
    const pixels = new Uint8Array(1000).fill(7)
    const sent = inner.send(pixels, [pixels.buffer])
    expect(pixels.length).to.equal(0)
    expect((await port.recv()).message).to.deep.equal(new Uint8Array(1000).fill(7))
    await sent
    inner.close()
  })

  it('gives up at reset() what is under way, keeps the plugs, and works on', async () => {
    const hold = deferred()
    const got: number[] = []
    const { port } = await opened(async ({ n }) => {
      got.push(n)
      if (n === 1) await hold.promise
    })
    const plug = port.plug()
    const inner = openPlug(plug.port, Reading)
    await inner.send({ n: 1 })
    // What was taken in and waits is forgotten, too.
    for (let n = 0; n < limits.insideMessages; n++) await port.push({ n: -1 })
    const lost = [inner.send({ n: 2 }), port.push({ n: 3 }), plug.send({ n: 4 })]
    await port.reset()
    for (const each of lost) expect(await rejectionOf(each)).to.include({ code: 'closed' })
    hold.resolve()
    expect(port.connected).to.equal(1)
    await inner.send({ n: 5 })
    expect(got).to.deep.equal([1, 5])
    void plug.send({ n: 6 })
    expect(await inner.recv()).to.deep.equal({ n: 6 })
    inner.close()
  })

  it('settles everything when it is closed, on both sides', async () => {
    const { port } = await opened(() => new Promise(() => undefined))
    const plug = port.plug()
    const inner = openPlug(plug.port, Reading)
    const events: string[] = []
    inner.on('close', () => events.push('close'))
    await inner.send({ n: 0 })
    for (let n = 0; n < limits.insideMessages; n++) await port.push({ n })
    const calls = [inner.send({ n: 1 }), plug.send({ n: 2 }), port.push({ n: 3 })]
    port.close()
    for (const call of calls) expect(await rejectionOf(call)).to.include({ code: 'closed' })
    await eventually(() => events.length === 1, 'the other end is told')
    expect(inner.isOpen).to.equal(false)
    expect(await inner.recv()).to.deep.equal({ n: 2 })
    expect(await rejectionOf(inner.recv())).to.include({ code: 'closed' })
    expect(await rejectionOf(inner.send({ n: 4 }))).to.include({ code: 'closed' })
    expect(await rejectionOf(port.push({ n: 5 }))).to.include({ code: 'not-open' })
    expect(() => port.plug())
      .to.throw()
      .with.property('code', 'not-open')
  })

  it('tells its threads of the life of the component, late ones of where it is', async () => {
    const { port } = await opened(() => undefined)
    const heard: string[] = []
    const open = (name: string) => {
      const inner = openPlug(port.plug().port)
      for (const event of ['activate', 'deactivate', 'close'] as const) {
        inner.on(event, () => heard.push(`${name} ${event}`))
      }
      return inner
    }
    const early = open('early')
    await eventually(() => early.isActive, 'the component is active')
    const late = open('late')
    await eventually(() => late.isActive, 'so it is for the late one')
    port.deactivate()
    await eventually(() => heard.length === 4, 'the component stops')
    port.close()
    await eventually(() => heard.length === 6, 'the plugs end')
    expect(heard).to.deep.equal([
      'early activate',
      'late activate',
      'early deactivate',
      'late deactivate',
      'early close',
      'late close',
    ])
  })

  it('makes no plug before the component is activated', () => {
    const port = new Ins(Reading)
    expect(() => port.plug())
      .to.throw()
      .with.property('code', 'not-open')
  })
})

describe('the end of a plug in a thread', () => {
  it('refuses what is no port, and a port that was opened before', () => {
    const none: unknown = {}
    expect(() => openPlug(none as MessageChannel['port1'])).to.throw(/transferList/)
    const { port1 } = new MessageChannel()
    openPlug(port1)
    expect(() => openPlug(port1)).to.throw(/opened before/)
    port1.close()
  })

  it('has no recv() where it has a handler', async () => {
    const { port1 } = new MessageChannel()
    const plug = openPlug(port1)
    plug.onMessage(() => undefined)
    expect(await rejectionOf(plug.recv())).to.include({ code: 'has-handler' })
    plug.close()
  })
})
