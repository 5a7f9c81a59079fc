/** A small app of every kind of port, for the tests of the test kit. */
import { z } from 'zod'
import { actor, app, Component, message, number, type Peer, type PeerEvent } from '../../../runtime/index.js'

export const Reading = message('Reading', z.object({ n: z.number() }))
export const Nearby = message('Nearby', z.object({ n: z.number() }))
export const Question = message('Question', z.object({ n: z.number() }))
export const Answer = message('Answer', z.object({ n: z.number() }))
export const Order = message('Order', z.object({ n: z.number() }))
export const Receipt = message('Receipt', z.object({ n: z.number() }))
export const Call = message('Call', z.object({ n: z.number() }))
export const Result = message('Result', z.object({ n: z.number() }))

/** Publishes a number at each tick. */
export class Source extends Component<{ period?: number }> {
  readonly reading = this.pub(Reading)
  readonly nearby = this.pub(Nearby)
  readonly tick = this.timer(this.params.period ?? 10, () => this.next())
  #n = 0

  next(): void {
    this.#n++
    this.reading.send({ n: this.#n })
    this.nearby.send({ n: this.#n })
  }
}

/** Keeps what it hears. */
export class Sink extends Component {
  readonly got: number[] = []
  readonly gaps: number[] = []
  readonly peers: PeerEvent[] = []
  readonly reading = this.sub(Reading, ({ n }) => this.got.push(n), {
    onGap: (_peer: Peer, n: number) => this.gaps.push(n),
  })
  readonly nearby = this.sub(Nearby, () => undefined)

  override onPeer(event: PeerEvent): void {
    this.peers.push(event)
    this.log.info(`${event.actor} ${event.state}`)
  }
}

export class Asker extends Component {
  readonly question = this.qry(Question, Answer, undefined, { timeout: 1000 })
}

/** Answers after so many milliseconds. */
export class Answerer extends Component<{ afterMs: number }> {
  readonly question = this.ans(Question, Answer, ({ n }, reply) => {
    setTimeout(() => reply({ n: n * 2 }), this.params.afterMs)
  })
}

/** Hears, tells and answers in every way. */
export class Server extends Component {
  readonly in = this.sub(Reading, ({ n }) => this.out.send({ n: n + 1 }))
  readonly out = this.pub(Nearby)
  readonly answers = this.ans(Question, Answer, ({ n }, reply) => void reply({ n: n * 2 }))
  readonly receipts = this.rep(Order, Receipt, ({ n }) => ({ n: n * 3 }))
  readonly results = this.srv(Call, Result, async ({ n }) => {
    if (n < 0) throw new Error('negative')
    return { n: n * 4 }
  })

  override onActivate(): void {
    this.out.send({ n: 0 })
  }
}

/** Asks in every way. */
export class Client extends Component {
  readonly got: number[] = []
  readonly asks = this.qry(Question, Answer, ({ n }) => this.got.push(n), { timeout: 1000 })
  readonly orders = this.req(Order, Receipt, ({ n }) => this.got.push(n))
  readonly calls = this.clt(Call, Result)
}

export const lab = app('lab', {
  actors: {
    Source: actor({
      params: { period: number(10) },
      local: [Nearby],
      components: (p) => ({ source: [Source, { period: p.period }] }),
    }),
    Sink: actor({ local: [Nearby], components: () => ({ sink: Sink }) }),
    Asker: actor({ components: () => ({ asker: Asker }) }),
    Answerer: actor({
      params: { afterMs: number(0) },
      components: (p) => ({ answerer: [Answerer, { afterMs: p.afterMs }] }),
    }),
  },
})
