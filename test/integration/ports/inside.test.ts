/** Inside ports with real threads: what only a thread of its own can do, die and hold up. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { z } from 'zod'
import { Ins, type InsOptions } from '../../../ports/ins.js'
import { limits } from '../../../ports/limits.js'
import { message } from '../../../ports/message.js'
import type { Plug, ThreadPlug } from '../../../ports/plug.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { TestActors } from '../../support/port-environment.js'

const Note = message('Note', z.object({ n: z.number().optional(), deed: z.string().optional() }))
type Note = { n?: number | undefined; deed?: string | undefined }

const OBEDIENT = new URL('./threads/obedient.mjs', import.meta.url)

class Threads {
  readonly #workers: Worker[] = []

  /** A thread with the plug; what it says is in `told`. */
  start(plug: ThreadPlug<Note>) {
    const worker = new Worker(OBEDIENT, { workerData: { plug: plug.port }, transferList: [plug.port] })
    const told: string[] = []
    worker.on('message', (text: string) => told.push(text))
    worker.on('error', (error) => told.push(error.message))
    this.#workers.push(worker)
    return { worker, told }
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()))
  }
}

describe('an inside port with threads', function () {
  this.timeout(20_000)
  const actors = new TestActors()
  const threads = new Threads()
  afterEach(async () => {
    actors.close()
    await threads.end()
  })

  async function opened(handler?: (m: Note, plug: Plug<Note>) => unknown, options?: InsOptions<Note>) {
    return await actors.add().open(new Ins(Note, handler, options), 'device')
  }

  it('sends and gets answers, of several threads at once, each by its own plug', async () => {
    const got: string[] = []
    const port = await opened(({ n }, plug) => got.push(`${n} of ${plug.id}`))
    const plugs = [port.plug(), port.plug(), port.plug()]
    for (const plug of plugs) threads.start(plug)
    await Promise.all(plugs.map((plug) => plug.send({ deed: 'echo', n: 10 * plug.id })))
    await eventually(() => got.length === 3, 'three answers')
    expect(got.sort()).to.deep.equal(['10 of 1', '20 of 2', '30 of 3'])
  })

  it('holds a thread to its window: what is beyond it is rejected with "again"', async () => {
    const hold = deferred()
    const port = await opened(() => hold.promise)
    const plug = port.plug()
    const { told } = threads.start(plug)
    await plug.send({ deed: 'burst', n: limits.plugMessages + 1 })
    await eventually(() => port.stats.received === 1 + limits.insideMessages, 'messages came')
    hold.resolve()
    await eventually(() => told.some((text) => text.startsWith('burst') && text.includes('last')), 'the end')
    expect(told.at(-1)).to.equal(`burst ${limits.plugMessages} taken, again last`)
    expect(port.stats).to.include({ received: limits.plugMessages, refused: 0 })
  })

  it('tells a thread that its message was refused', async () => {
    const port = await opened(() => undefined)
    const plug = port.plug()
    const { told } = threads.start(plug)
    await plug.send({ deed: 'nonsense' })
    await eventually(() => told.includes('nonsense remote'), 'the refusal')
    expect(port.stats.refused).to.equal(1)
  })

  it('counts what is no message, and goes on', async () => {
    const got: unknown[] = []
    const port = await opened((m) => got.push(m))
    const plug = port.plug()
    threads.start(plug)
    await plug.send({ deed: 'garbage' })
    await plug.send({ deed: 'echo', n: 1 })
    await eventually(() => got.length === 1, 'the echo')
    expect(port.stats.refused).to.equal(1)
  })

  for (const [deed, what] of [
    ['end', 'ends itself'],
    ['throw', 'throws'],
    ['close', 'closes its plug'],
  ] as const) {
    it(`settles all calls when the thread ${what}, and is unreachable then`, async () => {
      const gone = deferred<number>()
      const port = await opened(() => undefined, { onUnplug: (plug) => gone.resolve(plug.id) })
      const plug = port.plug()
      threads.start(plug)
      const calls = [plug.send({ deed }), plug.send({ deed: 'hang' }), plug.send({ deed: 'hang' })]
      const ends = await Promise.all(
        calls.map((call) =>
          call.then(
            () => 'taken',
            (error) => error.code,
          ),
        ),
      )
      expect(await gone.promise).to.equal(1)
      for (const end of ends) expect(end).to.be.oneOf(['taken', 'peer-lost'])
      expect(port.connected).to.equal(0)
      expect(await rejectionOf(plug.send({}))).to.include({ code: 'unreachable' })
    })
  }

  it('settles all calls when the thread is terminated in the middle of a loop', async () => {
    const port = await opened(() => undefined)
    const plug = port.plug()
    const { worker, told } = threads.start(plug)
    void plug.send({ deed: 'block' })
    await eventually(() => told.includes('block'), 'the thread runs')
    const lost = plug.send({ deed: 'echo' })
    await worker.terminate()
    expect(await rejectionOf(lost)).to.include({ code: 'peer-lost' })
  })

  it('lets a thread end by itself when the port is closed', async () => {
    const port = await opened(() => undefined)
    const { worker, told } = threads.start(port.plug())
    await eventually(() => told.includes('activate'), 'the thread runs')
    const ended = once(worker, 'exit')
    const from = performance.now()
    port.deactivate()
    port.close()
    await ended
    // It waits for nothing: far less than what a thread that goes on is given.
    expect(performance.now() - from).to.be.below(limits.plugEndMs)
    expect(told).to.deep.equal(['activate', 'deactivate', 'close'])
  })

  it('ends a thread that would go on after the port is closed', async () => {
    const port = await opened(() => undefined)
    const plug = port.plug()
    const { worker } = threads.start(plug)
    await plug.send({ deed: 'tick' })
    const ended = once(worker, 'exit')
    port.close()
    expect(await ended).to.deep.equal([0])
  })

  it('lets a thread go on whose plug alone was closed', async () => {
    const port = await opened(() => undefined)
    const plug = port.plug()
    const { worker, told } = threads.start(plug)
    await plug.send({ deed: 'tick' })
    plug.close()
    await eventually(() => told.includes('close'), 'the thread is told')
    // Longer than a thread has whose component stops.
    await new Promise((resolve) => setTimeout(resolve, limits.plugEndMs + 200))
    expect(worker.threadId).to.be.above(0)
  })

  it('keeps its threads through a reset', async () => {
    const got: unknown[] = []
    const port = await opened(({ n }) => got.push(n))
    const plug = port.plug()
    threads.start(plug)
    await plug.send({ deed: 'echo', n: 1 })
    await eventually(() => got.length === 1, 'the first')
    await port.reset()
    await plug.send({ deed: 'echo', n: 2 })
    await eventually(() => got.length === 2, 'the second')
    expect(plug.isOpen).to.equal(true)
  })

  it('loads no socket into a thread', async () => {
    const file = new URL('../../../dist/ports/thread-index.js', import.meta.url).href
    const loaded = 'console.log(process.report.getReport().sharedObjects.join())'
    const code = `await import(${JSON.stringify(file)}); ${loaded}`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
    expect(stdout)
      .to.contain('libc')
      .and.not.match(/zeromq|msgpack/)
  })
})
