/** An actor whose host gets other addresses: those of loopback stand for them. */
import { connect } from 'node:net'
import { expect } from 'chai'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { Actor } from '../../../runtime/actor.js'
import { actor, app, Component, message } from '../../../runtime/index.js'
import { skip } from '../../skip.js'
import { EventLog } from '../../support/events.js'

const Reading = message('Reading')

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

describe('an actor whose host moves', () => {
  it('moves once for each address, one after another, and is where the last one says', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux has more than one address on loopback')
    const made: Source[] = []
    class Source extends Component {
      readonly out = this.pub(Reading)
      constructor() {
        super()
        made.push(this)
      }
    }
    const source = actor({ components: () => ({ source: [Source, {}] }) })
    const log = new EventLog()
    const moving = new Actor({
      app: app('lab', { actors: { Source: source } }),
      name: 'Source',
      definition: source,
      params: {},
      discovery: memoryDiscovery(createMemoryNetwork()),
      host: '127.0.0.1',
      directoryPort: 0,
      sink: log,
      logLevel: 'info',
    })
    const starting = moving.start()
    // Comes before there is anything to move.
    const early = moving.moved('127.0.0.2')
    await starting
    await early
    expect(moving.directory).to.match(/^127\.0\.0\.2:/)
    const before = Number(moving.directory.split(':')[1])
    await Promise.all([moving.moved('127.0.0.3'), moving.moved('127.0.0.4')])
    expect(moving.directory).to.match(/^127\.0\.0\.4:/)
    expect(await answers('127.0.0.4', Number(moving.directory.split(':')[1]))).to.equal(true)
    expect(await answers('127.0.0.2', before)).to.equal(false)
    const { host, port } = made[0]?.out.info ?? { host: '', port: 0 }
    expect(host).to.equal('127.0.0.4')
    expect(await answers(host, port)).to.equal(true)
    const moves = log.events.filter(({ msg }) => String(msg).includes('ports and directory moved there'))
    expect(moves).to.have.length(3)
    await moving.stop()
  })
})
