/** The same app on a network in memory, with virtual and with real time, and over real sockets. */
import { expect } from 'chai'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { actor, app, Component, startActor } from '../../../runtime/index.js'
import { createTestNetwork } from '../../../testing/index.js'
import { EventLog } from '../../support/events.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question, Reading } from './lab.js'

const COUNT = 500

/** Asks and publishes when the other is there, and keeps the answers. */
class Client extends Component {
  readonly reading = this.pub(Reading)
  readonly question = this.qry(Question, Answer)
  readonly answers: number[] = []

  override async onActivate(): Promise<void> {
    await Promise.all([this.reading.ready(), this.question.ready()])
    for (let n = 1; n <= COUNT; n++) {
      this.reading.send({ n })
      const { n: doubled } = await this.question.ask({ n })
      this.answers.push(doubled)
    }
    this.log.info(`done ${this.answers.length} ${this.answers.at(-1)}`)
  }
}

class Server extends Component {
  sum = 0
  readonly reading = this.sub(Reading, ({ n }) => {
    this.sum += n
    if (n === COUNT) this.log.info(`heard ${this.sum} of ${n}`)
  })
  readonly question = this.ans(Question, Answer, ({ n }, reply) => void reply({ n: n * 2 }))
}

const pair = app('pair', {
  actors: {
    Client: actor({ components: () => ({ client: Client }) }),
    Server: actor({ components: () => ({ server: Server }) }),
  },
})
const WANTED = [`done ${COUNT} ${2 * COUNT}`, `heard ${(COUNT * (COUNT + 1)) / 2} of ${COUNT}`]

describe('an app', () => {
  for (const clock of ['virtual', 'real'] as const) {
    it(`does the same in memory with the ${clock} clock …`, async () => {
      const network = createTestNetwork({ clock })
      try {
        const server = await network.start(pair, 'Server')
        const client = await network.start(pair, 'Client')
        await network.until(() => server.log.length > 0)
        expect([...client.log, ...server.log]).to.deep.equal(WANTED)
      } finally {
        await network.close()
      }
    })
  }

  it('… as over real sockets', async () => {
    const network = createMemoryNetwork()
    const logs = [new EventLog(), new EventLog()]
    const said = (): string[] =>
      logs.flatMap(({ events }) =>
        // Not that keys were made for it.
        events.flatMap(({ event, level, msg }) => (event === 'log' && level === 'info' ? [String(msg)] : [])),
      )
    const [client, server] = ['Client', 'Server'].map((name, index) => {
      const sink = logs[index]
      return startActor(pair, name, { discovery: memoryDiscovery(network), ...(sink ? { sink } : {}) })
    })
    await eventually(() => said().length === 2, 'both lines')
    expect(said()).to.deep.equal(WANTED)
    await Promise.all([client, server].map(async (starting) => (await starting)?.stop()))
  })
})
