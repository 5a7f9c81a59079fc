/** mDNS on loopback with liars and noise on the same port. */
import { createSocket } from 'node:dgram'
import Bonjour from 'bonjour-service'
import { expect } from 'chai'
import { type MdnsDiscovery, mdnsDiscovery } from '../../../discovery/index.js'
import { newRecord } from '../../compliance/discovery.js'
import { Heard } from '../../compliance/heard.js'
import { mdnsPort } from './networks.js'

const GROUP = '224.0.0.251'

describe('mdns: liars and noise', () => {
  const stopping: (() => Promise<void>)[] = []
  let port = 0
  let mdns: MdnsDiscovery
  let heard: Heard

  beforeEach(async () => {
    port = mdnsPort()
    heard = new Heard()
    mdns = mdnsDiscovery({ interface: '127.0.0.1', port })
    await mdns.start(heard)
    stopping.push(() => mdns.stop())
  })

  afterEach(() => Promise.all(stopping.splice(0).map((stop) => stop())))

  /** Another program's DNS-SD, that publishes what it likes under our type. */
  function publish(name: string, txt: Record<string, string>, servicePort = 9): void {
    const socket = { type: 'udp4', port, interface: '127.0.0.1', bind: '0.0.0.0' }
    const bonjour = new Bonjour(socket, () => undefined)
    bonjour.publish({ name, type: 'quorate', port: servicePort, probe: false, txt })
    stopping.push(() => new Promise((resolve) => bonjour.destroy(resolve)))
  }

  async function sendRaw(...packets: Buffer[]): Promise<void> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    socket.setMulticastInterface('127.0.0.1')
    for (const packet of packets) {
      await new Promise<void>((resolve) => socket.send(packet, port, GROUP, () => resolve()))
    }
    socket.close()
  }

  /** An honest actor: when it is found, what was sent before it has been read. */
  async function honest(): Promise<string> {
    const other = mdnsDiscovery({ interface: '127.0.0.1', port })
    stopping.push(() => other.stop())
    await other.start(new Heard())
    const record = newRecord({ port: 7 })
    await other.announce(record)
    await heard.untilFound(record.id)
    return record.id
  }

  const GOOD = { v: '1', w: '1', app: 'a', actor: 'B', id: 'ab'.repeat(8), key: '', gen: '1', at: '10.0.0.1' }

  it('takes a record that another program publishes as it should', async () => {
    publish(`people-${GOOD.id}`, GOOD, 99)
    await heard.untilFound(GOOD.id)
    const [record] = heard.foundOf(GOOD.id)
    expect(record).to.deep.equal({
      id: GOOD.id,
      app: 'a',
      actor: 'B',
      host: '10.0.0.1',
      port: 99,
      key: '',
      generation: 1,
      wire: [1],
    })
  })

  it('takes the address a packet came from where the record names no host', async () => {
    const { at: _, ...without } = GOOD
    publish(`people-${GOOD.id}`, without)
    await heard.untilFound(GOOD.id)
    expect(heard.foundOf(GOOD.id)[0]?.host).to.equal('127.0.0.1')
  })

  it('counts records that lie, notices them once a source, and reports none', async () => {
    const lies: Record<string, string>[] = [
      { ...GOOD, v: '7' },
      { ...GOOD, id: 'no-id' },
      { ...GOOD, gen: '99999999999999999999' },
      { ...GOOD, gen: '-1' },
      { ...GOOD, w: '1,,2' },
      { ...GOOD, w: '0' },
      { ...GOOD, app: '' },
      { ...GOOD, actor: 'x'.repeat(200) },
      { ...GOOD, actor: 'evil\u202eeman' },
      { ...GOOD, at: '0.0.0.0' },
      { ...GOOD, at: '224.0.0.1' },
      { ...GOOD, at: 'a host' },
      { ...GOOD, key: 'short' },
      { __proto__: 'x', constructor: 'y' },
      {},
    ]
    for (const [index, lie] of lies.entries()) publish(`liar${index}-${lie.id ?? 'none'}`, lie)
    publish('somebody-else', GOOD)
    const id = await honest()
    expect(heard.foundIds).to.deep.equal([id])
    expect(heard.noticesOf('bad-record')).to.have.length(1)
    expect(heard.noticesOf('bad-record')[0]).to.match(/^mDNS record from 127\.0\.0\.1 refused: /)
    expect(mdns.state.noticed).to.be.at.least(lies.length)
  })

  it('counts garbage, notices it once a source, and works on', async () => {
    const header = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 9, 0, 0, 0, 0])
    const manyQuestions = Buffer.from([0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0])
    await sendRaw(Buffer.from('hello'), header, manyQuestions, Buffer.alloc(9000, 0xff), Buffer.alloc(60_000))
    const id = await honest()
    expect(heard.foundIds).to.deep.equal([id])
    expect(heard.noticesOf('garbage')).to.have.length(1)
    // The last is a whole packet that says nothing.
    expect(mdns.state.noticed).to.equal(4)
  })

  it('answers a flood of questions with a few packets', async () => {
    await mdns.announce(newRecord({ port: 8 }))
    const before = mdns.state.traffic.sent
    const name = Buffer.from('\x08_quorate\x04_tcp\x05local\x00', 'latin1')
    const question = Buffer.concat([name, Buffer.from([0, 12, 0, 1])])
    const header = Buffer.from([0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0])
    const packet = Buffer.concat([header, ...Array.from({ length: 60 }, () => question)])
    const since = performance.now()
    await sendRaw(...Array.from({ length: 50 }, () => packet))
    await honest()
    // 3000 questions; one answer in 250 ms, and our own questions.
    const allowed = 6 + Math.ceil((performance.now() - since) / 250)
    expect(mdns.state.traffic.sent - before).to.be.at.most(allowed)
  })
})
