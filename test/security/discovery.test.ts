/**
 * mDNS with liars: what they announce leads to no connection, and does not keep actors from finding
 * each other.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server as NetServer } from 'node:net'
import { expect } from 'chai'
import { type ActorRecord, mdnsDiscovery, sealRecord } from '../../discovery/index.js'
import { Heard } from '../compliance/heard.js'
import { mdnsPort } from '../integration/discovery/networks.js'
import { uniqueApp } from '../support/apps.js'
import { eventually } from '../support/eventually.js'
import { Program } from '../support/program.js'
import { AppKeys, strangersHolder } from './app-keys.js'
import { Dialler, HOST, Server, Target } from './cell.js'

const PER_SECOND = 10_000
const GROWTH_BYTES_MOST = 128 * 2 ** 20
const ID = 'fe'.repeat(8)

describe('mDNS with liars', function () {
  this.timeout(120_000)
  const keys = new AppKeys(uniqueApp())
  const port = mdnsPort()
  const ending: (() => unknown)[] = []
  /** Where liars want actors to come; the connections that came. */
  let trap: NetServer
  let trapped = 0

  beforeEach(async () => {
    trapped = 0
    trap = createServer((socket) => {
      trapped++
      socket.destroy()
    })
    trap.listen(0, HOST)
    await once(trap, 'listening')
    ending.push(() => trap.close())
  })
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })

  function record(id = ID): ActorRecord {
    const address = trap.address()
    if (address === null || typeof address === 'string') throw new Error('the trap is not open')
    const place = { host: HOST, port: address.port }
    return { id, app: keys.app, actor: 'Server', ...place, key: '', generation: 0, wire: [1] }
  }

  async function start<T extends Server | Dialler>(type: new () => T): Promise<Target<T>> {
    const target = new Target(type, keys, (verify) => mdnsDiscovery({ interface: HOST, port, verify }))
    ending.push(() => target.actor.stop())
    await target.actor.start()
    return target
  }

  async function announce(announced: ActorRecord, on = port): Promise<void> {
    const liar = mdnsDiscovery({ interface: HOST, port: on })
    ending.push(() => liar.stop())
    await liar.start(new Heard())
    await liar.announce(announced)
  }

  /** The packet that announces a record. */
  async function packetOf(announced: ActorRecord): Promise<Buffer> {
    const elsewhere = mdnsPort()
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    await new Promise<void>((resolve) => socket.bind(elsewhere, '0.0.0.0', resolve))
    socket.addMembership('224.0.0.251', HOST)
    const heard = new Promise<Buffer>((resolve) => {
      socket.on('message', (packet) => {
        if (packet.includes('c0=')) resolve(packet)
      })
    })
    await announce(announced, elsewhere)
    const packet = await heard
    socket.close()
    return packet
  }

  it('leads to a connection where an actor of the app announces it, and only there', async () => {
    const dialler = await start(Dialler)
    await announce(record('ab'.repeat(8)))
    await announce(sealRecord(record(), strangersHolder(keys.app), 9))
    await announce({ ...sealRecord(record('cd'.repeat(8)), keys.holder(['actor']), 9), generation: 7 })
    await announce(sealRecord(record('ef'.repeat(8)), keys.revoked, 9))
    const refused = (): number => dialler.log.events.filter(({ what }) => what === 'refused').length
    await eventually(() => refused() === 4, 'each is refused')
    expect(trapped).to.equal(0)
    await announce(sealRecord(record('ad'.repeat(8)), keys.holder(['actor']), 9))
    await eventually(() => trapped > 0, 'the good one is dialled')
  })

  it(`lets actors find each other among ${PER_SECOND} lies a second, in bounded memory`, async () => {
    const dialler = await start(Dialler)
    const lie = sealRecord(record(), strangersHolder(keys.app), 9)
    const packet = (await packetOf(lie)).toString('base64')
    const before = process.memoryUsage.rss()
    const liar = new Program(new URL('./programs/advertiser.ts', import.meta.url), [
      ...[port, PER_SECOND].map(String),
      ...[ID, packet],
    ])
    ending.push(() => liar.kill())
    await liar.hear()
    const isLiedTo = (): boolean => dialler.log.events.some(({ what }) => what === 'refused')
    await eventually(isLiedTo, 'a lie is refused')
    const beganMs = performance.now()
    const server = await start(Server)
    // Most packets are lost then, also those of true ones, which say it again.
    await dialler.log.event(({ event, peer }) => event === 'connected' && peer === server.actor.id)
    const foundMs = performance.now() - beganMs
    liar.say('stop')
    const sent = Number(await liar.hear())
    const grown = process.memoryUsage.rss() - before
    console.info(
      `found in ${Math.round(foundMs)} ms among ${sent} lies; ${Math.round(grown / 2 ** 20)} MiB more`,
    )
    expect(trapped).to.equal(0)
    expect(grown).to.be.below(GROWTH_BYTES_MOST)
    expect(dialler.log.events.length).to.be.below(2000)
    expect(dialler.met).to.deep.equal([server.actor.id])
  })
})
