/** What RIAPS tells of schedulers, row by row, with ports that are flooded over real sockets. */
import { expect } from 'chai'
import { z } from 'zod'
import { Component, message, type Scheduler } from '../../../runtime/index.js'
import { eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

const schema = z.object({ n: z.number() })
const First = message('First', schema)
const Second = message('Second', schema)
const MANY = 400

class Source extends Component {
  readonly first = this.pub(First)
  readonly second = this.pub(Second)
}

/** Takes its time over each message, so that others wait. */
class Sink extends Component {
  readonly handled: { port: 'first' | 'second'; n: number; waiting: Record<'first' | 'second', number> }[] =
    []
  readonly ticks: number[] = []
  // First, so that with `priority` no flood keeps it waiting.
  readonly tick = this.timer(5, () => this.ticks.push(this.handled.length))
  readonly first = this.sub(First, ({ n }) => this.#handle('first', n))
  readonly second = this.sub(Second, ({ n }) => this.#handle('second', n))
  onHandled = (): void => undefined
  readonly #count = { first: 0, second: 0 }

  #handle(port: 'first' | 'second', n: number): void {
    const until = performance.now() + 0.5
    while (performance.now() < until);
    this.#count[port]++
    const waiting = {
      first: this.first.stats.received - this.#count.first,
      second: this.second.stats.received - this.#count.second,
    }
    this.handled.push({ port, n, waiting })
    this.onHandled()
  }
}

class TakingTurns extends Sink {
  static override readonly scheduler: Scheduler = 'rr'
}

class Ranking extends Sink {
  static override readonly scheduler: Scheduler = 'priority'
}

describe('schedulers', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  async function connected<S extends Sink>(type: new () => S) {
    const source = await actors.start(Source)
    const sink = await actors.start(type)
    const ports = [source.it.first, source.it.second, sink.it.first, sink.it.second]
    await Promise.all(ports.map((port) => port.ready()))
    return { source: source.it, sink: sink.it }
  }

  const orderOf = (sink: Sink, port: string): number[] =>
    sink.handled.filter((each) => each.port === port).map(({ n }) => n)
  const counted = Array.from({ length: MANY }, (_, n) => n)

  it('default, here fifo: messages are handled in the order in which they came', async () => {
    const { source, sink } = await connected(Sink)
    for (const n of counted) source.first.send({ n })
    for (const n of counted) source.second.send({ n })
    await eventually(() => sink.handled.length === 2 * MANY, 'all messages')
    for (const port of ['first', 'second']) expect(orderOf(sink, port)).to.deep.equal(counted)
  })

  it('rr: the ports take turns, and sockets are read again after each handler', async () => {
    const { source, sink } = await connected(TakingTurns)
    sink.onHandled = () => {
      if (sink.handled.length % 20 === 1 && sink.handled.length < MANY) source.second.send({ n: 0 })
    }
    for (const n of counted) source.first.send({ n })
    await eventually(() => sink.handled.length === MANY + MANY / 20, 'all messages')
    expect(orderOf(sink, 'first')).to.deep.equal(counted)
    // A port is never handled twice while another waits.
    const unjust = sink.handled.filter(({ port }, i) => {
      const before = sink.handled[i - 1]
      return before?.port === port && before.waiting[port === 'first' ? 'second' : 'first'] > 0
    })
    expect(unjust).to.deep.equal([])
    // Those that came during the flood did not wait for its end.
    const lastOfSecond = sink.handled.findLastIndex(({ port }) => port === 'second')
    expect(sink.handled.findIndex(({ port }) => port === 'second')).to.be.below(lastOfSecond - MANY / 4)
  })

  it('priority: the first port goes first, and sockets are read again after each handler', async () => {
    const { source, sink } = await connected(Ranking)
    sink.onHandled = () => {
      if (sink.handled.length % 20 === 1 && sink.handled.length < MANY) source.first.send({ n: 0 })
    }
    for (const n of counted) source.second.send({ n })
    await eventually(() => sink.handled.length === MANY + MANY / 20, 'all messages')
    const unjust = sink.handled.filter(
      ({ port }, i) => port === 'second' && (sink.handled[i - 1]?.waiting.first ?? 0) > 0,
    )
    expect(unjust).to.deep.equal([])
    const firsts = sink.handled.flatMap(({ port }, i) => (port === 'first' ? [i] : []))
    expect(firsts[0]).to.be.below(MANY / 2)
  })

  for (const type of [Sink, TakingTurns, Ranking]) {
    it(`${type.scheduler ?? 'fifo'}: a timer ticks while a port is flooded`, async () => {
      const { source, sink } = await connected(type)
      let left = 400
      sink.onHandled = () => {
        if (--left > 0) source.second.send({ n: left })
      }
      for (let n = 0; n < 40; n++) source.second.send({ n })
      await eventually(() => left < 0, 'all messages')
      const during = sink.ticks.filter((handled) => handled > 0 && handled < 400)
      expect(during.length).to.be.above(2)
    })
  }
})
