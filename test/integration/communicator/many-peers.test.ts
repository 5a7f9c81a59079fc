/** A listener to which a thousand peers are connected, and what it keeps of them when they are gone. */
import { expect } from 'chai'
import { type Communicator, Endpoint, EndpointState, Message } from '../../../communicator/index.js'
import { Communicators } from '../../support/communicators.js'
import { eventually } from '../../support/eventually.js'

const PEERS = 1000
const APP = 9

describe('a listener with a thousand peers', function () {
  this.timeout(120_000)
  const communicators = new Communicators()
  afterEach(() => communicators.stop())

  it('hears each of them, reaches each of them, and knows who left', async () => {
    const listener = await communicators.start('listener')
    const heard = new Set<string>()
    listener.registerMessageReceiver(APP, { processMessage: ({ name }) => void heard.add(name) })
    const { connectUrl } = await listener.startListener('tcp', {})
    const peers: Communicator[] = []
    const reached = new Set<number>()
    for (let at = 0; at < PEERS; at++) {
      const peer = await communicators.start(`peer-${at}`)
      peer.registerMessageReceiver(APP, { processMessage: () => void reached.add(at) })
      await peer.addConnector(connectUrl, 'active')
      peers.push(peer)
    }
    await Promise.all(peers.map((each) => each.connected('listener', { withinMs: 60_000 })))
    await Promise.all(peers.map((each) => each.send('listener', APP, new Message())))
    await eventually(() => heard.size === PEERS, 'a message of each', 60_000)
    await Promise.all(peers.map((_, at) => listener.send(new Endpoint(`peer-${at}`), APP, new Message())))
    await eventually(() => reached.size === PEERS, 'a message at each', 60_000)
    await Promise.all(peers.map((each) => each.stop()))
    const states = (): unknown[] => peers.map((_, at) => listener.findEndpoint(`peer-${at}`)?.state)
    await eventually(
      () => states().every((state) => state === EndpointState.DISCONNECTED),
      'all gone',
      60_000,
    )
    expect(new Set(states())).to.deep.equal(new Set([EndpointState.DISCONNECTED]))
  })
})
